"""Lists made while people sign and confirm: `python -m benchmarks.exports_live [--exports 50] [--database URL]`.

At a site that is served, people sign through the form and confirm by the link in their mail. Meanwhile packages are
made. Each must hold as many rows as its manifest says and as the database counted in the very transaction in which the
package was made; and made again after more have come, it must be the same bytes.

Then signers are measured alone and beside lists of all who signed, in turns: so many come each second, however long
those before them take, and how long each had to wait counts from when they came. Each answer is looked at. The lists
are asked for as at the desk and made by the site's worker; a second worker sends the mail of alone and beside alike.
--database: a PostgreSQL on which databases may be made; --rows: who signed before.
"""

import argparse
import json
import sys
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from benchmarks import crowd, visiting
from benchmarks.faults import Mailbox
from benchmarks.live import SLUG, Server, Site, site
from campaign import create_app, db
from campaign.accounts.models import Account
from campaign.delivery import exports, remaking, written
from campaign.delivery.exports import Publisher
from campaign.delivery.models import Export
from campaign.petitions.models import Petition

COUNT = text("SELECT count(*) FROM signature WHERE state = 'confirmed' AND confirmed_at <= :instant")
CONNECTIONS = 16
_rounds = count()
NO_LIMITS = {
    "CAMPAIGN_SIGN_DOMAIN_LIMIT": "100000000 per hour",
    "CAMPAIGN_SIGN_PETITION_LIMIT": "100000000 per minute",
}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite files")
    options.add_argument("--exports", type=int, default=50)
    options.add_argument("--rows", type=int, default=2_000)
    options.add_argument("--turns", type=int, default=6, help="of signers alone, then beside lists; 0 for none")
    options.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    options.add_argument("--rate", type=float, default=20.0, help="signers in a second")
    options.add_argument("--formats", default="csv,pdf", help="of the lists they are beside")
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
            if chosen.exports:
                prove(ours, publisher, chosen.exports)
            with db.writing() as session:
                account = Account(email="charlie@example.org", password_hash="", role="owner", created_at=db.now())
                session.add(account)
        if chosen.turns:
            second = Server(ours.worker.command, ours.worker.environ, ours.folder / "second.log")
            second.start()
            try:
                for format in chosen.formats.split(","):
                    compare(ours, app, format, chosen)
            finally:
                second.kill()


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


def compare(ours: Site, app: Flask, format: str, options: argparse.Namespace) -> None:
    """Signers alone and beside lists that the worker makes, in turns. Ends the program when one is not acknowledged."""
    alone, beside, lists = [], [], 0
    for _ in range(options.turns):
        alone.append(_signed(ours, options))
        with exporting(ours, app, format) as made:
            beside.append(_signed(ours, options))
        lists += len(made)
    idle, busy = _together(alone), _together(beside)
    print(
        f"{format}: alone p50 {idle.percentile(0.5):.1f} ms, p99 {idle.percentile(0.99):.1f} ms "
        f"({len(idle.times):,} signed), beside {lists} lists p50 {busy.percentile(0.5):.1f} ms, "
        f"p99 {busy.percentile(0.99):.1f} ms ({len(busy.times):,} signed): ratio of p99 "
        f"{busy.percentile(0.99) / idle.percentile(0.99):.2f} (goal: at most 1.5)",
        flush=True,
    )
    if idle.errors or busy.errors:
        sys.exit(f"not acknowledged: {dict(idle.errors)} alone, {dict(busy.errors)} beside lists")


def _signed(ours: Site, options: argparse.Namespace) -> visiting.Round:
    first = next(_rounds) * 100_000 + 20_000_000
    return visiting.run(
        _people(), ours.web.port, seconds=options.seconds, number=CONNECTIONS, first=first, rate=options.rate
    )


def _together(rounds: list[visiting.Round]) -> visiting.Round:
    return visiting.Round(
        sum(one.seconds for one in rounds),
        [address for one in rounds for address in one.acknowledged],
        [seconds for one in rounds for seconds in one.times],
        sum((one.errors for one in rounds), Counter()),
    )


@contextmanager
def exporting(ours: Site, app: Flask, format: str) -> Iterator[list[int]]:
    """One list after the other, made by the site's worker; inside, one is always in work. Its numbers of rows."""
    rows: list[int] = []
    begun, over = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def export() -> None:
        try:
            with app.app_context():
                while not over.is_set():
                    rows.append(_made(ours, format, begun))
        except BaseException as error:
            failed.append(error)
            begun.set()

    thread = threading.Thread(target=export)
    thread.start()
    begun.wait()
    try:
        yield rows
    finally:
        over.set()
        thread.join()
    if failed:
        raise failed[0]


def _made(ours: Site, format: str, begun: threading.Event) -> int:
    """Ask for a list as the desk does, and wait until it is there."""
    with db.writing() as session:
        petition, account = session.query(Petition).one(), session.query(Account).one()
        asked = exports.request(
            session, petition.campaign, format=format, profile="delivery", account=account, now=db.now()
        )
        session.flush()
        id = asked.id
    while True:
        with Session(ours.engine) as session:
            found = session.get_one(Export, id)
        if found.state == "done":
            return found.rows or 0
        if found.state not in ("waiting", "working"):
            raise SystemExit(f"{found.state}: {found.last_error}")
        if found.state == "working":
            begun.set()
        time.sleep(0.05)


def _people() -> visiting.Signers:
    return visiting.Signers(f"/campaigns/{SLUG}/sign", lands="/signed")


if __name__ == "__main__":
    main()
