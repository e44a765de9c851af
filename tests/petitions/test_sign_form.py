"""The sign form: what it takes, what it refuses and how it says so, and what it asks of whom."""

import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import countries
from campaign.db import db, now
from campaign.mail.models import Email
from campaign.petitions import asking, bots, consent, terms
from campaign.petitions.asking import Wanted
from campaign.petitions.models import ConsentWording, Petition, PetitionText, Signature
from campaign.petitions.sign_form import is_phone, sign_form
from tests import make
from tests.conftest import FULL, Visitor, read
from tests.petitions import name_samples
from tests.petitions.test_bots import work

PATH = "/campaigns/bridge/sign"
SUZIE = {
    "given_name": "Suzie",
    "family_name": "O’Brien",
    "email": "suzie@example.org",
    "country": "US",
    "postcode": "99501",
    "comment": "The ferry is slow.",
    "show_name": "yes",
}


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"SIGN_LIMIT": "100000 per minute"}


@pytest.fixture
def petition(session: Session) -> Petition:
    """Open now, whenever now is: these tests run by the clock of the app."""
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + timedelta(days=30))
    session.commit()
    return row


def stored(session: Session) -> tuple[int, int]:
    """(signatures, mails)"""
    session.rollback()
    numbers = [session.scalar(select(func.count()).select_from(model)) for model in (Signature, Email)]
    return numbers[0] or 0, numbers[1] or 0


# --- refused, with the reason beside the field

NAME = "links, formulas and tags cannot be used"
HIDDEN = "hidden characters"
BAD = [
    # B01
    ("email", "ann@@example.org", "not a complete address", "two signs"),
    ("email", "ann@localhost", "not a complete address", "no domain"),
    ("email", "ann@exa mple.org", "not a complete address", "a space"),
    ("email", "ann@example.test", "not a complete address", "a domain nobody can have"),
    ("email", "", "Enter your e-mail address", "none"),
    ("email", "用户@example.org", "letters before the @", "we cannot send there"),
    ("email", "a" * 5000 + "@example.org", "not a complete address", "5,000 characters"),
    ("email", "=?x?=@example.org", "not a complete address", "no mail can go there"),
    ("email", "=?utf-8?q?suzie?=@example.org", "not a complete address", "no mail can go there"),
    # B02
    ("email", "a@x.org, b@x.org", "One address only", "two, with a comma"),
    ("email", "a@x.org\r\nBcc: v@x.org", "One address only", "a second header"),
    # B03
    ("email", "ann@gmial.con", "Did you mean ann@gmail.com", "a slip of the finger"),
    ("email", "ann@gmal.com", "Did you mean ann@gmail.com", "a letter too few"),
    ("email", "ann@hotmial.com", "Did you mean ann@hotmail.com", "two letters swapped"),
    ("email", "ann@yahooo.com", "Did you mean ann@yahoo.com", "a letter too many"),
    ("email", "ann@example.con", "Did you mean ann@example.com", "the ending"),
    # B04
    ("given_name", "http://win.example", NAME, "a link"),
    ("given_name", '=HYPERLINK("x")', NAME, "a formula"),
    ("given_name", "<b>Ann", NAME, "a tag"),
    ("given_name", "-Ann", "Leave the sign out", "a dash in front"),
    ("family_name", "=1+1", NAME, "a formula"),
    # B05
    ("given_name", "A" * 5000, "100 at most", "5,000 characters"),
    ("given_name", "A" * 9000, "too long", "longer than any field"),
    ("family_name", "B" * 101, "100 at most", "one too many"),
    ("given_name", "", "Enter your name", "none"),
    ("given_name", "   ", "Enter your name", "only spaces"),
    ("given_name", "\u200b\u200b", HIDDEN, "only zero-width"),
    ("given_name", "A\u202enn", HIDDEN, "right-to-left override"),
    ("given_name", "A\x00nn", HIDDEN, "NUL"),
    ("given_name", "Ann\r\nSmith", HIDDEN, "two lines"),
    # B06
    ("country", "ZZZ", "Choose a country from the list", "no country"),
    ("country", "ZZ", "Choose a country from the list", "Babel’s unknown region"),
    ("country", "", "Choose a country from the list", "none"),
    ("postcode", "ABC", "looks like 10001", "not of this country"),
    ("postcode", "", "Enter your postcode", "everybody there has one"),
    ("postcode", "99\x00501", HIDDEN, "NUL"),
    # B08
    ("email", ["a@x.org", "b@x.org"], "sent twice", "the same field twice"),
    # And what else can be wrong.
    ("comment", "x" * 1001, "1000 at most", "one too many"),
    ("comment", "a\u202eb", HIDDEN, "right-to-left override"),
    ("website", "https://win.example", "Leave this field empty", "a program filled in everything"),
]


