"""Writes a table of postcodes: what a file lists of a time replaces what was known of that time."""

from collections.abc import Callable

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from campaign.officials.journal import Journal
from campaign.officials.models import AreaPostcode, RosterImport
from campaign.officials.records import Roster

CHUNK = 5_000
COLUMNS = ("country", "postcode", "area_id", "share", "valid_from", "valid_to", "import_id")


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
        (country, postcode, area_id): (id, share)
        for id, country, postcode, area_id, share in session.execute(
            select(
                AreaPostcode.id, AreaPostcode.country, AreaPostcode.postcode, AreaPostcode.area_id, AreaPostcode.share
            ).where(AreaPostcode.valid_from == roster.valid_from)
        )
    }
    listed = {key[:2] for key in roster.postcodes}
    known = {key[:2] for key in stored} if only_new else set()
    new = sorted(key for key in roster.postcodes if key not in stored and key[:2] not in known)
    gone = (
        [] if only_new else [id for key, (id, _) in stored.items() if key[:2] in listed and key not in roster.postcodes]
    )
    shares = {
        stored[key][0]: share
        for key, share in roster.postcodes.items()
        if not only_new and share is not None and key in stored and share != stored[key][1]
    }
    _insert(session, roster, source, journal, new, step)
    _change_shares(session, journal, shares)
    for start in range(0, len(gone), CHUNK // 10):
        for row in session.scalars(select(AreaPostcode).where(AreaPostcode.id.in_(gone[start : start + CHUNK // 10]))):
            session.delete(row)
    return len(new), len(shares), len(gone)


def _insert(
    session: Session,
    roster: Roster,
    source: RosterImport,
    journal: Journal,
    new: list[tuple[str, str, str]],
    step: Callable[[int], None],
) -> None:
    connection = session.connection()
    for start in range(0, len(new), CHUNK):
        rows = [
            (*key, roster.postcodes[key], roster.valid_from, roster.valid_to, source.id)
            for key in new[start : start + CHUNK]
        ]
        if connection.dialect.name == "postgresql":
            # Forty thousand rows as INSERT take the driver six seconds, as COPY a quarter of one.
            cursor = connection.connection.cursor()
            with cursor.copy(f"COPY area_postcode ({', '.join(COLUMNS)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            session.execute(
                insert(AreaPostcode.__table__),  # type: ignore[arg-type]
                [dict(zip(COLUMNS, row, strict=True)) for row in rows],
            )
        step(len(rows))
    if new:
        ids = session.scalars(select(AreaPostcode.id).where(AreaPostcode.import_id == source.id))
        journal.add(AreaPostcode.__table__, ids)  # type: ignore[arg-type]


def _change_shares(session: Session, journal: Journal, shares: dict[int, float]) -> None:
    if not shares:
        return
    ids = sorted(shares)
    for start in range(0, len(ids), CHUNK // 10):
        part = ids[start : start + CHUNK // 10]
        former = select(AreaPostcode.id, AreaPostcode.share).where(AreaPostcode.id.in_(part))
        for id, share in session.execute(former):
            journal.change(AreaPostcode.__table__, id, {"share": share})  # type: ignore[arg-type]
    session.execute(update(AreaPostcode), [{"id": id, "share": share} for id, share in shares.items()])
