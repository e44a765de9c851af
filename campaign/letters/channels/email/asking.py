"""A writer asks us to send their letter, and confirms by the link we mail them that they wrote it."""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parseaddr

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import dialects, tokens
from campaign.db import touched
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.letters import following_up, ledger
from campaign.letters.channels.email import alike, rewriting, rules
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.following_up import LIFE
from campaign.letters.models import Letter
from campaign.letters.rendering import RenderedLetter
from campaign.mail import mailboxes, outbox
from campaign.mail.composing import one_line

DAY = timedelta(hours=24)


class UnknownLink(NotFound):
    """No letter waits for this link."""


class SentAlready(Refused):
    """This person has sent a letter of this campaign to this office."""


class TooMany(Refused):
    """This person has sent as many letters today as one person may."""


def ask(
    session: Session, row: Letter, letter: RenderedLetter, *, email: str, follow_up: bool = False, now: datetime
) -> str:
    """Keep the letter until its writer confirms it; returns the token of the link to mail them.

    row: of the ledger; letter: what rendering.finished returned; email: the writer's; follow_up: they want
    to be asked in two weeks whether a reply came. Raises rules.CannotSend, ImpossibleAddress, WrongState.
    """
    outbox.refuse_impossible(email)
    way = rules.way(session, letter.post, on=now.date())
    config = current_app.config
    key = mailboxes.mailbox_key(config["SECRET_KEY"], email)
    if mailboxes.canonical(email) == mailboxes.canonical(way.address):
        raise Refused(
            gettext("This is the office’s own address. Enter yours: the office answers to it."), field="email"
        )
    ledger.move(row, "asked", now=now)
    token = tokens.draw()
    session.add(
        MailedLetter(
            letter_id=row.id,
            campaign_id=row.template.campaign_id,
            post_id=letter.post.id,
            writer_key=key,
            token_hash=token_hash(token),
            # Made once: should a letter arrive twice after all, the office's mail program shows it once.
            message_id=f"<{secrets.token_hex(16)}@{parseaddr(config['MAIL_FROM'])[1].rpartition('@')[2]}>",
            holder=way.holder,
            sender_name=one_line(letter.sender.name),
            reply_to=email,
            subject=letter.subject,
            body=letter.body,
            language=letter.language,
            made_from=rewriting.made_from(row.template, letter),
            asked_at=now,
            due_at=now,
        )
    )
    session.flush()
    if follow_up:
        following_up.wish_with_letter(session, row, email=email, now=now)
    return token


def find(session: Session, token: str, *, now: datetime) -> MailedLetter:
    """The letter that waits for this link. Raises UnknownLink, also for one that was used or is too old."""
    query = select(MailedLetter).where(MailedLetter.token_hash == token_hash(token), MailedLetter.asked_at > now - LIFE)
    mailed = session.scalar(query)
    if mailed is None:
        raise UnknownLink(gettext("This link opens nothing any more. It works once, and for seven days."))
    return mailed


def confirm(session: Session, mailed: MailedLetter, *, now: datetime) -> None:
    """The writer says that the letter is theirs: it waits for its turn. The link is used up by it.

    Without own words in it, it goes to whoever holds the office by now. Raises SentAlready, TooMany, and
    rules.CannotSend when the office changed hands otherwise, or may not be written to any more.
    """
    post, config = mailed.letter.post, current_app.config
    if mailed.letter.template.campaign.state != "published":
        raise rules.CannotSend(gettext("This campaign is closed. Its letters are not sent any more."))
    way = rules.way(session, post, on=now.date())
    if way.holder != mailed.holder and not rewriting.rewrite(session, mailed, on=now.date()):
        text = gettext("The holder of this office has changed since you wrote. Write the letter anew.")
        raise rules.CannotSend(text)
    _refuse_too_many(session, mailed, most=config["LETTER_SENDER_DAY"], now=now)
    # Compare and set: of two who press at once, one finds the link used.
    unused = update(MailedLetter).where(
        MailedLetter.letter_id == mailed.letter_id, MailedLetter.token_hash == mailed.token_hash
    )
    try:
        with session.begin_nested():
            values = {"token_hash": None, "confirmed_key": mailed.writer_key, "confirmed_at": now, "due_at": now}
            done = session.execute(unused.values(values), execution_options={"synchronize_session": False})
    except IntegrityError as error:
        text = gettext("You have sent a letter of this campaign to this office already. It reads each once.")
        raise SentAlready(text) from error
    if not touched(done):
        raise UnknownLink(gettext("This link opens nothing any more. It works once, and for seven days."))
    following_up.confirm_with_letter(session, mailed, now=now)
    alike.join(session, mailed, most=config["LETTER_ALIKE"], now=now)
    ledger.move(mailed.letter, "queued", now=now)
    session.flush()
    session.refresh(mailed)


def discard(session: Session, mailed: MailedLetter, *, now: datetime) -> None:
    """ "I did not write this", or "I changed my mind": nothing of the text remains."""
    ledger.move(mailed.letter, "prepared", now=now)
    following_up.discard_with_letter(session, mailed, now=now)
    session.delete(mailed)
    session.flush()


def _refuse_too_many(session: Session, mailed: MailedLetter, *, most: int, now: datetime) -> None:
    """Raise TooMany for one letter more than a person may send in 24 hours. most: 0 for as many as they like."""
    if not most:
        return
    # Who confirms several at once waits for themselves, so that each finds those before it counted.
    dialects.take_turns(session, mailed.writer_key)
    lately = select(func.count()).select_from(MailedLetter)
    lately = lately.where(MailedLetter.writer_key == mailed.writer_key, MailedLetter.confirmed_at > now - DAY)
    if (session.scalar(lately) or 0) >= most:
        text = gettext("You have sent %(most)s letters today. This link works for seven days: come back tomorrow.")
        raise TooMany(text % {"most": most})


def confirmed_since(session: Session, day: date) -> dict[str, int]:
    """Letters asked for since the beginning of this UTC day and confirmed, by their mails' group ("letters/3")."""
    since = datetime.combine(day, time(), UTC)
    query = select(MailedLetter.campaign_id, func.count()).group_by(MailedLetter.campaign_id)
    query = query.where(MailedLetter.confirmed_at.is_not(None), MailedLetter.asked_at >= since)
    return {f"letters/{campaign_id}": number for campaign_id, number in session.execute(query)}


def token_hash(token: str) -> str:
    """What the database keeps of a link."""
    return tokens.hashed("campaign letter", token)
