"""Sending confirmed letters: each once at most, and no office more than it can read in an hour."""

import time
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any, cast

import structlog
from flask import current_app
from sqlalchemy import Executable, Table, Update, bindparam, delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, joinedload

from campaign import dialects
from campaign.db import touched
from campaign.errors import Refused
from campaign.letters.channels.email import composing, erasing, returning, rewriting, rules
from campaign.letters.channels.email.models import LetterGroup, MailedLetter
from campaign.letters.following_up import LIFE
from campaign.letters.models import Letter, LetterTemplate
from campaign.mail import transport
from campaign.mail.transport import SendingFailed, Transport

log = structlog.get_logger()

BATCH = 50
HOUR = timedelta(hours=1)
# A letter that has been leaving for so long was being handed over when we stopped.
IN_DOUBT = timedelta(minutes=10)
KEPT = timedelta(days=28)
FRESH = 1.0  # seconds for which we go by what we have read of a letter and its office
REST = 60.0  # seconds without a try while the mail server is away
FIRST_PAUSE, MOST_ATTEMPTS = timedelta(minutes=5), 12


@dataclass(frozen=True)
class Leaving:
    """A letter that is marked as leaving, and how it goes on the wire."""

    letter_id: int
    attempts: int
    office: str
    message: EmailMessage


@dataclass(frozen=True)
class Known:
    """Letters that are due and the ways to their offices, read at one moment: asking for each took most of the time.

    An objection in the next moment takes its letters out of "queued", which each is asked for again as it leaves.
    """

    letters: dict[int, MailedLetter]
    ways: dict[str, rules.Way | rules.CannotSend]
    read_at: float


@dataclass
class Sender:
    """Sends what is due, round after round.

    sessions   opens a session; what became of one letter and that the next one leaves is one transaction
    per_hour   letters to one office in an hour; 0: as many as come
    """

    sessions: Callable[[], Session]
    transport: Transport
    sender: Address
    per_hour: int
    _rests_until: float = 0.0
    _known: Known = field(default_factory=lambda: Known({}, {}, 0.0))

    def round(self, now: datetime) -> int:
        """Send up to a batch of what is due; returns how many were tried.

        A letter is marked as leaving, and committed, before the mail server sees it: whoever finds that mark after a
        crash cannot know whether it arrived, calls it unknown, and does not send it again.
        """
        if self._rests():
            return 0
        with self.sessions() as session:
            _doubt(session, now=now)
            session.commit()
            returning.tell_writers(session, now=now)
            waiting = deque(_due(session, self.per_hour, now=now))
            self._known, tried = Known({}, {}, 0.0), 0
            leaving = self._next(session, waiting, now=now)
            session.commit()
            while leaving:
                tried += 1
                try:
                    self.transport.send(leaving.message)
                except SendingFailed as failure:
                    self._failed(session, leaving, failure, now=now)
                else:
                    _mark(session, leaving, "sent", now=now)
                leaving = self._next(session, waiting, now=now)
                session.commit()
        return tried

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _rests(self) -> bool:
        return time.monotonic() < self._rests_until

    def _next(self, session: Session, waiting: deque[int], *, now: datetime) -> Leaving | None:
        """The next letter that may leave, marked so; those that may not are held on the way. The caller commits."""
        while waiting and not self._rests():
            if time.monotonic() - self._known.read_at > FRESH:
                self._known = _look(session, waiting, now=now)
            letter_id = waiting.popleft()
            mailed = self._known.letters.get(letter_id)
            if mailed is None:
                continue
            try:
                office, message = self._composed(session, mailed, now=now)
            except Refused as error:
                _hold(session, letter_id, error.message, now=now)
                continue
            except Exception as error:
                if isinstance(error, SQLAlchemyError):
                    raise
                # Our own mistake with this one letter must not keep the others waiting.
                _hold(session, letter_id, type(error).__name__, now=now)
                continue
            if _take(session, mailed, self.per_hour, now=now):
                return Leaving(letter_id, mailed.attempts + 1, office, message)
        return None

    def _composed(self, session: Session, mailed: MailedLetter, *, now: datetime) -> tuple[str, EmailMessage]:
        """Where the letter goes, and what. Raises Refused when it must not leave."""
        if not mailed.body:
            raise rules.CannotSend("Its writer was erased.")
        office = self._known.ways[mailed.post_id]
        if isinstance(office, rules.CannotSend):
            raise office
        if office.holder != mailed.holder:
            mailed = session.get_one(MailedLetter, mailed.letter_id)
            if not rewriting.rewrite(session, mailed, on=now.date()):
                raise rules.CannotSend("The holder of the office has changed.")
            session.flush()
        return office.address, composing.message(mailed, office.address, self.sender, now=now)

    def _failed(self, session: Session, leaving: Leaving, failure: SendingFailed, *, now: datetime) -> None:
        if failure.about == "server":
            self._rests_until = time.monotonic() + REST
        if failure.in_doubt:
            _mark(session, leaving, "unknown", why=failure.message, now=now)
        elif failure.permanent or leaving.attempts >= MOST_ATTEMPTS:
            _mark(session, leaving, "bounced", why=failure.message, now=now)
            if failure.about == "mailbox":
                returning.give_up_mailbox(session, leaving.office)
        else:
            later = now + FIRST_PAUSE * 2 ** min(leaving.attempts - 1, 6)
            _mark(session, leaving, "queued", why=failure.message, due_at=later, now=now)


