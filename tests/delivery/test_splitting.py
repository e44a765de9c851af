"""Who gets whose name. A small United States: see tests/letters/world.py."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from campaign.delivery import splitting
from campaign.delivery.splitting import UNKNOWN, Split
from campaign.officials import targets
from campaign.officials.models import Post
from campaign.petitions import editing
from campaign.petitions.models import Addressee, Petition
from tests import make
from tests.letters import world

BOTH = targets.MY_REPRESENTATIVE_AND_SENATORS


@dataclass(frozen=True)
class Row:
    country: str
    home: str
    signed_on: date = make.TODAY


PLACES = {
    "Vermont": ("US", "05401"),
    "one of two districts of New York": ("US", "11111"),
    "either district of New York": ("US", "10001"),
    "Delaware or Maryland": ("US", "19973"),
    "Washington": ("US", "20001"),
    "no such postcode": ("US", "99999"),
    "no postcode": ("US", ""),
    "France": ("FR", "75001"),
}


@pytest.fixture
def petition(session: Session) -> Petition:
    world.build(session)
    petition = make.petition(session, post=session.get(Post, "us-president"))
    for country, postcode in PLACES.values():
        make.signature(session, petition, country=country, postcode=postcode)
    return petition


def placed(session: Session, petition: Petition) -> tuple[Split, dict[str, set[str]]]:
    split = splitting.split(session, petition, on=world.AS_OF)
    return split, {place: set(split.office_of(Row(*where))) for place, where in PLACES.items()}


def test_a_president_alone_gets_everybody(session: Session, petition: Petition) -> None:
    split, found = placed(session, petition)
    assert [(office.post_id, office.areas) for office in split.offices] == [("us-president", None)]
    assert all(offices == {"us-president"} for offices in found.values())


def test_each_member_gets_their_district_or_state_and_nobody_is_guessed(session: Session, petition: Petition) -> None:
    petition.addressee_rule = BOTH
    split, found = placed(session, petition)
    vermont = {"us-senate-vt-1", "us-senate-vt-2"}
    new_york = {"us-senate-ny-1", "us-senate-ny-2"}
    assert found == {
        "Vermont": {"us-president", "us-house-vt-0", *vermont},
        "one of two districts of New York": {"us-president", "us-house-ny-2", *new_york},
        "either district of New York": {"us-president", *new_york, UNKNOWN},
        "Delaware or Maryland": {"us-president", UNKNOWN},
        "Washington": {"us-president", "us-house-dc-0"},
        "no such postcode": {"us-president", UNKNOWN},
        "no postcode": {"us-president", UNKNOWN},
        "France": {"us-president", UNKNOWN},
    }
    assert {place: split.reason_of(Row(*where)) for place, where in PLACES.items() if UNKNOWN in found[place]} == {
        "either district of New York": "ambiguous",
        "Delaware or Maryland": "ambiguous",
        "no such postcode": "not_found",
        "no postcode": "no_postcode",
        "France": "elsewhere",
    }


def test_offices_come_in_order_without_empty_ones_and_those_apart_last(session: Session, petition: Petition) -> None:
    petition.addressee_rule = targets.MY_REPRESENTATIVE
    offices = splitting.by_office(session, petition.campaign, on=world.AS_OF)
    assert [office.post_id for office in offices] == [
        "us-president",
        "us-house-dc-0",
        "us-house-ny-2",
        "us-house-vt-0",
        UNKNOWN,
    ]
    assert offices[-2].areas == (world.district("vt/at-large"),)


def test_a_state_is_enough_for_senators(session: Session, petition: Petition) -> None:
    petition.addressee_rule = targets.MY_SENATORS
    _, found = placed(session, petition)
    assert UNKNOWN not in found["either district of New York"]
    # They have no senators, and two pairs of them.
    assert UNKNOWN in found["Washington"] & found["Delaware or Maryland"]


def test_a_member_named_as_addressee_gets_no_other_district(session: Session, petition: Petition) -> None:
    petition.addressees[:] = [Addressee(post=session.get_one(Post, "us-house-ny-2"), position=1)]
    session.flush()
    split, found = placed(session, petition)
    assert found["one of two districts of New York"] == {"us-house-ny-2"}
    assert found["Vermont"] == found["either district of New York"] == {UNKNOWN}
    assert split.reason_of(Row(*PLACES["Vermont"])) == "elsewhere"


def test_who_signed_before_they_were_told_is_not_handed_to_their_members(session: Session, petition: Petition) -> None:
    assert editing.set_rule(session, petition, rule=BOTH, now=make.NOW)
    split = splitting.split(session, petition, on=world.AS_OF)
    early = Row("US", "05401", make.TODAY)
    assert (split.office_of(early), split.reason_of(early)) == (("us-president", UNKNOWN), "not_told")
    later = Row("US", "05401", make.TODAY + timedelta(days=1))
    assert "us-house-vt-0" in split.office_of(later)


def test_a_rule_set_before_anybody_signs_is_told_to_all(session: Session) -> None:
    world.build(session)
    petition = make.petition(session, post=session.get(Post, "us-president"))
    assert editing.set_rule(session, petition, rule=BOTH, now=make.NOW)
    assert petition.addressee_rule_since is None
    with pytest.raises(editing.NotAcceptable):
        editing.set_rule(session, petition, rule="my_mayor", now=make.NOW)


def test_many_places_need_few_queries(session: Session, engine: Engine, petition: Petition) -> None:
    petition.addressee_rule = BOTH
    session.flush()
    places = [("US", f"{number:05}") for number in range(3000)] + list(PLACES.values())
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *values: asked.append(values[2]))
    split = splitting.split(session, petition, on=world.AS_OF, places=places)
    assert len(split.placements) == 3000 + len(PLACES)
    assert len(asked) < 16
