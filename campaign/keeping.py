"""Pages that browsers and proxies may keep for a moment."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request

FRESH_SECONDS = 30  # a counter may be this old on a page that a cache keeps


def kept(template: str, **values: Any) -> Response:
    """The page, to be kept unless it was made for somebody who has a session; with an ETag in any case."""
    response = make_response(render_template(template, **values))
    response.vary.update(("Accept-Language", "Cookie"))
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies and "Set-Cookie" not in response.headers:
        response.cache_control.public = True
        response.cache_control.max_age = FRESH_SECONDS
    response.add_etag()
    return response
