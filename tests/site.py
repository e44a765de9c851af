"""A web site of the test's own, with pages that misbehave in every way a page can, on an address of its own."""

import gzip
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from typing import Any
from urllib.parse import parse_qs, urlsplit

from campaign.addresses import IPAddress, is_public
from campaign.connecting import Limits, Reach

ADDRESS = "127.0.0.9"  # all of 127/8 is this machine; nothing else listens here
PAGE = b"<!doctype html><title>Bridge</title><p>The bridge is closed."
# So that what is too much is so soon; and what takes too long.
SMALL = Limits(wire=64 * 1024, unpacked=256 * 1024)
QUICK = replace(SMALL, connect=0.1, read=0.15, total=0.25)


def is_site(address: IPAddress) -> bool:
    """As in production, and this one address."""
    return address == IPv4Address(ADDRESS) or is_public(address)


def reach(names: Callable[[str], list[str]] = lambda _name: [ADDRESS], **values: Any) -> Reach:
    """The guard with one hole: the test's own site. names: what a name means."""
    return Reach(**{"is_allowed": is_site, "ports": None, "resolve": lambda name, _port: names(name), **values})


@cache
def zeros(megabytes: int, window: int = 16 + zlib.MAX_WBITS) -> bytes:
    """So many, packed a thousandfold; as gzip unless the window says otherwise."""
    packer = zlib.compressobj(6, wbits=window)
    return packer.compress(bytes(megabytes * 2**20)) + packer.flush()


