"""Check your mail, type in the code: in the browser."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from campaign.db import now
from campaign.mail.models import Email
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import Visitor, read

SUZIE = {"given_name": "Suzie", "email": "suzie@example.org", "country": "US", "postcode": "99501"}
CODE = "/campaigns/bridge/code"
DAY = timedelta(days=1)


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    session.commit()
    return row


@pytest.fixture
def code(client: Visitor, session: Session, petition: Petition) -> str:
    """The code that Suzie was mailed."""
    client.submit("/campaigns/bridge/sign", SUZIE)
    return str(session.scalars(select(Email)).one().context["code"])


def press(client: Visitor, response: TestResponse) -> None:
    """The button on the page that a right code led to."""
    client.submit(response.location, {"act": "confirm"})


def state(session: Session) -> str:
    session.rollback()
    return session.scalars(select(Signature.state)).one()


def test_the_code_confirms_where_she_signed(client: Visitor, session: Session, code: str) -> None:
    form = client.page("/campaigns/bridge/signed").find("form", action=CODE)
    assert form.find(id="email")["value"] == "suzie@example.org"
    assert form.find(id="code")["autocomplete"] == "one-time-code"

    press(client, client.submit(CODE, {"email": "suzie@example.org", "code": f"{code[:3]} {code[3:]}"}))

    assert "Thank you" in client.page("/campaigns/bridge/signed").h1.text
    assert state(session) == "confirmed"


def test_the_code_confirms_on_another_device(app: Flask, client: Visitor, session: Session, code: str) -> None:
    other: Visitor = app.test_client()  # type: ignore[assignment]
    assert other.page(CODE).find(id="email")["value"] == ""
    press(other, other.submit(CODE, {"email": "SUZIE@example.org", "code": code}))
    assert "Thank you" in other.page("/campaigns/bridge/signed").h1.text
    assert state(session) == "confirmed"


@pytest.mark.parametrize("days", [0, 1], ids=["who signs first", "who signs a day later"])
def test_a_code_confirms_no_words_its_reader_has_not_seen(
    app: Flask, client: Visitor, session: Session, petition: Petition, days: int
) -> None:
    """A stranger signs with Suzie's address. Neither the mail nor the page for the code shows their words."""
    stranger: Visitor = app.test_client()  # type: ignore[assignment]
    if days:
        client.submit("/campaigns/bridge/sign", SUZIE)
        session.execute(update(Signature).values(mailed_at=now() - days * DAY))
        session.commit()
    stranger.submit("/campaigns/bridge/sign", SUZIE | {"comment": "EVIL", "show_name": "y"})
    session.rollback()
    mail = session.scalars(select(Email).order_by(Email.id.desc())).first()
    assert mail

    opened = client.submit(CODE, {"email": "suzie@example.org", "code": mail.context["code"]})

    assert state(session) == "pending"
    page = client.page(opened.location)
    assert page.select_one("dd.as-typed").text == "EVIL"  # type: ignore[union-attr]
    assert "Your name may be shown on this site" in page.text
    assert "This was not me" in page.text


def test_the_code_of_a_confirmed_signature_leads_to_the_thanks(
    client: Visitor, session: Session, petition: Petition, code: str
) -> None:
    typed = {"email": "suzie@example.org", "code": code}
    press(client, client.submit(CODE, typed))
    assert client.submit(CODE, typed).location == "/campaigns/bridge/signed"


@pytest.mark.parametrize(("is_closed", "letters"), [(False, 1), (True, 0)])
def test_who_confirms_after_the_end_is_led_to_no_letter(
    client: Visitor, session: Session, petition: Petition, code: str, is_closed: bool, letters: int
) -> None:
    make.letter_template(session, petition.campaign, slug="to-the-mayor", title="To the mayor")
    if is_closed:
        petition.campaign.state, petition.campaign.closed_at = "closed", now()
    session.commit()
    press(client, client.submit(CODE, {"email": "suzie@example.org", "code": code}))
    page = client.page("/campaigns/bridge/signed")
    assert "Thank you" in page.h1.text
    assert len(page.select("a[href='/campaigns/bridge/letters/to-the-mayor']")) == letters


BAD = [
    ({"code": "12345"}, "#code-error", "has six digits"),
    ({"code": "1234567"}, "#code-error", "has six digits"),
    ({"code": "letters"}, "#code-error", "has six digits"),
    ({"code": ""}, "#code-error", "Enter the code"),
    ({"email": ""}, "#email-error", "Enter the e-mail address"),
    ({"email": "suzie"}, "#email-error", "not a complete address"),
    ({"email": "tom@example.org"}, "#code-error", "not right, or too old"),
]


@pytest.mark.parametrize(("changes", "place", "words"), BAD)
def test_what_is_wrong_stands_beside_the_field(
    client: Visitor, session: Session, code: str, changes: dict[str, str], place: str, words: str
) -> None:
    data = {"email": "suzie@example.org", "code": code} | changes
    page = read(client.post(CODE, data=data), 422)
    assert words in page.select_one(place).text  # type: ignore[union-attr]
    assert page.find(id="email")["value"] == data["email"]
    assert state(session) == "pending"


def test_what_cannot_be_a_code_uses_no_try_up(client: Visitor, session: Session, code: str) -> None:
    for _ in range(8):
        client.submit(CODE, {"email": "suzie@example.org", "code": "12345"}, status=422)
    press(client, client.submit(CODE, {"email": "suzie@example.org", "code": code}))
    assert state(session) == "confirmed"


def test_tries_are_counted_although_they_are_refused(client: Visitor, session: Session, code: str) -> None:
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    for typed in [*[wrong] * 5, code]:
        client.submit(CODE, {"email": "suzie@example.org", "code": typed}, status=422)
    assert state(session) == "pending"


def test_one_network_tries_so_many_codes(app: Flask, client: Visitor, petition: Petition) -> None:
    app.config["CODE_LIMIT"] = "3 per minute"
    data = {"email": "suzie@example.org", "code": "123456"}
    assert [client.post(CODE, data=data).status_code for _ in range(5)] == [422, 422, 422, 429, 429]
    assert client.get(CODE).status_code == 200


def test_after_the_grace_the_page_says_so(client: Visitor, session: Session, code: str) -> None:
    session.rollback()
    session.execute(update(Petition).values(closes_at=now() - 3 * DAY))
    session.commit()
    page = read(client.post(CODE, data={"email": "suzie@example.org", "code": code}), 422)
    assert "the time for confirming is over" in page.text


def test_asking_for_the_page_with_a_code_confirms_nothing(client: Visitor, session: Session, code: str) -> None:
    data: dict[str, Any] = {"email": "suzie@example.org", "code": code}
    for method in ("GET", "HEAD"):
        assert client.open(CODE, method=method, query_string=data).status_code == 200
    assert state(session) == "pending"
