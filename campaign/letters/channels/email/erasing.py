"""Erasing who had us send a letter, and what it says: when they ask for it, and four weeks after it left."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Update, delete, null, select, update
from sqlalchemy.orm import Session

from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter
from campaign.mail import outbox
from campaign.mail.mailboxes import mailbox_key
from campaign.scrubbing import Erasure

_QUIET = {"synchronize_session": False}


def erased(which: ColumnElement[bool]) -> Update:
    """The statement that leaves nothing of these letters but that there were some.

    The key of the mailbox stays: it is what makes one letter per person, office and campaign.
    """
    empty = {"sender_name": "", "reply_to": "", "subject": "", "body": "", "holder": "", "last_error": ""}
    return update(MailedLetter).where(which, MailedLetter.body != "").values(**empty, made_from=null())


def forget_mailbox(session: Session, email: str, *, now: datetime) -> None:
    """Whoever has this mailbox asked to be erased: what has not left never will, and of the rest we keep no word."""
    query = select(MailedLetter.letter_id, Letter.state).join(Letter, Letter.id == MailedLetter.letter_id)
    mine = session.execute(query.where(_of(email)).order_by(MailedLetter.letter_id)).all()
    if not mine:
        return
    ids = [row.letter_id for row in mine]
    for old, new in (("asked", "prepared"), ("queued", "held")):
        moved = update(Letter).where(Letter.id.in_(ids), Letter.state == old).values(state=new, changed_at=now)
        session.execute(moved, execution_options=_QUIET)
    unconfirmed = delete(MailedLetter).where(MailedLetter.letter_id.in_(ids), MailedLetter.confirmed_at.is_(None))
    session.execute(unconfirmed, execution_options=_QUIET)
    session.execute(erased(MailedLetter.letter_id.in_(ids)), execution_options=_QUIET)
    for id in ids:
        outbox.forget(session, about=f"letter/{id}")
    session.add(Erasure(petition_id=None, listed_since=None, at=now))
    session.flush()
    session.expire_all()


def known(session: Session, email: str) -> list[dict[str, Any]]:
    """For whoever has this mailbox: the letters that we still have of theirs, as plain values for JSON."""
    query = select(MailedLetter).where(_of(email), MailedLetter.body != "").order_by(MailedLetter.letter_id)
    return [
        {
            "office": one.letter.post_label,
            "campaign": one.letter.template.campaign.title,
            "state": one.letter.state,
            "sender_name": one.sender_name,
            "reply_to": one.reply_to,
            "subject": one.subject,
            "body": one.body,
            "asked_at": one.asked_at.isoformat(),
            "left_at": one.left_at.isoformat() if one.left_at else None,
        }
        for one in session.scalars(query)
    ]


def _of(email: str) -> ColumnElement[bool]:
    return MailedLetter.writer_key == mailbox_key(current_app.config["SECRET_KEY"], email)
