"""Sending what waits in the outbox: claim a handful, send each, mark what left."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from typing import Any, cast

import structlog
from sqlalchemy import Table, Update, bindparam, update
from sqlalchemy.orm import Session

from campaign import leases
from campaign.mail import breaker, composing, stopping, switching
from campaign.mail.models import Email
from campaign.mail.transport import SendingFailed, Transport, code_of

log = structlog.get_logger()

BATCH = 50  # mails claimed with one commit
# Mails that left so soon after each other are marked with one commit: with a commit for each, a slow disk decides how
# many leave in a second.
TOGETHER, SOON = 5, 0.02  # mails, seconds
LONGEST_BATCH = leases.LEASE.total_seconds() / 2  # seconds; what is then left of a batch is given back
FIRST_REST, LONGEST_REST = 1.0, 60.0  # seconds without a try while the mail server is away
IDLE = 30.0  # seconds without a mail after which we take leave of the server

Sessions = Callable[[], Session]
Tried = tuple[Email, datetime | None]  # with the lease under which it was tried
# What a mail is marked with once it was tried.
MARKS = ("state", "due_at", "lease_until", "attempts", "last_error", "done_at", "context", "subject")


@dataclass
class Sender:
    """Sends what is due, round after round, over one connection as long as the server keeps it.

    sessions       opens a session; each batch and each mark is a transaction of its own
    breaker        holds back mails that ask for confirmations which do not come
    """

    sessions: Sessions
    transport: Transport
    sender: Address
    breaker: breaker.Breaker
    batch: int = BATCH
    _rest: float = 0.0
    _rests_until: float = 0.0
    _used_at: float = field(default_factory=time.monotonic)

    def round(self, now: datetime) -> int:
        """Send up to a batch of the mails that are due; returns how many were tried, whatever came of each.

        They are claimed and committed, sent one by one, marked and committed. A sender that dies leaves in doubt the
        mail it was sending and the few before it that it was about to mark: these and the rest of its batch go out
        when their lease ends, under the same Message-IDs.
        """
        if time.monotonic() < self._rests_until:
            return 0
        with self.sessions() as session:
            emails = self._claim(session, now=now)
            if not emails and time.monotonic() - self._used_at > IDLE:
                self.transport.close()
            return self._send_all(session, emails, now=now)

    def close(self) -> None:
        """Take leave of the mail server."""
        self.transport.close()

    def _claim(self, session: Session, *, now: datetime) -> list[Email]:
        if switching.is_paused(session):
            session.rollback()
            return []
        held = self.breaker.spent(session, now=now)
        emails = leases.claim(session, Email, now=now, limit=self.batch, where=breaker.is_free(held))
        self.breaker.count(session, emails, now=now)
        stopped = stopping.stopped(session, {email.mailbox_key for email in emails}) if emails else {}
        for email in emails:
            if email.mailbox_key in stopped:
                leases.drop(email, reason=stopped[email.mailbox_key], now=now)
                email.context = {}
        session.flush()
        # From here on they are marked one by one, and only while they are ours.
        session.expunge_all()
        session.commit()
        return [email for email in emails if email.state == "working"]

    def _send_all(self, session: Session, emails: list[Email], *, now: datetime) -> int:
        began = marked_at = time.monotonic()
        unmarked: list[Tried] = []
        for tried, email in enumerate(emails):
            if time.monotonic() < self._rests_until or time.monotonic() - began > LONGEST_BATCH:
                _mark(session, unmarked)
                _give_back(session, emails[tried:])
                return tried
            unmarked.append((email, email.lease_until))
            self._send(session, email, now=now)
            # A failure may have written something, and nothing may be held locked while the next mail leaves.
            if email.state != "done" or len(unmarked) >= TOGETHER or time.monotonic() - marked_at > SOON:
                _mark(session, unmarked)
                unmarked, marked_at = [], time.monotonic()
        _mark(session, unmarked)
        return len(emails)

    def _send(self, session: Session, email: Email, *, now: datetime) -> None:
        try:
            message = composing.message(email, self.sender)
            self.transport.send(message)
        except SendingFailed as failure:
            leases.fail(email, reason=failure.message, permanent=failure.permanent, now=now)
            if failure.about == "server":
                self._take_rest()
            elif failure.about == "mailbox":
                stopping.stop(session, email.mailbox_key, reason="bounced", detail=code_of(failure.message), now=now)
        except Exception as error:
            # Our own mistake with this one mail must not keep the others waiting.
            leases.fail(email, reason=type(error).__name__, permanent=False, now=now)
        else:
            leases.finish(email, now=now)
            email.subject, email.context = str(message["Subject"]), {}
            self._rest = 0.0
        self._used_at = time.monotonic()
        log.info("mail", kind=email.kind, state=email.state, attempts=email.attempts)

    def _take_rest(self) -> None:
        """The server is away, and would be for the next mail: it is not asked for a while, and then again."""
        self._rest = min(max(self._rest * 2, FIRST_REST), LONGEST_REST)
        self._rests_until = time.monotonic() + self._rest


def _mark(session: Session, mails: Collection[Tried]) -> None:
    """Write down what came of mails, but not of one that was erased meanwhile, or that another has since our lease."""
    if mails:
        session.execute(_MARKED, [_marks(email) | {"our_id": email.id, "our_lease": lease} for email, lease in mails])
        session.commit()


def _marks(email: Email) -> dict[str, Any]:
    return {f"new_{name}": getattr(email, name) for name in MARKS}


def _give_back(session: Session, emails: Collection[Email]) -> None:
    """These were claimed and not tried: they wait as before."""
    given = [(email, email.lease_until) for email in emails]
    for email in emails:
        email.state, email.lease_until, email.attempts = "waiting", None, email.attempts - 1
    _mark(session, given)


def _marking() -> Update:
    """Made once: making it anew took longer than executing it."""
    table = cast(Table, Email.__table__)
    is_ours = (
        (table.c.id == bindparam("our_id"))
        & (table.c.state == "working")
        & (table.c.lease_until == bindparam("our_lease", type_=table.c.lease_until.type))
    )
    return update(table).where(is_ours).values({name: bindparam(f"new_{name}") for name in MARKS})


_MARKED = _marking()
