"""Signing in and out, and who gets to see which page."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.accounts import signing_in
from campaign.accounts.models import SignIn
from tests import make
from tests.conftest import Visitor


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
    with client.session_transaction() as cookie:
        token = cookie[signing_in.TOKEN]
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
        ("/desk/sign-in?_external=1&_scheme=javascript", "/desk/sign-in"),  # orders to url_for
        ("/desk/sign-in?_anchor=x&_method=POST", "/desk/sign-in"),
        ("/desk/sign-in#//evil.example", "/desk/sign-in"),
        ("http://[::1/desk/sign-in", "/desk"),  # not even an address
        ("/desk%2fsign-in", "/desk"),
        ("/desk/sign-in\r\nSet-Cookie: a=b", "/desk"),
    ],
)
def test_after_signing_in_only_pages_of_the_desk_are_followed(app: Flask, target: str, expected: str) -> None:
    with app.test_request_context():
        assert signing_in.own_page(target) == expected
