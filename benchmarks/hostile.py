"""Whether a site answers while it is handed what means harm: `python -m benchmarks.hostile [--database URL]`.

60 pathological pages, 80 hostile feeds and 1,500 script payloads by every way in are imported through an organiser's
browser, two at once, and the drafts looked at; 300 addresses that lead inside and 40 bombs are fetched. All the while a
reader asks for a campaign's page. Prints how long each took, how long the reader waited before and meanwhile, by how
much the processes grew, how many of our pages would run a script, and how often something inside was reached.
--only: some of these, each by itself, e.g. `--only bombs`.
"""

import argparse
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial

import urllib3
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from benchmarks import hostile_web
from benchmarks.live import HOST, SLUG, Site, _pss, children, site
from campaign import create_app
from campaign.accounts import keeping, sessions, signing_in
from campaign.accounts.permissions import Role
from campaign.campaigns.models import Campaign
from campaign.db import now
from tests.articles import hostile
from tests.site import Inside

SLOWEST, MOST = 10.0, 64.0  # seconds of one import; MiB
AT_ONCE = 2
EVERY = 0.05  # seconds between two pages of the reader
NEWS = 10.0  # seconds between two lines about how far it is
PATIENCE = 60.0  # seconds

Document = tuple[str, bool]  # and whether it is a feed


@dataclass
class Watch:
    """How long a reader waits, and how large the processes are."""

    made: Site
    waits: list[float] = field(default_factory=list)
    largest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        page = urllib3.PoolManager(retries=False)
        while not self.over.is_set():
            began = time.monotonic()
            place = f"http://{HOST}:{self.made.web.port}/campaigns/{SLUG}?at={began}"
            answer = page.request("GET", place, timeout=PATIENCE)
            assert answer.status == 200, answer.status
            self.waits.append(time.monotonic() - began)
            self.largest = max(self.largest, memory(self.made))
            time.sleep(EVERY)

    def for_seconds(self, seconds: float) -> "Watch":
        threading.Timer(seconds, self.over.set).start()
        self.read()
        return self


@dataclass
class Organiser:
    """A browser in which somebody is signed in who may import."""

    made: Site
    cookie: str

    def import_(self, document: Document) -> None:
        """Hand it in at the desk. Taken or refused, the site answers."""
        text, feed = document
        page = self._get("/desk/import")
        given = [line.partition(";")[0] for line in page.headers.getlist("Set-Cookie")]
        name = self.cookie.partition("=")[0] + "="
        cookie = next((one for one in given if one.startswith(name)), self.cookie)
        token = page.data.decode().partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        fields: dict[str, str | tuple[str, bytes]] = {"csrf_token": token, "file": ("a.html", text.encode())}
        if feed:
            fields |= {"feed": "y", "skips_bad": "y"}
        answer = urllib3.request(
            "POST",
            f"{self._site}/desk/import",
            fields=fields,
            headers={"Cookie": cookie},
            timeout=PATIENCE,
            redirect=False,
            retries=False,
        )
        assert answer.status in (303, 413, 422), (answer.status, answer.data[:2000])

    def look_at(self, slug: str) -> None:
        """Read a draft as readers will see it; nothing of it may run."""
        page = self._get(f"/desk/campaigns/{slug}/preview")
        assert page.status == 200, (slug, page.status)
        found = hostile.harm(BeautifulSoup(page.data, "lxml"), site=self._site)
        assert not found, (slug, found)

    @property
    def _site(self) -> str:
        return f"http://{HOST}:{self.made.web.port}"

    def _get(self, path: str) -> urllib3.BaseHTTPResponse:
        place = self._site + path
        return urllib3.request("GET", place, headers={"Cookie": self.cookie}, timeout=PATIENCE, retries=False)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", default="", help="URL of a PostgreSQL server; default: an SQLite file")
    options.add_argument("--payloads", type=int, default=1_500)
    options.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS))
    chosen = options.parse_args()
    inside, failed = Inside(), 0
    with site(chosen.database, workers=1) as made:
        browser = Organiser(made, signed_in(made))
        made.web.start()
        made.web.wait_ready()
        for document in (("<p>It rained.</p>" * 9, False), ("Floods\n\nIt rained.", False)):
            browser.import_(document)  # starts the parsers
        before = Watch(made).for_seconds(5)
        with reading(made) as watch:
            for name in chosen.only:
                failed += KINDS[name](browser, inside, chosen.payloads)
    inside.close()
    for name, waits in (("before", before.waits), ("meanwhile", watch.waits)):
        shares = ", ".join(f"p{share} {percentile(waits, share) * 1e3:.0f} ms" for share in (50, 99))
        print(f"a reader waited {name}: {shares}, at most {max(waits) * 1e3:.0f} ms ({len(waits)} pages)")
    grown = watch.largest - before.largest
    print(f"the site grew by {grown:.0f} MiB, with {AT_ONCE} at once (goal {MOST:.0f} for each)")
    print(f"{inside.visits} connections inside, {failed} failed")
    raise SystemExit(1 if failed or inside.visits else 0)


