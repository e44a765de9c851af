"""Asking for the password again before an act that would do great harm in a stranger's hands.

A browser left open on a desk, or a stolen cookie, is signed in; whoever sits there still does not know the password.
Two ways to use it, both for pages that require a permission already:

    @blueprint.route("/desk/backup", methods=["GET", "POST"])
    @requires(permissions.EXPORT)
    @fresh_password
    def backup() -> Page: ...

for a whole page, and inside a view when it depends on what was chosen:

    if form.profile.data == "full" and not proving.is_fresh():
        return proving.ask(url_for(".signatures", slug=slug))
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from campaign.accounts import sessions, signing_in
from campaign.accounts.models import Account
from campaign.db import now
from campaign.web import SAFE_METHODS

View = TypeVar("View", bound=Callable[..., Any])


def fresh_password(view: View) -> View:
    """This view opens only in a browser in which the password was typed within the last ten minutes.

    Others are asked for it and come back by GET: what they had sent by POST is not done, they send it again. Stands
    between @requires and the function.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not is_fresh():
            return ask(request.full_path.rstrip("?") if request.method in SAFE_METHODS else request.path)
        return view(*args, **kwargs)

    return guarded  # type: ignore[return-value]


def is_fresh() -> bool:
    """True when the password was asked for again, and given, in this browser within sessions.PROOF_LASTS.

    Signing in does not count: the question belongs to the act.
    """
    signing_in.acting_account()
    proved_at = g.get("proved_at")
    return proved_at is not None and now() - sessions.PROOF_LASTS < proved_at <= now()


def ask(back: str) -> Response:
    """To the page that asks for the password; from there on to `back`, a page of the desk that can be opened by GET."""
    return redirect(url_for("accounts.password_again", next=back), 303)


def prove(session: Session, *, password: str) -> Account:
    """Note that whoever sits at this browser knows the password. Raises signing_in.WrongCredentials."""
    account = signing_in.authenticate(session, email=signing_in.acting_account().email, password=password)
    g.proved_at = now()
    sessions.prove(session, signing_in.token(), now=g.proved_at)
    return account
