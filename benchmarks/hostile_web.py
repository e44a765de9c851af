"""Addresses that lead inside and pages that burst when unpacked, each to be fetched as the worker fetches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from campaign import fetch_failures, fetching
from campaign.connecting import USUAL, Reach
from campaign.fetch_failures import FetchFailed
from tests import test_fetching, test_unpacking
from tests.site import Inside, Pages, Site, reach, serving

MEGABYTES = 512  # that each bomb unpacks to


def addresses(inside: Inside) -> list[Callable[[], None]]:
    """Each asks for one, by the guard as in production but for the ports; the resolver knows only this machine."""
    mallory = Reach(ports=None, resolve=lambda _name, _port: ["127.0.0.1"])
    every = dict.fromkeys(address.format(port=inside.port) for address in test_fetching.ADDRESSES)
    return [partial(_refused, address, mallory) for address in every]


@contextmanager
def bombs() -> Iterator[list[Callable[[], None]]]:
    """Each fetches one from a site of our own."""
    test_unpacking.SIZE = MEGABYTES * 2**20
    made = [(kind, test_unpacking.packed(kind, filling, shape)) for kind, filling, shape in test_unpacking.BOMBS]

    class Bombs(Pages):
        def page_bombs(self) -> None:
            kind, body = made[int(self.path.rpartition("/")[2])]
            self.answer(body, Content_Encoding="deflate" if "deflate" in kind else "gzip")

    with serving() as site:
        site.RequestHandlerClass = Bombs
        forget_peak()
        yield [partial(_stopped, site, number) for number in range(len(made))]


def forget_peak() -> None:
    """From now on `memory` tells of what comes."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory() -> float:
    """MiB of this process at its largest."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _refused(address: str, mallory: Reach) -> None:
    try:
        fetching.fetch(address, agent=test_fetching.AGENT, kinds=test_fetching.HTML, reach=mallory)
    except FetchFailed as failure:
        assert type(failure) in test_fetching.REFUSALS, (address, type(failure))
    else:
        raise AssertionError(address)


def _stopped(site: Site, number: int) -> None:
    place = site.url(f"/bombs/{number}")
    try:
        fetching.fetch(place, agent=test_fetching.AGENT, kinds=test_fetching.HTML, limits=USUAL, reach=reach())
    except (fetch_failures.TooLargeUnpacked, fetch_failures.TooLarge):
        return
    raise AssertionError(number)
