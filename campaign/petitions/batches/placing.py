"""Putting rows of a batch under a petition: who is there already, and whose name is new."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row as Found_
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.petitions.batches.row_checking import Found
from campaign.petitions.models import Batch, Signature
from campaign.petitions.transitions import move_all


@dataclass
class Counts:
    """What became of a batch's rows.

    rows      with anything in them
    new       names that nobody had put under the petition
    here      of people who signed here online; whose signature stays as it is
    earlier   in this batch further up, or in an earlier one
    refused   that are no signature; see BatchProblem
    consents  of the new ones, those who agreed to be written to
    """

    rows: int = 0
    new: int = 0
    here: int = 0
    earlier: int = 0
    refused: int = 0
    consents: int = 0

    def stored(self) -> dict[str, int]:
        """For a JSON column."""
        return asdict(self)

    @property
    def present(self) -> int:
        return self.here + self.earlier


@dataclass(frozen=True)
class Placed:
    """A row that is a signature, and its number in the batch."""

    number: int
    found: Found


class Seen:
    """Who was in the file further up, for a look that writes nothing. On disk where there are many."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        self._rows = rows
        rows.execute("CREATE TABLE seen (key BLOB PRIMARY KEY) WITHOUT ROWID")

    def add(self, key: str) -> bool:
        """True the first time."""
        return self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?)", (bytes.fromhex(key),)).rowcount == 1


@contextmanager
def seen() -> Iterator[Seen]:
    """An empty one."""
    # Without a name SQLite keeps it in a file of its own that goes when it is closed.
    rows = sqlite3.connect("")
    try:
        yield Seen(rows)
    finally:
        rows.close()


def judge(session: Session, batch: Batch, rows: Sequence[Placed], counts: Counts, *, again: bool) -> list[Placed]:
    """Those of these rows whose signers are new, as far as the database knows; the others are counted.

    again: this file was taken in before, so that nobody is new: not even who was erased since then.
    """
    known = _known(session, batch, [row.found.key for row in rows])
    new = []
    for row in rows:
        there = known.get(row.found.key, [])
        # A worker was stopped and starts once more: what it had placed is as new as before.
        is_mine = any(one.batch_id == batch.id and one.batch_row == row.number for one in there)
        # Who never confirmed, and is forgotten, has not signed.
        signed = [one for one in there if one.state != "expired"]
        if again and not is_mine:
            counts.earlier += 1
        elif signed and not is_mine:
            is_here = any(one.batch_id is None for one in signed)
            counts.here += is_here
            counts.earlier += not is_here
        else:
            new.append(row)
    return new


def place(session: Session, batch: Batch, rows: Sequence[Placed]) -> None:
    """Add these signatures. They count only once `count_all` lets them; two for one person are one."""
    if not rows:
        return
    taken = _known(session, batch, [row.found.key for row in rows])
    values = [_values(batch, row, taken.get(row.found.key, [])) for row in rows]
    added = dialects.insert(session, Signature).on_conflict_do_nothing(
        index_elements=["petition_id", "signer_key", "slot"]
    )
    session.execute(added, values)


def count_all(session: Session, batch: Batch, *, now: datetime) -> int:
    """From now on all signatures of this batch count; returns how many those are."""
    staged = (Signature.batch_id == batch.id) & (Signature.state == "invalidated") & Signature.invalidation_id.is_(None)
    # All in one instant: a list of what is new since another must not miss those that were placed before it.
    session.execute(update(Signature).where(staged).values(confirmed_at=now), execution_options=_QUIET)
    return move_all(session, staged, ("invalidated",), "confirmed", counted=staged)


def count_none(session: Session, batch: Batch) -> int:
    """From now on no signature of this batch counts; returns how many that were."""
    mine = Signature.batch_id == batch.id
    moved = mine & (Signature.state_before == "confirmed") & Signature.invalidation_id.is_(None)
    return move_all(session, mine, ("confirmed",), "invalidated", counted=moved, state_before="confirmed")


_QUIET = {"synchronize_session": False}


def _known(session: Session, batch: Batch, keys: Sequence[str]) -> dict[str, list[Found_[Any]]]:
    query = select(
        Signature.signer_key, Signature.slot, Signature.state, Signature.batch_id, Signature.batch_row
    ).where(Signature.petition_id == batch.petition_id, Signature.signer_key.in_(keys))
    found = defaultdict(list)
    for row in session.execute(query):
        found[row.signer_key].append(row)
    return found


def _values(batch: Batch, row: Placed, taken: Sequence[Found_[Any]]) -> dict[str, Any]:
    slots = {one.slot for one in taken if (one.batch_id, one.batch_row) != (batch.id, row.number)}
    return row.found.values | {
        "petition_id": batch.petition_id,
        "petition_text_id": batch.petition_text_id,
        "signer_key": row.found.key,
        "slot": next(slot for slot in range(1, len(slots) + 2) if slot not in slots),
        "consent_wording_id": batch.consent_wording_id if row.found.values["subscribe"] else None,
        "origin": batch.source,
        "batch_id": batch.id,
        "batch_row": row.number,
        # No new state: a signature that was taken out does not count either, and comes back as a whole.
        "state": "invalidated",
        "state_before": "",
        "show_name": False,
        "network_key": "",
    }
