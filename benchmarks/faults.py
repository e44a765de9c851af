"""What a site loses when it is killed, locked, or asked by everybody at once.

    python -m benchmarks.faults kills [--kills 1000] [--database URL]
    python -m benchmarks.faults locks [--seconds 1 4 30]
    python -m benchmarks.faults doubles [--people 1000] [--database URL]

The tests in tests/faults/ do the same in small. --database: a PostgreSQL on which databases may be made.
"""

import argparse
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter, deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from itertools import cycle, islice
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from benchmarks import visiting
from benchmarks.live import SLUG, Site, site
from benchmarks.visiting import Connection, Crowd, UnexpectedAnswer
from campaign.mail.models import Email
from campaign.petitions.models import Signature

SIGN = f"/campaigns/{SLUG}/sign"
KILLS = ("one process of web", "worker", "web", "one process of web", "everything", "worker", "one process of web")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("fault", choices=["kills", "locks", "doubles"])
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: SQLite")
    options.add_argument("--kills", type=int, default=1_000)
    options.add_argument("--seconds", type=float, nargs="*", default=[1, 4, 30])
    options.add_argument("--people", type=int, default=1_000)
    chosen = options.parse_args()
    if chosen.fault == "kills":
        with site(chosen.database) as killed:
            print(kill(killed, chosen.kills))
    elif chosen.fault == "locks":
        for seconds in chosen.seconds:
            with site() as locked:
                print(f"locked for {seconds} s: {lock(locked, seconds)}", flush=True)
    else:
        with site(chosen.database, CAMPAIGN_SIGN_LIMIT="1000000 per minute") as crowded:
            print(f"{chosen.people} people, 16 posts each: {press_again(crowded, chosen.people)}")


@dataclass
class Killed:
    """What was told to people while processes died, and what the database says afterwards."""

    kills: Counter[str] = field(default_factory=Counter)
    ready: list[float] = field(default_factory=list)  # seconds from each start to the first answer
    signed: set[str] = field(default_factory=set)  # addresses whose signature was acknowledged
    confirmed: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    lost_mails: set[str] = field(default_factory=set)
    lost_confirmations: set[str] = field(default_factory=set)
    counts: str = ""  # what `campaign counts check` complains about
    integrity: str = "ok"

    def __str__(self) -> str:
        ready = sorted(self.ready)
        return (
            f"{self.kills.total()} kills {dict(self.kills)}: {len(self.signed):,} signatures acknowledged, "
            f"{len(self.lost)} lost, {len(self.lost_mails)} without a mail; {len(self.confirmed):,} confirmations "
            f"acknowledged, {len(self.lost_confirmations)} lost; counters {self.counts or 'clean'}; integrity "
            f"{self.integrity}; ready after {ready[len(ready) // 2]:.2f} s, at most {ready[-1]:.2f} s"
        )


def kill(site: Site, kills: int, *, connections: int = 6, cold: Collection[str] = KILLS) -> Killed:
    """kill -9, in turns, of web, worker and everything, while people sign and confirm.

    cold: what starts from nothing when it was killed; the rest starts warm, to be ready sooner.
    """
    outcome = Killed()
    _start(site, "everything", outcome, warm="everything" not in cold)
    signers = Crowd(visiting.Signers(SIGN, lands="/signed"), site.web.port, number=connections, pause=0.02)
    confirmers = Crowd(Mailbox(site.folder / "mail").confirm, site.web.port, number=2, pause=0.02)
    for crowd in (signers, confirmers):
        crowd.start()
    while not confirmers.acknowledged and signers.errors.total() < 1_000:  # the worker takes a second to start
        time.sleep(0.05)
    if not signers.acknowledged:
        raise RuntimeError(f"Nobody could sign: {dict(signers.errors)}")
    for what in islice(cycle(KILLS), kills):
        time.sleep(random.uniform(0.05, 0.4))
        _kill(site, what, outcome, warm=what not in cold)
    time.sleep(0.3)
    outcome.signed, outcome.confirmed = set(signers.stop().acknowledged), set(confirmers.stop().acknowledged)
    site.web.kill()
    site.worker.kill()
    _look_after(site, outcome)
    return outcome


