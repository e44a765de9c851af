"""Before a dangerous act the password is asked for again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.access import requires
from campaign.accounts import auditing, permissions, proving, sessions
from campaign.accounts.models import Account, SignIn
from campaign.db import now
from tests import make
from tests.conftest import Visitor, read

SignInAs = Callable[..., Visitor]
ASK = "/desk/password/again"


@pytest.fixture
def dangerous(own_app: Flask) -> Flask:
    """The app with a page that hands out everything."""
    view = requires(permissions.DESK)(proving.fresh_password(lambda: "everything"))
    own_app.add_url_rule("/desk/everything", "everything", view, methods=["GET", "POST"])
    return own_app


def test_a_dangerous_page_asks_for_the_password_and_comes_back(dangerous: Flask, sign_in: SignInAs) -> None:
    owner = sign_in("owner")
    asked = owner.get("/desk/everything?all=1")
    assert asked.status_code == 303 and asked.location == f"{ASK}?next=/desk/everything?all%3D1"
    page = owner.page(asked.location)
    [goal] = page.select("input[name=next]")
    back = owner.submit(ASK, {"password": make.PASSWORD, "next": goal["value"]})
    assert back.location == "/desk/everything?all=1"
    assert owner.get(back.location).text == "everything"
    assert owner.post("/desk/everything").text == "everything"


def test_what_was_sent_without_the_password_is_not_done(dangerous: Flask, sign_in: SignInAs) -> None:
    answer = sign_in("owner").post("/desk/everything", data={"really": "y"})
    assert answer.status_code == 303 and answer.location == f"{ASK}?next=/desk/everything"


def test_a_proof_is_over_after_ten_minutes(session: Session, dangerous: Flask, sign_in: SignInAs) -> None:
    owner = sign_in("owner")
    owner.submit(ASK, {"password": make.PASSWORD})
    for minutes, status in ((-9, 200), (-10, 303), (1, 303)):  # a clock that was put back opens nothing either
        move_proof(session, timedelta(minutes=minutes))
        assert owner.get("/desk/everything").status_code == status, minutes


def move_proof(session: Session, by: timedelta) -> None:
    session.rollback()
    session.execute(update(SignIn).values(proved_at=now() + by))
    session.commit()


def test_a_proof_holds_in_its_own_browser_only(dangerous: Flask, sign_in: SignInAs, client: Visitor) -> None:
    owner = sign_in("owner")
    client.submit("/desk/sign-in", {"email": "owner@example.org", "password": make.PASSWORD})
    owner.submit(ASK, {"password": make.PASSWORD})
    assert client.get("/desk/everything").status_code == 303


@pytest.mark.parametrize("typed", ["", "wrong horse battery staple", make.PASSWORD + " ", "x" * 300])
def test_a_wrong_password_proves_nothing(session: Session, sign_in: SignInAs, typed: str) -> None:
    owner = sign_in("owner")
    refused = owner.submit(ASK, {"password": typed}, status=303 if typed.strip() == make.PASSWORD else 422)
    if refused.status_code == 422:
        assert read(refused, 422).select(".error")
        assert session.scalar(select(func.count()).where(SignIn.proved_at.is_not(None))) == 0


def test_guessing_is_stopped_as_at_the_sign_in(session: Session, sign_in: SignInAs) -> None:
    owner = sign_in("owner")
    for _ in range(10):
        owner.submit(ASK, {"password": "not this one either"}, status=422)
    owner.submit(ASK, {"password": make.PASSWORD}, status=429)
    assert session.scalar(select(func.count()).where(SignIn.proved_at.is_not(None))) == 0


@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "/", "javascript:alert(1)", ""])
def test_it_leads_nowhere_but_to_the_desk(sign_in: SignInAs, goal: str) -> None:
    assert sign_in("owner").submit(ASK, {"password": make.PASSWORD, "next": goal}).location == "/desk"


def test_the_trail_knows_that_it_was_asked(session: Session, sign_in: SignInAs) -> None:
    sign_in("owner").submit(ASK, {"password": make.PASSWORD})
    newest = session.scalars(auditing.newest()).first()
    assert newest and newest.action == "account.password_again"


def test_proving_needs_a_row_of_its_own(session: Session) -> None:
    account: Account = make.account(session)
    here, there = (sessions.start(session, account, now=make.NOW) for _ in range(2))
    sessions.prove(session, here, now=make.NOW)
    lifetime = sessions.Lifetime(idle=timedelta(hours=1), longest=timedelta(hours=1))
    found = [sessions.find(session, token, lifetime=lifetime, now=make.NOW) for token in (here, there)]
    assert [row.proved_at if row else "?" for row in found] == [make.NOW, None]
