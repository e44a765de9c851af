"""Two weeks after a letter: did a reply come? Only those who wanted to be asked are, at an address they confirmed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from campaign import dialects, tokens
from campaign.db import touched
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.letters import ledger
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import SAID, FollowUp, Letter, LetterTemplate
from campaign.mail import messages, outbox
from campaign.mail.mailboxes import deliverable, mailbox_key
from campaign.mail.models import Suppression
from campaign.scrubbing import Erasure
from campaign.web import absolute

AFTER = timedelta(days=14)
LIFE = timedelta(days=7)  # of a link nobody has opened
WINDOW = timedelta(days=14)  # in which the question can be answered, and a follow-up begun from it
AGAIN = timedelta(minutes=10)  # until then, a wish at the same address is the same press of the button
BATCH = 50

# Whose writer may wish it themselves; what this server sends has a box of its own.
OPEN = ("prepared", *SAID)
# What can be asked about: nobody hears of a letter that never left.
ASKABLE = (*OPEN, "sent")
UNDER_WAY = ("asked", "queued", "sending")


class UnknownLink(NotFound):
    """No wish has this link."""


def wish(session: Session, row: Letter, *, email: str, mine: Collection[int], now: datetime) -> str | None:
    """The writer of this letter wants to be asked; returns the token of the link to mail them.

    None when no mail is needed: one is on its way, or this browser has confirmed the address with another letter.
    mine: ids of the ledger's rows that this browser made. Raises ImpossibleAddress and ledger.WrongState.
    """
    outbox.refuse_impossible(deliverable(email))
    if row.state not in OPEN:
        raise ledger.WrongState(gettext("This letter cannot be marked like that any more."))
    # Who presses twice wishes it once.
    dialects.take_turns(session, f"follow-up of letter {row.id}")
    key, known = _key(email), session.get(FollowUp, row.id, populate_existing=True)
    if known and known.mailbox_key == key and (known.confirmed_at or known.asked_at > now - AGAIN):
        return None
    wished = _put(session, row, known, email=email, now=now)
    other = _other(session, wished, mine=mine, now=now)
    if other:
        wished.first_id, wished.confirmed_at = other.first_id or other.letter_id, other.confirmed_at and now
        return None
    token = tokens.draw()
    wished.token_hash = _hashed(token)
    session.flush()
    return token


def take_back(session: Session, row: Letter) -> None:
    """The mail could not be queued: nobody will ever confirm this wish."""
    session.execute(delete(FollowUp).where(FollowUp.letter_id == row.id))


def wish_with_letter(session: Session, row: Letter, *, email: str, now: datetime) -> None:
    """The writer has us send the letter, too: the link that confirms it confirms both."""
    known = session.get(FollowUp, row.id)
    if known is None or known.mailbox_key != _key(email) or not known.confirmed_at:
        _put(session, row, known, email=email, now=now)


def confirm_with_letter(session: Session, mailed: MailedLetter, *, now: datetime) -> None:
    """The writer confirmed a letter that we send, and whose mailbox it is."""
    statement = _with_letter(update(FollowUp), mailed).values(confirmed_at=now)
    session.execute(statement, execution_options={"synchronize_session": False})


def discard_with_letter(session: Session, mailed: MailedLetter, *, now: datetime) -> None:
    """They had us erase it instead."""
    if touched(session.execute(_with_letter(delete(FollowUp), mailed))):
        _note(session, now=now)


def find(session: Session, token: str, *, now: datetime) -> FollowUp:
    """The wish of a link. Raises UnknownLink, also for one that nobody confirmed in time."""
    found = session.scalar(select(FollowUp).where(FollowUp.token_hash == _hashed(token)))
    if found is None or (not found.confirmed_at and found.asked_at <= now - LIFE):
        raise UnknownLink(gettext("This link opens nothing any more. It works for seven days, or until your answer."))
    return found


def under(session: Session, first: FollowUp) -> Sequence[FollowUp]:
    """The wishes that this link confirms: of one browser, at one address. [] once their addresses were erased."""
    query = select(FollowUp).where(_under(first), FollowUp.email != "").order_by(FollowUp.letter_id)
    return session.scalars(query).all()


def confirm(session: Session, first: FollowUp, *, now: datetime) -> None:
    """It is their mailbox, and they want it. A second time changes nothing."""
    unconfirmed = update(FollowUp).where(_under(first), FollowUp.email != "", FollowUp.confirmed_at.is_(None))
    session.execute(unconfirmed.values(confirmed_at=now), execution_options={"synchronize_session": False})
    session.expire_all()


def stop(session: Session, wished: FollowUp, *, now: datetime) -> None:
    """ "This was not me", or "do not ask me any more": the address is erased, with whatever letter it was typed in."""
    same = or_(_under(wished), FollowUp.mailbox_key == wished.mailbox_key)
    query = select(FollowUp).where(same, FollowUp.email != "").order_by(FollowUp.letter_id)
    for one in (wished, *session.scalars(query)):
        answer(session, one, "stop", now=now)


def due_at(wished: FollowUp) -> datetime:
    """When the question is mailed, as things stand: whoever says later that they sent it is asked later."""
    return max(ledger.at(wished.letter), wished.asked_at) + AFTER


def ask(session: Session, *, now: datetime) -> int:
    """Mail the question to those whose day has come, each in a transaction of its own; returns how many."""
    query = select(FollowUp.letter_id).join(FollowUp.letter)
    due = query.where(FollowUp.confirmed_at.is_not(None), FollowUp.mailed_at.is_(None), FollowUp.email != "")
    due = due.where(Letter.state.in_(ASKABLE), ledger.last_at <= now - AFTER, FollowUp.asked_at <= now - AFTER)
    ids = session.scalars(due.order_by(FollowUp.letter_id).limit(BATCH)).all()
    for id in ids:
        token = tokens.draw()
        # Compare and set: of two workers, one asks.
        unasked = update(FollowUp).where(
            FollowUp.letter_id == id, FollowUp.mailed_at.is_(None), FollowUp.email != "", FollowUp.answer == ""
        )
        values = {"mailed_at": now, "reply_token_hash": _reply_hashed(token)}
        if touched(session.execute(unasked.values(values), execution_options={"synchronize_session": False})):
            _ask(session, session.get_one(FollowUp, id, populate_existing=True), token, now=now)
        session.commit()
    return len(ids)


def find_asked(session: Session, token: str) -> FollowUp:
    """The wish that a mailed question is about. Raises UnknownLink."""
    found = session.scalar(select(FollowUp).where(FollowUp.reply_token_hash == _reply_hashed(token)))
    if found is None:
        raise UnknownLink(gettext("This link opens nothing here. Copy the whole address from the mail."))
    return found


def answer(session: Session, wished: FollowUp, said: str, *, now: datetime) -> None:
    """What the writer says, one of ANSWERS; they may change their mind. Their address is erased by it.

    Where no reply came, their one letter that we sent to this office may be followed by another.
    """
    wished.answer = said
    if said == "no":
        sent = update(MailedLetter).where(MailedLetter.letter_id == wished.letter_id)
        session.execute(sent.values(confirmed_key=None))
    if wished.email:
        wished.email = wished.mailbox_key = ""
        _forget_mails(session, [wished.letter_id], now=now)
    session.flush()


def forget(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Delete up to `limit` wishes that are over; returns how many.

    Over are: those nobody confirmed within seven days, those two weeks after the question, those of letters that never
    left, and those of mailboxes that we may not write to.
    """
    unmailed, old = FollowUp.mailed_at.is_(None), now - AFTER - WINDOW
    is_stuck = unmailed & (FollowUp.confirmed_at <= old) & (ledger.last_at <= old) & Letter.state.not_in(UNDER_WAY)
    is_over = or_(
        FollowUp.confirmed_at.is_(None) & (FollowUp.asked_at <= now - LIFE),
        FollowUp.mailed_at <= now - WINDOW,
        is_stuck,
        unmailed & (FollowUp.answer != "") & (FollowUp.asked_at <= now - LIFE),
        FollowUp.mailbox_key.in_(select(Suppression.mailbox_key)),
    )
    query = select(FollowUp.letter_id).join(FollowUp.letter).where(is_over).order_by(FollowUp.letter_id).limit(limit)
    return _delete(session, query.with_for_update(of=FollowUp, skip_locked=True), now=now)


