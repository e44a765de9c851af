"""campaign account add | list | password."""

import json

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from campaign import doctor
from campaign.accounts import auditing
from campaign.accounts.cli import account, audit
from campaign.accounts.models import Account, AuditEntry, SignIn
from campaign.errors import Refused
from tests import make
from tests.accounts.test_auditing import by_hand

PASSWORD = "seven green turtles dance"


def run(app: Flask, *arguments: str, typed: str = "") -> str:
    """What the command prints; raises what it refuses."""
    result = app.test_cli_runner().invoke(account, arguments, input=typed)
    if isinstance(result.exception, Refused):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_an_owner_is_made_from_the_command_line(app: Flask, session: Session) -> None:
    said = run(app, "add", "Charlie@Example.org", "--role", "owner", "--password-stdin", typed=PASSWORD + "\n")
    assert said == "charlie@example.org can sign in as owner.\n"
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action, entry.detail) == ("command line", "account.add", {"role": "owner"})
    session.rollback()
    assert "charlie@example.org\towner\tin use" in run(app, "list")


@pytest.mark.parametrize(
    ("email", "password"),
    [("charlie@@example.org", PASSWORD), ("charlie@example.org", "short"), ("charlie@example.org", "password1234")],
)
def test_what_is_refused_is_not_saved(app: Flask, session: Session, email: str, password: str) -> None:
    with pytest.raises(Refused):
        run(app, "add", email, "--role", "owner", "--password-stdin", typed=password + "\n")
    assert session.scalars(select(Account)).all() == []


def test_an_account_is_made_once(app: Flask, session: Session) -> None:
    make.account(session, email="charlie@example.org")
    session.commit()
    with pytest.raises(Refused, match="already"):
        run(app, "add", "Charlie@example.org", "--role", "viewer", "--password-stdin", typed=PASSWORD + "\n")


def test_a_new_password_signs_out_everywhere(app: Flask, session: Session) -> None:
    row = make.account(session, email="charlie@example.org")
    session.add(SignIn(account=row, token_hash="x", created_at=make.NOW, last_seen_at=make.NOW))
    session.commit()
    run(app, "password", "charlie@example.org", "--password-stdin", typed=PASSWORD + "\n")
    assert session.scalars(select(SignIn)).all() == []


def test_an_unknown_account_gets_no_password(app: Flask) -> None:
    with pytest.raises(Refused, match="There is no account"):
        run(app, "password", "nobody@example.org", "--password-stdin", typed=PASSWORD + "\n")


def test_the_trail_is_checked_from_the_command_line(app: Flask, engine: Engine, session: Session) -> None:
    for n in range(3):
        auditing.record(session, "campaign.edit", object_id=n, now=make.NOW)
        session.commit()
    head = auditing.head(session)
    runner = app.test_cli_runner()
    said = runner.invoke(audit, ["verify", "--expect", head.upper()])
    assert (said.exit_code, head in said.output, "3 entries" in said.output) == (0, True, True)
    cut = runner.invoke(audit, ["verify", "--expect", "f" * 64])
    assert cut.exit_code == 1 and "no longer in the trail" in cut.output
    with by_hand(engine) as connection:
        connection.execute(text("UPDATE audit_entry SET actor = 'Mallory' WHERE id = 2"))
    session.rollback()
    changed = runner.invoke(audit, ["verify", "--json"])
    assert changed.exit_code == 1
    assert json.loads(changed.output) == {
        "entries": 3, "head": auditing.verify(session).head, "broken": 2, "expected_at": None, "fits": False
    }  # fmt: skip
    with app.app_context():
        [problem] = [one for one in doctor._in_database() if one.setting == "audit trail"]
    assert problem.stops and "entry 2 does not fit" in problem.text