def test_a_refused_form_says_why_beside_the_field(client: Visitor, session: Session, petition: Petition) -> None:
    for field, value, message, reason in BAD:
        page = read(client.submit(PATH, SUZIE | {field: value}, status=422), 422)

        assert message in page.find(id=f"{field}-error").text, reason
        assert page.find("div", class_="error-summary").find("a", href=f"#{field}"), reason
        for kept in SUZIE.keys() - {field, "comment", "country", "show_name"}:
            assert page.find(id=kept)["value"] == SUZIE[kept], reason
        assert page.find(id="show_name").has_attr("checked"), reason
    assert stored(session) == (0, 0)


def test_all_that_is_wrong_is_said_at_once(client: Visitor, session: Session, petition: Petition) -> None:
    bad = {
        "given_name": "",
        "email": "ann@@example.org",
        "country": "GB",
        "postcode": "99999",
        "comment": "x" * 2000,
        "consent_version": "stale",
    }
    page = read(client.submit(PATH, bad, status=422), 422)
    wrong = {error["id"] for error in page.find_all("p", class_="error")}
    assert wrong == {f"{field}-error" for field in ("given_name", "email", "postcode", "comment", "subscribe")}
    assert "looks like SW1A 1AA" in page.find(id="postcode-error").text

    page = read(client.submit(PATH, bad | {"country": "ZZZ", "postcode": "99501"}, status=422), 422)
    assert page.find(id="country-error") and page.find(id="subscribe-error")
    assert stored(session) == (0, 0)


def test_what_is_no_form_is_refused(client: Visitor, session: Session, petition: Petition) -> None:
    assert client.post(PATH, json=SUZIE | {"given_name": ["Ann", {"a": 1}], "comment": 5}).status_code == 422
    client.submit(PATH, SUZIE | {"comment": "x" * 1_000_000}, status=413)
    parts = {f"field{number}": (None, "x") for number in range(2000)}
    assert client.post(PATH, data=parts, content_type="multipart/form-data").status_code == 413
    assert stored(session) == (0, 0)


def test_extra_fields_have_no_effect(client: Visitor, session: Session, petition: Petition) -> None:
    extra = {"confirmed": "1", "state": "confirmed", "confirmed_at": "2026-01-01", "role": "admin", "petition_id": "7"}
    client.submit(PATH, SUZIE | extra | {"city": "Not asked", "question_1": "Not asked"})
    row = session.scalars(select(Signature)).one()
    assert (row.state, row.confirmed_at, row.petition_id) == ("pending", None, petition.id)
    assert (row.city, row.answers) == ("", {})


@pytest.mark.parametrize("name", ["a-" * 30_000, "é-" * 9_000, "&" * 20_000])
def test_a_name_that_is_far_too_long_costs_no_time(client: Visitor, petition: Petition, name: str) -> None:
    """Looking for links in sixty thousand characters took more than a minute."""
    began = time.process_time()
    page = read(client.post(PATH, data=SUZIE | {"given_name": name}), 422)
    assert "too long" in page.select_one("#given_name-error").text  # type: ignore[union-attr]
    assert time.process_time() - began < 2