def forget_letters_of(session: Session, template: LetterTemplate, *, now: datetime) -> None:
    """A letter is taken off its campaign, and with it the rows of who wrote it."""
    _delete(session, select(FollowUp.letter_id).join(FollowUp.letter).where(Letter.template_id == template.id), now=now)


def forget_mailbox(session: Session, email: str, *, now: datetime) -> None:
    """Whoever has this mailbox asked to be erased."""
    _delete(session, select(FollowUp.letter_id).where(FollowUp.mailbox_key == _key(email)), now=now)


def known(session: Session, email: str) -> list[dict[str, Any]]:
    """For whoever has this mailbox: what is kept of their wishes, as plain values for JSON."""
    query = select(FollowUp).where(FollowUp.mailbox_key == _key(email)).order_by(FollowUp.letter_id)
    return [
        {
            "to": one.email,
            "office": one.letter.post_label,
            "campaign": one.letter.template.campaign.title,
            "wished_at": one.asked_at.isoformat(),
            "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
            "question_mailed_at": one.mailed_at.isoformat() if one.mailed_at else None,
        }
        for one in session.scalars(query)
    ]


def confirmed_since(session: Session, day: date) -> dict[str, int]:
    """Wishes since the beginning of this UTC day that were confirmed by a mail of their own, by the mails' group."""
    since = datetime.combine(day, time(), UTC)
    query = select(LetterTemplate.campaign_id, func.count()).join(Letter).join(FollowUp)
    query = query.where(FollowUp.token_hash.is_not(None), FollowUp.confirmed_at.is_not(None))
    query = query.where(FollowUp.asked_at >= since).group_by(LetterTemplate.campaign_id)
    return {f"letters/{campaign_id}": number for campaign_id, number in session.execute(query)}


