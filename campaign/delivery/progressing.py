"""How far a list is: told now and then, while its rows go by."""

import time
from collections.abc import Callable, Iterator, Sized
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import update

from campaign import leases
from campaign.delivery.models import Export
from campaign.delivery.snapshot import Sessions

STRIDE = 500  # rows
BEAT = 2  # seconds

Part = TypeVar("Part", bound=Sized)
# Gets the number of rows that are done.
Progress = Callable[[int], None]


def told(rows: Iterator[Any], progress: Progress) -> Iterator[Any]:
    """The same rows, each with its `number`."""
    for row in rows:
        yield row
        if row.number % STRIDE == 0:
            progress(row.number)


def told_by_parts(parts: Iterator[Part], progress: Progress) -> Iterator[Part]:
    """The same parts, each of so many rows as it is long."""
    done = 0
    for part in parts:
        yield part
        done += len(part)
        progress(done)


def heartbeat(sessions: Sessions, export_id: int, *, now: datetime) -> Progress:
    """Every few seconds: how many rows are done, for the page, and a longer lease, so that no other worker takes it."""
    started = last = time.monotonic()

    def beat(rows: int) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last < BEAT:
            return
        last = moment
        until = now + timedelta(seconds=moment - started) + leases.LEASE
        with sessions() as session, session.begin():
            session.execute(update(Export).where(Export.id == export_id).values(rows=rows, lease_until=until))

    return beat
