"""Signing in and out, and who gets to see which page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, render_template_string
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign import access
from campaign.accounts import passwords, signing_in
from campaign.accounts.models import SignIn
from campaign.db import db, now
from tests import make
from tests.conftest import Visitor

SignInAs = Callable[..., Visitor]


def credentials(email: str, password: str = make.PASSWORD) -> dict[str, str]:
    return {"email": email, "password": password}


def test_charlie_signs_in_and_out(session: Session, client: Visitor) -> None:
    account = make.account(session, email="charlie@example.org")
    session.commit()

    response = client.submit("/desk/sign-in", credentials("Charlie@Example.org"))
    assert response.location == "/desk"
    assert session.scalar(select(SignIn.account_id)) == account.id

    session.rollback()
    client.submit("/desk/sign-out", {})
    assert session.scalar(select(func.count(SignIn.id))) == 0


def test_the_token_is_stored_as_a_hash_only(session: Session, client: Visitor) -> None:
    make.account(session, email="charlie@example.org")
    session.commit()
    client.submit("/desk/sign-in", credentials("charlie@example.org"))
    token = token_of(client)
    assert len(token) >= 43  # 256 bits
    assert token not in session.scalars(select(SignIn.token_hash)).all()


def test_unknown_address_and_wrong_password_get_the_same_answer(session: Session, client: Visitor) -> None:
    make.account(session, email="someone@example.org")
    session.commit()
    wrong = client.submit("/desk/sign-in", credentials("someone@example.org", "not my password"), status=422)
    unknown = client.submit("/desk/sign-in", credentials("nobody1@example.org", "not my password"), status=422)
    assert unknown.data == wrong.data.replace(b"someone@", b"nobody1@")
    assert list(unknown.headers) == list(wrong.headers)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/desk/sign-in?a=b", "/desk/sign-in?a=b"),  # a page of ours, with its query
        ("", "/desk"),
        ("/", "/desk"),  # ours, but not the desk's
        ("/health", "/desk"),
        ("/desk/sign-out", "/desk"),  # takes POST only
        ("/desk/nothing-here", "/desk"),
        ("//evil.example/desk/sign-in", "/desk"),
        ("///evil.example/desk/sign-in", "/desk"),
        ("https://evil.example/desk/sign-in", "/desk"),
        ("https:/desk/sign-in", "/desk"),
        ("javascript:alert(1)", "/desk"),
        ("\\\\evil.example/desk/sign-in", "/desk"),
        ("/\\evil.example/desk/sign-in", "/desk"),
        ("/\t/evil.example/desk/sign-in", "/desk"),
        ("/desk/../desk/sign-in", "/desk"),
        # Orders to url_for, were they given to it; on our own page they are words.
        ("/desk/sign-in?_external=1&_scheme=javascript", "/desk/sign-in?_external=1&_scheme=javascript"),
        ("/desk/sign-in?_anchor=x&_method=POST", "/desk/sign-in?_anchor=x&_method=POST"),
        ("/desk/sign-in?endpoint=x&self=y", "/desk/sign-in?endpoint=x&self=y"),
        ("/desk/sign-in#//evil.example", "/desk/sign-in"),
        ("http://[::1/desk/sign-in", "/desk"),  # not even an address
        ("/desk%2fsign-in", "/desk"),
        ("/desk/sign-in\r\nSet-Cookie: a=b", "/desk"),
    ],
)
def test_after_signing_in_only_pages_of_the_desk_are_followed(app: Flask, target: str, expected: str) -> None:
    with app.test_request_context():
        assert signing_in.own_page(target) == expected


def token_of(client: Visitor) -> str:
    with client.session_transaction() as cookie:
        return str(cookie[signing_in.TOKEN])


def test_a_visitor_of_the_desk_is_sent_to_sign_in_and_back(session: Session, client: Visitor) -> None:
    make.account(session, email="charlie@example.org")
    session.commit()
    response = client.get("/desk/password?lang=fr")
    assert response.status_code == 303
    page = client.page(response.location)
    form = credentials("charlie@example.org") | {"next": page.select_one("#next")["value"]}  # type: ignore[index,dict-item]
    assert client.submit("/desk/sign-in", form).location == "/desk/password?lang=fr"


def test_a_session_planted_before_signing_in_is_worth_nothing(session: Session, app: Flask, client: Visitor) -> None:
    make.account(session, email="charlie@example.org")
    session.commit()
    with client.session_transaction() as cookie:
        cookie[signing_in.TOKEN] = "planted"
        cookie["csrf_token"] = "planted"
    client.submit("/desk/sign-in", credentials("charlie@example.org"))
    assert token_of(client) != "planted"
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != "planted"


def test_a_copy_of_the_cookie_is_worthless_after_signing_out(app: Flask, sign_in: SignInAs, session: Session) -> None:
    charlie = sign_in("owner")
    stolen = charlie.get_cookie("session")
    assert stolen
    mallory = app.test_client()
    mallory.set_cookie("session", stolen.value)
    assert mallory.get("/desk/password").status_code == 200
    charlie.submit("/desk/sign-out", {})
    for _ in range(5):
        assert mallory.get("/desk/password").status_code == 303


def test_signing_in_again_ends_the_session_before(app: Flask, sign_in: SignInAs) -> None:
    charlie = sign_in("owner")
    before = charlie.get_cookie("session")
    assert before
    charlie.submit("/desk/sign-in", credentials("owner@example.org"))
    mallory = app.test_client()
    mallory.set_cookie("session", before.value)
    assert mallory.get("/desk/password").status_code == 303


@pytest.mark.parametrize(
    ("signed_in_ago", "seen_ago", "is_in"),
    [
        (timedelta(minutes=40), timedelta(minutes=29), True),
        (timedelta(minutes=40), timedelta(minutes=31), False),  # idle for too long
        (timedelta(hours=13), timedelta(minutes=1), False),  # in for too long, however busy
    ],
)
def test_sessions_end_by_themselves(
    session: Session, sign_in: SignInAs, signed_in_ago: timedelta, seen_ago: timedelta, is_in: bool
) -> None:
    charlie = sign_in("owner")
    row = session.scalars(select(SignIn)).one()
    row.created_at, row.last_seen_at = now() - signed_in_ago, now() - seen_ago
    session.commit()
    assert charlie.get("/desk/password").status_code == (200 if is_in else 303)


def test_a_click_keeps_the_session_alive(session: Session, sign_in: SignInAs) -> None:
    charlie = sign_in("owner")
    row = session.scalars(select(SignIn)).one()
    row.last_seen_at = now() - timedelta(minutes=29)
    session.commit()
    charlie.get("/desk/password")
    assert now() - row.last_seen_at < timedelta(minutes=1)


def test_a_public_view_that_writes_may_still_ask_who_is_there(
    own_app: Flask, session: Session, sign_in: SignInAs
) -> None:
    @own_app.post("/write-and-show")
    @access.public
    def write_and_show() -> str:
        db.session.execute(text("SELECT 1"))  # on SQLite this takes the one writer's lock
        return render_template_string("{{ may('desk.see') }}")

    charlie = sign_in("owner")
    session.scalars(select(SignIn)).one().last_seen_at = now() - timedelta(minutes=2)
    session.commit()
    assert charlie.post("/write-and-show").text == "True"


def test_a_disabled_account_gets_the_same_answer_as_a_wrong_password(session: Session, client: Visitor) -> None:
    make.account(session, email="gone@example.org", disabled_at=make.NOW)
    session.commit()
    gone = client.submit("/desk/sign-in", credentials("gone@example.org"), status=422)
    unknown = client.submit("/desk/sign-in", credentials("nope@example.org"), status=422)
    assert unknown.data == gone.data.replace(b"gone@", b"nope@")


def test_an_old_hash_is_made_anew_when_its_owner_signs_in(session: Session, client: Visitor) -> None:
    account = make.account(session, email="charlie@example.org")  # made with cheaper settings
    before = account.password_hash
    session.commit()
    client.submit("/desk/sign-in", credentials("charlie@example.org"))
    assert account.password_hash != before
    assert not passwords.is_outdated(account.password_hash)


class TestGuessing:
    """Ten tries in five minutes for each account and for each network address."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"SIGN_IN_LIMIT": "10 per 5 minutes"}

    def guess(self, app: Flask, address: str, email: str, password: str = "wrong password") -> int:
        sent = app.test_client().post(
            "/desk/sign-in", data=credentials(email, password), environ_base={"REMOTE_ADDR": address}
        )
        return sent.status_code

    def test_an_account_is_guessed_ten_times_from_many_addresses(self, app: Flask, session: Session) -> None:
        make.account(session, email="charlie@example.org")
        session.commit()
        answers = [self.guess(app, f"192.0.2.{number}", "charlie@example.org") for number in range(40)]
        assert (answers.count(422), answers.count(429)) == (10, 30)
        # Even the right password is not looked at: the answer would say that it is right.
        assert self.guess(app, "192.0.2.99", "Charlie@example.org", make.PASSWORD) == 429

    def test_an_address_guesses_ten_times_at_many_accounts(self, app: Flask) -> None:
        answers = [self.guess(app, "192.0.2.1", f"account{number}@example.org") for number in range(20)]
        assert (answers.count(422), answers.count(429)) == (10, 10)

    def test_unknown_accounts_are_throttled_alike(self, app: Flask) -> None:
        answers = [self.guess(app, f"192.0.2.{number}", "nobody@example.org") for number in range(12)]
        assert answers == [422] * 10 + [429] * 2

    def test_whoever_signed_in_here_before_is_not_locked_out(self, app: Flask, sign_in: SignInAs) -> None:
        charlie = sign_in("owner")
        for number in range(20):
            self.guess(app, f"192.0.2.{number}", "owner@example.org")
        charlie.submit("/desk/sign-in", credentials("owner@example.org"))

    def test_a_browser_that_signed_in_before_guesses_no_oftener(self, app: Flask, sign_in: SignInAs) -> None:
        mallory = sign_in("viewer")  # has an account of her own, and its device cookie
        answers = [
            mallory.post(
                "/desk/sign-in",
                data=credentials("owner@example.org", "wrong password"),
                environ_base={"REMOTE_ADDR": f"192.0.2.{number}"},
            ).status_code
            for number in range(15)
        ]
        assert answers.count(429) == 5
