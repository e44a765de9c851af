"""What an organiser may change in a petition, and what that does to those who have signed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaign.petitions import editing
from campaign.petitions.models import Petition
from tests import make

DAY = timedelta(days=1)
LATER = make.NOW + timedelta(hours=1)


def versions(petition: Petition) -> list[tuple[int, str]]:
    return [(text.version, text.demand) for text in petition.texts]


def test_before_the_first_signature_the_text_is_edited_in_place(session: Session) -> None:
    petition = make.petition(session, demand="Mend it.")
    assert editing.set_text(session, petition, demand=" Mend it soon. ", body="Please.", now=LATER)
    assert versions(petition) == [(1, "Mend it soon.")]
    assert petition.campaign.changed_at == LATER


@pytest.mark.parametrize("state", ["pending", "confirmed", "withdrawn"])
def test_from_the_first_signature_on_a_change_is_a_new_version(session: Session, state: str) -> None:
    petition = make.petition(session, demand="Mend it.")
    signature = make.signature(session, petition, state=state)

    editing.set_text(session, petition, demand="Mend both.", body="", now=LATER)
    editing.set_text(session, petition, demand="Mend all.", body="", now=LATER)

    assert versions(petition) == [(1, "Mend it."), (2, "Mend all.")]
    assert signature.petition_text.demand == "Mend it."


def test_the_same_text_is_no_change(session: Session) -> None:
    petition = make.petition(session, demand="Mend it.")
    make.signature(session, petition)
    assert not editing.set_text(session, petition, demand="Mend it. ", body="It is closed to carts.", now=LATER)
    assert versions(petition) == [(1, "Mend it.")]
    assert petition.campaign.changed_at == make.NOW


@pytest.mark.parametrize("demand", ["", "  ", "x" * 301, "Two\nlines"])
def test_a_demand_is_one_sentence(session: Session, demand: str) -> None:
    with pytest.raises(editing.NotAcceptable) as refused:
        editing.set_text(session, make.petition(session), demand=demand, body="", now=LATER)
    assert refused.value.field == "demand"


TERMS = [
    ({"goal": 0}, "goal"),
    ({"goal": -5}, "goal"),
    ({"goal": 10**10}, "goal"),
    ({"opens_at": make.NOW + 9 * DAY, "closes_at": make.NOW + 8 * DAY}, "closes_at"),
    ({"closes_at": make.NOW - DAY}, "closes_at"),
    ({"closes_at": datetime(9999, 12, 31, tzinfo=UTC)}, "closes_at"),  # data would be kept as long, and longer
]


@pytest.mark.parametrize(("values", "field"), TERMS)
def test_terms_that_make_no_sense_name_their_field(session: Session, values: dict[str, Any], field: str) -> None:
    petition = make.petition(session)
    terms = {"goal": 50, "opens_at": None, "closes_at": make.NOW + DAY} | values
    with pytest.raises(editing.NotAcceptable) as refused:
        editing.set_terms(session, petition, **terms, now=make.NOW)
    assert (refused.value.field, petition.goal) == (field, 100)


def test_the_goal_of_a_closed_petition_can_still_be_changed(session: Session) -> None:
    petition = make.petition(session, opens_at=None, closes_at=make.NOW - DAY)
    kept = {"opens_at": petition.opens_at, "closes_at": petition.closes_at}
    assert editing.set_terms(session, petition, goal=None, **kept, now=make.NOW)
    assert not editing.set_terms(session, petition, goal=None, **kept, now=make.NOW)


def test_the_last_day_is_open_to_its_end(session: Session) -> None:
    petition = make.petition(session, closes_at=editing.end_of(date(2026, 12, 31)))
    assert petition.is_open(now=datetime(2026, 12, 31, 23, 59, 58, tzinfo=UTC))
    assert not petition.is_open(now=datetime(2027, 1, 1, tzinfo=UTC))


def test_addressees_are_kept_in_order(session: Session) -> None:
    petition = make.petition(session, post=make.make_post(session, "mayor"))
    for id in ("clerk", "council-1"):
        make.make_post(session, id)
    for wanted in (["clerk", "mayor"], ["council-1", "clerk", "clerk"], []):
        editing.set_addressees(session, petition, post_ids=wanted, now=LATER)
        session.expire_all()
        assert [addressee.post_id for addressee in petition.addressees] == list(dict.fromkeys(wanted))


def test_an_unknown_office_is_refused_by_name(session: Session) -> None:
    petition = make.petition(session)
    with pytest.raises(editing.NotAcceptable, match="emperor") as refused:
        editing.set_addressees(session, petition, post_ids=["emperor"], now=LATER)
    assert refused.value.field == "post_ids"
