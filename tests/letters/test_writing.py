"""The supporter's way through a letter, in a browser without JavaScript."""

from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.letters.models import Letter
from campaign.officials.models import Membership
from campaign.officials.targets import MY_REPRESENTATIVE, MY_REPRESENTATIVE_AND_SENATORS, MY_SENATORS
from tests import make
from tests.conftest import Visitor, read
from tests.letters import world

URL = "/campaigns/bridge/letters/write"
SUZIE = {"given_name": "Suzie", "family_name": "Signer", "address_lines": "1 Road", "city": "Burlington"}


def press(client: Visitor, page: BeautifulSoup, step: str, status: int = 200, **typed: Any) -> BeautifulSoup:
    """Fill in the form that has this button, and press it."""
    for form in page.select("main form"):
        wanted = {name: typed[name] for name in ("did", "post") if name in typed}
        if form.select_one(f'button[name=step][value="{step}"]') and all(
            form.select_one(f'input[name={name}][value="{value}"]') for name, value in wanted.items()
        ):
            break
    else:
        raise AssertionError(f"no button {step}: {page.main}")
    data = {box["name"]: box.get("value", "") for box in form.select("input[type=hidden]")}
    for box in form.select("input[type=text], input[type=email], textarea"):
        data[box["name"]] = box.get("value", box.text.removeprefix("\r\n"))
    for box in form.select("select"):
        chosen = box.select_one("option[selected]")
        data[box["name"]] = chosen["value"] if chosen else ""
    return read(client.post(URL, data={**data, "step": step, **typed}), status)


def words(page: BeautifulSoup) -> str:
    return " ".join(page.main.get_text(" ").split())


