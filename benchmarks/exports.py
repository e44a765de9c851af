"""How fast and in how much memory lists are written: `python -m benchmarks.exports [ROWS …] [--format F]`.

Makes a petition with that many signatures in a throw-away database (SQLite, or --database postgresql+psycopg://… with
an empty database of yours), writes the list in a process of its own, and prints time, rows per second and peak memory.
Just before and just after, the database writes the same table as CSV by its own means (COPY by psql, sqlite3 -csv; a
loop over rows where these programs are missing), and it is looked at whether it is the same: "own" is the mean of
both, "ratio" our time by that. Where much else
is going on the processor's time says more; of a server's own nothing is known here. --package writes a package, with
the tree of its rows. The last line is the exponent: 1 when twice the rows take twice the time.
"""

import argparse
import csv
import multiprocessing
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from itertools import zip_longest
from math import log
from pathlib import Path
from typing import Any

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
# The list's own columns, in its order: here, where all are confirmed, a signature's number is its id.
TABLE = (
    "SELECT s.id AS number, given_name, family_name, country, postcode, comment, date({day}) AS signed_on, "
    "version AS text_version FROM signature s JOIN petition_text t ON t.id = s.petition_text_id "
    "WHERE s.state = 'confirmed' ORDER BY s.id"
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000])
    options.add_argument("--format", choices=["csv", "machine-csv", "json", "xlsx", "pdf"], default="csv")
    options.add_argument("--package", action="store_true")
    options.add_argument("--database", default="", help="URL of an empty database; default: a new SQLite file")
    chosen = options.parse_args()
    print(
        f"{'rows':>9} {'seconds':>8} {'own':>6} {'ratio':>6} {'cpu':>7} {'own':>6} {'ratio':>6} {'rows/s':>9} "
        f"{'bytes':>12} {'added MiB':>9} {'child MiB':>9} {'load':>5}"
    )
    taken = multiprocessing.get_context("spawn").SimpleQueue()
    times = []
    for number in chosen.rows:
        with tempfile.TemporaryDirectory() as folder:
            url = chosen.database or f"sqlite:///{folder}/benchmark.sqlite3"
            campaign_id = fill(url, number)
            process = multiprocessing.get_context("spawn").Process(
                target=measure, args=(url, campaign_id, chosen.format, folder, chosen.package, taken)
            )
            process.start()
            process.join()
            Base.metadata.drop_all(create_engine(url))
            if process.exitcode:
                sys.exit(process.exitcode)
        times.append((number, taken.get()))
    if len(times) > 1:
        (few, sooner), (many, later) = times[0], times[-1]
        print(f"exponent of the processor's time: {log(later / sooner) / log(many / few):.2f}")


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


def measure(url: str, campaign_id: int, format: str, folder: str, is_package: bool, taken: Any) -> None:
    """taken: gets the processor's seconds."""
    app = create_app(Path(folder), environ={}, overrides={"DATABASE_URL": url}, quiet=True)
    engine = create_engine(url)
    before_it = dump(url, Path(folder) / "dump.csv")
    children, before, started, cpu = spent(), peak(resource.RUSAGE_SELF), time.perf_counter(), time.process_time()
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
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu + spent() - children
    added, child = peak(resource.RUSAGE_SELF) - before, peak(resource.RUSAGE_CHILDREN)
    after_it = dump(url, Path(folder) / "dump.csv")
    own, own_cpu = (before_it[0] + after_it[0]) / 2, (before_it[1] + after_it[1]) / 2
    size = written.path.stat().st_size if written.path.exists() else 0
    print(
        f"{written.rows:9,} {seconds:8.2f} {own:6.2f} {seconds / own:6.2f} {cpu:7.2f} {own_cpu:6.2f} "
        f"{cpu / own_cpu:6.2f} {written.rows / seconds:9,.0f} {size:12,} {added:9.0f} {child:9.0f} "
        f"{os.getloadavg()[0]:5.1f}",
        flush=True,
    )
    if format == "csv" and not is_package and not is_same(Path(folder) / "dump.csv", written.path):
        sys.exit("The database has written another table.")
    taken.put(cpu)


def dump(url: str, path: Path) -> tuple[float, float]:
    """Seconds in which the database itself writes the same columns as CSV; the processor's, without a server's own."""
    started, cpu = time.perf_counter(), time.process_time() + spent()
    name = url.removeprefix("sqlite:///").replace("+psycopg", "")
    table = TABLE.format(day="s.created_at" if url.startswith("sqlite") else "timezone('UTC', s.created_at)")
    if url.startswith("sqlite"):
        program, words = shutil.which("sqlite3"), ["-csv", "-header", name, table]
    else:
        program = shutil.which("psql")
        words = ["-q", name, "-c", f"COPY ({table}) TO STDOUT WITH (FORMAT csv, HEADER)"]
    if program:
        with path.open("wb") as file:
            subprocess.run([program, *words], stdout=file, check=True)
    elif url.startswith("sqlite"):
        with sqlite3.connect(name) as database, path.open("w", newline="") as file:
            found = database.execute(table)
            writer = csv.writer(file)
            writer.writerow(column[0] for column in found.description)
            writer.writerows(found)
    else:
        with psycopg.connect(name) as connection, path.open("wb") as file, connection.cursor().copy(words[-1]) as copy:
            for chunk in copy:
                file.write(chunk)
    return time.perf_counter() - started, time.process_time() + spent() - cpu


def is_same(dumped: Path, written: Path) -> bool:
    """Whether both have the same cells; how they end lines and what they quote differs."""
    with dumped.open(newline="", encoding="utf-8") as theirs, written.open(newline="", encoding="utf-8-sig") as ours:
        return all(one == other for one, other in zip_longest(csv.reader(theirs), csv.reader(ours)))


def spent() -> float:
    """The processor's seconds that the processes we waited for have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak(who: int) -> float:
    """The most memory used so far, in MiB."""
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss / unit


if __name__ == "__main__":
    main()
