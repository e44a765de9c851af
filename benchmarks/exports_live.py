"""Lists made while people sign and confirm: `python -m benchmarks.exports_live [--exports 50] [--database URL]`.

At a site that is served, people sign through the form and confirm by the link in their mail. Meanwhile packages are
made. Each must hold as many rows as its manifest says and as the database counted in the very transaction in which the
package was made; and made again after more have come, it must be the same bytes. Then signers alone and signers beside
an export are measured in turns. --database: a PostgreSQL on which databases may be made; --rows: who signed before.
"""

import argparse
import json
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from benchmarks import crowd, visiting
from benchmarks.faults import Mailbox
from benchmarks.live import SLUG, Site, site
from campaign import create_app, db
from campaign.delivery import exports, remaking, written
from campaign.delivery.exports import Publisher
from campaign.delivery.models import Export
from campaign.petitions.models import Petition

COUNT = text("SELECT count(*) FROM signature WHERE state = 'confirmed' AND confirmed_at <= :instant")
NO_LIMITS = {
    "CAMPAIGN_SIGN_DOMAIN_LIMIT": "100000000 per hour",
    "CAMPAIGN_SIGN_PETITION_LIMIT": "100000000 per minute",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite files")
    options.add_argument("--exports", type=int, default=50)
    options.add_argument("--rows", type=int, default=2_000)
    options.add_argument("--seconds", type=float, default=10.0, help="of each measured round; 0 for none")
    chosen = options.parse_args()
    with site(chosen.database, workers=2, **NO_LIMITS) as ours:
        with Session(ours.engine) as session:
            petition = session.query(Petition).one()
            opened_at = petition.opens_at
        assert opened_at
        crowd.sign(ours.engine, petition.id, chosen.rows, at=opened_at)
        ours.web.start()
        ours.worker.start()
        ours.web.wait_ready()
        app = create_app(ours.folder, environ=ours.web.environ, quiet=True)
        with app.app_context():
            publisher = exports.publisher(app.config)
            prove(ours, publisher, chosen.exports)
            if chosen.seconds:
                compare(ours, publisher, chosen.seconds)


class Counting:
    """Sessions in which the database itself counts the list first, in the transaction that then writes it."""

    def __init__(self, ours: Site) -> None:
        self._engine, self.instant, self.counted = ours.engine, db.now(), -1

    def __call__(self) -> Session:
        session = Session(self._engine)
        event.listen(session, "after_begin", self._count)
        return session

    def _count(self, _session: Session, _transaction: Any, connection: Connection) -> None:
        self.counted = connection.execute(COUNT.bindparams(instant=self.instant)).scalar_one()


def prove(ours: Site, publisher: Publisher, number: int) -> None:
    """Make so many packages while people sign, then all of them again."""
    same, made = 0, []
    with signing(ours):
        for _ in range(number):
            export_id, is_same = one(ours, publisher)
            same += is_same
            made.append(export_id)
        again = sum(is_again(ours, publisher, export_id) for export_id in made)
    with ours.engine.connect() as connection:
        grown = connection.execute(COUNT.bindparams(instant=db.now())).scalar_one()
    print(f"rows = manifest = count at the snapshot: {same}/{number}")
    print(f"made again, byte for byte: {again}/{number} ({grown:,} confirmed by then)", flush=True)


def one(ours: Site, publisher: Publisher) -> tuple[int, bool]:
    """A package as the command makes it; its number, and whether all three numbers agree."""
    sessions = Counting(ours)
    path = publisher.folder / f"{sessions.instant:%H%M%S%f}.zip"
    with Session(ours.engine) as session:
        campaign_id = session.query(Petition.campaign_id).scalar()
    assert campaign_id
    found = exports.write(
        sessions, campaign_id, format="csv", path=path, publisher=publisher, is_package=True, now=sessions.instant
    )
    with zipfile.ZipFile(path) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        lines = bundle.read(f"{SLUG}.csv").count(b"\r\n") - 1
    with db.writing() as session:
        export = Export(
            campaign_id=campaign_id, format="csv", profile="delivery", options={"is_package": True}, state="done",
            created_at=sessions.instant, due_at=sessions.instant, filename=path.name,
        )  # fmt: skip
        session.add(export)
        written.note(export, found)
        session.flush()
        return export.id, found.rows == lines == manifest["rows"] == manifest["files"][0]["rows"] == sessions.counted


def is_again(ours: Site, publisher: Publisher, export_id: int) -> bool:
    path = ours.folder / "again.zip"
    with Session(ours.engine) as session:
        first = publisher.folder / session.get_one(Export, export_id).filename
    remaking.make_again(lambda: Session(ours.engine), export_id, path=path, publisher=publisher)
    return path.read_bytes() == first.read_bytes()


@contextmanager
def signing(ours: Site) -> Iterator[None]:
    """People who sign and, as their mails come, confirm."""
    signers = visiting.Crowd(_people(), ours.web.port, number=2, first=10_000_000)
    readers = visiting.Crowd(Mailbox(ours.folder / "mail").confirm, ours.web.port, number=1, pause=0.1)
    signers.start()
    readers.start()
    try:
        yield
    finally:
        done, confirmed = signers.stop(), readers.stop()
        print(f"meanwhile {len(done.acknowledged):,} signed and {len(confirmed.acknowledged):,} confirmed", flush=True)
        if done.errors:
            print(f"not acknowledged: {dict(done.errors)}")


def compare(ours: Site, publisher: Publisher, seconds: float) -> None:
    """Signers alone and beside exports, in turns."""
    ratios = []
    for turn in range(3):
        idle = visiting.run(_people(), ours.web.port, seconds=seconds, number=2, first=(2 * turn + 2) * 10_000_000)
        with exporting(ours, publisher) as files:
            busy = visiting.run(_people(), ours.web.port, seconds=seconds, number=2, first=(2 * turn + 3) * 10_000_000)
        ratios.append(busy.percentile(0.99) / idle.percentile(0.99))
        print(
            f"p99 alone {idle.percentile(0.99):.0f} ms ({len(idle.times)} signed), beside {len(files)} exports "
            f"{busy.percentile(0.99):.0f} ms ({len(busy.times)} signed): ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(f"ratio of p99, median of {len(ratios)}: {sorted(ratios)[1]:.2f} (goal: at most 1.5)")


@contextmanager
def exporting(ours: Site, publisher: Publisher) -> Iterator[list[Path]]:
    """One list after the other, in a process of its own as a worker is."""
    files: list[Path] = []
    over = threading.Event()

    def export() -> None:
        while not over.is_set():
            done = ours.run("export", SLUG, "--format", "csv", "-o", str(ours.folder / "list.csv"))
            if done.returncode:
                raise SystemExit(done.stderr)
            files.append(ours.folder / "list.csv")

    thread = threading.Thread(target=export)
    thread.start()
    try:
        yield files
    finally:
        over.set()
        thread.join()


def _people() -> visiting.Signers:
    return visiting.Signers(f"/campaigns/{SLUG}/sign", lands="/signed")


if __name__ == "__main__":
    main()
