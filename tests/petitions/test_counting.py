"""Counters say what the rows say, after every step."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.petitions import counting
from campaign.petitions.models import TRANSITIONS, Signature, SignatureCount
from campaign.petitions.transitions import IllegalMove, move
from tests import make

DAY = timedelta(days=1)


def test_a_petition_nobody_signed_counts_zero(session: Session) -> None:
    petition = make.petition(session)
    assert counting.confirmed(session, [petition.id, 999]) == {petition.id: 0, 999: 0}
    assert counting.by_day(session, petition) == []


@pytest.mark.parametrize("seed", range(3))
def test_counters_equal_rows_after_every_step_of_a_random_walk(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    petition = make.petition(session)
    signatures = [
        make.signature(session, petition, state="pending", country=chance.choice(["US", "FR", "DE"])) for _ in range(12)
    ]
    for step in range(120):
        signature = chance.choice(signatures)
        to = chance.choice(TRANSITIONS[signature.state])
        assert move(session, signature, to, now=make.NOW + step * DAY / 4)

        rows = session.scalar(select(func.count()).where(Signature.state == "confirmed"))
        assert counting.confirmed(session, [petition.id]) == {petition.id: rows}
        assert counting.check(session) == []
    assert sum(number for _, number in counting.by_day(session, petition)) == rows


@pytest.mark.parametrize("was", TRANSITIONS)
def test_only_the_moves_in_the_table_are_possible(session: Session, was: str) -> None:
    signature = make.signature(session, make.petition(session), state=was)
    for to in set(TRANSITIONS) - set(TRANSITIONS[was]):
        with pytest.raises(IllegalMove):
            move(session, signature, to, now=make.NOW)
    assert counting.confirmed(session, [signature.petition_id]) == {signature.petition_id: 0}


def test_who_comes_second_moves_nothing(session: Session) -> None:
    petition = make.petition(session)
    signature = make.signature(session, petition, state="pending")
    session.connection().exec_driver_sql("UPDATE signature SET state = 'withdrawn'")
    assert not move(session, signature, "confirmed", now=make.NOW)
    assert (signature.state, counting.confirmed(session, [petition.id])[petition.id]) == ("withdrawn", 0)


def test_a_signature_that_is_restored_counts_on_its_first_day(session: Session) -> None:
    petition = make.petition(session)
    signature = make.signature(session, petition, state="pending")
    for to, later in (("confirmed", 0), ("invalidated", 1), ("confirmed", 2)):
        move(session, signature, to, now=make.NOW + later * DAY)
    assert counting.by_day(session, petition) == [(make.TODAY, 1)]


def test_days_are_those_of_utc(session: Session) -> None:
    petition = make.petition(session)
    late = make.NOW.replace(hour=23, minute=59)
    for confirmed_at in (late, late + timedelta(minutes=1)):
        signature = make.signature(session, petition, state="pending", created_at=confirmed_at)
        make.signature(session, petition, state="pending", created_at=confirmed_at)
        move(session, signature, "confirmed", now=confirmed_at)
    days = [(date(2026, 11, 22), 1), (date(2026, 11, 23), 1)]
    assert counting.by_day(session, petition) == days
    assert counting.pending_by_day(session, petition) == days
    assert counting.check(session) == []


def test_a_drift_is_found_and_mended(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition, country="FR")  # a row without its counter
    session.add(SignatureCount(petition_id=petition.id, day=make.TODAY, country="US", shard=0, confirmed=5))
    session.add(SignatureCount(petition_id=petition.id, day=make.TODAY, country="US", shard=3, confirmed=2))
    session.flush()

    drifts = counting.check(session, fix=True)

    assert [(drift.country, drift.counted, drift.signatures) for drift in drifts] == [("FR", 0, 1), ("US", 7, 0)]
    assert counting.check(session) == []
    assert counting.confirmed(session, [petition.id]) == {petition.id: 1}
