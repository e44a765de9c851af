"""What holds for every request and response: hosts, sizes, headers, errors, health, one log line."""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, has_app_context, jsonify, render_template, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import text
from sqlalchemy.exc import DataError, InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map, MapAdapter

from campaign import copies
from campaign.access import public
from campaign.config import is_secure
from campaign.db import db, set_reading
from campaign.errors import NotFound
from campaign.logs import log_request

log = structlog.get_logger()
csrf = CSRFProtect()
blueprint = Blueprint("web", __name__)

View = TypeVar("View", bound=Callable[..., object])

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# No inline script or style anywhere, and nothing from another site, so one policy fits every page.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Links in mails carry tokens: no page tells another site where the reader came from.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Whatever does not say that it may be kept was made for one person, or for one moment. (Looking for cookies is no
    # use: the session's is set after these.)
    "Cache-Control": "no-store",
}
SECURE_HEADERS = HEADERS | {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}

# Codes with a page of their own; anything else gets the page of its class.
ERROR_PAGES = (400, 403, 404, 405, 409, 413, 422, 429, 500, 503)


# What may be a fault of the database rather than of a statement; `is_unavailable` says.
DATABASE_ERRORS = (OperationalError, InternalError, PoolTimeout)
READ_ONLY = "25006"  # PostgreSQL's code for a server that takes no writes: a spare one, or one whose disk is full
RETRY_AFTER = {"Retry-After": "10"}  # seconds


class Tags(TaggedJSONSerializer):
    """Flask's own. Most of a session is text, for which there is no tag, and it asks ten tags about each."""

    def tag(self, value: Any) -> Any:
        return value if type(value) is str else super().tag(value)


