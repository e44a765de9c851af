"""Pages that many strangers ask for at once: each process makes one at most once a second.

A copy is answered before Flask begins with a request. What that does first (sessions, permissions, routing) is about
who asks and for what; copies are of known pages, for people of whom nothing is known.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import wraps
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request, session

from campaign.i18n import accepted
from campaign.logs import log_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., Any])
Value = TypeVar("Value")

MOST = 256  # pages kept in each process
ASKED = frozenset({"page", "lang"})  # with anything else in its address a page is made anew, and not kept
PLACE = "campaign.copies"  # where a request carries the place for a copy of its answer
OF_BODY = frozenset({"content-type", "content-length"})  # said of a page, and not of its being the same


@dataclass
class _Figure:
    """What was counted; `lock` lets one count anew while the others wait for that one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = 0.0  # by time.monotonic()
    value: Any = None


@dataclass(frozen=True)
class _Copy:
    """What was answered, by which route. It never changes: a thread may be sending it while the next one is made."""

    until: float  # by time.monotonic()
    route: str
    headers: list[tuple[str, str]]
    body: bytes

    def answer(self, environ: "WSGIEnvironment", start_response: "StartResponse", *, started: float) -> list[bytes]:
        method = environ["REQUEST_METHOD"]
        if "HTTP_IF_NONE_MATCH" in environ:
            known = self._is_known(environ["HTTP_IF_NONE_MATCH"])
        else:
            known = ("Last-Modified", environ.get("HTTP_IF_MODIFIED_SINCE")) in self.headers
        log_request(method, self.route, 304 if known else 200, started=started)
        if known:
            start_response("304 NOT MODIFIED", [pair for pair in self.headers if pair[0].lower() not in OF_BODY])
            return []
        start_response("200 OK", self.headers.copy())
        return [] if method == "HEAD" else [self.body]

    def _is_known(self, tags: str) -> bool:
        """True when who asks has this copy. No tag contains quotes, so this one need not be cut out of theirs."""
        tag = next((value.removeprefix("W/") for name, value in self.headers if name == "ETag"), "")
        return bool(tag) and (tag in tags or tags == "*")


@dataclass
class _Place:
    """Where the copy of a page lies; `lock` lets one make it anew while the others wait for that one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    copy: _Copy | None = None

    def fresh(self) -> _Copy | None:
        copy = self.copy
        return copy if copy and time.monotonic() < copy.until else None


class Copies:
    """An app behind the copies of its pages. Whoever has a session always gets to the app."""

    def __init__(self, app: "WSGIApplication", config: dict[str, Any]) -> None:
        self._app, self._config = app, config
        self._places: OrderedDict[tuple[str, ...], _Place] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        is_asking = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        is_known = self._config["SESSION_COOKIE_NAME"] in environ.get("HTTP_COOKIE", "")
        if not is_asking or is_known or not self._config["KEEP_SECONDS"]:
            return self._app(environ, start_response)
        started, key = time.monotonic(), self._key(environ)
        place = self._places.get(key)
        if place is None:
            return self._asked(key, _Place(), environ, start_response)
        copy = place.fresh()
        if copy is None:
            with place.lock:
                copy = place.fresh()
                if copy is None:
                    return self._asked(key, place, environ, start_response)
        return copy.answer(environ, start_response, started=started)

    def _asked(
        self, key: tuple[str, ...], place: _Place, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        environ[PLACE], place.copy = place, None
        answer = self._app(environ, start_response)
        # Anew at the end: what nobody asks for any more comes to the front, and goes.
        self._places.pop(key, None)
        if place.copy:
            self._places[key] = place
        while len(self._places) > MOST:
            with suppress(KeyError):  # another thread was quicker
                self._places.popitem(last=False)
        return answer

    def _key(self, environ: "WSGIEnvironment") -> tuple[str, ...]:
        """All that the answer to somebody without a session depends on."""
        return (
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),  # there are no copies for hosts that are not ours: they get no page
            environ.get("SCRIPT_NAME", ""),
            environ.get("PATH_INFO", ""),
            environ.get("QUERY_STRING", ""),
            accepted(environ.get("HTTP_ACCEPT_LANGUAGE", ""), tuple(self._config["LANGUAGES"])),
        )


def init_app(app: Flask) -> None:
    """Put the copies before the app. Before these comes what a proxy says of host and scheme (see web.init_app)."""
    app.wsgi_app = app.extensions["kept pages"] = Copies(app.wsgi_app, app.config)  # type: ignore[method-assign]
    app.extensions["kept figures"] = {}


def kept_briefly(view: View) -> View:
    """Visitors without a session get the same page for KEEP_SECONDS.

    For views that read only what stands in the address, and the language. Stands below @public.
    """

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Any:
        # Before it is made: a page is never further behind than the setting says.
        until = time.monotonic() + current_app.config["KEEP_SECONDS"]
        answer = view(*args, **kwargs)
        if ASKED.issuperset(request.args):
            g.kept_until = until
        return answer

    return kept  # type: ignore[return-value]


def keep(response: Response) -> None:
    """Keep this answer, with all its headers, for others who ask the same, if its view is @kept_briefly."""
    place: _Place | None = request.environ.get(PLACE)
    if place is None or "kept_until" not in g or not request.url_rule:
        return
    # What changed the session was about one person, and is about to set a cookie.
    if response.status_code == 200 and not session.modified and "Set-Cookie" not in response.headers:
        # At most so old: a cache that may keep it for a second does not add another second to ours.
        headers = [*response.headers, ("Age", str(ceil(current_app.config["KEEP_SECONDS"])))]
        place.copy = _Copy(g.kept_until, request.url_rule.rule, headers, response.get_data())


def figure(name: str, seconds: float, make: Callable[[], Value]) -> Value:
    """A number that is the same for everybody and takes long to count: each process counts once in `seconds`.

    Whoever asks, with a cookie or without; always anew while KEEP_SECONDS is 0. name: one of few.
    """
    if not current_app.config["KEEP_SECONDS"]:
        return make()
    known = current_app.extensions["kept figures"].setdefault(name, _Figure())
    with known.lock:
        if time.monotonic() >= known.until:
            known.value, known.until = make(), time.monotonic() + seconds
        return cast(Value, known.value)