def test_a_letter_to_the_president_asks_for_no_place(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    page = client.page(URL)
    assert not page.select("[name=postcode][autocomplete=postal-code][id=area]")
    page = press(client, page, "details", **SUZIE, region="Vermont", postcode="05401", email="")
    body = page.select_one("textarea[name=body]").text
    assert body.strip() == (
        "Dear President Ames,\n\nI urge you to mend the bridge before winter.\n\nSincerely,\nSuzie Signer\n1 Road\n"
        "Burlington, Vermont 05401"
    )
    assert "example.org/roster" in words(page)
    times = [time["datetime"] for time in page.select("aside time")]
    assert times == [world.START.isoformat(), world.AS_OF.isoformat()]
    ready = press(client, page, "check")
    assert ready.select_one(".letter").text == body.strip()
    assert "Prepared, not sent yet" in words(ready)
    assert ready.find("a", string="Open the official form")["rel"] == ["noopener", "noreferrer"]
    row = session.scalars(select(Letter)).one()
    assert (row.state, row.post_id, row.roster_as_of) == ("prepared", "us-president", world.AS_OF)
    assert len(row.text_sha256) == 64


def test_what_people_say_they_did_is_recorded_in_honest_words(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    first = press(client, press(client, client.page(URL), "details", **SUZIE), "check")
    page = press(client, first, "report", did="opened")
    assert "You opened the form" in words(page)
    page = press(client, page, "report", did="self-sent")
    assert "You said you sent it" in words(page)
    assert not page.select("button[value=report]")
    press(client, first, "report", status=422, did="printed")
    assert session.scalars(select(Letter.state)).all() == ["self-sent"]


def test_nobody_reports_on_a_letter_of_another_browser(session: Session, client: Visitor, app: Any) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    page = press(client, press(client, client.page(URL), "details", **SUZIE), "check")
    mallory = app.test_client()
    press(mallory, page, "report", status=422, did="self-sent")
    assert session.scalars(select(Letter.state)).all() == ["prepared"]


def test_a_postcode_in_one_district_needs_no_choice(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE_AND_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="05401-1234")
    assert "Di Dunn, Bo Birch, Cy Cole" in words(page)
    assert page.select_one("input[name=region]")["value"] == "Vermont"
    page = press(client, page, "details", **SUZIE)
    assert page.select_one("textarea[name=body]").text.strip().startswith("Dear Representative Dunn,")
    assert "0 of 3 prepared" in words(page)
    page = press(client, page, "check")
    assert "1 of 3 prepared" in words(page)
    page = press(client, page, "letter", post="us-senate-vt-1")
    assert page.select_one("textarea[name=body]").text.strip().startswith("Dear Senator Birch,")
    assert session.scalars(select(Letter.post_id)).all() == ["us-house-vt-0"]


def test_a_postcode_in_two_districts_is_never_guessed(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="10001")
    assert [label.text for label in page.select(".choice label")] == ["New York 1 – Gil Gray", "New York 2 – vacant"]
    assert "Choose one" in words(press(client, page, "area", status=422))
    page = press(client, page, "area", area=world.district("ny/1"))
    assert "To: Gil Gray" in words(page)


def test_for_senators_the_state_is_enough(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="10001")
    assert "To: Ed Esk, Fay Frost" in words(page)


def test_a_postcode_in_two_states_asks_for_the_state_first(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE_AND_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="19973")
    assert "Choose your state first" in words(page)
    assert [label.text for label in page.select(".choice label")] == ["Delaware", "Maryland"]
    page = press(client, page, "area", status=422)
    assert "Choose your state first" in words(page)
    assert page.select_one(".error-summary a").text == "Where do you live? Choose one."
    page = press(client, page, "area", area=f"{world.US}/state:md")
    assert "To: Jo Jay, Hal Hay, Ida Ives" in words(page)


def test_a_place_outside_the_postcode_is_refused(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="10001")
    press(client, page, "area", status=422, area=world.district("vt/at-large"))


def test_the_district_of_columbia_has_a_delegate_and_no_senators(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE_AND_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="20001")
    page = press(client, page, "details", **SUZIE)
    assert "District of Columbia has no senators" in words(page)
    assert page.select_one("textarea[name=body]").text.strip().startswith("Dear Delegate Noon,")


def test_a_letter_to_senators_says_that_the_district_has_none(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="20001")
    assert "District of Columbia has no senators" in words(page)


def test_a_writer_in_france_is_told_plainly(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_SENATORS)
    session.commit()
    page = press(client, client.page(URL), "place", country="FR", postcode="75001")
    assert "They answer to the people of their own place" in words(page)
    assert "United States" in words(page)


@pytest.mark.parametrize(
    ("postcode", "message"),
    [
        ("99999", "We do not know the postcode 99999"),  # well-formed, in no table
        ("1234", "“1234” is not a postcode of this country"),  # malformed
        ("", "Enter your postcode, or choose your place by hand"),
    ],
)
def test_unknown_and_malformed_postcodes_are_told_apart(
    session: Session, client: Visitor, postcode: str, message: str
) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE)
    session.commit()
    page = press(client, client.page(URL), "place", status=422, country="US", postcode=postcode)
    assert message in words(page)
    assert page.select_one("input[name=postcode]").get("value", "") == postcode
    page = press(client, page, "by_hand")
    assert "New York" in words(page)
    page = press(client, page, "area", area=f"{world.US}/state:ny")
    page = press(client, page, "area", area=world.district("ny/1"))
    assert "To: Gil Gray" in words(page)


def test_a_letter_to_a_vacant_seat_goes_to_the_office(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_REPRESENTATIVE)
    session.commit()
    page = press(client, client.page(URL), "place", country="US", postcode="11111")
    page = press(client, page, "details", **SUZIE)
    assert page.select_one("textarea[name=body]").text.strip().startswith("To the Office of the Representative for")
    assert "the office is vacant" in words(page)


def test_without_a_confirmed_holder_no_name_is_printed(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, body="Dear {{ official.name }}, please mend the bridge. {{ sender.name }}")
    overdue = {"last_seen_as_of": None, "end_date": world.AS_OF, "end_kind": "expected"}
    session.execute(update(Membership).values(overdue))
    session.commit()
    page = press(client, client.page(URL), "details", status=422, **SUZIE)
    assert "Nobody is known for certain" in words(page)
    assert "Ames" not in words(page)
    assert not session.scalars(select(Letter)).all()


def test_a_change_of_holder_while_writing_brings_the_letter_anew(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    page = press(client, client.page(URL), "details", **SUZIE)
    term = session.scalars(select(Membership).where(Membership.post_id == "us-president")).one()
    term.person = make.person(session, "Zoe Zest")
    session.commit()
    page = press(client, page, "check", status=422)
    assert "has changed since you opened the letter" in words(page)
    assert page.select_one("textarea[name=body]").text.strip().startswith("Dear President Zest,")


NOT_READY: list[tuple[dict[str, str], str]] = [
    (
        {"body": "Dear Ada,\nI write because [write your reason here]."},
        "Line 2 still has “[write your reason here]”",
    ),
    ({"body": "Dear {{ mp_nam }}, please act."}, "Line 1 still has “{{ mp_nam }}”"),
    ({"body": "Dear {{ config }}, please act."}, "Line 1 still has “{{ config }}”"),
    ({"body": "Please act.\n{% import os %}"}, "Line 2 still has “{% import os %}”"),
    ({"subject": "For {{ config }}"}, "still has “{{ config }}”"),
    ({"subject": "One\r\nBcc: mallory@example.org"}, "one line only"),
    ({"body": ""}, "has 0 characters"),
    ({"body": "123456789"}, "has 9 characters"),
    ({"body": "x" * 100_001}, "has 100001 characters"),
    ({"body": "A long enough letter \u202ewith a trick"}, "hidden character"),
    ({"subject": "One\nTwo"}, "one line only"),
    ({"subject": "One\u2028Two"}, "one line only"),
    ({"subject": " "}, "what the letter is about"),
    ({"subject": "x" * 201}, "has 201 characters"),
    ({"subject": "For [Name]"}, "still has “[Name]”"),
]


def test_a_letter_that_is_not_ready_is_held_back(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    details = press(client, client.page(URL), "details", **SUZIE)
    for typed, message in NOT_READY:
        page = press(client, details, "check", status=422, **typed)
        assert message in words(page)
        kept = page.select_one("textarea[name=body]").text if "body" in typed else typed["subject"]
        assert typed.get("body", typed.get("subject")) == kept.removeprefix("\r\n").removeprefix("\n")
    assert not session.scalars(select(Letter)).all()


def test_white_space_is_no_letter(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    details = press(client, client.page(URL), "details", **SUZIE)
    assert "has 0 characters" in words(press(client, details, "check", status=422, body=" \n\t\u3000\n"))
    assert not session.scalars(select(Letter)).all()


def test_what_is_shown_is_what_was_typed(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    body = "Dear President Ames,\n\n  “Ünïcödé” & <3 % # ?  two  spaces\n\tمرحبا 你好\n\nSuzie"
    page = press(client, client.page(URL), "details", **SUZIE)
    ready = press(client, page, "check", body=body.replace("\n", "\r\n"))
    assert ready.select_one(".letter").text == body
    assert ready.select_one("#text-web_form").text.removeprefix("\n") == body
    assert press(client, ready, "letter").select_one("textarea[name=body]").text.strip() == body


def test_a_stale_title_in_ones_own_words_is_pointed_out(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    held = session.scalars(select(Membership).where(Membership.post_id == "us-president")).one()
    make.membership(session, make.person(session, "Old Oak"), held.post, date(2001, 1, 20), world.START)
    session.commit()
    page = press(client, client.page(URL), "details", **SUZIE)
    page = press(client, page, "check", body="Dear President Oak,\nplease mend the bridge.")
    assert "Ada Ames has held the office since" in words(page)


def test_the_form_asks_only_what_the_letter_needs(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, body="{{ official.salutation }}, please act. {{ sender.name }}")
    session.commit()
    page = client.page(URL)
    names = [box["name"] for box in page.select("main form input:not([type=hidden])")]
    assert names == ["given_name", "family_name"]
    assert "Enter your name" in words(press(client, page, "details", status=422))


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ("{{ sender.address_lines }}", "Postal address"),
        ("{{ sender.address_lines }}\n{{ sender.postcode }} {{ sender.city }}", "Street and number"),
    ],
)
def test_one_field_for_the_address_asks_for_all_of_it(
    session: Session, client: Visitor, fields: str, label: str
) -> None:
    world.build(session)
    world.letter(session, body=f"{{{{ official.salutation }}}}, please act.\n{{{{ sender.name }}}}\n{fields}")
    session.commit()
    box = client.page(URL).select_one("label[for=address_lines]")
    assert box is not None and label in box.text
    assert ("town and postcode" in words(client.page(URL))) == (label == "Postal address")


def test_a_field_inside_a_sentence_is_asked_for(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, body="I live in {{ sender.city }} and ask you to act. {{ sender.name }}")
    session.commit()
    page = press(client, client.page(URL), "details", status=422, given_name="Suzie")
    assert "Town: This letter needs it" in words(page)


def test_a_letter_that_needs_nothing_is_there_at_once(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, body="{{ official.salutation }}, please act.")
    session.commit()
    assert client.page(URL).select_one("textarea[name=body]").text.strip() == "Dear President Ames, please act."


def test_details_are_filled_in_for_those_who_have_just_signed(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    with client.session_transaction() as cookie:
        cookie["sender"] = {"given_name": "Suzie", "family_name": "Signer", "email": "suzie@example.org"}
    page = client.page(URL)
    assert page.select_one("input[name=given_name]")["value"] == "Suzie"
    assert page.select_one("input[name=email]")["value"] == "suzie@example.org"


def test_a_value_that_looks_like_a_field_stays_as_typed(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    page = press(client, client.page(URL), "details", **{**SUZIE, "given_name": "{{ config }}"})
    assert "{{ config }} Signer" in page.select_one("textarea[name=body]").text
    page = press(client, page, "check", status=422)
    assert "still has “{{ config }}”" in words(page)


@pytest.mark.parametrize(
    ("state", "path"), [("draft", URL), ("published", URL + "x"), ("published", "/campaigns/x/letters/y")]
)
def test_drafts_and_unknown_letters_are_not_found(session: Session, client: Visitor, state: str, path: str) -> None:
    world.build(session)
    world.letter(session).campaign.state = state
    session.commit()
    client.page(path, 404)


def test_a_closed_campaign_says_so(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session).campaign.state = "closed"
    session.commit()
    assert "This campaign is closed" in words(client.page(URL))
    assert "This campaign is closed" in words(read(client.post(URL, data={"step": "details", **SUZIE}), 409))


def test_an_unknown_step_is_refused(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    read(client.post(URL, data={"step": "nonsense"}), 400)


def test_a_place_is_asked_for_again_when_it_got_lost(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, MY_SENATORS)
    session.commit()
    page = read(client.post(URL, data={"step": "check", **SUZIE, "area": "nowhere"}), 422)
    assert page.select_one("input[name=postcode]")


def test_preparing_twice_is_one_letter(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    page = press(client, client.page(URL), "details", **SUZIE)
    press(client, page, "check")
    press(client, page, "check", body="Dear President Ames, please mend it. Suzie")
    assert len(session.scalars(select(Letter)).all()) == 1


def test_the_letter_is_there_to_fill_in_while_one_types(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    preview = client.page(URL).select_one("[data-preview]")
    assert preview.has_attr("hidden"), "without a script nothing would fill it in"
    assert [place["data-field"] for place in preview.select("span")] == [
        *("name", "address_lines", "city", "region", "postcode", "email"),
    ]
    assert preview.select_one(".letter").text.startswith("Dear President Ames,\n\nI urge you")


def test_an_organiser_can_insist_on_a_field(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session, requires=["phone", "city"])
    session.commit()
    page = press(client, client.page(URL), "details", status=422, **{**SUZIE, "city": ""})
    assert {link["href"] for link in page.select(".error-summary a")} == {"#city", "#phone"}