class Cookies(SecureCookieSessionInterface):
    """Flask’s own sessions. It makes what reads and writes them twice for each request; this one keeps it."""

    serializer = Tags()
    _made: tuple[list[Any], URLSafeTimedSerializer | None] = ([], None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = [app.secret_key, *app.config["SECRET_KEY_FALLBACKS"]]
        if self._made[0] != keys:
            self._made = keys, super().get_signing_serializer(app)
        return self._made[1]


class RowNumber(IntegerConverter):
    """The number of a row in an address. Neither database can look for one that does not fit its column."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    """Apply the settings of this module to an app."""
    secure = is_secure(app.config)
    app.config.update(
        # The __Host- prefix makes browsers refuse a cookie that a sibling site tries to set.
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=app.config["FORM_BYTES"],
        MAX_FORM_MEMORY_SIZE=app.config["FORM_BYTES"],
        MAX_FORM_PARTS=40,
        TRUSTED_HOSTS=[_host(app.config["BASE_URL"]), *app.config["TRUSTED_HOSTS"]],
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open for a day; the session bounds it
        WTF_CSRF_SSL_STRICT=False,  # we send no Referer to check against; the token is what counts
    )
    app.url_map.converters["int"] = RowNumber
    app.extensions["paths"] = app.url_map.bind("")
    app.session_interface = Cookies()
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # Before the CSRF guard: that one reads the form, and by then it must be known how large it may be.
    app.before_request(_begin)
    csrf.init_app(app)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(DataError, _impossible_value)
    for kind in DATABASE_ERRORS:
        app.register_error_handler(kind, _database_error)
    app.register_error_handler(Exception, _unexpected)
    app.register_blueprint(blueprint)


def absolute(endpoint: str, **values: object) -> str:
    """The full address of a page. Its host is the one in BASE_URL, whatever host a request claims to be for."""
    base: str = current_app.config["BASE_URL"]
    # Not url_for: the worker, too, makes links, and it answers no request.
    paths: MapAdapter = current_app.extensions["paths"]
    return base.rstrip("/") + paths.build(endpoint, values)


def takes_upload(view: View) -> View:
    """This view takes a file or a long text: bodies up to UPLOAD_BYTES instead of FORM_BYTES."""
    view.largest_body = "UPLOAD_BYTES"  # type: ignore[attr-defined]
    return view


def takes_files(setting: str) -> Callable[[View], View]:
    """This view takes files, which go to disk as they come: bodies up to this setting, texts beside them as ever.

    The CSRF guard would read such a body before anybody asked who sends it; here it looks once that is known.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if current_app.config["WTF_CSRF_ENABLED"]:
                csrf.protect()
            return view(*args, **kwargs)

        guarded.largest_body, guarded.only_files = setting, True  # type: ignore[attr-defined]
        return cast(View, csrf.exempt(guarded))

    return declare


def takes_letter(view: View) -> View:
    """This view takes a whole letter in any script, and anybody may send one: bodies up to LETTER_BYTES."""
    view.largest_body = "LETTER_BYTES"  # type: ignore[attr-defined]
    return view


def is_unavailable(error: Exception) -> bool:
    """True when nothing was saved and trying again helps; the transaction is rolled back then.

    So it is with a full disk, a lock held too long, a database that is away or takes no writes.
    """
    if isinstance(error, InternalError) and getattr(error.orig, "sqlstate", "") != READ_ONLY:
        return False
    db.session.rollback()
    log.error("database unavailable", id=g.get("request_id"), kind=type(getattr(error, "orig", error)).__name__)
    return True


@blueprint.get("/health")
@public
def health() -> tuple[Response, int]:
    """For monitors: 200 when rows can be read, 503 when not."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="database unavailable"), 503
    return jsonify(status="ok"), 200


def _host(base_url: str) -> str:
    parts = urlsplit(base_url)
    return parts.hostname or ""


def _begin() -> None:
    g.started = time.monotonic()
    g.request_id = secrets.token_hex(8)
    set_reading(request.method in SAFE_METHODS)
    # PostgreSQL cannot even look for a NUL. No address of ours has one, and in what is asked for it means nothing.
    if "\0" in request.path:
        abort(404)
    while b"%00" in request.query_string:
        request.query_string = request.query_string.replace(b"%00", b"")
    view = current_app.view_functions.get(request.endpoint or "")
    setting = getattr(view, "largest_body", None)
    if setting:
        # Room for what stands beside the file or the letter: other fields, the multipart frame.
        largest = current_app.config[setting] + current_app.config["FORM_BYTES"]
        request.max_content_length = largest
        if not getattr(view, "only_files", False):
            request.max_form_memory_size = largest


def _finish(response: Response) -> Response:
    said = {name.lower() for name, _ in response.headers}
    for name, value in (SECURE_HEADERS if is_secure(current_app.config) else HEADERS).items():
        if name.lower() not in said:
            response.headers.add(name, value)
    copies.keep(response)
    if response.status_code == 200 and "ETag" in response.headers and "If-None-Match" in request.headers:
        response.make_conditional(request)  # who has this page already gets a 304
    route = request.url_rule.rule if request.url_rule else None
    started = g.get("started", time.monotonic())
    log_request(request.method, route, response.status_code, started=started, id=g.get("request_id", ""))
    return response


def error_page(code: int, message: str = "") -> tuple[str, int]:
    """The page for an error, in the site's own look, saying what to do next."""
    known = code if code in ERROR_PAGES else (500 if code >= 500 else 400)
    return render_template(f"errors/{known}.html", message=message), code


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    if isinstance(error, SecurityError):
        # Somebody asked for a host that is not ours: no page, since its links could not be made.
        return Response("This site does not answer to that name.\n", 400, mimetype="text/plain")
    body, code = error_page(error.code)
    response = current_app.make_response((body, code))
    for name, value in error.get_headers():  # Allow on 405, Retry-After on 429
        if name.lower() in {"allow", "retry-after"}:
            response.headers[name] = value
    return response


def _not_found(error: NotFound) -> tuple[str, int]:
    return error_page(404, error.message)


def _csrf_error(error: CSRFError) -> tuple[str, int]:
    return error_page(400, "csrf")


def _impossible_value(error: DataError) -> tuple[str, int]:
    """Something that PostgreSQL cannot even look for, such as a NUL in the name of an office to choose."""
    db.session.rollback()
    log.warning("impossible value", id=g.get("request_id"), kind=type(error.orig).__name__)
    return error_page(400)


def _database_error(error: OperationalError | InternalError | PoolTimeout) -> Any:
    if not is_unavailable(error):
        return _unexpected(error)
    body, code = error_page(503)
    return body, code, RETRY_AFTER


def _unexpected(error: Exception) -> tuple[str, int]:
    """Our own mistake. The log gets the kind and the place, never the values."""
    db.session.rollback()
    if current_app.testing:
        raise error
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_filename}:{place.tb_lineno}" if place else ""
    log.error("unexpected error", id=g.get("request_id"), kind=type(error).__name__, where=where)
    return error_page(500)


def has_owner() -> bool:
    """True when this site says who runs it. Outside of the app, in a script, nobody asks."""
    if not has_app_context():
        return True
    return bool(current_app.config["ORGANISER_NAME"] and current_app.config["ORGANISER_EMAIL"])
