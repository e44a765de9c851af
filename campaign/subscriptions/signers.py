"""Signers who ticked "write to me about what comes of this petition" follow its campaign once they have confirmed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.mail import outbox
from campaign.mail.mailboxes import mailbox_key
from campaign.petitions import wishes
from campaign.petitions.models import Signature
from campaign.petitions.own import personal_data
from campaign.subscriptions.models import Following, Subscription
from campaign.subscriptions.subscribing import about


def init_app() -> None:
    """Hear of signers from now on."""
    wishes.BEGUN["news"] = begun
    wishes.ENDED["news"] = ended
    personal_data.ALSO["news"] = known


def begun(session: Session, signature: Signature, now: datetime) -> None:
    """Follow the campaign, at once where they get no other news. They proved by the signature whose mailbox it is."""
    key = mailbox_key(current_app.config["SECRET_KEY"], signature.email)
    dialects.take_turns(session, key)
    subscription = session.scalar(select(Subscription).where(Subscription.mailbox_key == key))
    if subscription is None:
        subscription = Subscription(mailbox_key=key, frequency="at_once", created_at=now, state="pending")
        session.add(subscription)
    if subscription.state in ("pending", "ended"):
        # What somebody typed in earlier, or they had ended, is not what they agreed to now.
        subscription.followings.clear()
        subscription.email, subscription.language = signature.email, signature.language
        subscription.state, subscription.told_until, subscription.ended_at = "active", now, None
        session.flush()
    campaign_id = signature.petition.campaign_id
    if all(following.campaign_id != campaign_id for following in subscription.followings):
        subscription.followings.append(
            Following(
                campaign_id=campaign_id,
                signature_id=signature.id,
                consent_wording_id=signature.consent_wording_id,
                since=signature.subscribed_at or now,
            )
        )
    session.flush()


def ended(session: Session, signature_ids: Collection[int]) -> None:
    """They follow it no more. Who followed nothing else, and never chose anything, is forgotten."""
    mine = Following.signature_id.in_(signature_ids)
    ids = session.scalars(delete(Following).where(mine).returning(Following.subscription_id)).all()
    if not ids:
        return
    session.flush()
    rest = select(Following.id).where(Following.subscription_id == Subscription.id)
    never_chose = Subscription.confirmed_at.is_(None) & (Subscription.state != "pending")
    empty = select(Subscription.id).where(Subscription.id.in_(ids), never_chose, ~rest.exists())
    for id in session.scalars(empty).all():
        outbox.forget(session, about=about(id))
        session.execute(delete(Subscription).where(Subscription.id == id))
    session.expire_all()


def known(session: Session, signature: Signature) -> list[dict[str, Any]]:
    """For the signer themselves: since when news go to them because they signed."""
    query = select(Following, Subscription).join(Subscription).where(Following.signature_id == signature.id)
    return [
        {
            "to": subscription.email,
            "state": subscription.state,
            "frequency": subscription.frequency,
            "since": following.since.isoformat(),
        }
        for following, subscription in session.execute(query)
    ]
