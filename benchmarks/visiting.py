"""People at a site: connections that are kept, forms filled in as their pages ask, every answer looked at."""

import math
import multiprocessing
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import urlencode

from benchmarks.live import HOST

PERSON = {"given_name": "Zoë", "family_name": "Łukasiewicz", "country": "US", "postcode": "99501"}


class UnexpectedAnswer(Exception):
    """A server said something else than it should."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One connection that is kept from request to request, as long as the server keeps it."""

    def __init__(self, port: int, *, timeout: float = 60.0) -> None:
        self.port, self.timeout = port, timeout
        self._socket: socket.socket | None = None

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self._ask("GET", path, headers or {}, b"")

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        typed = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self._ask("POST", path, typed, urlencode(fields).encode())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _ask(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        try:
            return self._answer(request)
        except OSError:
            self.close()
            raise

    def _answer(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection((HOST, self.port), timeout=self.timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        head, _, body = received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(": ")
            # Several cookies come in several lines; a reader of one header never needs the others.
            name = name.lower()
            headers[name] = f"{headers[name]}\n{value}" if name in headers else value
        status = int(first.split(" ")[1])
        length = 0 if status in (204, 304) else int(headers.get("content-length", 0))
        while len(body) < length:
            body += self._more()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, headers, body)

    def _more(self) -> bytes:
        assert self._socket
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionResetError("The server hung up.")
        return received


@dataclass
class Visit:
    """A form as its page shows it: the values it already has, and the cookie that came with it."""

    fields: dict[str, str]
    cookie: str
    headers: dict[str, str]


def visit(connection: Connection, path: str, *, address: str, with_button: str = "") -> Visit:
    """GET a page with a form. with_button: of several forms, the one with a button or field of this value."""
    headers = {"X-Forwarded-For": address}
    answer = connection.get(path, headers)
    if answer.status != 200:
        raise UnexpectedAnswer(f"GET {path}: {answer.status}")
    forms = _Forms()
    forms.feed(answer.body.decode())
    fields = next((form for form in forms.found if not with_button or with_button in form.values()), None)
    if fields is None:
        raise UnexpectedAnswer(f"GET {path}: no such form")
    cookies = [line.partition(";")[0] for line in answer.headers.get("set-cookie", "").split("\n") if line]
    cookie = "; ".join(cookies)
    return Visit(fields, cookie, {**headers, "Cookie": cookie} if cookie else headers)


class _Forms(HTMLParser):
    """The fields of every form: hidden values, what is typed already, what is chosen, the first button."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({})
        if not self.found:
            return
        form = self.found[-1]
        if tag == "select":
            self._select = has.get("name", "")
            form[self._select] = ""
        elif tag == "option" and "selected" in has:
            form[self._select] = has.get("value", "")
        elif tag == "textarea" and "name" in has:
            form[has["name"]] = ""
        elif tag == "button" and "name" in has:
            form.setdefault(has["name"], has.get("value", ""))
        elif tag == "input" and "name" in has and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            form[has["name"]] = has.get("value", "")


@dataclass
class Round:
    """What a crowd did: what was acknowledged, how long each took in seconds, and what went wrong."""

    seconds: float
    acknowledged: list[str]
    times: list[float]
    errors: Counter[str]

    @property
    def rate(self) -> float:
        return len(self.acknowledged) / self.seconds

    def percentile(self, part: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else float("nan")


@dataclass
class Crowd:
    """Threads that act on connections of their own until they are stopped."""

    # Returns what was acknowledged, or raises UnexpectedAnswer. Its `prepare`, if any, is called once in each thread.
    act: Callable[[Connection, int], str]
    port: int
    number: int = 16
    pause: float = 0.0  # after an error: a server that is away is not asked without end
    first: int = 0  # thread 3 of 16 does number 3, 19, 35 …
    last: float = math.inf  # or until all have done what there is to do
    rate: float = 0.0  # how many come in a second, whether or not those before them have left; 0: each after the other
    acknowledged: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._prepared = threading.Barrier(self.number + 1)
        self._threads = [threading.Thread(target=self._go, args=(n,), daemon=True) for n in range(self.number)]

    def start(self) -> None:
        """Returns once everybody has what they need before they can begin."""
        for thread in self._threads:
            thread.start()
        self._prepared.wait()
        self._started = time.perf_counter()

    def stop(self) -> Round:
        self._stop.set()
        return self.wait()

    def wait(self) -> Round:
        for thread in self._threads:
            thread.join()
        return Round(time.perf_counter() - self._started, self.acknowledged, self.times, self.errors)

    def _go(self, thread: int) -> None:
        connection, item = Connection(self.port), self.first + thread
        try:
            prepare = getattr(self.act, "prepare", None)
            if prepare is not None:
                prepare(connection)
        finally:
            self._prepared.wait()
        comes = time.perf_counter() + (thread / self.rate if self.rate else 0.0)
        while not self._stop.is_set() and item < self.last:
            started = time.perf_counter()
            if self.rate:
                # Who comes while nobody is free waits, and that is part of how long it took.
                started, comes = comes, comes + self.number / self.rate
                if self._stop.wait(started - time.perf_counter()):
                    break
            try:
                said = self.act(connection, item)
            except (OSError, UnexpectedAnswer) as error:
                connection.close()
                self.errors[str(error) if isinstance(error, UnexpectedAnswer) else type(error).__name__] += 1
                self._stop.wait(self.pause)
            else:
                self.acknowledged.append(said)
                self.times.append(time.perf_counter() - started)
            item += self.number
        connection.close()


class Signers:
    """Signs with one address after another, through the form, which each thread reads once."""

    def __init__(self, path: str, *, lands: str) -> None:
        """lands: how the address ends to which a good form leads."""
        self.path, self.lands = path, lands
        self._visits = threading.local()

    def prepare(self, connection: Connection) -> None:
        self._visits.visit = visit(connection, self.path, address=network(0))

    def __call__(self, connection: Connection, number: int) -> str:
        # Of many domains, as people are: on PostgreSQL those of a small one wait for each other, since it has a limit.
        address, seen = f"signer{number}@town{number % 1000}.example.org", self._visits.visit
        fields = {**seen.fields, **PERSON, "email": address}
        answer = connection.post(self.path, fields, {**seen.headers, "X-Forwarded-For": network(number)})
        if answer.status != 303 or not answer.headers.get("location", "").endswith(self.lands):
            raise UnexpectedAnswer(f"{answer.status} {answer.headers.get('location', '')}")
        return address


def network(number: int) -> str:
    """The address of a network of this person's own."""
    return str(IPv4Address("11.0.0.0") + number)


def confirming(tokens: list[str]) -> Callable[[Connection, int], str]:
    """Opens the page of the link with this number, and presses its button."""

    def confirm(connection: Connection, number: int) -> str:
        path = f"/signatures/{tokens[number]}"
        seen = visit(connection, path, address=network(number), with_button="confirm")
        answer = connection.post(path, {**seen.fields, "act": "confirm"}, seen.headers)
        if answer.status != 303 or not answer.headers.get("location", "").endswith("/signed"):
            raise UnexpectedAnswer(f"{answer.status} {answer.headers.get('location', '')}")
        return path

    return confirm


def run(
    act: Callable[[Connection, int], str], port: int, *, seconds: float, number: int, first: int = 0, rate: float = 0.0
) -> Round:
    """A crowd in a process of its own, so that only what it asks for weighs on the server."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, act, port, seconds, number, first, rate))
    process.start()
    result: Round = ours.recv()
    process.join()
    return result


def _run(
    pipe: Any, act: Callable[[Connection, int], str], port: int, seconds: float, number: int, first: int, rate: float
) -> None:
    crowd = Crowd(act, port, number=number, first=first, rate=rate)
    crowd.start()
    time.sleep(seconds)
    pipe.send(crowd.stop())


def tokens(text: str) -> list[str]:
    """The secrets of the links to signatures in a mail."""
    return re.findall(r"/signatures/([\w-]{20,})", text)
