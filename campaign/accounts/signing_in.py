"""Who is signed in, and keeping each page to those who may see it."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from campaign import access
from campaign.accounts import auditing, passwords, permissions, sessions
from campaign.accounts.models import Account
from campaign.db import db, now, reading, writing
from campaign.errors import Refused
from campaign.i18n import gettext

TOKEN = "sign_in"  # noqa: S105  # the key in the cookie, not a secret
HOME = "/desk"
# What the first name or number in the address of a page with people's data is one of, where it is no campaign.
OBJECTS = {"mail.read": "email"}


class WrongCredentials(Refused):
    """No account has this address and password. Which of the two is wrong is never said."""


def init_app(app: Flask) -> None:
    """Check every request against what its view declared. Templates get `may` and `current_account`."""
    app.before_request(_enforce)
    app.after_request(_note_who_saw)
    app.jinja_env.globals.update(may=may, current_account=current_account)


def authenticate(session: Session, *, email: str, password: str) -> Account:
    """The account with this address and password. Raises WrongCredentials, after the same work in every case."""
    account = session.scalar(select(Account).where(Account.email == email.lower(), Account.disabled_at.is_(None)))
    if not passwords.matches(account.password_hash if account else None, password) or account is None:
        raise WrongCredentials(gettext("This address and password do not belong together. Try again."))
    return account


def remember(session: Session, account: Account, *, password: str, now: datetime) -> None:
    """Sign this browser in. It gets a new session, so that nothing planted in the old one lives on."""
    if passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    if TOKEN in cookie:
        sessions.end(session, cookie[TOKEN])
    cookie.clear()
    cookie[TOKEN] = sessions.start(session, account, now=now)
    g.pop("account", None)


def forget(session: Session) -> None:
    """Sign this browser out: its row goes, so a kept copy of the cookie is worthless."""
    sessions.end(session, cookie.get(TOKEN, ""))
    cookie.clear()
    g.pop("account", None)


def token() -> str:
    """The token of this browser; "" when it is not signed in."""
    return str(cookie.get(TOKEN, ""))


def lifetime() -> sessions.Lifetime:
    """How long browsers stay signed in, by the settings."""
    config = current_app.config
    return sessions.Lifetime(
        idle=timedelta(minutes=config["SESSION_IDLE_MINUTES"]), longest=timedelta(hours=config["SESSION_HOURS"])
    )


def current_account() -> Account | None:
    """The account this request acts for; None for visitors. Its columns can be read, it belongs to no session."""
    if "account" not in g:
        g.account = _load() if TOKEN in cookie else None
    account: Account | None = g.account
    return account


def acting_account() -> Account:
    """The account this request acts for, in a view that requires a permission."""
    account = current_account()
    if account is None:
        raise RuntimeError("This view does not require a permission.")
    return account


def audit(action: str, kind: str = "", id: str | int = "", /, **detail: Any) -> None:
    """Put into the audit trail what the account of this request does, in the request's own transaction.

    kind and id: of the object it does it to; otherwise as auditing.record.
    """
    auditing.record(
        db.session(), action, account=acting_account(), object_kind=kind, object_id=id, detail=detail, now=now()
    )
    g.is_audited = True


def may(permission: str) -> bool:
    """True when whoever is signed in may do this."""
    account = current_account()
    return account is not None and permissions.allows(account.role, permission)


def own_page(target: str) -> str:
    """Where to go after signing in: `target` when it is one of our desk's pages, else the desk.

    The address is built anew from the route it matches, so nothing of what was typed is followed: not
    "//evil.example", not "/desk\\t/..", not "javascript:".
    """
    try:
        parts = urlsplit(target)
        adapter = current_app.url_map.bind("localhost")
        rule, values = adapter.match(parts.path, method="GET", return_rule=True)
    except (HTTPException, RequestRedirect, ValueError):
        return HOME
    if parts.scheme or parts.netloc or not rule.rule.startswith("/desk"):
        return HOME
    # The query is never handed to url_for, which takes some of its names as orders (endpoint, _external, _scheme).
    path, query = url_for(rule.endpoint, **values), urlencode(parse_qsl(parts.query))
    return f"{path}?{query}" if query else path


def _enforce() -> Response | None:
    endpoint = request.endpoint
    if endpoint is None or endpoint in access.UNDECLARED_OK:
        return None
    permission = access.permission_of(current_app, endpoint)
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        # Now rather than from a template: that the account was seen is written down beside the view's transaction,
        # which must not have begun. Without a cookie nothing is read, and pages stay the same for everybody.
        current_account()
    if permission == access.PUBLIC:
        return None
    if current_account() is None:
        asked = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("accounts.sign_in", next=asked), 303)
    if permission is None or not may(permission):
        abort(403)
    return None


def _note_who_saw(response: Response) -> Response:
    """Before a page with people's data leaves, the trail says who asked; if it cannot, the page stays here."""
    action = access.personal_data_of(current_app, request.endpoint) if request.endpoint else ""
    if not action or not _shows(response.status_code) or g.get("is_audited"):
        return response
    db.session.rollback()  # what the view left uncommitted is lost anyway, and SQLite has one writer
    id = next(iter((request.view_args or {}).values()), "")
    kind = OBJECTS.get(action, "campaign") if id != "" else ""
    with writing() as session:
        auditing.record(session, action, account=acting_account(), object_kind=kind, object_id=id, now=now())
    return response


def _shows(status: int) -> bool:
    """Redirects and pages of errors show nobody; a refused form is the page again."""
    return status < 300 or status in {304, 409, 422}


def _load() -> Account | None:
    """Read in a transaction of its own, so that no request holds SQLite's one writer's lock just to know who asks."""
    moment = now()
    with reading(), Session(db.engine) as session:
        found = sessions.find(session, token(), lifetime=lifetime(), now=moment)
        if found is None:
            return None
        account, seen_at = found.account, found.last_seen_at
        g.proved_at = found.proved_at
        session.expunge_all()
    if moment - seen_at >= sessions.SEEN_EVERY:
        with writing() as session:
            sessions.see(session, token(), now=moment)
    return account
