"""How far a list is: told now and then, while its rows go by."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import update

from campaign import leases
from campaign.delivery.models import Export
from campaign.delivery.snapshot import Sessions

STRIDE = 500  # rows
BEAT = 2  # seconds

# Gets the number of rows that are done.
Progress = Callable[[int], None]


def told(rows: Iterator[Any], progress: Progress) -> Iterator[Any]:
    """The same rows, each with its `number`."""
    for row in rows:
        yield row
        if row.number % STRIDE == 0:
            progress(row.number)


def told_by_parts(parts: Iterator[list[Any]], progress: Progress) -> Iterator[Any]:
    """The rows of these parts."""
    return chain.from_iterable(_told(parts, progress))


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


def _told(parts: Iterator[list[Any]], progress: Progress) -> Iterator[list[Any]]:
    done = 0
    for part in parts:
        yield part
        done += len(part)
        progress(done)