def _kill(site: Site, what: str, outcome: Killed, *, warm: bool) -> None:
    outcome.kills[what] += 1
    if what == "one process of web":
        # Its parent starts another one, and the others go on answering.
        os.kill(random.choice(site.web.workers()), signal.SIGKILL)
        return
    if what != "web":
        site.worker.kill()
    if what != "worker":
        site.web.kill()
    _start(site, what, outcome, warm=warm)


def _start(site: Site, what: str, outcome: Killed, *, warm: bool) -> None:
    if what != "web":
        site.worker.start(warm=warm)
    if what != "worker":
        site.web.start(warm=warm)
        outcome.ready.append(site.web.wait_ready())


def _look_after(site: Site, outcome: Killed) -> None:
    with Session(site.engine) as session:
        states = dict(session.execute(select(Signature.email, Signature.state)).tuples().all())
        outcome.lost = outcome.signed - states.keys()
        outcome.lost_mails = outcome.signed - set(session.scalars(select(Email.to_address)))
        outcome.lost_confirmations = {email for email in outcome.confirmed if states.get(email) != "confirmed"}
        if site.engine.dialect.name == "sqlite":
            outcome.integrity = session.scalar(text("PRAGMA integrity_check")) or ""
    check = site.run("counts", "check")
    outcome.counts = check.stderr if check.returncode else ""


class Mailbox:
    """Everybody's mail, as the worker writes it to files. Threads that confirm take one letter each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: set[str] = set()
        self._unread: deque[str] = deque()
        self._lock = threading.Lock()

    def confirm(self, connection: Connection, _number: int) -> str:
        """Follow the link of a mail that nobody has read; returns its reader's address."""
        address, token = self._next()
        visiting.confirming([token])(connection, 0)
        return address

    def _next(self) -> tuple[str, str]:
        with self._lock:
            if not self._unread:
                self._look()
            if not self._unread:
                raise UnexpectedAnswer("no mail")
            name = self._unread.popleft()
        mail = message_from_bytes((self.folder / name).read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        return mail["To"], visiting.tokens(str(body.get_content()) if body else "")[0]

    def _look(self) -> None:
        with suppress(FileNotFoundError):
            new = {entry.name for entry in os.scandir(self.folder) if entry.name.endswith(".eml")} - self._seen
            self._seen |= new
            self._unread.extend(new)


def lock(site: Site, seconds: float, *, connections: int = 4) -> str:
    """Another process keeps the database's lock for so long while people sign."""
    site.web.start()
    site.web.wait_ready()
    crowd = Crowd(visiting.Signers(SIGN, lands="/signed"), site.web.port, number=connections, pause=0.2)
    crowd.start()
    time.sleep(0.5)
    with locked(site):
        time.sleep(seconds)
    time.sleep(1)
    done = crowd.stop()
    with Session(site.engine) as session:
        stored = set(session.scalars(select(Signature.email)))
    return (
        f"{len(done.acknowledged)} acknowledged, {len(set(done.acknowledged) - stored)} lost, "
        f"slowest {max(done.times):.1f} s, refused {dict(done.errors)}"
    )


@contextmanager
def locked(site: Site) -> Iterator[None]:
    """Somebody outside of our queue writes to the file and takes their time."""
    connection = sqlite3.connect(site.engine.url.database or "", isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


class Impatient(visiting.Signers):
    """Everybody presses the button many times at once."""

    def __init__(self, path: str, *, lands: str, posts: int) -> None:
        super().__init__(path, lands=lands)
        self.posts = posts
        self._together = threading.Barrier(posts)

    def __call__(self, connection: Connection, number: int) -> str:
        self._together.wait(timeout=60)
        return super().__call__(connection, number // self.posts)


def press_again(site: Site, people: int, *, posts: int = 16) -> str:
    """So many people, one after the other, each pressing so many times at once."""
    site.web.start()
    site.web.wait_ready()
    impatient = Impatient(SIGN, lands="/signed", posts=posts)
    crowd = Crowd(impatient, site.web.port, number=posts, last=people * posts)
    crowd.start()
    result = crowd.wait()
    with Session(site.engine) as session:
        rows = session.scalars(select(Signature.email)).all()
        mails = session.scalars(select(Email.to_address)).all()
    return (
        f"{len(result.acknowledged):,} same answers in {result.seconds:.0f} s, {len(rows):,} rows of "
        f"{len(set(rows)):,} people, {len(mails):,} mails, errors {dict(result.errors)}"
    )


if __name__ == "__main__":
    main()
