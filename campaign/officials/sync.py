"""Downloads the published rosters. The only module here that touches the network."""

import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from http.client import HTTPException, HTTPMessage
from ipaddress import ip_address
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from campaign.errors import Refused
from campaign.officials.sources import MAX_BYTES

PIECE = 64 * 1024
AGENT = "campaign-officials-sync"


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
    request = urllib.request.Request(address, headers={"User-Agent": AGENT, "Accept-Encoding": "identity"})  # noqa: S310  # checked above
    try:
        with _opener().open(request, timeout=timeout) as answer:
            _save(address, answer, path)
    except urllib.error.HTTPError as error:
        remedy = "Look whether the file has moved, and correct ROSTER_SOURCES."
        raise SyncFailed(f"{address}: the server answered {error.code} {error.reason}. {remedy}") from error
    except (TimeoutError, OSError, HTTPException, ssl.SSLError) as error:
        reason = getattr(error, "reason", None) or error
        remedy = "Check this machine’s connection and try again; what is in the directory stays."
        raise SyncFailed(f"{address}: no complete answer ({reason or type(error).__name__}). {remedy}") from error
    return path


def _save(address: str, answer: Any, path: Path) -> None:
    said = answer.headers.get("Content-Length", "")
    expected = int(said) if said.isascii() and said.isdigit() else None
    too_large = f"{address}: the file is larger than {MAX_BYTES // 2**20} MB. No roster is; look at the address."
    if expected is not None and expected > MAX_BYTES:
        raise SyncFailed(too_large)
    size = 0
    with path.open("wb") as file:
        while piece := answer.read(PIECE):
            size += len(piece)
            if size > MAX_BYTES:
                raise SyncFailed(too_large)
            file.write(piece)
    if expected is not None and size < expected:
        raise SyncFailed(f"{address}: only {size} of {expected} bytes came. Try again; what is in the directory stays.")


def _refuse_unsafe(address: str) -> None:
    """https only, so that nobody on the way can put officials of their own into the directory."""
    parts = urlsplit(address)
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


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect must not lead to where a setting may not."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        _refuse_unsafe(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_SafeRedirects)
