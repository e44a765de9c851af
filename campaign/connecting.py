"""One connection to one judged address on the web, and the end of all patience with it.

A name is looked up once, each of its addresses is judged, and the connection goes to the one that was judged: a name
that means something else a moment later changes nothing. (`fetching` is what features use.)
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, ProtocolError
from urllib3.exceptions import TimeoutError as LibraryTimeout
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from campaign import addresses, fetch_failures
from campaign.addresses import IPAddress

MOST_ADDRESSES = 4  # of one name that are tried
LONGEST_URL = 2000
MIB = 1024 * 1024

Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True)
class Limits:
    """What one fetch may take, all its redirects together. Times in seconds, sizes in bytes.

    connect: to reach one address; read: between two signs of life; wire: as it comes; unpacked: after unpacking;
    ratio: how many times it may grow by that.
    """

    connect: float = 3.0
    read: float = 5.0
    total: float = 10.0
    wire: int = 2 * MIB
    unpacked: int = 5 * MIB
    ratio: int = 100
    redirects: int = 5


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name, the best first, as this machine finds them."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True)
class Reach:
    """Where a fetch may go. Only PUBLIC, the default, is fit for what strangers or organisers typed.

    is_allowed: judges each address; ports: None for any; look: may raise for an address before it is followed;
    trust: whose certificates count.
    """

    is_allowed: Callable[[IPAddress], bool] = addresses.is_public
    ports: frozenset[int] | None = frozenset({80, 443})
    resolve: Resolve = resolve
    look: Callable[[str], None] = lambda _url: None
    trust: Callable[[], ssl.SSLContext] = _trust


PUBLIC = Reach()
USUAL = Limits()


class Deadline:
    """The end of all patience. A server that sends a byte now and then never meets a limit between two bytes."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def is_over(self) -> bool:
        return time.monotonic() >= self._at

    def left(self, host: str) -> float:
        """Raises TooSlow when nothing is left."""
        if self.is_over():
            raise fetch_failures.TooSlow(host=host)
        return self._at - time.monotonic()

    @contextmanager
    def guarding(self, connection: socket.socket | None) -> Iterator[None]:
        """When time is over the connection is ended, whatever its reader is waiting for."""
        timer = threading.Timer(max(self._at - time.monotonic(), 0.0), _end, (connection,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


@dataclass(frozen=True)
class Place:
    """An address taken apart by one parser, whose parts are all that is ever used."""

    url: str
    is_safe: bool
    host: str
    port: int
    target: str
    header: str  # the Host header


def place_of(url: str, reach: Reach) -> Place:
    """Raises BadAddress, HasPassword, OtherPort or PrivateAddress before anything is looked up."""
    url = url.strip()
    if len(url) > LONGEST_URL or "\\" in url or any(ord(letter) <= 32 or ord(letter) == 127 for letter in url):
        raise fetch_failures.BadAddress
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise fetch_failures.BadAddress from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise fetch_failures.BadAddress
    if parts.auth is not None:
        raise fetch_failures.HasPassword
    reach.look(url)
    port = (443 if parts.scheme == "https" else 80) if parts.port is None else parts.port
    if reach.ports is not None and port not in reach.ports:
        raise fetch_failures.OtherPort
    host, literal = _host(parts.host), addresses.literal(parts.host.strip("[]").rstrip("."))
    if literal and not reach.is_allowed(literal):
        raise fetch_failures.PrivateAddress
    shown = parts.netloc or parts.host
    whole = Url(parts.scheme, None, parts.host, parts.port, parts.path, parts.query).url
    if len(whole) > LONGEST_URL:  # each letter beyond ASCII has become up to twelve
        raise fetch_failures.BadAddress
    return Place(whole, parts.scheme == "https", host, port, parts.request_uri, shown)


def _host(host: str) -> str:
    """A name, or an address in its plain notation. Half-written addresses mean what each library likes."""
    bare = host.strip("[]").rstrip(".")
    if addresses.literal(bare):
        return bare
    last = bare.rpartition(".")[2]
    is_number = last.isdigit() or last.lower().startswith("0x")
    if is_number or host.startswith("["):
        raise fetch_failures.PrivateAddress
    try:
        bare.encode("idna")  # as the socket module will do it
    except UnicodeError as error:
        raise fetch_failures.BadAddress from error
    return bare


@contextmanager
def asked(
    place: Place,
    headers: Mapping[str, str],
    limits: Limits,
    reach: Reach,
    deadline: Deadline,
    *,
    method: str = "GET",
    body: bytes | None = None,
) -> Iterator[BaseHTTPResponse]:
    """Connect to a judged address, ask, and hand out the head of the answer; whatever happens, hang up."""
    connection = _connected(place, limits, reach, deadline)
    try:
        with deadline.guarding(connection.sock):
            with named(place.host, deadline):
                connection.timeout = min(limits.read, deadline.left(place.host))
                asking = {"Host": place.header, **headers}
                connection.request(
                    method, place.target, body=body, headers=asking, preload_content=False, decode_content=False
                )
                response = connection.getresponse()
            try:
                yield response
            finally:
                response.close()
    finally:
        connection.close()


def _connected(place: Place, limits: Limits, reach: Reach, deadline: Deadline) -> HTTPConnection:
    failure: Exception | None = None
    for address in _judged(place, reach, deadline)[:MOST_ADDRESSES]:
        timeout = min(limits.connect, deadline.left(place.host))
        connection = _connection(place, address, timeout, reach)
        try:
            with named(place.host, deadline):
                connection.connect()
        except (fetch_failures.NotReached, fetch_failures.TooSlow) as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise failure or fetch_failures.NotReached(host=place.host)


def _connection(place: Place, address: IPAddress, timeout: float, reach: Reach) -> HTTPConnection:
    """To the address, not the name: nobody is asked a second time what the name means."""
    if not place.is_safe:
        return HTTPConnection(str(address), place.port, timeout=timeout)
    return HTTPSConnection(
        str(address), place.port, timeout=timeout, server_hostname=place.host, ssl_context=reach.trust()
    )


def _judged(place: Place, reach: Reach, deadline: Deadline) -> list[IPAddress]:
    """Every address of the host. One that leads inside condemns them all: who sends such an answer means harm."""
    texts = [place.host] if addresses.literal(place.host) else _looked_up(place, reach, deadline)
    found = [addresses.literal(text) for text in texts]
    if not found:
        raise fetch_failures.HostUnknown(host=place.host)
    if not all(address is not None and reach.is_allowed(address) for address in found):
        raise fetch_failures.PrivateAddress
    return [address for address in found if address is not None]


def _looked_up(place: Place, reach: Reach, deadline: Deadline) -> list[str]:
    """In a thread: the system's resolver takes its time, and there is no other way to leave it."""
    found: list[str] = []
    failures: list[Exception] = []

    def look_up() -> None:
        try:
            found.extend(reach.resolve(place.host, place.port))
        except (OSError, UnicodeError) as error:
            failures.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(deadline.left(place.host))
    if thread.is_alive():
        raise fetch_failures.TooSlow(host=place.host)
    if failures:
        is_passing = isinstance(failures[0], socket.gaierror) and failures[0].errno == socket.EAI_AGAIN
        kind = fetch_failures.NotReached if is_passing else fetch_failures.HostUnknown
        raise kind(host=place.host) from failures[0]
    return found


@contextmanager
def named(host: str, deadline: Deadline) -> Iterator[None]:
    """What the libraries raise becomes the failure of that name."""
    try:
        yield
    except (OSError, HTTPException, HTTPError) as error:
        if isinstance(error, ssl.SSLCertVerificationError):
            raise fetch_failures.UntrustedCertificate(host=host, reason=error.verify_message) from error
        is_refused = isinstance(error, NewConnectionError)  # a timeout, too, in the library's eyes
        if deadline.is_over() or (isinstance(error, TimeoutError | LibraryTimeout) and not is_refused):
            raise fetch_failures.TooSlow(host=host) from error
        if isinstance(error, ssl.SSLError):
            raise fetch_failures.NoSafeConnection(host=host) from error
        if isinstance(error, ProtocolError):
            raise fetch_failures.CutOff(host=host) from error
        raise fetch_failures.NotReached(host=host) from error
    # A connection that was ended for being too slow looks like an answer that has come to its end.
    if deadline.is_over():
        raise fetch_failures.TooSlow(host=host)


def _end(connection: socket.socket | None) -> None:
    try:
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended by itself
        pass