class reading:  # noqa: N801  # a context manager
    """A reader who asks for a page again and again while the block runs, however that ends."""

    def __init__(self, made: Site) -> None:
        self.watch = Watch(made)
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Watch:
        self._reading = self._pool.submit(self.watch.read)
        return self.watch

    def __exit__(self, *_error: object) -> None:
        self.watch.over.set()
        self._reading.result()


def each(name: str, acts: Sequence[Callable[[], object]]) -> int:
    """Do all, two at once, say now and then how far it is, and at last how long they took; how many failed."""
    times: dict[int, float] = {}
    failed, said = 0, time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        numbers = {pool.submit(timed, act): number for number, act in enumerate(acts)}
        for done in as_completed(numbers):
            times[numbers[done]], error = done.result()
            if error is not None:
                failed += 1
                print(f"{name}, number {numbers[done]}: {error!r}", flush=True)
            if time.monotonic() - said > NEWS:
                said = time.monotonic()
                print(f"{name}: {len(times)} of {len(acts)}, at most {max(times.values()):.2f} s", flush=True)
    slowest = max(times, key=times.__getitem__)
    print(
        f"{len(times)} {name}: each {percentile(list(times.values()), 50):.3f} s, at most {times[slowest]:.2f} s "
        f"(number {slowest}; goal {SLOWEST:.0f}), {failed} failed",
        flush=True,
    )
    return failed


def timed(act: Callable[[], object]) -> tuple[float, Exception | None]:
    """Seconds it took, and how it failed. One that fails is one finding, and the others go on."""
    began = time.monotonic()
    error = None
    try:
        act()
    except Exception as raised:
        error = raised
    return time.monotonic() - began, error


def pages(browser: Organiser, _inside: Inside, _payloads: int) -> int:
    return each("pages", [partial(browser.import_, (page, False)) for page in hostile.pages()])


def feeds(browser: Organiser, _inside: Inside, _payloads: int) -> int:
    return each("feeds", [partial(browser.import_, (feed, True)) for feed in hostile.feeds()])


def payloads(browser: Organiser, _inside: Inside, number: int) -> int:
    """All by every way in; then every draft as readers would see it."""
    failed = each(f"documents with {number} payloads", [partial(browser.import_, one) for one in documents(number)])
    with Session(browser.made.engine) as session:
        slugs = session.scalars(select(Campaign.slug).where(Campaign.state == "draft")).all()
    return failed + each("drafts looked at", [partial(browser.look_at, slug) for slug in slugs])


def addresses(_browser: Organiser, inside: Inside, _payloads: int) -> int:
    return each("addresses", hostile_web.addresses(inside))


def bombs(_browser: Organiser, _inside: Inside, _payloads: int) -> int:
    with hostile_web.bombs() as acts:
        began = hostile_web.memory()
        failed = each("bombs", acts)
        print(f"whoever fetched them grew by {hostile_web.memory() - began:.0f} MiB at most", flush=True)
    return failed


KINDS: dict[str, Callable[[Organiser, Inside, int], int]] = {
    "addresses": addresses,
    "bombs": bombs,
    "pages": pages,
    "feeds": feeds,
    "payloads": payloads,
}


def documents(number: int) -> Iterator[Document]:
    """The payloads in documents of every kind."""
    found = hostile.payloads(number)
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


def memory(made: Site) -> float:
    """MiB of the web workers and of what they started."""
    found = made.web.workers()
    found += [int(child) for worker in found for child in children(worker)]
    total = 0.0
    for pid in found:
        try:
            total += _pss(pid)
        except (FileNotFoundError, ProcessLookupError, StopIteration):  # it has ended since
            continue
    return total


def percentile(values: Sequence[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


if __name__ == "__main__":
    main()