class Pages(BaseHTTPRequestHandler):
    """/name answers as the method of that name says."""

    protocol_version = "HTTP/1.1"
    server: "Site"

    def do_GET(self) -> None:
        self.server.seen.append(self)
        name = urlsplit(self.path).path.strip("/").partition("/")[0].replace("-", "_")
        try:
            if name.isdigit():
                self.answer(b"", status=int(name))
            elif name.replace("_", "-") in self.server.texts:
                kind, body = self.server.texts[name.replace("_", "-")]
                self.answer(body, kind=kind)
            else:
                getattr(self, f"page_{name}", self.page_)()
        except OSError:  # the other side hung up, as it should
            pass
        self.close_connection = True

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer(
        self, body: bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str | None
    ) -> None:
        self.send_response(status)
        given = {"Content-Type": kind, "Content-Length": str(len(body))}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}  # type: ignore[misc]
        for name, value in given.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def page_(self) -> None:
        self.answer(b"", status=404)

    def page_page(self) -> None:
        self.answer(PAGE)

    def page_tagged(self) -> None:
        if self.headers.get("If-None-Match") == '"one"':
            self.answer(b"", status=304, ETag='"one"')
        else:
            self.answer(PAGE, ETag='"one"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    def page_gzip(self) -> None:
        self.answer(gzip.compress(PAGE), Content_Encoding="gzip")

    def page_members(self) -> None:
        self.answer(gzip.compress(PAGE[:9]) + gzip.compress(PAGE[9:]) + b"\0\0", Content_Encoding="gzip")

    def page_deflate(self) -> None:
        self.answer(zlib.compress(PAGE), Content_Encoding="deflate")

    def page_bare_deflate(self) -> None:
        packer = zlib.compressobj(wbits=-15)
        self.answer(packer.compress(PAGE) + packer.flush(), Content_Encoding="deflate")

    def page_half_gzip(self) -> None:
        self.answer(gzip.compress(PAGE)[:-9], Content_Encoding="gzip")

    def page_false_gzip(self) -> None:
        self.answer(PAGE, Content_Encoding="gzip")

    def page_packed(self) -> None:
        """/packed/br says that it is packed in that way."""
        self.answer(PAGE, Content_Encoding=self.path.rpartition("/")[2])

    def page_bomb(self) -> None:
        self.answer(zeros(16), Content_Encoding="gzip")

    def page_many_bombs(self) -> None:
        self.answer(zeros(1) * 20, Content_Encoding="gzip")

    def page_deflate_bomb(self) -> None:
        self.answer(zeros(16, zlib.MAX_WBITS), Content_Encoding="deflate")

    def page_nested_bomb(self) -> None:
        self.answer(gzip.compress(zeros(16)), Content_Encoding="gzip, gzip")

    def page_chunked(self) -> None:
        self.answer(b"", Content_Length=None, Transfer_Encoding="chunked")
        for at in range(0, len(PAGE), 7):
            piece = PAGE[at : at + 7]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def page_cut_chunks(self) -> None:
        self.answer(b"", Content_Length=None, Transfer_Encoding="chunked")
        self.wfile.write(b"40\r\nonly the beginning")

    def page_cut(self) -> None:
        self.answer(PAGE, Content_Length=str(len(PAGE) + 100))

    def page_endless(self) -> None:
        self.answer(b"", Content_Length=None)
        while True:
            self.wfile.write(b"<p>more" * 1000)

    def page_declared_large(self) -> None:
        self.answer(PAGE, Content_Length=str(10**9))

    def page_absurdly_large(self) -> None:
        self.answer(PAGE, Content_Length="9" * 400)

    def page_drip(self) -> None:
        self.answer(b"", Content_Length="5000")
        self._drip(b"x")

    def page_drip_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self._drip(b"X-A: 1\r\nX-")

    def page_drip_chunks(self) -> None:
        self.answer(b"", Content_Length=None, Transfer_Encoding="chunked")
        self._drip(b"1\r\nx\r\n")

    def page_hints(self) -> None:
        """Hints that an answer will come, and none."""
        self._drip(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _drip(self, data: bytes) -> None:
        while True:
            for byte in data:
                self.wfile.write(bytes([byte]))
                time.sleep(0.02)

    def page_silent(self) -> None:
        time.sleep(0.6)

    def page_many_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 5000 + b"\r\n")

    def page_long_header(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: " + b"x" * 200_000 + b"\r\n\r\n")

    def page_nonsense(self) -> None:
        self.wfile.write(b"\x16\x03\x01 this is no HTTP at all\r\n\r\n")

    def page_to(self) -> None:
        """/to?url= sends on."""
        target = parse_qs(urlsplit(self.path).query).get("url", [""])[0]
        self.answer(b"", status=302, Location=target.encode().decode("latin-1"))

    def page_hops(self) -> None:
        left = int(self.path.rpartition("/")[2])
        self.answer(b"", status=301, Location=f"/hops/{left - 1}" if left > 1 else "/page")

    def page_circle(self) -> None:
        self.answer(b"", status=307, Location="/circle")

    def page_nowhere(self) -> None:
        self.answer(b"", status=302)

    def page_busy(self) -> None:
        self.answer(b"", status=429, Retry_After="120")

    def page_cookie(self) -> None:
        self.answer(b"", status=302, Location="/page", Set_Cookie="a=b")

    def page_strange_headers(self) -> None:
        self.answer(PAGE, kind='text/html; charset="\x9d"', ETag='"a\0b"', Last_Modified="\x9d" * 10)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """seen: every request, in order; texts: further pages, as (content type, body) by name."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        super().__init__((ADDRESS, 0), Pages)
        self.seen: list[Pages] = []
        self.texts: dict[str, tuple[str, bytes]] = {}
        if trust:
            self.socket = trust.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def url(self, path: str = "/page", host: str = "news.example", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def serving(trust: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site that answers until the end."""
    site = Site(trust)
    thread = threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


class Inside:
    """Listens on every address of this machine and counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
        self._socket.settimeout(0.02)
        self.port: int = self._socket.getsockname()[1]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._count, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._is_over.set()
        self._thread.join()
        self._socket.close()

    def _count(self) -> None:
        # Once more after the end: whoever knocked before is still in the queue.
        while True:
            is_last = self._is_over.is_set()
            try:
                self._socket.accept()[0].close()
                self.visits += 1
            except TimeoutError:
                if is_last:
                    return
