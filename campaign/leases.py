"""Rows that a worker does once: claimed with a lease, tried again after a failure, given up in the open.

The row is the truth. A worker that dies leaves a lease that runs out, and another takes the row.
"""

import random
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 17  # with these pauses, three days: a mail server may be away for a weekend
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=12)

# waiting → working → done; working → waiting after a passing failure; working → failed for good; working → dropped
# when the work is no longer wanted.
STATES = ("waiting", "working", "done", "failed", "dropped")


class Leased:
    """The columns a table needs so that its rows can be worked off; a large one also an index on state and due_at."""

    id: Mapped[int]  # as each table has it
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    done_at: Mapped[datetime | None]


Row = TypeVar("Row", bound=Leased)


def claim(
    session: Session,
    model: type[Row],
    *,
    now: datetime,
    limit: int = 1,
    lease: timedelta = LEASE,
    where: ColumnElement[bool] | None = None,
) -> list[Row]:
    """Take up to `limit` due rows for this worker, of those that `where` lets pass.

    lease: how long the work may take. The caller commits before it starts the work.
    """
    is_due = (model.state == "waiting") & (model.due_at <= now)
    is_orphaned = (model.state == "working") & (model.lease_until < now)
    rows: list[Row] = []
    # One after the other, so that the index on state and due_at serves each, however many rows there are.
    for condition in (is_orphaned, is_due):
        if len(rows) < limit:
            query = select(model).where(condition, *([] if where is None else [where]))
            query = query.order_by(model.due_at, model.id).limit(limit - len(rows)).with_for_update(skip_locked=True)
            rows += session.scalars(query)
    for row in rows:
        row.state = "working"
        row.lease_until = now + lease
        row.attempts += 1
    return rows


def held(session: Session, model: type[Row], id: int, *, attempt: int) -> Row | None:
    """A row that was claimed, locked, to note what came of it. attempt: its number of attempts at that time.

    None when it was deleted, or the lease ran out and another worker took over: what that one does counts.
    """
    row = session.get(model, id, with_for_update=True)
    return row if row is not None and row.state == "working" and row.attempts == attempt else None


def finish(row: Leased, *, now: datetime) -> None:
    """The work is done."""
    row.state, row.done_at, row.lease_until, row.last_error = "done", now, None, ""


def fail(row: Leased, *, reason: str, permanent: bool, now: datetime, asked_for: timedelta = timedelta(0)) -> None:
    """The work failed; it is tried again after a growing pause unless that is pointless.

    asked_for: the shortest pause that the other side wishes.
    """
    row.last_error, row.lease_until = reason[:500], None
    if permanent or row.attempts >= MAX_ATTEMPTS:
        row.state = "failed"
        return
    pause = min(FIRST_PAUSE * 2 ** (row.attempts - 1), LONGEST_PAUSE)
    row.state = "waiting"
    # Jitter, so that a thousand rows refused together do not come back together.
    row.due_at = now + max(pause * random.uniform(0.8, 1.2), asked_for)  # noqa: S311  # not a secret


def drop(row: Leased, *, reason: str, now: datetime) -> None:
    """Nobody wants this work any more; nobody need look at it either."""
    row.state, row.done_at, row.lease_until, row.last_error = "dropped", now, None, reason[:500]


def retry(row: Leased, *, now: datetime) -> None:
    """Somebody mended the cause: the row starts afresh."""
    row.state, row.due_at, row.attempts, row.last_error = "waiting", now, 0, ""
