"""Work that an organiser asked for and waits to see: which step it is at, how it failed, and whether it is tried again.

`open_key` keeps the same work from being asked for twice; it is None once the work is over.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Mapped, Session, sessionmaker

from campaign import leases
from campaign.errors import Refused

MOST_ATTEMPTS = 3  # somebody is waiting for it: better to say soon that it does not work


class Awaited(leases.Leased):
    """What such a row has besides its lease."""

    step: Mapped[str]
    open_key: Mapped[Any]


def set_step(sessions: sessionmaker[Session], model: type[Awaited], id: int, attempt: int, step: str) -> None:
    """Say what is being done now, for whoever looks."""
    with sessions() as session, session.begin():
        row = leases.held(session, model, id, attempt=attempt)
        if row is not None:
            row.step = step


def fail(
    sessions: sessionmaker[Session],
    model: type[Awaited],
    id: int,
    attempt: int,
    error: Refused,
    *,
    longest_pause: timedelta,
    now: datetime,
) -> None:
    """Note why it failed. What is passing (`error.is_passing`) is tried again, at the earliest when it asks for that.

    longest_pause: that the other side may ask for.
    """
    is_final = not getattr(error, "is_passing", False) or attempt >= MOST_ATTEMPTS
    asked_for = min(timedelta(seconds=getattr(error, "retry_after", None) or 0), longest_pause)
    with sessions() as session, session.begin():
        row = leases.held(session, model, id, attempt=attempt)
        if row is None:
            return
        leases.fail(row, reason=error.message, permanent=is_final, asked_for=asked_for, now=now)
        row.step = ""
        if row.state == "failed":
            row.open_key = None
