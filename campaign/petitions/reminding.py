"""One reminder to whoever signed and has not confirmed: mails get lost among others."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.db import touched
from campaign.petitions import confirming, links, mailing
from campaign.petitions.models import Petition, Signature


@dataclass(frozen=True)
class Reminder:
    """Whom to remind, and the link and code for that mail; those of the first mail stay good."""

    signature: Signature
    secrets: links.Secrets


def due(session: Session, *, hours: int, limit: int = 100, now: datetime) -> list[int]:
    """The ids of up to `limit` signatures to remind of, the oldest first. hours: since the first mail; 0: never.

    Left out are those that can no longer be confirmed, and those whose first mail has not left, or came back.
    """
    if hours <= 0:
        return []
    since, ended = now - timedelta(hours=hours), now - confirming.GRACE
    is_running = or_(Petition.closes_at.is_(None), Petition.closes_at > ended)
    is_up = or_(Campaign.state == "published", (Campaign.state == "closed") & (Campaign.closed_at > ended))
    query = (
        select(Signature.id)
        .join(Signature.petition)
        .join(Petition.campaign)
        .where(Signature.state == "pending", Signature.reminded_at.is_(None), Signature.mailed_at <= since)
        .where(is_running, is_up, ~mailing.is_new(since, or_lost=True))
        .order_by(Signature.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def remind(session: Session, id: int, *, secret: str, now: datetime) -> Reminder | None:
    """A new link and code for this signature, once ever; None when somebody confirmed, or another worker was quicker.

    Whether or not the mailbox may get another mail today: it is not tried again.
    """
    once = update(Signature).where(Signature.id == id, Signature.state == "pending", Signature.reminded_at.is_(None))
    result = session.execute(once.values(reminded_at=now), execution_options={"synchronize_session": False})
    if not touched(result):
        return None
    signature = session.get_one(Signature, id, populate_existing=True)
    return Reminder(signature, links.issue(session, signature.id, secret=secret, now=now))
