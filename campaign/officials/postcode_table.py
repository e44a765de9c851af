"""Writes a table of postcodes: what a file lists of a time replaces what was known of that time."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from campaign.officials import bulk
from campaign.officials.journal import Journal
from campaign.officials.models import AreaPostcode, RosterImport
from campaign.officials.records import Roster

CHUNK = 5_000
TABLE: Table = AreaPostcode.__table__  # type: ignore[assignment]

Key = tuple[str, str, str]


def write(
    session: Session,
    roster: Roster,
    source: RosterImport,
    journal: Journal,
    step: Callable[[int], None],
    *,
    only_new: bool,
) -> tuple[int, int, int]:
    """(added, changed, removed). The areas of a postcode in the file replace those it had at that time.

    Postcodes that are not in the file stay, and so do tables of other times. only_new: leave postcodes alone that
    are known.
    """
    if not roster.postcodes:
        return 0, 0, 0
    stored = {
        (row.country, row.postcode, row.area_id): row
        for row in session.execute(select(TABLE).where(TABLE.c.valid_from == roster.valid_from))
    }
    listed = {key[:2] for key in roster.postcodes}
    known = {key[:2] for key in stored} if only_new else set()
    new = sorted(key for key in roster.postcodes if key not in stored and key[:2] not in known)
    _insert(session, roster, source, journal, new, step)
    if only_new:
        return len(new), 0, 0
    gone = [row for key, row in stored.items() if key[:2] in listed and key not in roster.postcodes]
    shares = {
        stored[key]: share
        for key, share in roster.postcodes.items()
        if share is not None and key in stored and share != stored[key].share
    }
    _change_shares(session, journal, shares)
    _remove(session, journal, gone)
    return len(new), len(shares), len(gone)


def _insert(
    session: Session,
    roster: Roster,
    source: RosterImport,
    journal: Journal,
    new: list[Key],
    step: Callable[[int], None],
) -> None:
    ids = bulk.new_ids(session, TABLE, len(new))
    journal.add(TABLE, ids)
    same = {"valid_from": roster.valid_from, "valid_to": roster.valid_to, "import_id": source.id}
    for start in range(0, len(new), CHUNK):
        rows = [
            {"id": id, "country": key[0], "postcode": key[1], "area_id": key[2], "share": roster.postcodes[key], **same}
            for id, key in zip(ids[start : start + CHUNK], new[start : start + CHUNK], strict=True)
        ]
        bulk.insert(session, TABLE, rows)
        step(len(rows))


def _change_shares(session: Session, journal: Journal, shares: dict[Any, float]) -> None:
    for row in shares:
        journal.change(TABLE, row.id, {"share": row.share})
    bulk.update(session, TABLE, {row.id: {"share": share} for row, share in shares.items()})


def _remove(session: Session, journal: Journal, gone: list[Any]) -> None:
    for row in gone:
        journal.delete(TABLE, row.id, row._mapping)
    bulk.delete(session, TABLE, [row.id for row in gone])
