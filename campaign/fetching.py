"""Fetches documents from the web without being led inside: this machine, its network, its cloud.

Redirects are followed here, one by one, each address judged like the first. No cookies, no credentials, no proxy;
limits on time, bytes, packing and redirects. It stands beside the features because several need it: articles, feeds,
the rosters of officials.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from urllib3.response import BaseHTTPResponse
from werkzeug.http import parse_options_header

from campaign import connecting, fetch_failures, unpacking
from campaign.connecting import MIB, PUBLIC, USUAL, Deadline, Limits, Place, Reach

__all__ = ["PUBLIC", "USUAL", "Answer", "Fetched", "Limits", "Reach", "check", "fetch", "opened"]

PIECE = 16 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})
NOT_FOR_US = frozenset({401, 402, 403, 405, 406, 407, 418, 451})


@dataclass(frozen=True)
class Fetched:
    """What came. url: after redirects; charset: as the server said, or ""; body: unpacked, b"" when status is 304."""

    url: str
    status: int
    content_type: str
    charset: str
    body: bytes
    etag: str
    last_modified: str


def check(url: str, reach: Reach = PUBLIC) -> str:
    """The address as it will be asked for. Raises a fetch_failures.FetchFailed when nobody need even try."""
    return connecting.place_of(url, reach).url


def fetch(
    url: str,
    *,
    agent: str,
    kinds: frozenset[str],
    etag: str = "",
    last_modified: str = "",
    limits: Limits = USUAL,
    reach: Reach = PUBLIC,
    watch: Callable[[int], None] = lambda _bytes: None,
) -> Fetched:
    """The document at an address.

    agent: who asks, with an address where to complain; kinds: content types that are taken (none said is taken, too);
    etag, last_modified: of what we have, so that an unchanged document comes back as status 304; watch: told how many
    bytes have come. Raises a fetch_failures.FetchFailed.
    """
    known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {"Accept": ", ".join(sorted(kinds)) + ", */*;q=0.1"} | {key: text for key, text in known.items() if text}
    with opened(url, agent=agent, headers=headers, limits=limits, reach=reach) as answer:
        body = b""
        if answer.status != 304:
            kind = answer.content_type
            if kind and kind not in kinds:
                raise fetch_failures.WrongKind(kind=kind)
            body = answer.body(watch)
        said = answer.headers
        return Fetched(
            url=answer.url,
            status=answer.status,
            content_type=answer.content_type,
            charset=answer.charset,
            body=body,
            etag=_plain(said.get("ETag", ""), most=200),
            last_modified=_plain(said.get("Last-Modified", ""), most=100),
        )


@contextmanager
def opened(
    url: str,
    *,
    agent: str,
    headers: Mapping[str, str] | None = None,
    limits: Limits = USUAL,
    reach: Reach = PUBLIC,
    method: str = "GET",
) -> "Iterator[Answer]":
    """An answer of which nothing but the head has been read, after redirects. Raises a fetch_failures.FetchFailed.

    method: GET, or HEAD when the body is of no interest.
    """
    deadline = Deadline(limits.total)
    asking = {"User-Agent": agent, "Accept-Encoding": "gzip", "Connection": "close", **(headers or {})}
    place = connecting.place_of(url, reach)
    moved_to, is_for_good = "", True
    for _ in range(limits.redirects + 1):
        with connecting.asked(place, asking, limits, reach, deadline, method=method) as response:
            if response.status not in REDIRECTS:
                _refuse_status(
                    place.host, response, is_known="If-None-Match" in asking or "If-Modified-Since" in asking
                )
                yield Answer(place, response, limits, deadline, moved_to=moved_to)
                return
            place = _next_place(place, response, reach)
            # Once it is only for now, what follows is for now as well.
            is_for_good = is_for_good and response.status in FOR_GOOD
            moved_to = place.url if is_for_good else moved_to
    raise fetch_failures.TooManyRedirects(host=place.host)


class Answer:
    """The head of an answer, and its body piece by piece. moved_to: the new address, where it has moved for good."""

    def __init__(
        self, place: Place, response: BaseHTTPResponse, limits: Limits, deadline: Deadline, *, moved_to: str = ""
    ) -> None:
        self.moved_to = moved_to
        kind, options = parse_options_header(response.headers.get("Content-Type", ""))
        self.url, self.status, self.headers = place.url, response.status, response.headers
        self.content_type = _plain(kind.lower(), most=100)
        self.charset = _plain(options.get("charset", "").strip().lower(), most=40)
        self._response, self._limits, self._deadline, self._host = response, limits, deadline, place.host

    def body(self, watch: Callable[[int], None] = lambda _bytes: None) -> bytes:
        """All of it, unpacked. watch: told how many bytes have come."""
        parts, size = [], 0
        for piece in self.pieces():
            parts.append(piece)
            watch(size := size + len(piece))
        return b"".join(parts)

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, unpacked. Raises a fetch_failures.FetchFailed as soon as it is too much or too slow."""
        limits = self._limits
        try:
            encoding = self.headers.get("Content-Encoding", "").strip().lower()
            unpacker = unpacking.Unpacker(encoding, most=limits.unpacked, ratio=limits.ratio)
            for piece in self._wire():
                yield unpacker.feed(piece)
        except unpacking.TooMuch as error:
            raise fetch_failures.TooLargeUnpacked(most=_megabytes(limits.unpacked)) from error
        except unpacking.Unreadable as error:
            raise fetch_failures.UnknownPacking(host=self._host) from error
        if not unpacker.is_whole():
            raise fetch_failures.CutOff(host=self._host)

    def _wire(self) -> Iterator[bytes]:
        most, size = self._limits.wire, 0
        said = self.headers.get("Content-Length", "")
        if said.isascii() and said.isdigit() and (len(said) > 15 or int(said) > most):
            raise fetch_failures.TooLarge(most=_megabytes(most))
        while True:
            with connecting.named(self._host, self._deadline):
                piece = self._response.read(PIECE, decode_content=False)
            if not piece:
                return
            size += len(piece)
            if size > most:
                raise fetch_failures.TooLarge(most=_megabytes(most))
            yield piece


