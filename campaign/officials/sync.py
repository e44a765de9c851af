"""Downloads the published rosters, as articles are fetched but for the addresses, which the operator chose."""

import tempfile
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from campaign import fetch_failures, fetching
from campaign.errors import Refused
from campaign.officials.sources import MAX_BYTES

AGENT = "campaign-officials-sync"
SLOWEST = 20  # times the setting: a large file over a slow line


class SyncFailed(Refused):
    """A file could not be fetched; nothing was imported."""


def download(
    addresses: Sequence[str],
    folder: Path,
    *,
    timeout: float,
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Path]:
    """Fetch every file into the folder.

    timeout: seconds for each answer. watch: told of files done and files in all. Raises SyncFailed, which names the
    address, what happened and what to do.
    """
    paths = []
    for number, address in enumerate(addresses, start=1):
        # A folder each: two sources may call their files the same.
        place = Path(tempfile.mkdtemp(dir=folder))
        paths.append(_fetch(address, place, timeout))
        watch(number, len(addresses))
    return paths


def _fetch(address: str, folder: Path, timeout: float) -> Path:
    _refuse_unsafe(address)
    path = folder / (PurePosixPath(unquote(urlsplit(address).path)).name or "roster")
    limits = fetching.Limits(connect=timeout, read=timeout, total=SLOWEST * timeout, wire=MAX_BYTES, unpacked=MAX_BYTES)
    try:
        with fetching.opened(address, agent=AGENT, limits=limits, reach=OPERATORS) as answer, path.open("wb") as file:
            for piece in answer.pieces():
                file.write(piece)
    except fetch_failures.FetchFailed as error:
        raise SyncFailed(f"{address}: {_advice(error)}") from error
    return path


def _advice(failure: fetch_failures.FetchFailed) -> str:
    """What whoever runs this site can do, which is something else than for the reader of a page."""
    if isinstance(failure, fetch_failures.TooLarge | fetch_failures.TooLargeUnpacked):
        return f"the file is larger than {MAX_BYTES // 2**20} MB. No roster is; look at the address."
    if failure.status:
        remedy = "Look whether the file has moved, and correct ROSTER_SOURCES."
        return f"the server answered {failure.status}. {remedy}"
    reason = failure.message.partition(". ")[0]
    return (
        f"no complete answer ({reason}). Check this machine’s connection and try again; what is in the directory stays."
    )


def _refuse_unsafe(address: str) -> None:
    """https only, so that nobody on the way can put officials of their own into the directory."""
    try:
        parts = urlsplit(address)
    except ValueError:  # half of an IPv6 address
        parts = urlsplit("")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and _is_this_machine(parts.hostname or ""):
        return
    raise SyncFailed(f"{address}: only https addresses are fetched. Correct ROSTER_SOURCES.")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


# Whoever runs this machine wrote the addresses, and a mirror may stand in their own network: no address is refused.
OPERATORS = fetching.Reach(is_allowed=lambda _address: True, ports=None, look=_refuse_unsafe)
