"""What happens outside of requests: sending mail, building exports, forgetting what is over."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.utils import parseaddr

import structlog
from flask import Flask, current_app
from sqlalchemy.orm import Session, sessionmaker

from campaign import limiting
from campaign.accounts import sessions, signing_in
from campaign.db import db, now
from campaign.delivery import exports
from campaign.mail import outbox, transport
from campaign.petitions import confirming, forgetting

log = structlog.get_logger()


@dataclass(frozen=True)
class Task:
    """Something the worker looks after. `run` does what is due and returns how much that was."""

    name: str
    run: Callable[[datetime], int]
    every: float = 0.0  # seconds between two looks, for what need not happen at once


def tasks() -> list[Task]:
    """Everything the worker does, the most urgent first."""
    return [
        Task("mail", deliver_mail),
        Task("exports", build_exports),
        Task("unconfirmed signatures", expire_pending, every=60),
        Task("signers of ended petitions", forget_signers, every=60),
        Task("ended sign-ins", forget_sign_ins, every=60),
        Task("ended limits", forget_limits, every=60),
        Task("old mail", forget_mail, every=3600),
    ]


def deliver_mail(now: datetime) -> int:
    """Send the mails that are due."""
    way_out = transport.for_settings(current_app.config)
    try:
        return outbox.deliver(_sessions(), way_out, sender=_sender(), now=now)
    finally:
        way_out.close()


def build_exports(now: datetime) -> int:
    """Make the lists that organisers asked for."""
    return exports.build_due(_sessions(), publisher=exports.publisher(current_app.config), now=now)


def expire_pending(now: datetime) -> int:
    """Forget signatures that nobody confirmed in time."""
    with _sessions().begin() as session:
        return confirming.expire_pending(session, now=now, days=current_app.config["PENDING_DAYS"])


def forget_signers(now: datetime) -> int:
    """Keep the promise of the sign form: names, addresses and lists of ended petitions go on their day."""
    days = current_app.config["RETENTION_DAYS"]
    with _sessions().begin() as session:
        files = exports.forget_ended(session, publisher=exports.publisher(current_app.config), now=now, days=days)
        return files + forgetting.forget_ended(session, now=now, days=days)


def forget_sign_ins(now: datetime) -> int:
    """Delete browsers' sessions that are over."""
    with _sessions().begin() as session:
        return sessions.forget_ended(session, lifetime=signing_in.lifetime(), now=now)


def forget_limits(now: datetime) -> int:
    """Delete counts of windows that are over."""
    with _sessions().begin() as session:
        return limiting.forget_ended(session, now=now)


def forget_mail(now: datetime) -> int:
    """Delete the rows and files of mails that left long ago."""
    with _sessions().begin() as session:
        rows = outbox.forget_sent(session, now=now)
    return rows + transport.forget_files(transport.folder(current_app.config), before=now - outbox.KEPT)


def run(app: Flask, *, once: bool = False, stop: threading.Event | None = None) -> None:
    """Do what is due, rest when nothing is, until `stop` is set. once: until nothing is due any more."""
    stop = stop or threading.Event()
    rounds = _Rounds(tasks())
    while not stop.is_set():
        with app.app_context():
            done = rounds.next()
        if not done and once:
            return
        if not done:
            stop.wait(app.config["WORKER_SECONDS"])


@dataclass(frozen=True)
class Stoppable:
    """A worker in a thread of this process."""

    thread: threading.Thread
    event: threading.Event

    def stop(self, timeout: float = 10.0) -> None:
        """Let it finish what it is doing, for `timeout` seconds at most."""
        self.event.set()
        self.thread.join(timeout)


def start_in_thread(app: Flask) -> Stoppable:
    """Run the worker beside the server, for the demo's one process."""
    event = threading.Event()
    thread = threading.Thread(target=run, args=(app,), kwargs={"stop": event}, name="worker", daemon=True)
    thread.start()
    return Stoppable(thread, event)


@dataclass
class _Rounds:
    """Goes through the tasks again and again, each no oftener than it asks for."""

    tasks: list[Task]
    _rests_until: dict[str, float] = field(default_factory=dict)

    def next(self) -> int:
        return sum(self._tried(task) for task in self.tasks if self._is_due(task))

    def _is_due(self, task: Task) -> bool:
        return time.monotonic() >= self._rests_until.get(task.name, 0.0)

    def _tried(self, task: Task) -> int:
        done = 0
        try:
            done = task.run(now())
        except Exception as error:
            # A full disk or our own mistake: the other tasks go on, and this one is tried again.
            log.error("task failed", task=task.name, kind=type(error).__name__)
        # A task that found something may have stopped at a limit of its own, so it is asked again at once.
        self._rests_until[task.name] = 0.0 if done else time.monotonic() + task.every
        return done


def _sessions() -> sessionmaker[Session]:
    return sessionmaker(db.engine)


def _sender() -> Address:
    name, address = parseaddr(current_app.config["MAIL_FROM"])
    return Address(display_name=name or current_app.config["SITE_NAME"], addr_spec=address)
