"""How fast and in how much memory lists are written: `python -m benchmarks.exports [ROWS …] [--format F]`.

Makes a petition with that many signatures in a throw-away database (SQLite, or --database postgresql+psycopg://… with
an empty database of yours), writes the list in a process of its own, and prints time, rows per second and peak memory.
Just before, the database writes the same columns as CSV by its own means (COPY; the program sqlite3 when it is there,
else a loop over rows): "ratio" is our time by that one. --package writes a package, with the tree of its rows.
"""

import argparse
import csv
import multiprocessing
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from benchmarks import crowd
from campaign import create_app
from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.delivery import exports
from campaign.petitions.models import Petition, PetitionText

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COLUMNS = (
    "SELECT id, given_name, family_name, country, postcode, comment, created_at, petition_text_id FROM signature "
    "WHERE state = 'confirmed' ORDER BY id"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000])
    options.add_argument("--format", choices=["csv", "machine-csv", "json", "xlsx", "pdf"], default="csv")
    options.add_argument("--package", action="store_true")
    options.add_argument("--database", default="", help="URL of an empty database; default: a new SQLite file")
    chosen = options.parse_args()
    print(f"{'rows':>9} {'seconds':>8} {'rows/s':>9} {'bytes':>11} {'added MiB':>9} {'child MiB':>9} {'ratio':>6}")
    for number in chosen.rows:
        with tempfile.TemporaryDirectory() as folder:
            url = chosen.database or f"sqlite:///{folder}/benchmark.sqlite3"
            campaign_id = fill(url, number)
            process = multiprocessing.get_context("spawn").Process(
                target=measure, args=(url, campaign_id, chosen.format, folder, chosen.package)
            )
            process.start()
            process.join()
            Base.metadata.drop_all(create_engine(url))


def fill(url: str, number: int) -> int:
    """Make the rows; returns the campaign's id."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        campaign = Campaign(
            slug="benchmark", state="published", title="Mend the bridge", created_at=NOW, changed_at=NOW
        )
        petition = Petition(campaign=campaign)
        petition.texts.append(PetitionText(version=1, demand="Mend the bridge before winter.", created_at=NOW))
        session.add(petition)
        session.flush()
        campaign_id, petition_id = campaign.id, petition.id
    crowd.sign(engine, petition_id, number, at=NOW)
    return campaign_id


def measure(url: str, campaign_id: int, format: str, folder: str, is_package: bool) -> None:
    app = create_app(Path(folder), environ={}, overrides={"DATABASE_URL": url}, quiet=True)
    engine = create_engine(url)
    own = dump(url, Path(folder) / "dump.csv")
    before, started = peak(resource.RUSAGE_SELF), time.perf_counter()
    ending = "zip" if is_package else format
    with app.app_context():
        written = exports.write(
            sessionmaker(engine),
            campaign_id,
            format=format,
            path=Path(folder) / f"list.{ending}",
            organiser="Charlie",
            is_package=is_package,
            now=NOW,
        )
    seconds = time.perf_counter() - started
    added, child = peak(resource.RUSAGE_SELF) - before, peak(resource.RUSAGE_CHILDREN)
    size = written.path.stat().st_size
    print(
        f"{written.rows:9,} {seconds:8.2f} {written.rows / seconds:9,.0f} {size:11,} {added:9.0f} {child:9.0f} "
        f"{seconds / own:6.2f}",
        flush=True,
    )


def dump(url: str, path: Path) -> float:
    """Seconds in which the database itself writes the same columns as CSV."""
    started = time.perf_counter()
    if not url.startswith("sqlite"):
        order = f"COPY ({COLUMNS}) TO STDOUT WITH (FORMAT csv, HEADER)"
        connection = psycopg.connect(url.replace("+psycopg", ""))
        with connection, path.open("wb") as file, connection.cursor().copy(order) as copy:
            for chunk in copy:
                file.write(chunk)
    elif program := shutil.which("sqlite3"):
        with path.open("wb") as file:
            name = url.removeprefix("sqlite:///")
            subprocess.run([program, "-csv", "-header", name, COLUMNS], stdout=file, check=True)
    else:
        with sqlite3.connect(url.removeprefix("sqlite:///")) as database, path.open("w", newline="") as file:
            csv.writer(file).writerows(database.execute(COLUMNS))
    return time.perf_counter() - started


def peak(who: int) -> float:
    """The most memory used so far, in MiB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss / unit


if __name__ == "__main__":
    main()
