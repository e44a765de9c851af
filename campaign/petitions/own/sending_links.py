""" "Send me my link": a mail with a new link to everybody who signed with an address, and nothing for anybody else."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign import dialects, waking
from campaign.campaigns.models import Campaign
from campaign.mail import messages
from campaign.mail.mailboxes import deliverable, mailbox_key
from campaign.mail.models import Email
from campaign.petitions import forgetting, links
from campaign.petitions.models import Petition, Signature, SignatureLink
from campaign.petitions.signers import signer_key
from campaign.petitions.signing import SHARERS


def send(
    session: Session, petition: Petition, *, email: str, secret: str, address: Callable[[str], str], now: datetime
) -> int:
    """Write to those who signed from this mailbox, as far as its limits let us; returns how many mails that were.

    The mails go to the address as it was signed with, not as it was typed now. address: makes the link of its token.
    However many signed from it, it takes as many statements: nobody can tell by the clock.
    """
    key = signer_key(secret, email)
    query = select(Signature).where(
        Signature.petition_id == petition.id, Signature.signer_key == key, Signature.email != ""
    )
    found = session.scalars(query.order_by(Signature.slot)).all()
    title = petition.campaign.title
    sent = sum(_write(session, signature, title, secret=secret, address=address, now=now) for signature in found)
    for _ in range(SHARERS - len(found)):
        _take_as_long(session, mailbox_key(secret, deliverable(email)))
    return sent


def campaign_of_old_link(session: Session, token: str) -> Campaign | None:
    """The campaign that a link belonged to before it ran out, as long as that is known, and people can read it."""
    query = select(SignatureLink).where(SignatureLink.token_hash == links.token_hash(token))
    link = session.scalar(query)
    campaign = link.signature.petition.campaign if link else None
    return campaign if campaign and campaign.is_readable else None


def _write(
    session: Session,
    signature: Signature,
    campaign_title: str,
    *,
    secret: str,
    address: Callable[[str], str],
    now: datetime,
) -> bool:
    """False when the mailbox gets no more mail today."""
    issued = links.issue(session, signature.id, secret=secret, has_code=False, now=now)
    mail = messages.own_page(
        session,
        to=deliverable(signature.email),
        language=signature.language,
        given_name=signature.given_name,
        campaign_title=campaign_title,
        link=address(issued.token),
        about=forgetting.about(signature.id),
        group=f"petition/{signature.petition_id}",
        now=now,
    )
    if mail is None:
        links.take_back(session, issued)
    return mail is not None


def _take_as_long(session: Session, key: str) -> None:
    """For somebody who has not signed, as many statements as `_write` takes, which find nothing. key: the mailbox's"""
    nobodys = SignatureLink.token_hash == links.token_hash(key)
    session.execute(delete(SignatureLink).where(nobodys))
    dialects.take_turns(session, key)
    session.scalar(select(func.count()).where(Email.mailbox_key == key))
    waking.soon(session, "mail")