def test_fifty_hostile_names_save_nothing(client: Visitor, session: Session, petition: Petition) -> None:
    hostile = name_samples.hostile()
    for name in hostile[:: len(hostile) // (50 if FULL else 12)]:
        page = read(client.submit(PATH, SUZIE | {"given_name": name, "family_name": name}, status=422), 422)
        assert page.find(id="given_name-error") and page.find(id="family_name-error"), ascii(name)
    assert stored(session) == (0, 0)


# --- accepted

GOOD = [
    {"email": "user+tag@x.org"},
    {"email": "a@xn--bcher-kva.example"},
    {"email": "O'Brien@example.org"},
    {"country": "GB", "postcode": "sw1a1aa"},
    {"country": "AE", "postcode": ""},
    {"country": "IN", "postcode": "११०००१"},
    {"comment": "x" * 1000},
    {"comment": "👨\u200d👩\u200d👧 https://example.org/our-bridge <3"},
    {"family_name": ""},
    {"show_name": "no"},
    *({"given_name": name} for name in name_samples.MUST_ACCEPT),
    *({"given_name": name, "family_name": name} for name in name_samples.real(2000)[::80]),
]


def test_what_is_unusual_and_right_is_accepted(client: Visitor, session: Session, petition: Petition) -> None:
    for number, values in enumerate(GOOD):
        client.submit(PATH, SUZIE | {"email": f"person{number}@example.org"} | values)
    assert stored(session) == (len(GOOD), len(GOOD))


def test_what_was_seen_and_sent_at_once_is_accepted(client: Visitor, session: Session, petition: Petition) -> None:
    page = client.page(PATH)
    hidden = {box["name"]: box.get("value", "") for box in page.select("form.form input[type=hidden]")}
    assert client.submit(PATH, hidden | SUZIE).location == "/campaigns/bridge/signed"
    assert stored(session) == (1, 1)


def test_full_width_letters_are_taken_as_meant(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit(PATH, SUZIE | {"email": "Ｓｕｚｉｅ＠ｅｘａｍｐｌｅ。ｏｒｇ"})
    assert session.scalars(select(Signature.email)).one() == "Suzie@example.org"


# --- "did you mean …?"


def test_a_better_address_is_offered_once_and_never_forced(
    client: Visitor, session: Session, petition: Petition
) -> None:
    typed = SUZIE | {"email": "suzie@gmial.con"}
    page = read(client.submit(PATH, typed, status=422), 422)
    offered = page.find("input", attrs={"name": "email_offered"})["value"]
    keep, take = page.select(".offer button")
    assert (keep.text, take.text) == ("Keep suzie@gmial.con", "Use suzie@gmail.com")
    # The key Enter presses the first button of a form.
    assert page.select_one("form.form button") == keep and not keep.has_attr("name")

    client.submit(PATH, typed | {"email_offered": offered})

    assert session.scalars(select(Signature.email)).one() == "suzie@gmial.con"


def test_one_press_takes_what_was_offered(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit(PATH, SUZIE | {"email": "suzie@gmial.con", "email_take": "suzie@gmail.com"})
    client.submit(PATH, SUZIE | {"email": "ann@example.org", "email_take": "mallory@gmail.com"})
    assert session.scalars(select(Signature.email).order_by(Signature.id)).all() == [
        "suzie@gmail.com",
        "ann@example.org",
    ]


# --- mailboxes that are thrown away


@pytest.mark.parametrize(("policy", "flagged"), [("flag", True), ("accept", False)])
def test_throw_away_addresses_are_flagged_unless_told_otherwise(
    app: Flask, client: Visitor, session: Session, petition: Petition, policy: str, flagged: bool
) -> None:
    app.config["DISPOSABLE"] = policy
    for address in ("ann@mailinator.com", "ann@MX.Mailinator.com"):
        client.submit(PATH, SUZIE | {"email": address})
    client.submit(PATH, SUZIE | {"email": "ann@mailinator.example"})
    assert session.scalars(select(Signature.is_disposable).order_by(Signature.id)).all() == [flagged, flagged, False]


def test_throw_away_addresses_can_be_refused(app: Flask, client: Visitor, session: Session, petition: Petition) -> None:
    app.config["DISPOSABLE"] = "refuse"
    page = read(client.submit(PATH, SUZIE | {"email": "ann@mx.mailinator.com"}, status=422), 422)
    assert "thrown away" in page.find(id="email-error").text
    assert stored(session) == (0, 0)


# --- what is asked, and what is said about it

ALL_ASKED = {
    "family_name": "required", "organisation": "optional", "postcode": "optional", "city": "required",
    "phone": "required", "comment": "no",
}  # fmt: skip


@pytest.fixture
def asking_all(session: Session, petition: Petition) -> int:
    """The id of a question that must be answered."""
    asking.set_ways(session, petition, ALL_ASKED, now=now())
    asking.set_questions(session, petition, [Wanted(None, "Which bus?", is_required=True)], now=now())
    session.commit()
    return asking.questions(petition)[0].id


def test_the_form_asks_what_the_organiser_chose(
    client: Visitor, session: Session, petition: Petition, asking_all: int
) -> None:
    page = client.page(PATH)
    assert page.find(id="city") and page.find(id="phone") and not page.find(id="comment")
    told = " ".join(page.find(attrs={"aria-labelledby": "data-title"}).text.split())
    names = "your name, organisation, country, postcode, town or city, phone number, and your answer to “Which bus?”"
    assert f"Handed over with the petition: {names}, to" in told

    empty = read(client.submit(PATH, {"country": "GB"}, status=422), 422)
    wrong = {error["id"].removesuffix("-error") for error in empty.find_all("p", class_="error")}
    assert wrong == {"given_name", "family_name", "email", "city", "phone", f"question_{asking_all}"}

    answers = {"city": "Stratford-upon-Avon, 2nd ward", "phone": "+44 20 7946 0000", f"question_{asking_all}": "The 12"}
    client.submit(PATH, {**SUZIE, "postcode": "", "organisation": "Bäcker & Söhne, 1890 GmbH", **answers})
    session.rollback()
    row = session.scalars(select(Signature)).one()
    assert (row.city, row.phone, row.answers) == (answers["city"], answers["phone"], {str(asking_all): "The 12"})
    assert (row.organisation, row.postcode, row.comment) == ("Bäcker & Söhne, 1890 GmbH", "", "")


def test_answers_and_places_are_plain_text(
    client: Visitor, session: Session, petition: Petition, asking_all: int
) -> None:
    good = SUZIE | {"city": "Ulm", "phone": "+44 20 7946 0000", f"question_{asking_all}": "The 12"}
    for field, value in (
        ("city", "win.com"), ("organisation", "=1+1"), ("organisation", "<b>Us"), ("city", "x" * 101),
        ("phone", "call me"), ("phone", "12"), ("phone", "+44 <20>"), (f"question_{asking_all}", "x" * 501),
        (f"question_{asking_all}", "a\u202eb"),
    ):  # fmt: skip
        page = read(client.submit(PATH, good | {field: value}, status=422), 422)
        assert page.find(id=f"{field}-error"), (field, value)
    assert stored(session) == (0, 0)


@pytest.mark.parametrize(
    ("number", "country", "expected"),
    [
        ("020 7946 0000", "GB", True),
        ("+49 (0)30 901820", "DE", True),
        ("+90７", "TR", False),
        ("+999 12345", "", False),
        ("", "GB", False),
    ],
)
def test_phone_numbers(number: str, country: str, expected: bool) -> None:
    assert is_phone(number, country) is expected


def test_consent_is_recorded_with_its_words_and_its_time(client: Visitor, session: Session, petition: Petition) -> None:
    box = client.page(PATH).find(id="subscribe")
    assert not box.has_attr("checked")
    client.submit(PATH, SUZIE | {"subscribe": "yes"})
    client.submit(PATH, SUZIE | {"email": "ann@example.org"})
    suzie, ann = session.scalars(select(Signature).order_by(Signature.id))
    wording = session.scalars(select(ConsentWording)).one()
    assert (suzie.consent_wording_id, suzie.subscribed_at is not None) == (wording.id, True)
    assert (ann.consent_wording_id, ann.subscribed_at, ann.subscribe) == (None, None, False)
    assert (wording.wording, wording.language) == ("Write to me about what comes of this petition", "en")


def test_a_wording_that_has_changed_must_be_read_again(
    app: Flask, client: Visitor, session: Session, petition: Petition
) -> None:
    typed = SUZIE | {"subscribe": "yes", "consent_version": "0123456789ab"}
    page = read(client.submit(PATH, typed, status=422), 422)
    assert "read it again" in page.find(id="subscribe-error").text
    with app.app_context():
        assert page.find(id="consent_version")["value"] == consent.version()
    assert stored(session) == (0, 0)


def test_a_text_that_has_changed_must_be_read_again(client: Visitor, session: Session, petition: Petition) -> None:
    seen = client.page(PATH).find(id="text_version")["value"]
    new = {"demand": "Mend both bridges.", "body": "Both are closed.", "note": "A second one fell."}
    petition.texts.append(PetitionText(version=2, created_at=now(), **new))
    session.commit()

    page = read(client.submit(PATH, SUZIE | {"text_version": seen}, status=422), 422)

    assert page.h1.text == "Mend both bridges." and "Both are closed." in page.text
    assert "A second one fell." in page.text and page.find("details").has_attr("open")
    assert page.find(id="given_name")["value"] == "Suzie"
    for nonsense in ("0", "x", "-1", "9" * 30):
        client.submit(PATH, SUZIE | {"text_version": nonsense}, status=422)
    assert stored(session) == (0, 0)
    client.submit(PATH, SUZIE | {"text_version": page.find(id="text_version")["value"]})
    session.rollback()
    assert session.scalars(select(Signature)).one().petition_text.version == 2


# --- programs

SECOND = timedelta(seconds=1)


def seen_for(app: Flask, petition: Petition, seconds: float) -> str:
    """The stamp of a form that was shown so long ago."""
    return bots.stamp([app.config["SECRET_KEY"]], petition.id, now=now() - seconds * SECOND)


@pytest.fixture
def strict(app: Flask) -> FlaskClient:
    """A browser of a site as it is in production."""
    app.config["SIGN_SECONDS"] = 2.0
    return app.test_client()


def is_accepted(app: Flask, petition: Petition, typed: dict[str, str], instant: datetime) -> bool:
    """What the form says, without making the page."""
    with app.test_request_context(PATH, method="POST", data=typed):
        asked = terms.readable(db.session(), petition.campaign.slug)
        return sign_form(asked, now=instant).validate_on_submit()


def test_a_thousand_naive_programs_are_refused(
    app: Flask, strict: FlaskClient, session: Session, petition: Petition
) -> None:
    app.config["SIGN_SECONDS"] = 600.0  # however long this takes here, 0.5 seconds stay too quick
    instant = now()
    everything = SUZIE | {"website": "https://win.example", "stamp": seen_for(app, petition, 3600)}
    kinds = [SUZIE, everything, SUZIE | {"stamp": "x" * 60}, SUZIE | {"stamp": seen_for(app, petition, 0.5)}]
    for number in range(1000 if FULL else 60):
        typed = kinds[number % 4] | {"email": f"bot{number}@example.org"}
        assert not is_accepted(app, petition, typed, instant), number
        if number < 20:
            assert strict.post(PATH, data=typed).status_code == 422, number
    assert stored(session) == (0, 0)


def test_a_thousand_people_are_never_too_quick(
    app: Flask, strict: FlaskClient, session: Session, petition: Petition
) -> None:
    instant = now()
    for number in range(1000 if FULL else 60):
        stamp = bots.stamp([app.config["SECRET_KEY"]], petition.id, now=instant - (2 + number * 2500) * SECOND)
        typed = SUZIE | {"stamp": stamp, "email": f"person{number}@example.org"}
        assert is_accepted(app, petition, typed, instant), number
        if number < 20:
            assert strict.post(PATH, data=typed).status_code == 303, number
    assert stored(session) == (20, 20)


def test_who_was_quick_sends_the_same_again(app: Flask, strict: Visitor, session: Session, petition: Petition) -> None:
    page = read(strict.post(PATH, data=SUZIE), 422)
    assert "That was quick" in page.find("div", class_="error-summary").text
    kept = seen_for(app, petition, 3)
    page = read(strict.post(PATH, data=SUZIE | {"stamp": kept, "given_name": ""}), 422)
    assert page.find(id="stamp")["value"] == kept  # nobody waits twice
    assert strict.post(PATH, data=SUZIE | {"stamp": kept}).status_code == 303


def test_a_browser_works_or_waits(app: Flask, strict: FlaskClient, session: Session, petition: Petition) -> None:
    app.config["PROOF_OF_WORK"] = 8
    young, old = seen_for(app, petition, 5), seen_for(app, petition, 21)
    done = work(young, SUZIE["email"], 8)
    lazy = read(strict.post(PATH, data=SUZIE | {"stamp": young}), 422)
    assert "Wait 1" in lazy.find("div", class_="error-summary").text
    assert strict.post(PATH, data=SUZIE | {"stamp": young, "work": done, "email": "ann@x.org"}).status_code == 422
    assert stored(session) == (0, 0)

    assert strict.post(PATH, data=SUZIE | {"stamp": young, "work": done}).status_code == 303
    assert strict.post(PATH, data=SUZIE | {"stamp": old, "email": "ann@x.org"}).status_code == 303


def test_nobody_sees_the_field_for_programs(client: Visitor, petition: Petition) -> None:
    page = client.page(PATH)
    box = page.find(id="website")
    assert box.parent["aria-hidden"] == "true" and "visually-hidden" in box.parent["class"]
    assert (box["tabindex"], box["autocomplete"], box["value"]) == ("-1", "off", "")
    assert not page.find("script", src=lambda address: address and "sign.js" in address)


def test_the_chosen_country_stays_chosen(client: Visitor, petition: Petition) -> None:
    for sent, kept in (("CI", "CI"), ("", ""), ('"><b>', ""), ("XX", "")):
        page = read(client.submit(PATH, {"country": sent}, status=422), 422)
        options = page.select("select#country option")
        chosen = [option["value"] for option in options if option.has_attr("selected")]
        assert (chosen or [options[0]["value"]], len(options)) == ([kept], len(countries.CODES) + 1), sent
        assert page.find(id="country")["name"] == "country" and not page.find("b")
    assert page.find("option", value="CI").text == "Côte d’Ivoire"
