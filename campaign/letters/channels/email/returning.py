"""Letters that did not arrive: refused at once or returned later. The ledger says so, and their writers are told."""

from datetime import datetime

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.db import touched
from campaign.letters import ledger
from campaign.letters.channels.email import objecting
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter
from campaign.mail import messages
from campaign.mail.bounces import Report
from campaign.mail.mailboxes import canonical
from campaign.mail.outbox import KEPT
from campaign.officials import addressing, holding
from campaign.officials.models import ContactDetail, Post
from campaign.web import absolute

log = structlog.get_logger()

BATCH = 50


def returned(session: Session, report: Report, *, now: datetime) -> int:
    """What a report that a mail server sent us means for letters; returns how many it is about.

    Anybody can send a mail that looks like a bounce, so it must name a letter of ours by its Message-ID, which only its
    office and mail servers know, and whoever the office answers. So it holds for that office alone, and for 30 days
    after the letter left, as with mails of the outbox. A complaint is an office's objection: it gets no more letters.
    """
    if not report.message_id:
        return 0
    mailed = session.scalar(select(MailedLetter).where(MailedLetter.message_id == report.message_id))
    if mailed is None or mailed.letter.state not in ("sent", "unknown", "sending"):
        return 0
    if mailed.left_at and mailed.left_at <= now - KEPT:
        return 0
    if report.kind == "complaint":
        objecting.object_to(session, mailed.letter.post, reason="complaint", now=now)
        return 1
    ledger.move(mailed.letter, "bounced", now=now)
    mailed.last_error = report.detail
    if report.is_gone and _is_of(session, mailed.letter.post, report.email, now=now):
        give_up_mailbox(session, report.email)
    log.info("letter", state="bounced")
    return 1


def _is_of(session: Session, post: Post, address: str, *, now: datetime) -> bool:
    """Whoever knows the number of a letter to one office must not be able to take the mailbox of another away."""
    channels = addressing.channels(holding.holder(session, post, on=now.date()))
    return canonical(address) in {canonical(contact.value) for contact in channels if contact.type == "email"}


def give_up_mailbox(session: Session, address: str) -> None:
    """There is no such mailbox: nobody is offered it again until the directory has a new one."""
    domain = address.rpartition("@")[2]
    near = select(ContactDetail).where(ContactDetail.type == "email", ContactDetail.value.icontains(domain))
    for contact in session.scalars(near):
        if canonical(contact.value) == canonical(address):
            contact.status = "bouncing"


def tell_writers(session: Session, *, now: datetime) -> None:
    """Letters that were held back or returned: their writers learn it, and can try anew. One transaction each."""
    query = select(MailedLetter.letter_id).join(Letter, Letter.id == MailedLetter.letter_id)
    query = query.where(Letter.state.in_(("held", "bounced")), MailedLetter.told_at.is_(None))
    for letter_id in session.scalars(query.where(MailedLetter.reply_to != "").limit(BATCH)).all():
        untold = update(MailedLetter).where(MailedLetter.letter_id == letter_id, MailedLetter.told_at.is_(None))
        # It did not arrive, so it was not their one letter to this office.
        values = {"told_at": now, "confirmed_key": None}
        if touched(session.execute(untold.values(values), execution_options={"synchronize_session": False})):
            _tell(session, letter_id, now=now)
        session.commit()


def _tell(session: Session, letter_id: int, *, now: datetime) -> None:
    mailed = session.get_one(MailedLetter, letter_id)
    template = mailed.letter.template
    messages.letter_returned(
        session,
        to=mailed.reply_to,
        language=template.campaign.language,
        given_name=mailed.sender_name,
        post_label=mailed.letter.post_label,
        campaign_title=template.campaign.title,
        link=absolute("letters.write", slug=template.campaign.slug, letter=template.slug),
        about=f"letter/{mailed.letter_id}",
        group=f"letters/{mailed.campaign_id}",
        now=now,
    )