@dataclass
class Deliverer:
    """The worker's share: keeps the sender, and with it the connection to the mail server, from round to round."""

    sessions: Callable[[], Callable[[], Session]]
    sender: Callable[[], Address]
    _sender: Sender | None = None

    def deliver(self, now: datetime) -> int:
        """Send the letters that are due; none where the host does not allow it."""
        config = current_app.config
        if not config["LETTER_EMAIL"]:
            return 0
        if self._sender is None:
            way = transport.for_settings(config)
            self._sender = Sender(self.sessions(), way, self.sender(), config["LETTER_OFFICE_HOUR"])
        return self._sender.round(now)

    def close(self) -> None:
        """Take leave of the mail server."""
        if self._sender:
            self._sender.close()
        self._sender = None


def forget(session: Session, *, now: datetime) -> int:
    """Erase the texts of letters that left 28 days ago, and those nobody confirmed in time; returns how many."""
    over = ("sent", "bounced", "unknown", "held")
    done = select(Letter.id).where(Letter.state.in_(over), Letter.changed_at <= now - KEPT)
    is_over = MailedLetter.confirmed_at.is_(None) & (MailedLetter.asked_at <= now - LIFE)
    back = update(Letter).where(Letter.id.in_(select(MailedLetter.letter_id).where(is_over)), Letter.state == "asked")
    back = back.values(state="prepared", changed_at=now)
    statements = [erasing.erased(MailedLetter.letter_id.in_(done)), back, delete(MailedLetter).where(is_over)]
    counts = [_executed(session, statement) for statement in statements]
    return counts[0] + counts[2]


def files(session: Session) -> set[str]:
    """The names of the files that letters became where no mail server is set, until their texts are erased."""
    query = select(MailedLetter.message_id, MailedLetter.left_at).where(MailedLetter.body != "")
    left = session.execute(query.where(MailedLetter.left_at.is_not(None)))
    return {transport.file_name(row.message_id, row.left_at) for row in left}


def _due(session: Session, per_hour: int, *, now: datetime) -> list[int]:
    """Ids of letters whose turn it is, the longest waiting first, within what is left of each office's hour."""
    undecided = select(LetterGroup.id).where(LetterGroup.state.in_(("waiting", "refused")))
    waiting = (
        select(MailedLetter.letter_id, MailedLetter.post_id)
        .join(Letter, Letter.id == MailedLetter.letter_id)
        .where(Letter.state == "queued", MailedLetter.due_at <= now)
        .where(MailedLetter.group_id.is_(None) | MailedLetter.group_id.not_in(undecided))
        .order_by(MailedLetter.due_at, MailedLetter.letter_id)
    )
    if not per_hour:
        return [row.letter_id for row in session.execute(waiting.limit(BATCH))]
    left = select(MailedLetter.post_id, func.count().label("number")).where(MailedLetter.left_at > now - HOUR)
    used = {row.post_id: row.number for row in session.execute(left.group_by(MailedLetter.post_id))}
    full = [post_id for post_id, number in used.items() if number >= per_hour]
    chosen = []
    for row in session.execute(waiting.where(MailedLetter.post_id.not_in(full)).limit(BATCH)):
        used[row.post_id] = used.get(row.post_id, 0) + 1
        if used[row.post_id] <= per_hour:
            chosen.append(row.letter_id)
    return chosen


