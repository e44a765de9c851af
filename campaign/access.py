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


def requires(permission: str) -> Callable[[View], View]:
    """Only accounts whose role has this permission (see campaign.accounts.permissions) may call this view."""

    def declare(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> str | None:
    """What the view behind an endpoint declared; None when it declared nothing."""
    return getattr(app.view_functions[endpoint], "permission", None)


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
