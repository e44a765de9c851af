"""What an organiser may change in a petition, and what that does to those who have signed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from campaign.petitions import editing, signing
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.petitions.crowd import crowd

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

    editing.set_text(session, petition, demand="Mend both.", body="", note="Two are broken.", now=LATER)
    editing.set_text(session, petition, demand="Mend all.", body="", note="Three.", is_material=True, now=LATER)

    # Version 2 was public too, although nobody signed it.
    assert versions(petition) == [(1, "Mend it."), (2, "Mend both."), (3, "Mend all.")]
    assert [(text.note, text.is_material) for text in petition.texts] == [
        ("", False),
        ("Two are broken.", False),
        ("Three.", True),
    ]
    assert signature.petition_text.demand == "Mend it."


def test_a_signed_text_changes_only_with_a_public_note(session: Session) -> None:
    petition = make.petition(session, demand="Mend it.")
    make.signature(session, petition)
    with pytest.raises(editing.NotAcceptable) as refused:
        editing.set_text(session, petition, demand="Mend both.", body="", note=" ", now=LATER)
    assert (refused.value.field, versions(petition)) == ("note", [(1, "Mend it.")])


def test_pausing_and_going_on_are_changes_once(session: Session) -> None:
    petition = make.petition(session)
    assert [editing.pause(session, petition, now=LATER) for _ in range(2)] == [True, False]
    assert (petition.paused_at, petition.is_open(now=LATER)) == (LATER, False)
    assert [editing.go_on(session, petition, now=LATER) for _ in range(2)] == [True, False]
    assert petition.is_open(now=LATER)


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


def test_whether_the_goal_is_raised_is_a_term_of_its_own(session: Session) -> None:
    petition = make.petition(session)
    terms = {"goal": petition.goal, "opens_at": petition.opens_at, "closes_at": petition.closes_at}
    assert not editing.set_terms(session, petition, **terms, now=make.NOW)
    assert editing.set_terms(session, petition, **terms, raises_goal=False, now=make.NOW)
    assert not petition.raises_goal


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


def test_nobody_signs_after_the_pause(session: Session, database_url: str) -> None:
    petition_id = make.petition(session).id
    session.commit()
    engine = create_engine(database_url, pool_size=8)

    def act(number: int) -> bool:
        """The twentieth pauses; everybody else signs. True for those whose name is under it."""
        with Session(engine) as own:
            petition, is_signed = own.get_one(Petition, petition_id), False
            if number == 20:
                editing.pause(own, petition, now=make.NOW)
            else:
                try:
                    signing.sign(
                        own, petition, given_name="Suzie", email=f"suzie{number}@example.org", country="US",
                        postcode="99501", language="en", secret="secret", now=make.NOW,
                    )  # fmt: skip
                    is_signed = True
                except signing.PetitionNotOpen as refused:
                    assert "paused" in refused.message
            own.commit()
            return is_signed

    signed = crowd(act, range(40), at_once=8)
    # Whoever was told so is under it, nobody else; and nobody at all any more.
    assert session.scalar(select(func.count()).select_from(Signature)) == sum(signed)
    assert not any(crowd(act, range(50, 60), at_once=8))
    engine.dispose()
