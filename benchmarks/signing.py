"""How many people can sign in a second: `python -m benchmarks.signing [--database URL] [--rows 1000000] [--rounds 3]`.

`campaign serve` with two workers and a bare Flask app (benchmarks/bare.py) under the same server settings are asked in
turns by the same crowd, through their forms, every answer looked at. Ratios of one run hold; absolute rates say as much
about the machine, and about what else it does. --database: a PostgreSQL on which databases may be made.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from itertools import islice
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, TextClause, func, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from benchmarks import visiting
from benchmarks.live import HOST, SLUG, Server, Site, free_port, own_database, site
from benchmarks.visiting import Connection, Crowd, Round
from campaign.mail.models import Email
from campaign.petitions.models import Petition, PetitionText, Signature, SignatureCount
from campaign.running import gunicorn_settings

ROOT = Path(__file__).parent.parent
BATCH = 100_000
KEY = "0" * 64
# All limits count, as they do in production, and nobody reaches them.
COUNTED = {
    "CAMPAIGN_SIGN_DOMAIN_LIMIT": "100000000 per hour",
    "CAMPAIGN_SIGN_PETITION_LIMIT": "100000000 per minute",
}
PAST = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@dataclass
class Subject:
    """A server that is measured, and the rounds so far."""

    name: str
    server: Server
    act: Callable[[Connection, int], str]
    rounds: list[tuple[Round, float]] = field(default_factory=list)  # with milliseconds of CPU for each answer

    def measure(self, *, seconds: float, connections: int) -> None:
        first = 1_000_000 * len(self.rounds)
        before = self.server.cpu()
        done = visiting.run(self.act, self.server.port, seconds=seconds, number=connections, first=first)
        cpu = (self.server.cpu() - before) * 1000 / max(1, len(done.acknowledged))
        self.rounds.append((done, cpu))
        print(
            f"{self.name:10} {done.rate:7.0f}/s  p50 {done.percentile(0.5):5.0f} ms  "
            f"p99 {done.percentile(0.99):5.0f} ms  CPU {cpu:5.2f} ms  errors {dict(done.errors)}",
            flush=True,
        )

    @property
    def acknowledged(self) -> set[str]:
        return {said for done, _ in self.rounds for said in done.acknowledged}

    @property
    def rate(self) -> float:
        return median(done.rate for done, _ in self.rounds)

    @property
    def cpu(self) -> float:
        return median(cpu for _, cpu in self.rounds)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite files")
    options.add_argument("--rows", type=int, default=0, help="measure also where so many signatures are there before")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=5.0, help="of each round")
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--confirm", type=int, default=1_000, help="of how many signatures to follow the link")
    chosen = options.parse_args()
    form = visiting.Signers(f"/campaigns/{SLUG}/sign", lands="/signed")
    with ExitStack() as stack:
        theirs = stack.enter_context(bare(chosen.database))
        ours = stack.enter_context(site(chosen.database, **COUNTED))
        subjects = [
            Subject("bare", theirs, visiting.Signers("/sign", lands="/signed")),
            Subject("campaign", ours.web, form),
        ]
        if chosen.rows:
            full = stack.enter_context(site(chosen.database, name="full", **COUNTED))
            fill(full, chosen.rows)
            subjects.append(Subject(f"{chosen.rows:,}", full.web, form))
        for subject in subjects[1:]:
            subject.server.start()
            subject.server.wait_ready()
        for subject in subjects:  # a server compiles and fills its caches once
            visiting.run(subject.act, subject.server.port, seconds=1, number=chosen.connections, first=900_000_000)
        for _ in range(chosen.rounds):
            for subject in subjects:
                subject.measure(seconds=chosen.seconds, connections=chosen.connections)
        compare(*subjects[:2])
        if chosen.rows:
            grown(*subjects[1:])
        print(f"memory of each worker: {', '.join(f'{mib:.0f} MiB' for mib in ours.web.memory())}")
        look_after(ours, subjects[1].acknowledged)
        if chosen.confirm:
            confirm(ours, chosen.confirm)


def compare(bare: Subject, campaign: Subject) -> None:
    print(
        f"ratio    rate {campaign.rate / bare.rate:.0%} of bare ({campaign.rate:.0f} and {bare.rate:.0f} a second), "
        f"CPU per sign {campaign.cpu:.2f} and {bare.cpu:.2f} ms ({bare.cpu / campaign.cpu:.0%})"
    )


def grown(empty: Subject, full: Subject) -> None:
    print(
        f"grown    rate {full.rate / empty.rate:.0%} of that without rows, CPU per sign {full.cpu:.2f} and "
        f"{empty.cpu:.2f} ms ({empty.cpu / full.cpu:.0%})"
    )


@contextmanager
def bare(database: str) -> Iterator[Server]:
    """benchmarks/bare.py, served as `campaign serve` serves ours."""
    with tempfile.TemporaryDirectory() as name, own_database(database, Path(name), "bare") as url:
        port = free_port()
        chosen = gunicorn_settings(2, HOST, port)
        settings = [f"--{name.replace('_', '-')}={value}" for name, value in chosen.items() if value is not False]
        command = [sys.executable, "-m", "gunicorn", *settings, "benchmarks.bare:create_app()"]
        paths = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
        environ = {"BARE_DATABASE_URL": url, "PYTHONPATH": paths}
        subprocess.run([sys.executable, "-m", "benchmarks.bare"], env=os.environ | environ, check=True)
        server = Server(command, environ, Path(name) / "bare.log", port)
        server.start()
        try:
            server.wait_ready("/hello")
            yield server
        finally:
            server.kill()


def fill(site: Site, rows: int) -> None:
    """Confirmed signatures that are there already, and their counter. Made by the database: a minute for a million."""
    with Session(site.engine) as session, session.begin():
        petition = session.scalars(select(Petition)).one()
        text = session.scalars(select(PetitionText)).one()
        session.add(_earlier(petition.id, text.id))
        session.add(SignatureCount(petition_id=petition.id, day=PAST.date(), country="US", shard=0, confirmed=rows))
    for first in range(2, rows + 1, BATCH):
        with Session(site.engine) as session, session.begin():
            session.execute(_copies(site.engine), {"first": first, "last": min(rows, first + BATCH - 1)})
    with site.engine.connect() as connection:
        # What a busy database has done by itself long before it has so many.
        done = "PRAGMA wal_checkpoint(TRUNCATE)" if site.engine.dialect.name == "sqlite" else "ANALYZE signature"
        connection.execute(sql(done))
        connection.commit()


def _earlier(petition_id: int, text_id: int) -> Signature:
    return Signature(
        petition_id=petition_id,
        petition_text_id=text_id,
        signer_key=KEY,
        email="earlier1@example.org",
        given_name="Zoë",
        family_name="Łukasiewicz",
        country="US",
        postcode="99501",
        state="confirmed",
        created_at=PAST,
        confirmed_at=PAST,
    )


def _copies(engine: Engine) -> TextClause:
    """Of the one that is there, by numbers."""
    # As evenly spread over the index as real keys are.
    key = "lower(hex(randomblob(32)))" if engine.dialect.name == "sqlite" else "md5('a' || n) || md5('b' || n)"
    own = {"signer_key": key, "email": "'earlier' || n || '@example.org'", "family_name": "family_name || ' ' || n"}
    others = {column.name: column.name for column in Signature.__table__.columns if column.name not in {"id", *own}}
    values = others | own
    return sql(
        "WITH RECURSIVE number(n) AS "
        "(SELECT CAST(:first AS INTEGER) UNION ALL SELECT n + 1 FROM number WHERE n < :last) "
        f"INSERT INTO signature ({', '.join(values)}) SELECT {', '.join(values.values())} FROM number, signature "
        f"WHERE signature.signer_key = '{KEY}'"
    )


def look_after(site: Site, acknowledged: set[str]) -> None:
    """What was acknowledged is there, with its mail, and the counters agree with the rows."""
    with Session(site.engine) as session:
        stored = set(session.scalars(select(Signature.email)))
        mails = set(session.scalars(select(Email.to_address)))
    check = site.run("counts", "check")
    print(
        f"after    {len(acknowledged):,} acknowledged; lost {len(acknowledged - stored)}; "
        f"without a mail {len(acknowledged - mails)}; counts check: {'clean' if not check.returncode else check.stderr}"
    )


def confirm(site: Site, number: int) -> None:
    """Follow the links in the mails: page, button, counted."""
    tokens = mailed_tokens(site, number)
    crowd = Crowd(visiting.confirming(tokens), site.web.port, last=len(tokens))
    before, started = site.web.cpu(), counted(site)
    crowd.start()
    done = crowd.wait()
    cpu = (site.web.cpu() - before) * 1000 / len(done.acknowledged)
    print(
        f"confirm  {done.rate:7.0f}/s  p50 {done.percentile(0.5):5.0f} ms  p99 {done.percentile(0.99):5.0f} ms"
        f"  CPU {cpu:5.2f} ms (page and button)  errors {dict(done.errors)}; "
        f"{len(tokens)} links counted {counted(site) - started}; counts check: {site.run('counts', 'check').returncode}"
    )


def mailed_tokens(site: Site, number: int) -> list[str]:
    """Links as they reach people: the worker writes the mails, without a mail server as files."""
    folder = site.folder / "mail"
    site.worker.start()
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and len(list(folder.glob("*.eml"))) < number:
        time.sleep(0.2)
    site.worker.stop()
    mails = (message_from_bytes(path.read_bytes(), policy=default) for path in islice(folder.glob("*.eml"), number))
    bodies = (mail.get_body(("plain",)) for mail in mails)
    return [visiting.tokens(str(body.get_content()))[0] for body in bodies if body]


def counted(site: Site) -> int:
    with Session(site.engine) as session:
        return session.scalar(select(func.sum(SignatureCount.confirmed))) or 0


if __name__ == "__main__":
    main()
