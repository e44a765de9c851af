from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaign.officials import addressing
from campaign.officials.holding import holder
from campaign.officials.models import ContactDetail, Organization, Post
from tests import make

TODAY = make.TODAY


def post(session: Session, **values: Any) -> Post:
    senate = session.get(Organization, "us-senate") or Organization(
        id="us-senate", name="United States Senate", classification="legislature"
    )
    defaults: dict[str, Any] = {
        "organization": senate,
        "role": "senator",
        "title": "",
        "label": "U.S. Senator for Vermont",
    }
    return make.make_post(session, **(defaults | values))


def fields(session: Session, of: Post, on: date = TODAY) -> dict[str, str]:
    session.flush()
    return addressing.fields_of(holder(session, of, on=on))


def test_a_senator_is_addressed_by_title_and_room(session: Session) -> None:
    seat = post(session)
    term = make.membership(session, make.person(session, "Peter Welch"), seat)
    room = "115 Russell Senate Office Building\nWashington, DC 20510"
    term.contact_details.append(ContactDetail(post_id=seat.id, type="postal", value=room))

    found = fields(session, seat)

    assert found["official.salutation"] == "Dear Senator Welch"
    assert (found["official.name"], found["official.family_name"]) == ("Peter Welch", "Welch")
    assert found["official.envelope"] == f"The Honorable Peter Welch\nUnited States Senate\n{room}"


def test_without_a_confirmed_holder_there_is_an_office_and_no_name(session: Session) -> None:
    seat = post(session)
    make.membership(session, make.person(session), seat, date(2025, 1, 21), date(2026, 11, 3), end_kind="expected")

    found = fields(session, seat)

    assert (found["official.name"], found["official.family_name"]) == ("", "")
    assert found["official.salutation"] == "To the Office of the U.S. Senator for Vermont"
    assert found["official.envelope"] == (
        "The Office of the U.S. Senator for Vermont\nUnited States Senate\nWashington, DC 20510"
    )
    assert "Lovelace" not in str(found)


@pytest.mark.parametrize(
    ("role", "label", "expected"),
    [
        ("president", "President of the United States", "Dear President Lovelace"),
        ("vice_president", "Vice President of the United States", "Dear Vice President Lovelace"),
        ("representative", "Representative for Alaska", "Dear Representative Lovelace"),
        ("delegate", "Delegate for Guam", "Dear Delegate Lovelace"),
        ("resident_commissioner", "Resident Commissioner of Puerto Rico", "Dear Resident Commissioner Lovelace"),
        ("clerk", "Clerk of Exampleton", "Dear Ada Lovelace"),  # no word stands before this office's name
    ],
)
def test_each_role_has_its_salutation(session: Session, role: str, label: str, expected: str) -> None:
    seat = post(session, role=role, label=label)
    make.membership(session, make.person(session), seat)

    assert fields(session, seat)["official.salutation"] == expected


def test_two_who_stand_in_are_both_addressed(session: Session) -> None:
    seat = post(session, role="prosecutor", label="Prosecutor")
    for name in ("Nazhat Shameem Khan", "Mame Mandiaye Niang"):
        make.membership(session, make.person(session, name), seat, acting=True)

    found = fields(session, seat)

    assert found["official.salutation"] == "Dear Deputy Prosecutors Khan and Niang"
    assert found["official.name"] == "Nazhat Shameem Khan and Mame Mandiaye Niang"


def test_one_who_stands_in_is_called_acting(session: Session) -> None:
    seat = post(session, role="mayor", title="Mayor")
    make.membership(session, make.person(session), seat, acting=True)

    assert fields(session, seat)["official.salutation"] == "Dear Acting Mayor Lovelace"


def test_a_post_may_have_its_own_words(session: Session) -> None:
    own = post(session, salutation="Dear Mayor {family_name}", envelope="{name}\nCity Hall\nExampleton")
    fixed = post(session, salutation="Madame, Monsieur", envelope="Le ministre\nParis")

    assert fields(session, own)["official.salutation"] == "To the Office of the U.S. Senator for Vermont"
    assert fields(session, own)["official.envelope"].startswith("The Office of the U.S. Senator for Vermont\nCity Hall")
    make.membership(session, make.person(session), own)
    assert fields(session, own)["official.salutation"] == "Dear Mayor Lovelace"
    assert fields(session, own)["official.envelope"] == "The Honorable Ada Lovelace\nCity Hall\nExampleton"
    assert fields(session, fixed)["official.salutation"] == "Madame, Monsieur"
    assert fields(session, fixed)["official.envelope"] == "Le ministre\nParis"
