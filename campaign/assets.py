"""Addresses of our own files, with a mark of their content so that browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, url_for

YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Templates get `asset`."""
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep)


def asset(filename: str) -> str:
    """The address of a file in static/, e.g. asset("site.css")."""
    return url_for("static", filename=filename, v=_mark(filename))


@cache
def _mark(filename: str) -> str:
    content = (Path(__file__).parent / "static" / filename).read_bytes()
    return hashlib.sha256(content).hexdigest()[:10]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and "v" in request.args and response.status_code == 200:
        response.headers["Cache-Control"] = YEAR
    return response
