"""The database: one Base for all tables, times in UTC, and what each engine needs to keep its promises."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, CursorResult, DateTime, Dialect, Engine, MetaData, Result, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from campaign import turns


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Only times with a zone may come in; what comes out is always UTC.

    SQLite has no zones, so a time without one would silently mean something else on each database.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The parent of every table. Plain SQLAlchemy, so that domain functions and their tests need no app."""

    # Named constraints can be changed by a migration on both databases.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UTCDateTime()}


# One for each thread of a web process (see running.py). Those beyond would be opened anew each time they are needed,
# which took a crowded process longer than what it opened them for.
CONNECTIONS = 16

# The connection used last comes next: it remembers what it has just read.
db = SQLAlchemy(metadata=Base.metadata, engine_options={"pool_size": CONNECTIONS, "pool_use_lifo": True})

CACHE = 512  # KiB of SQLite's file that each of them remembers
PATIENCE = 5.0  # seconds a transaction waits for its turn to write

# SQLite lets writers who wait look again after pauses of their own, in no order: of sixteen threads that signed at
# once, some never came at the right moment and failed after PATIENCE. So they queue here: the threads of a process at
# a lock, one for each pool of connections, and the one that is first in its process with those of other processes.
_turns: WeakKeyDictionary[Pool, threading.Lock] = WeakKeyDictionary()

_read_only: ContextVar[bool] = ContextVar("read_only", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Transactions begun inside will only read, so on SQLite they do not queue behind the one writer."""
    token = _read_only.set(True)
    try:
        yield
    finally:
        _read_only.reset(token)


@contextmanager
def writing() -> Iterator[Session]:
    """A short transaction of its own beside the request's, committed at the end.

    Only before the request's own transaction has begun to write: SQLite has one writer, and it would wait for itself.
    """
    token = _read_only.set(False)
    try:
        with Session(db.engine) as session, session.begin():
            yield session
    finally:
        _read_only.reset(token)


def set_reading(only_reads: bool) -> None:
    """Say for this request whether its transactions only read (see `reading`)."""
    _read_only.set(only_reads)


@event.listens_for(Engine, "connect")
def _prepare_connection(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        with connection.cursor() as cursor:
            # PostgreSQL itself would wait for a row that somebody holds for ever.
            cursor.execute(f"SET lock_timeout = {int(PATIENCE * 1000)}")
        connection.commit()
        return
    # The driver must not begin transactions of its own: `_begin` decides which kind is needed.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL, not NORMAL: what was acknowledged survives a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten with zeros: whoever asks to be erased is erased from the file, too.
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    # Each write of another connection spoils what this one remembers of the file, so there is little to gain by much.
    cursor.execute(f"PRAGMA cache_size = -{CACHE}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A transaction that reads first and writes later cannot wait for the lock: it fails at once with
        # "database is locked", whatever the busy timeout says. So writers take the lock when they begin.
        only_reads = _read_only.get() or connection.get_execution_options().get("only_reads", False)
        if not only_reads:
            _wait_for_turn(connection)
        words = "BEGIN" if only_reads else "BEGIN IMMEDIATE"
        try:
            # By the driver itself: SQLAlchemy's way there takes longer than many a transaction.
            connection.connection.driver_connection.execute(words)  # type: ignore[union-attr]
        except sqlite3.OperationalError as error:
            raise OperationalError(words, None, error) from error


def _wait_for_turn(connection: Connection) -> None:
    """Whoever waits in vain hears what SQLite says of its own lock."""
    held = connection.connection.record_info
    if held is None or "turn" in held:
        return
    deadline = time.monotonic() + PATIENCE
    turn = _turns.setdefault(connection.engine.pool, threading.Lock())
    if not turn.acquire(timeout=PATIENCE):
        raise _locked()
    try:
        file = turns.take(connection.engine.url.database, deadline=deadline)
    except turns.TooLate:
        turn.release()
        raise _locked() from None
    held["turn"] = turn, file


def _locked() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))


@event.listens_for(Pool, "checkin")
def _end_turn(_connection: Any, record: ConnectionPoolEntry) -> None:
    """Once the transaction is over. (SQLAlchemy tells of a commit before it commits, too early to let others in.)"""
    turn, file = (record.record_info or {}).pop("turn", (None, None))
    if turn is not None:
        turns.give_back(file)
        turn.release()


def touched(result: Result[Any]) -> int:
    """How many rows an UPDATE or DELETE changed, of what `execute` returned for it."""
    return cast(CursorResult[Any], result).rowcount  # a session says less of its type than it is


def now() -> datetime:
    """This instant, in UTC. The only clock; domain functions get it as an argument."""
    return datetime.now(UTC)
