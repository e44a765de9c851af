"""Sending confirmed letters: each once at most, and no office more than it can read in an hour."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address

import structlog
from flask import current_app
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.letters import ledger
from campaign.letters.channels.email import composing, following_up, rules
from campaign.letters.channels.email.asking import LIFE
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter
from campaign.mail import messages, transport
from campaign.mail.transport import SendingFailed, Transport
from campaign.officials.models import ContactDetail
from campaign.web import absolute

log = structlog.get_logger()

BATCH = 50
HOUR = timedelta(hours=1)
# A letter that has been leaving for so long was being handed over when we stopped.
IN_DOUBT = timedelta(minutes=10)
KEPT = timedelta(days=28)
REST = 60.0  # seconds without a try while the mail server is away
FIRST_PAUSE, MOST_ATTEMPTS = timedelta(minutes=5), 12


@dataclass
class Sender:
    """Sends what is due, round after round.

    sessions   opens a session; each letter is two transactions, before and after it is handed over
    per_hour   letters to one office in an hour; 0: as many as come
    """

    sessions: Callable[[], Session]
    transport: Transport
    sender: Address
    per_hour: int
    _rests_until: float = 0.0

    def round(self, now: datetime) -> int:
        """Send up to a batch of what is due; returns how many were tried.

        A letter is marked as leaving, and committed, before the mail server sees it: whoever finds that mark after a
        crash cannot know whether it arrived, calls it unknown, and does not send it again.
        """
        if time.monotonic() < self._rests_until:
            return 0
        with self.sessions() as session:
            _doubt(session, now=now)
            session.commit()
            _tell_writers(session, now=now)
            following_up.ask(session, now=now)
            due = _due(session, self.per_hour, now=now)
            session.commit()
            for tried, letter_id in enumerate(due):
                if time.monotonic() < self._rests_until:
                    return tried
                self._send(session, letter_id, now=now)
        return len(due)

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _send(self, session: Session, letter_id: int, *, now: datetime) -> None:
        mailed = session.get(MailedLetter, letter_id)
        if mailed is None or not _take(session, mailed, now=now):
            session.rollback()
            return
        try:
            office = rules.address(session, mailed.letter.post, on=now.date())
            if rules.mark(session, mailed.letter.post, on=now.date()) != mailed.holder:
                raise rules.CannotSend("The holder of the office has changed.")
            message = composing.message(mailed, office, self.sender, now=now)
        except Refused as error:
            session.rollback()
            _hold(session, letter_id, error.message, now=now)
            return
        session.commit()
        try:
            self.transport.send(message)
        except SendingFailed as failure:
            self._failed(session, mailed, office, failure, now=now)
        else:
            ledger.move(mailed.letter, "sent", now=now)
            mailed.last_error = ""
        state = mailed.letter.state
        session.commit()
        log.info("letter", state=state)

    def _failed(
        self, session: Session, mailed: MailedLetter, office: str, failure: SendingFailed, *, now: datetime
    ) -> None:
        mailed.last_error = failure.message[:500]
        if failure.about == "server":
            self._rests_until = time.monotonic() + REST
        if failure.in_doubt:
            ledger.move(mailed.letter, "unknown", now=now)
        elif failure.permanent or mailed.attempts >= MOST_ATTEMPTS:
            ledger.move(mailed.letter, "bounced", now=now)
            if failure.about == "mailbox":
                _give_up_mailbox(session, mailed.post_id, office)
        else:
            ledger.move(mailed.letter, "queued", now=now)
            mailed.due_at = now + FIRST_PAUSE * 2 ** min(mailed.attempts - 1, 6)


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
    # The key stays: it is what makes one letter per person, office and campaign.
    erased = update(MailedLetter).where(MailedLetter.letter_id.in_(done), MailedLetter.body != "")
    erased = erased.values(sender_name="", reply_to="", subject="", body="", holder="", last_error="")
    unconfirmed = select(MailedLetter.letter_id).where(
        MailedLetter.confirmed_key.is_(None), MailedLetter.asked_at <= now - LIFE
    )
    back = update(Letter).where(Letter.id.in_(unconfirmed), Letter.state == "asked")
    back = back.values(state="prepared", changed_at=now)
    gone = delete(MailedLetter).where(MailedLetter.confirmed_key.is_(None), MailedLetter.asked_at <= now - LIFE)
    statements = [statement.execution_options(synchronize_session=False) for statement in (erased, back, gone)]
    counts = [session.execute(statement).rowcount for statement in statements]  # type: ignore[attr-defined]
    return int(counts[0] + counts[2])


def _due(session: Session, per_hour: int, *, now: datetime) -> list[int]:
    """Ids of letters whose turn it is, the longest waiting first, within what is left of each office's hour."""
    waiting = (
        select(MailedLetter.letter_id, MailedLetter.post_id)
        .join(Letter, Letter.id == MailedLetter.letter_id)
        .where(Letter.state == "queued", MailedLetter.due_at <= now)
        .order_by(MailedLetter.due_at, MailedLetter.letter_id)
    )
    if not per_hour:
        return [row.letter_id for row in session.execute(waiting.limit(BATCH))]
    left = select(MailedLetter.post_id, func.count().label("number")).where(MailedLetter.left_at > now - HOUR)
    left = left.group_by(MailedLetter.post_id)
    used = {row.post_id: row.number for row in session.execute(left)}
    full = [post_id for post_id, number in used.items() if number >= per_hour]
    chosen = []
    for row in session.execute(waiting.where(MailedLetter.post_id.not_in(full)).limit(BATCH)):
        used[row.post_id] = used.get(row.post_id, 0) + 1
        if used[row.post_id] <= per_hour:
            chosen.append(row.letter_id)
    return chosen


