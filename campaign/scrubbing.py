"""Leaving nothing of what was deleted in the database's files."""

import sqlite3
from datetime import datetime, timedelta

from sqlalchemy import Engine, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base

# Whoever writes waits while the log is cut, so it is not tried for long: the worker comes again.
PATIENCE = 0.3  # seconds
# Writing a large file anew keeps whoever writes waiting, so that is done at night, and not for everybody by itself.
NIGHT = range(1, 5)  # hours, UTC
GATHERED = timedelta(hours=1)


class Erasure(Base):
    """People were forgotten: what the request could not reach is left for the worker to clean up.

    It names nobody. Deleted once lists that hold them are gone, and what the database's files still have of them.
    """

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    # None for whoever is in no list: subscribers, writers of letters.
    petition_id: Mapped[int | None] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    listed_since: Mapped[datetime | None]  # lists as of this instant or later may hold them; None: no list does
    at: Mapped[datetime]


def rewrites(engine: Engine) -> bool:
    """True when `scrub` leaves nothing of what was deleted, so that people can be promised it."""
    return engine.dialect.name == "sqlite"


def scrub(engine: Engine, *, at_once: int, oldest: datetime, now: datetime) -> bool:
    """Write SQLite's file anew and cut its log of changes. False when that must wait for a reader, or for the night.

    at_once: bytes up to which a file does not wait for the night; oldest: since when something has been waiting.

    `PRAGMA secure_delete` overwrites rows where they stand, but copies of them remain in the unused parts of pages
    from which SQLite moved rows to others (measured: of 200 rows, some). PostgreSQL looks after its files itself: its
    vacuum frees the rows, and its log is kept as long as its administrator says.
    """
    if not rewrites(engine):
        return True
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101  # tells the type checker
        may_rewrite = _bytes(connection) <= at_once or (now.hour in NIGHT and now - oldest >= GATHERED)
        if may_rewrite:
            connection.execute("VACUUM")
        return _cut(connection) and may_rewrite
    finally:
        pooled.close()


def _bytes(connection: sqlite3.Connection) -> int:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int(pages * size)


def _cut(connection: sqlite3.Connection) -> bool:
    """The log still has rows as they were."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    try:
        (is_busy, _pages, _moved) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {patience}")
    return not is_busy
