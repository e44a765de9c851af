"""Telling a worker at once that there is work. Rows are the truth, and workers look for them anyway, only later.

By REDIS_URL: Dramatiq runs the named task of the worker's table on whichever machine is free. On PostgreSQL: NOTIFY.
Else nobody is told, and the worker looks every WORKER_SECONDS.
"""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any, Protocol

import structlog
from flask import Flask, current_app, has_app_context
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from campaign.db import db

log = structlog.get_logger()

OFTEN_ENOUGH = 0.1  # seconds; one word is enough for all that happens meanwhile
REST = 10.0  # seconds for which nobody is told after that has failed
REDIS_TIMEOUT = 1.0  # seconds
MOST_WAITING = 20  # words in Redis that no worker has heard yet; more would say nothing new
OLDEST = 60_000  # milliseconds after which a word in Redis says nothing any more
WORK = "work to do"

Run = Callable[[str], None]


class Waker(Protocol):
    """One way to tell. None of them may fail: what was committed is acknowledged."""

    def call(self, task: str) -> None:
        """There is work for the worker's task of this name."""

    def rest(self, stop: Event, seconds: float) -> None:
        """In the worker: wait until there is work, `stop` is set, or so much time has passed."""

    @contextmanager
    def working(self, run: Run) -> Iterator[None]:
        """In the worker: inside, `run` may be called with a task's name, in a thread of its own."""
        yield


def init_app(app: Flask) -> None:
    """Choose how workers are told."""
    waker: Waker
    if app.config["REDIS_URL"]:
        waker = OverRedis(app.config["REDIS_URL"])
    elif app.config["DATABASE_URL"].startswith("postgresql"):
        waker = OverPostgreSQL()
    else:
        waker = Polling()
    app.extensions["waking"] = waker


def for_app() -> Waker:
    waker: Waker = current_app.extensions["waking"]
    return waker


def soon(session: Session, task: str) -> None:
    """Once this transaction is committed, tell a worker that there is work for this task."""
    session.info.setdefault(WORK, set()).add(task)


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    tasks = session.info.pop(WORK, None)
    if tasks and has_app_context():
        for task in sorted(tasks):
            for_app().call(task)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(WORK, None)


class Polling(Waker):
    """Nobody is told: a worker in this process, or beside it, looks every second."""

    def call(self, task: str) -> None:
        pass

    def rest(self, stop: Event, seconds: float) -> None:
        stop.wait(seconds)


class Sparing(Waker):
    """Says the same not too often, and nothing for a while after it failed."""

    failures: tuple[type[Exception], ...] = ()

    def __init__(self) -> None:
        self._quiet_until: dict[str, float] = {}

    def call(self, task: str) -> None:
        if time.monotonic() < self._quiet_until.get(task, 0.0):
            return
        pause = OFTEN_ENOUGH
        try:
            self.say(task)
        except self.failures as error:
            pause = REST
            log.warning("nobody was told", task=task, kind=type(error).__name__)
        self._quiet_until[task] = time.monotonic() + pause

    @abstractmethod
    def say(self, task: str) -> None:
        """Tell; fails with one of `failures` only."""


class OverPostgreSQL(Sparing):
    """NOTIFY, beside the transaction: inside, everybody's commits would queue for PostgreSQL's one list of words."""

    failures = (SQLAlchemyError,)

    def __init__(self) -> None:
        super().__init__()
        self._listening: Any = None

    def say(self, task: str) -> None:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("NOTIFY campaign_work")

    def rest(self, stop: Event, seconds: float) -> None:
        try:
            if self._listening is None:
                self._listening = self._listen()
            # What was said since the last rest counts, too.
            for _word in self._listening.notifies(timeout=seconds, stop_after=1):
                return
        except Exception as error:
            # psycopg's own errors, which this module cannot name without needing psycopg.
            log.warning("not listening", kind=type(error).__name__)
            self._listening = None
            stop.wait(seconds)

    @contextmanager
    def working(self, run: Run) -> Iterator[None]:
        try:
            yield
        finally:
            if self._listening is not None:
                self._listening.close()
            self._listening = None

    def _listen(self) -> Any:
        pooled = db.engine.raw_connection()
        connection: Any = pooled.driver_connection
        # A connection of its own: the pool must not hand it to anybody else.
        pooled.detach()
        connection.autocommit = True
        connection.execute("LISTEN campaign_work")
        return connection


class OverRedis(Sparing):
    """Dramatiq. A message holds a task's name and nothing else; one that is lost costs a worker's pause."""

    def __init__(self, url: str) -> None:
        super().__init__()
        # Both come with the extra "redis".
        import dramatiq  # noqa: PLC0415
        from dramatiq.brokers.redis import RedisBroker  # noqa: PLC0415
        from dramatiq.middleware import AgeLimit  # noqa: PLC0415
        from redis import RedisError  # noqa: PLC0415

        self.failures = (dramatiq.DramatiqError, RedisError)
        self._broker: Any = RedisBroker(  # type: ignore[no-untyped-call]
            url=url,
            middleware=[AgeLimit(max_age=OLDEST)],
            socket_timeout=REDIS_TIMEOUT,
            socket_connect_timeout=REDIS_TIMEOUT,
        )
        self._run: Run = lambda task: None
        self._make_worker = dramatiq.Worker
        named = dramatiq.actor(actor_name="run", queue_name="campaign", broker=self._broker)
        self._actor = named(self._heard)

    def say(self, task: str) -> None:
        if self._broker.client.llen(f"{self._broker.namespace}:campaign") < MOST_WAITING:
            self._actor.send(task)

    def rest(self, stop: Event, seconds: float) -> None:
        stop.wait(seconds)

    @contextmanager
    def working(self, run: Run) -> Iterator[None]:
        self._run = run
        worker = self._make_worker(self._broker, worker_threads=1)
        worker.start()
        try:
            yield
        finally:
            worker.stop(timeout=1_000)

    def _heard(self, task: str) -> None:
        self._run(task)