def _look(session: Session, letter_ids: Collection[int], *, now: datetime) -> Known:
    whole = joinedload(MailedLetter.letter)
    query = select(MailedLetter).where(MailedLetter.letter_id.in_(letter_ids))
    campaign = whole.joinedload(Letter.template).joinedload(LetterTemplate.campaign)
    found = session.scalars(query.options(campaign, whole.joinedload(Letter.post))).all()
    posts = {mailed.post_id: mailed.letter.post for mailed in found}
    ways = rules.ways(session, list(posts.values()), on=now.date())
    # The next commit would have them all read anew.
    session.expunge_all()
    return Known({mailed.letter_id: mailed for mailed in found}, ways, time.monotonic())


def _take(session: Session, mailed: MailedLetter, per_hour: int, *, now: datetime) -> bool:
    """Mark it as leaving. False when another worker has it, when it was held meanwhile, or when the hour is full."""
    if per_hour:
        # Two workers would both see room for one more.
        dialects.take_turns(session, f"letters to {mailed.post_id}")
        left = select(func.count()).select_from(MailedLetter)
        left = left.where(MailedLetter.post_id == mailed.post_id, MailedLetter.left_at > now - HOUR)
        if (session.scalar(left) or 0) >= per_hour:
            return False
    if not _moved(session, mailed.letter_id, "queued", "sending", now=now):
        return False
    session.execute(_LEAVING, {"our_id": mailed.letter_id, "new_left_at": now})
    return True


def _mark(
    session: Session, leaving: Leaving, to: str, *, why: str = "", due_at: datetime | None = None, now: datetime
) -> None:
    """Write down what came of it, unless a report of its return was quicker."""
    if not _moved(session, leaving.letter_id, "sending", to, now=now):
        return
    values: dict[str, Any] = {"last_error": why[:500]} | ({"due_at": due_at} if due_at else {})
    if why or leaving.attempts > 1:
        _executed(session, update(MailedLetter).where(MailedLetter.letter_id == leaving.letter_id).values(values))
    log.info("letter", state=to)


def _hold(session: Session, letter_id: int, reason: str, *, now: datetime) -> None:
    if _moved(session, letter_id, "queued", "held", now=now):
        held = update(MailedLetter).where(MailedLetter.letter_id == letter_id)
        _executed(session, held.values(last_error=reason[:500]))
        log.info("letter", state="held")


def _moved(session: Session, letter_id: int, state: str, to: str, *, now: datetime) -> bool:
    """True when the letter was in this state until now."""
    values = {"our_id": letter_id, "old_state": state, "new_state": to, "new_changed_at": now}
    return touched(session.execute(_MOVED, values)) > 0


def _doubt(session: Session, *, now: datetime) -> None:
    leaving = update(Letter).where(Letter.state == "sending", Letter.changed_at <= now - IN_DOUBT)
    _executed(session, leaving.values(state="unknown", changed_at=now))


def _executed(session: Session, statement: Executable) -> int:
    """How many rows it changed. What the session has read meanwhile is read anew after the next commit."""
    return touched(session.execute(statement, execution_options={"synchronize_session": False}))


def _moving() -> tuple[Update, Update]:
    """Made once: making them for each letter took longer than executing them."""
    letter, mailed = cast(Table, Letter.__table__), cast(Table, MailedLetter.__table__)
    is_ours = (letter.c.id == bindparam("our_id")) & (letter.c.state == bindparam("old_state"))
    values: dict[str, Any] = {"state": bindparam("new_state"), "changed_at": bindparam("new_changed_at")}
    left: dict[str, Any] = {"attempts": mailed.c.attempts + 1, "left_at": bindparam("new_left_at")}
    return update(letter).where(is_ours).values(values), update(mailed).where(
        mailed.c.letter_id == bindparam("our_id")
    ).values(left)


_MOVED, _LEAVING = _moving()
