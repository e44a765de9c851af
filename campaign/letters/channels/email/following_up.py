"""Two weeks after a letter left: did a reply come? Only those who wanted to be asked are."""

from datetime import datetime, timedelta

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter
from campaign.mail import messages
from campaign.web import absolute

AFTER = timedelta(days=14)
BATCH = 50


def ask(session: Session, *, now: datetime) -> int:
    """Mail the question to those whose day has come, each in a transaction of its own; returns how many."""
    query = select(MailedLetter).join(Letter, Letter.id == MailedLetter.letter_id)
    due = query.where(Letter.state == "sent", Letter.changed_at <= now - AFTER, MailedLetter.reply_to != "")
    due = due.where(MailedLetter.wants_follow_up, MailedLetter.followed_up_at.is_(None)).limit(BATCH)
    asked = session.scalars(due).all()
    for mailed in asked:
        mailed.followed_up_at = now
        campaign = mailed.letter.template.campaign
        messages.ask_reply(
            session,
            to=mailed.reply_to,
            language=campaign.language,
            given_name=mailed.sender_name,
            post_label=mailed.letter.post_label,
            campaign_title=campaign.title,
            link=absolute("letters.reply", token=_signer().dumps(mailed.letter_id)),
            about=f"letter/{mailed.letter_id}",
            group=f"letters/{campaign.id}",
            now=now,
        )
        session.commit()
    return len(asked)


def find(session: Session, token: str) -> MailedLetter:
    """The letter that a mailed question is about. Raises NotFound."""
    try:
        mailed = session.get(MailedLetter, int(_signer().loads(token)))
    except (BadSignature, ValueError):
        mailed = None
    if mailed is None or mailed.followed_up_at is None:
        raise NotFound(gettext("This link opens nothing here. Copy the whole address from the mail."))
    return mailed


def answer(mailed: MailedLetter, *, came: bool) -> None:
    """The writer says whether the office replied; they may change their mind.

    Where no reply came, their one letter to this office may be followed by another.
    """
    mailed.reply = "yes" if came else "no"
    if not came:
        mailed.confirmed_key = None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="letter reply")
