"""Pages that many strangers ask for at once: each process makes one at most once a second."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, make_response, request

from campaign.i18n import language

View = TypeVar("View", bound=Callable[..., Any])
Value = TypeVar("Value")

MOST = 256  # pages kept in each process
ASKED = frozenset({"page", "lang"})  # with anything else in its address a page is made anew, and not kept


@dataclass
class _Figure:
    """What was counted; `lock` lets one count anew while the others wait for that one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = 0.0  # by time.monotonic()
    value: Any = None


@dataclass
class _Copy:
    """What was answered; `lock` lets one make it anew while the others wait for that one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = 0.0  # by time.monotonic()
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def response(self) -> Response:
        return Response(self.body, 200, self.headers)


def init_app(app: Flask) -> None:
    app.extensions["kept pages"] = OrderedDict()
    app.extensions["kept figures"] = {}


def kept_briefly(view: View) -> View:
    """Visitors without any cookie get the same page for KEEP_SECONDS.

    For views that read only what stands in the address, and the language. Stands below @public.
    """

    @wraps(view)
    def kept(*args: Any, **kwargs: Any) -> Response:
        return _kept(lambda: make_response(view(*args, **kwargs)))

    return kept  # type: ignore[return-value]


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


def _kept(make: Callable[[], Response]) -> Response:
    seconds = current_app.config["KEEP_SECONDS"]
    if not seconds or request.cookies or not ASKED.issuperset(request.args):
        return make()
    copy = _copy((request.host, request.full_path, language()))
    with copy.lock:
        if time.monotonic() < copy.until:
            return copy.response()
        # Before it is made: the page is never further behind than the setting says.
        until = time.monotonic() + seconds
        response = make()
        if response.status_code == 200 and "Set-Cookie" not in response.headers:
            copy.body, copy.headers, copy.until = response.get_data(), list(response.headers), until
    return response


def _copy(key: tuple[str, ...]) -> _Copy:
    copies: OrderedDict[tuple[str, ...], _Copy] = current_app.extensions["kept pages"]
    copy = copies.setdefault(key, _Copy())
    while len(copies) > MOST:
        try:
            copies.popitem(last=False)
        except KeyError:  # another thread was quicker
            break
    return copy
