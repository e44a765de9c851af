"""The organisers' own pages."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Account, AuditEntry, SignIn
from tests import make
from tests.conftest import Visitor, read

SignInAs = Callable[..., Visitor]
NEW = "seven green turtles dance"


def audited(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def number_of(session: Session, role: str) -> int:
    number = session.scalars(select(Account.id).where(Account.role == role)).one()
    session.rollback()  # lets the app's later changes be seen
    return number


def test_an_owner_adds_an_editor_who_can_sign_in(session: Session, sign_in: SignInAs, client: Visitor) -> None:
    owner = sign_in("owner")
    owner.submit("/desk/accounts/add", {"email": "Ed@Example.org", "name": "Ed", "role": "editor", "password": NEW})
    page = owner.page("/desk/accounts")
    assert "ed@example.org" in page.text
    client.submit("/desk/sign-in", {"email": "ed@example.org", "password": NEW})
    assert audited(session) == ["account.sign_in", "account.add", "account.sign_in"]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "ed@@example.org", "one complete e-mail address"),
        ("email", "", "Fill this in"),
        ("email", "owner@example.org", "account with this address already"),
        ("role", "king", "Not a valid choice"),
        ("password", "short", "12 characters or more"),
        ("password", "P@ssword2026!", "would guess"),
    ],
)
def test_a_refused_account_is_not_saved(
    session: Session, sign_in: SignInAs, field: str, value: str, message: str
) -> None:
    owner = sign_in("owner")
    good = {"email": "ed@example.org", "name": "Ed", "role": "editor", "password": NEW}
    page = read(owner.submit("/desk/accounts/add", good | {field: value}, status=422), 422)
    assert message in page.select_one(".error").text  # type: ignore[union-attr]
    assert page.select_one("#name")["value"] == "Ed"  # type: ignore[index]
    assert session.scalar(select(func.count(Account.id))) == 1


def test_a_new_role_ends_the_sessions_of_that_account(session: Session, sign_in: SignInAs) -> None:
    owner, editor = sign_in("owner"), sign_in("editor")
    account_id = number_of(session, "editor")
    owner.submit(f"/desk/accounts/{account_id}", {"role": "viewer"})
    assert editor.get("/desk/password").status_code == 303
    session.rollback()
    assert session.get(Account, account_id).role == "viewer"  # type: ignore[union-attr]


def test_a_disabled_account_is_out_at_once_and_stays_out(session: Session, sign_in: SignInAs) -> None:
    owner, editor = sign_in("owner"), sign_in("editor")
    account_id = number_of(session, "editor")
    owner.submit(f"/desk/accounts/{account_id}/disable", {})
    assert editor.get("/desk/password").status_code == 303
    again = {"email": "editor@example.org", "password": make.PASSWORD}
    editor.submit("/desk/sign-in", again, status=422)
    owner.submit(f"/desk/accounts/{account_id}/enable", {})
    editor.submit("/desk/sign-in", again)


@pytest.mark.parametrize("path", ["", "/disable"])
def test_the_last_owner_can_be_neither_demoted_nor_disabled(session: Session, sign_in: SignInAs, path: str) -> None:
    owner = sign_in("owner")
    account_id = number_of(session, "owner")
    response = owner.submit(f"/desk/accounts/{account_id}{path}", {"role": "viewer"}, status=422)
    assert "last owner" in read(response, 422).text
    make.account(session, role="owner")
    session.commit()
    owner.submit(f"/desk/accounts/{account_id}{path}", {"role": "viewer"})


def test_a_new_password_ends_the_other_sessions(session: Session, sign_in: SignInAs, client: Visitor) -> None:
    here = sign_in("editor")
    client.submit("/desk/sign-in", {"email": "editor@example.org", "password": make.PASSWORD})
    form = {"current": make.PASSWORD, "password": NEW, "again": NEW}
    here.submit("/desk/password", form)
    here.page("/desk/password")
    assert client.get("/desk/password").status_code == 303
    client.submit("/desk/sign-in", {"email": "editor@example.org", "password": NEW})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"current": "not my password"}, "not your current password"),
        ({"again": "seven green turtles sing"}, "differ"),
        ({"password": "short", "again": "short"}, "12 characters or more"),
    ],
)
def test_a_refused_password_changes_nothing(sign_in: SignInAs, wrong: dict[str, str], message: str) -> None:
    editor = sign_in("editor")
    form = {"current": make.PASSWORD, "password": NEW, "again": NEW}
    page = read(editor.submit("/desk/password", form | wrong, status=422), 422)
    assert message in page.select_one(".error").text  # type: ignore[union-attr]


def test_signing_out_everywhere_ends_every_browser(session: Session, sign_in: SignInAs, client: Visitor) -> None:
    here = sign_in("editor")
    client.submit("/desk/sign-in", {"email": "editor@example.org", "password": make.PASSWORD})
    here.submit("/desk/sign-out-everywhere", {})
    assert session.scalar(select(func.count(SignIn.id))) == 0
    assert client.get("/desk/password").status_code == 303


def test_the_audit_trail_says_who_did_what_in_words(sign_in: SignInAs) -> None:
    page = sign_in("owner").page("/desk/audit")
    cells = [cell.text.strip() for cell in page.select("tbody tr:first-child > *")]
    assert cells[:2] == ["Signed in", "owner@example.org"]
