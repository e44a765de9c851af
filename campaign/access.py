"""What each page declares about who may see it. A route that declares nothing stops the app from starting."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"

# Files below static/ hold nothing personal.
UNDECLARED_OK = frozenset({"static"})


class UndeclaredRoute(RuntimeError):
    """A view says neither @public nor @requires(…)."""


def public(view: View) -> View:
    """Anyone may call this view."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def requires(permission: str, *, personal_data: str = "") -> Callable[[View], View]:
    """Only accounts whose role has this permission (see campaign.accounts.permissions) may call this view.

    personal_data: the action that stands in the audit trail whenever the view shows or hands out what people who
    signed, wrote a letter, reported an error or get our mail told us. One that writes an entry with more detail
    itself adds no second.
    """

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        view.personal_data = personal_data  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What the view behind an endpoint declared; None when it declared nothing."""
    return getattr(app.view_functions[endpoint], "permission", None)


def personal_data_of(app: Flask, endpoint: str) -> str:
    """The action under which the trail keeps that somebody saw this view; "" where it shows nobody's data."""
    return getattr(app.view_functions[endpoint], "personal_data", "")


def check_routes(app: Flask, permissions: frozenset[str]) -> None:
    """Raise UndeclaredRoute unless every route declares a permission that exists."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in UNDECLARED_OK:
            continue
        declared = permission_of(app, rule.endpoint)
        if declared != PUBLIC and declared not in permissions:
            raise UndeclaredRoute(
                f"{rule.endpoint} ({rule.rule}) declares {declared!r}. "
                f"Put @public or @requires(one of {sorted(permissions)}) below its route."
            )