def _next_place(place: Place, response: BaseHTTPResponse, reach: Reach) -> Place:
    """Where a redirect leads. HTTP's headers are Latin-1 on paper and UTF-8 in practice."""
    said = response.headers.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace").strip()
    try:
        url = urljoin(place.url, said.replace(" ", "%20"))
    except ValueError as error:
        raise fetch_failures.BadRedirect(host=place.host) from error
    if not said:
        raise fetch_failures.BadRedirect(host=place.host)
    try:
        return connecting.place_of(url, reach)
    except fetch_failures.BadAddress as error:
        raise fetch_failures.BadRedirect(host=place.host) from error


def _refuse_status(host: str, response: BaseHTTPResponse, *, is_known: bool) -> None:
    status = response.status
    if status in (200, 203) or (status == 304 and is_known):
        return
    if status in (404, 410):
        raise fetch_failures.NotThere(host=host, status=status)
    if status in NOT_FOR_US:
        raise fetch_failures.NotForPrograms(host=host, status=status)
    if status in (429, 503):
        said = response.headers.get("Retry-After", "")
        after = float(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
        raise fetch_failures.Busy(host=host, status=status, retry_after=after)
    if status >= 500:
        raise fetch_failures.SiteFault(host=host, status=status)
    raise fetch_failures.OddAnswer(host=host, status=status)


def _plain(text: str, *, most: int) -> str:
    """Servers write what they like into headers; half of one, or control characters, would only do harm later."""
    return text if len(text) <= most and text.isascii() and text.isprintable() else ""


def _megabytes(size: int) -> str:
    return f"{size / MIB:.3g}"
