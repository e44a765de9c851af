"""Every door is checked: each route against each role, as the routes declare and without a list kept by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from campaign import access, create_app
from campaign.access import PUBLIC, UndeclaredRoute
from campaign.accounts import permissions
from campaign.accounts.permissions import Role
from campaign.db import Base
from tests import make
from tests.conftest import Visitor, either_database

SignInAs = Callable[..., Visitor]


def address(app: Flask, rule: Rule, **values: Any) -> str:
    """A path that the rule matches: real objects where `values` has them, else the number 1 and the word x."""
    converters = rule._converters
    filled = {
        name: values.get(name, 1 if isinstance(converters[name], NumberConverter) else "x") for name in rule.arguments
    }
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, filled)


def doors(app: Flask, session: Session) -> list[tuple[Rule, str, str]]:
    """(rule, method, path) of all routes but static files, leading to a real campaign where they name one."""
    campaign = make.campaign(session, slug="bridge")
    make.petition(session, campaign)
    make.letter_template(session, campaign, slug="letter")
    session.commit()
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint in access.UNDECLARED_OK:
            continue
        path = address(app, rule, slug="bridge", letter="letter")
        found += [(rule, method, path) for method in sorted((rule.methods or set()) - {"OPTIONS"})]
    return found


def test_a_stranger_meets_the_sign_in_at_every_door_of_the_desk(app: Flask, session: Session, client: Visitor) -> None:
    tried = 0
    for rule, method, path in doors(app, session):
        response = client.open(path, method=method)
        to_sign_in = response.status_code == 303 and response.location.startswith("/desk/sign-in")
        is_public = access.permission_of(app, rule.endpoint) == PUBLIC
        assert is_public or to_sign_in, (method, path, response.status_code)
        tried += 1
    assert tried > 20


@either_database
@pytest.mark.parametrize("role", list(Role))
def test_a_role_opens_the_doors_of_its_permissions_and_no_other(
    app: Flask, session: Session, sign_in: SignInAs, role: Role
) -> None:
    all_doors = doors(app, session)
    browser = sign_in(role)
    # Signing out is allowed to everybody, and would make the rest of this test a stranger's.
    for rule, method, path in all_doors:
        permission = access.permission_of(app, rule.endpoint)
        if rule.endpoint in {"accounts.sign_out", "accounts.sign_out_everywhere"} or permission == PUBLIC:
            continue
        status = browser.open(path, method=method).status_code
        if permissions.allows(role, str(permission)):
            assert status not in {303, 403} or method == "POST", (role, method, path, status)
            assert status != 403 and status < 500, (role, method, path, status)
        else:
            assert status == 403, (role, method, path, status)


def test_looking_changes_nothing(app: Flask, session: Session, sign_in: SignInAs) -> None:
    all_doors = doors(app, session)
    owner = sign_in("owner")
    before = contents(session)
    for _, method, path in all_doors:
        if method in {"GET", "HEAD"}:
            owner.open(
                path, method=method, headers={"X-HTTP-Method-Override": "POST"}, query_string={"_method": "POST"}
            )
    assert contents(session) == before


def contents(session: Session) -> dict[str, int]:
    """How many rows each table has; without the traces that looking leaves: who read, who tried links."""
    session.rollback()
    traces = {"audit_entry", "limit_counter"}
    tables = [table for name, table in Base.metadata.tables.items() if name not in traces]
    counts = {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
    session.rollback()
    return counts


def test_a_route_that_declares_nothing_stops_the_app(own_app: Flask) -> None:
    own_app.add_url_rule("/forgotten", "forgotten", lambda: "anyone may read this")
    with pytest.raises(UndeclaredRoute, match="forgotten"):
        access.check_routes(own_app, permissions.ALL)


def test_a_permission_that_does_not_exist_stops_the_app(own_app: Flask) -> None:
    view = access.requires("everything.do")(lambda: "")
    own_app.add_url_rule("/misspelt", "misspelt", view)
    with pytest.raises(UndeclaredRoute, match="everything"):
        access.check_routes(own_app, permissions.ALL)


def test_every_app_is_checked_when_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[Flask] = []
    monkeypatch.setattr(access, "check_routes", lambda app, permissions: checked.append(app))
    app = create_app(tmp_path, environ={}, quiet=True)
    assert checked == [app]


@pytest.mark.parametrize("role", ["", "king", "OWNER", "owner "])
def test_an_unknown_role_may_do_nothing(role: str) -> None:
    assert not any(permissions.allows(role, permission) for permission in permissions.ALL)
