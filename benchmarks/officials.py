"""How long the whole roster of Congress and its table of ZIP codes take to import, and one look-up of a postcode.

    python -m benchmarks.officials FOLDER [--postgres URL]

FOLDER holds congress-legislators/, ocd-division-ids/ and us-zipcodes-congress/ as they are published. Every table of
the database behind --postgres is emptied first: give it one of its own.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

import campaign  # noqa: F401  # all tables
from campaign.db import Base
from campaign.officials import lookup, roster, undoing
from campaign.officials.models import AreaPostcode

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
AS_OF = date(2026, 6, 15)
LOOKUPS = 2_000


def files_in(folder: Path) -> list[Path]:
    """All rosters of the folder, those of old snapshots apart."""
    congress = folder / "congress-legislators"
    return [
        *sorted(congress.glob("*.yaml")),
        folder / "ocd-division-ids" / "us_congressional_districts.csv",
        folder / "us-zipcodes-congress" / "zccd.csv",
    ]


def measure(url: str, files: Sequence[Path]) -> None:
    """Print the figures for one database."""
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for what in (f"import of {len(files)} files", "the same again"):
            began = time.process_time()
            seconds, report = timed(session, files)
            print(f"  {what}: {seconds:.2f} s, {time.process_time() - began:.2f} s CPU, {report.changes:,} rows")
        codes = session.scalars(select(AreaPostcode.postcode).distinct().order_by(AreaPostcode.postcode)).all()
        pauses, cpu = [], time.process_time()
        for code in random.Random(4).choices(codes, k=LOOKUPS):  # the same ones each time
            began = time.perf_counter()
            found = lookup.areas(session, "US", code, on=NOW.date())
            lookup.seats(session, found.areas, on=NOW.date())
            pauses.append((time.perf_counter() - began) * 1000)
            session.expunge_all()  # each visitor comes to a session of their own
        pauses.sort()
        cpu = (time.process_time() - cpu) * 1000 / LOOKUPS
        print(f"  look-up: median {pauses[LOOKUPS // 2]:.1f} ms, p99 {pauses[LOOKUPS * 99 // 100]:.1f} ms,", end=" ")
        print(f"{cpu:.1f} ms CPU")
        session.rollback()
        began = time.perf_counter()
        undoing.undo(session)
        session.commit()
        print(f"  undo: {time.perf_counter() - began:.2f} s")
    engine.dispose()


def timed(session: Session, files: Sequence[Path]) -> tuple[float, roster.Report]:
    began = time.perf_counter()
    report = roster.load(session, files, as_of=AS_OF, now=NOW)
    session.commit()
    return time.perf_counter() - began, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--postgres", help="postgresql+psycopg://…, whose tables are emptied")
    options = parser.parse_args()
    files = files_in(options.folder)
    with tempfile.TemporaryDirectory() as folder:
        print("SQLite")
        measure(f"sqlite:///{folder}/officials.sqlite3", files)
    if options.postgres:
        engine = create_engine(options.postgres)
        with engine.connect() as connection:
            print(str(connection.scalar(text("SHOW server_version"))).join(("PostgreSQL ", "")))
        engine.dispose()
        measure(options.postgres, files)


if __name__ == "__main__":
    main()