def about(letter_id: int) -> str:
    """How the outbox calls this wish."""
    return f"follow_up/{letter_id}"


def _put(session: Session, row: Letter, known: FollowUp | None, *, email: str, now: datetime) -> FollowUp:
    """The wish as somebody has just typed it in, in place of what was there."""
    wished = known or FollowUp(letter_id=row.id, answer="")
    if known and known.email != email:
        if known.email:
            _forget_mails(session, [row.id], now=now)  # to an address that was a slip
        # The new link is no word of the old mailbox.
        rest = update(FollowUp).where(FollowUp.first_id == row.id, FollowUp.mailbox_key != _key(email))
        session.execute(rest.values(first_id=None))
    wished.email, wished.mailbox_key, wished.asked_at, wished.answer = email, _key(email), now, ""
    wished.first_id = wished.token_hash = wished.reply_token_hash = wished.confirmed_at = wished.mailed_at = None
    session.add(wished)
    session.flush()
    return wished


def _other(session: Session, wished: FollowUp, *, mine: Collection[int], now: datetime) -> FollowUp | None:
    """Another wish of this browser at the same address that was confirmed, or can be by a link that is on its way."""
    is_waiting = FollowUp.token_hash.is_not(None) & (FollowUp.asked_at > now - LIFE)
    query = select(FollowUp).where(FollowUp.letter_id.in_(mine), FollowUp.letter_id != wished.letter_id)
    query = query.where(FollowUp.mailbox_key == wished.mailbox_key, FollowUp.confirmed_at.is_not(None) | is_waiting)
    return session.scalars(query.order_by(FollowUp.confirmed_at.is_(None), FollowUp.letter_id).limit(1)).first()


def _under(first: FollowUp) -> ColumnElement[bool]:
    # By the token, for another address may have been typed in at this moment: that one has another link.
    is_first = and_(FollowUp.letter_id == first.letter_id, FollowUp.token_hash == first.token_hash)
    return or_(is_first, FollowUp.first_id == first.letter_id)


def _with_letter(statement: Any, mailed: MailedLetter) -> Any:
    mine = (FollowUp.letter_id == mailed.letter_id) & (FollowUp.mailbox_key == mailed.writer_key)
    return statement.where(mine, FollowUp.confirmed_at.is_(None))


def _ask(session: Session, wished: FollowUp, token: str, *, now: datetime) -> None:
    campaign = wished.letter.template.campaign
    mail = messages.ask_reply(
        session,
        to=deliverable(wished.email),
        language=campaign.language,
        post_label=wished.letter.post_label,
        campaign_title=campaign.title,
        sent_by_us=wished.letter.state == "sent",
        days=WINDOW.days,
        link=absolute("letters.reply", token=token),
        about=about(wished.letter_id),
        group=f"letters/{campaign.id}",
        now=now,
    )
    if mail is None:
        _delete(session, select(FollowUp.letter_id).where(FollowUp.letter_id == wished.letter_id), now=now)


def _delete(session: Session, query: Select[tuple[int]], *, now: datetime) -> int:
    ids = session.scalars(query).all()
    if ids:
        session.execute(delete(FollowUp).where(FollowUp.letter_id.in_(ids)))
        _forget_mails(session, ids, now=now)
    return len(ids)


def _forget_mails(session: Session, letter_ids: Iterable[int], *, now: datetime) -> None:
    for id in letter_ids:
        outbox.forget(session, about=about(id))
    _note(session, now=now)


def _note(session: Session, *, now: datetime) -> None:
    """The worker removes what the database's files still have of an address."""
    session.add(Erasure(petition_id=None, listed_since=None, at=now))
    session.flush()


def _key(email: str) -> str:
    return mailbox_key(current_app.config["SECRET_KEY"], email)


def _hashed(token: str) -> str:
    return tokens.hashed("letter follow-up", token)


def _reply_hashed(token: str) -> str:
    return tokens.hashed("letter reply", token)