def _take(session: Session, mailed: MailedLetter, *, now: datetime) -> bool:
    """Mark it as leaving. False when another worker has it, or it was held meanwhile."""
    waiting = update(Letter).where(Letter.id == mailed.letter_id, Letter.state == "queued")
    waiting = waiting.values(state="sending", changed_at=now)
    taken = session.execute(waiting, execution_options={"synchronize_session": False})
    if not taken.rowcount:  # type: ignore[attr-defined]
        return False
    session.refresh(mailed.letter)
    mailed.attempts, mailed.left_at = mailed.attempts + 1, now
    session.flush()
    return True


def _hold(session: Session, letter_id: int, reason: str, *, now: datetime) -> None:
    mailed = session.get(MailedLetter, letter_id)
    if mailed is not None and mailed.letter.state == "queued":
        ledger.move(mailed.letter, "held", now=now)
        mailed.last_error = reason[:500]
    session.commit()
    log.info("letter", state="held")


def _give_up_mailbox(session: Session, post_id: str, office: str) -> None:
    """There is no such mailbox: nobody is offered it again until the directory has a new one."""
    mailbox = update(ContactDetail).where(ContactDetail.post_id == post_id, ContactDetail.type == "email")
    session.execute(mailbox.where(ContactDetail.value == office).values(status="bouncing"))


def _tell_writers(session: Session, *, now: datetime) -> None:
    """Letters that did not arrive: their writers learn it, and can choose another way. One transaction each."""
    query = select(MailedLetter).join(Letter, Letter.id == MailedLetter.letter_id)
    query = query.where(Letter.state.in_(("held", "bounced")), MailedLetter.told_at.is_(None))
    for mailed in session.scalars(query.where(MailedLetter.reply_to != "").limit(BATCH)).all():
        mailed.told_at = now
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
        session.commit()


def _doubt(session: Session, *, now: datetime) -> None:
    leaving = update(Letter).where(Letter.state == "sending", Letter.changed_at <= now - IN_DOUBT)
    leaving = leaving.values(state="unknown", changed_at=now)
    session.execute(leaving, execution_options={"synchronize_session": False})
