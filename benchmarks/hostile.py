"""Whether a site answers while it is handed what means harm: `python -m benchmarks.hostile [--database URL]`.

An organiser's browser imports 60 pathological pages, 80 hostile feeds and 1,500 script payloads by every way in, two
at once, while a reader asks for a campaign's page. Prints how long each import took, how long the reader waited before
and meanwhile, and by how much the web worker and its parsers grew together.
"""

import argparse
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import urllib3
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.live import HOST, SLUG, Site, _pss, children, site
from campaign import create_app
from campaign.accounts import keeping, sessions, signing_in
from campaign.accounts.permissions import Role
from campaign.db import now
from tests.articles import hostile

SLOWEST, MOST = 10.0, 64.0  # seconds of one import; MiB
AT_ONCE = 2
EVERY = 0.05  # seconds


@dataclass
class Watch:
    """How long a reader waits, and how large the processes are."""

    made: Site
    waits: list[float] = field(default_factory=list)
    largest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        page = urllib3.PoolManager()
        while not self.over.is_set():
            began = time.monotonic()
            answer = page.request("GET", f"http://{HOST}:{self.made.web.port}/campaigns/{SLUG}?at={began}", timeout=60)
            assert answer.status == 200, answer.status
            self.waits.append(time.monotonic() - began)
            self.largest = max(self.largest, memory(self.made))
            time.sleep(EVERY)

    def for_seconds(self, seconds: float) -> "Watch":
        threading.Timer(seconds, self.over.set).start()
        self.read()
        return self


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: an SQLite file")
    options.add_argument("--payloads", type=int, default=1_500)
    chosen = options.parse_args()
    with site(chosen.database, workers=1) as made:
        browser = signed_in(made)
        made.web.start()
        made.web.wait_ready()
        for text, feed in (("<p>It rained.</p>" * 9, False), ("Floods\n\nIt rained.", False)):
            import_(made, browser, (text, feed))  # starts the parsers
        before = Watch(made).for_seconds(5)
        with ThreadPoolExecutor(1) as reader, ThreadPoolExecutor(AT_ONCE) as organisers:
            watch = Watch(made)
            reading = reader.submit(watch.read)
            times = list(organisers.map(partial(import_, made, browser), documents(chosen.payloads)))
            watch.over.set()
            reading.result()
    grown = watch.largest - before.largest
    print(
        f"{len(times)} documents: each {percentile(times, 50):.2f} s, at most {max(times):.2f} s (goal {SLOWEST:.0f})"
    )
    for name, waits in (("before", before.waits), ("meanwhile", watch.waits)):
        shares = ", ".join(f"p{share} {percentile(waits, share) * 1e3:.0f} ms" for share in (50, 99))
        print(f"a reader waited {name}: {shares}, at most {max(waits) * 1e3:.0f} ms ({len(waits)} pages)")
    print(f"grown by {grown:.0f} MiB, with {AT_ONCE} documents at once (goal {MOST:.0f} for each)")


def documents(payloads: int) -> Iterator[tuple[str, bool]]:
    """Each with whether it is a feed."""
    yield from ((page, False) for page in hostile.pages())
    yield from ((feed, True) for feed in hostile.feeds())
    found = hostile.payloads(payloads)
    for start in range(0, len(found), 15):
        yield from ((text, feed) for _, text, feed in hostile.inlets(found[start : start + 15]))


def signed_in(made: Site) -> str:
    """The cookie of an owner's browser."""
    app: Flask = create_app(made.folder, environ=made.web.environ, quiet=True)
    engine = create_engine(made.database)
    with app.app_context(), Session(engine) as session:
        account = keeping.add(
            session, email="charlie@example.org", role=Role.OWNER, password=secrets.token_hex(), now=now()
        )
        session.flush()
        token = sessions.start(session, account, now=now())
        session.commit()
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps({signing_in.TOKEN: token})}"


def import_(made: Site, cookie: str, document: tuple[str, bool]) -> float:
    """Seconds from the press of the button to the answer."""
    text, feed = document
    browser = urllib3.PoolManager()
    place = f"http://{HOST}:{made.web.port}/desk/import"
    page = browser.request("GET", place, headers={"Cookie": cookie}, timeout=60)
    given = [line.partition(";")[0] for line in page.headers.getlist("Set-Cookie")]
    cookie = next((one for one in given if one.startswith(cookie.partition("=")[0] + "=")), cookie)
    token = page.data.decode().partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    fields: dict[str, str | tuple[str, bytes]] = {"csrf_token": token, "file": ("a.html", text.encode())}
    if feed:
        fields |= {"feed": "y", "skips_bad": "y"}
    began = time.monotonic()
    answer = browser.request("POST", place, fields=fields, headers={"Cookie": cookie}, timeout=60, redirect=False)
    took = time.monotonic() - began
    assert answer.status in (303, 413, 422), (answer.status, answer.data[:2000])
    return took


def memory(made: Site) -> float:
    """MiB of the web workers and of what they started."""
    found = made.web.workers()
    for pid in found:
        found += [int(child) for child in children(pid)]
    total = 0.0
    for pid in found:
        if Path(f"/proc/{pid}").exists():
            total += _pss(pid)
    return total


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
