"""Counters say what the rows say, after every step."""

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.petitions import confirming, counting, signing
from campaign.petitions.links import Secrets
from campaign.petitions.models import TRANSITIONS, Invalidation, Petition, Signature, SignatureCount
from campaign.petitions.transitions import IllegalMove, move
from campaign.petitions.waves import invalidating
from tests import make
from tests.conftest import FULL
from tests.petitions.crowd import crowd

DAY = timedelta(days=1)


def test_a_petition_nobody_signed_counts_zero(session: Session) -> None:
    petition = make.petition(session)
    assert counting.confirmed(session, [petition.id, 999]) == {petition.id: 0, 999: 0}
    assert counting.by_day(session, petition) == []


@pytest.mark.parametrize("seed", range(3 if FULL else 1))
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


QUICK = [
    (2.9, True, "nobody reads a mail in three seconds"),
    (0, True, "at once"),
    (3, False, "a hurried reader"),
    (-60, False, "a later mail, when somebody entered the address again"),
]


@pytest.mark.parametrize(("seconds", "is_quick", "reason"), QUICK)
def test_confirmations_within_seconds_of_the_mail_are_counted(
    session: Session, seconds: float, is_quick: bool, reason: str
) -> None:
    petition = make.petition(session)
    make.signature(session, petition, confirmed_at=make.NOW + timedelta(seconds=seconds), mailed_at=make.NOW)
    make.signature(session, petition, state="pending", mailed_at=make.NOW)
    make.signature(session, make.petition(session), mailed_at=make.NOW)
    assert counting.quick_confirmations(session, petition) == is_quick, reason
    assert counting.quick_confirmations(session, petition, since=make.NOW + DAY) == 0


# --- everything that signers and organisers do, in any order and at once


class Actions:
    """What can be done with one petition, each through the function that its page calls."""

    def __init__(self, session: Session, petition: Petition) -> None:
        self.session, self.petition = session, petition

    def sign(self, person: int, at: int) -> Secrets | None:
        return signing.sign(
            self.session, self.petition, given_name="Suzie", email=f"p{person}@d{person % 3}.example.org",
            country=("US", "FR")[person % 2], postcode=("99501", "75001")[person % 2], language="en", secret="secret",
            now=make.NOW + at * DAY / 4,
        ).secrets  # fmt: skip

    def press(self, act: str, secrets: Secrets, at: int) -> None:
        now = make.NOW + at * DAY / 4
        with suppress(Refused):
            getattr(confirming, act)(self.session, secrets.token, now=now)

    def type_in(self, person: int, secrets: Secrets, at: int) -> None:
        with suppress(Refused):
            now = make.NOW + at * DAY / 4
            opened = confirming.open_by_code(
                self.session, self.petition, email=f"p{person}@d{person % 3}.example.org", code=secrets.code,
                secret="secret", now=now,
            )  # fmt: skip
            if opened.token:
                confirming.confirm(self.session, opened.token, now=now)

    def expire(self, at: int) -> None:
        confirming.expire_pending(self.session, now=make.NOW + at * DAY / 4, days=2)

    def invalidate(self, domain: int, at: int) -> None:
        chosen = invalidating.Rule(domain=f"d{domain}.example.org")
        now = make.NOW + at * DAY / 4
        invalidating.invalidate(self.session, self.petition, chosen, note="", account=None, now=now)

    def undo(self, at: int) -> None:
        standing = select(Invalidation).where(Invalidation.undone_at.is_(None)).limit(1)
        found = self.session.scalar(standing)
        if found:
            with suppress(invalidating.AlreadyUndone):
                invalidating.undo(self.session, found, now=make.NOW + at * DAY / 4)


ACTS = ("confirm", "withdraw", "disown")
ACTS_AT_ONCE = 1200 if FULL else 120


class Life(RuleBasedStateMachine):
    """Six people, any order of acts, a clock that goes forward."""

    session: Session
    steps = 0

    @initialize()
    def begin(self) -> None:
        self.session.rollback()
        self.petition = make.petition(self.session, closes_at=None)
        self.actions = Actions(self.session, self.petition)
        self.mailed: list[tuple[int, Secrets]] = []
        self.before: dict[int, str] = {}
        self.at = 0

    @rule(person=st.integers(0, 5), later=st.integers(0, 5))
    def sign(self, person: int, later: int) -> None:
        self.at += later
        secrets = self.actions.sign(person, self.at)
        if secrets:
            self.mailed.append((person, secrets))

    @rule(act=st.sampled_from((*ACTS, "type_in")), which=st.integers(0, 30))
    def answer(self, act: str, which: int) -> None:
        if not self.mailed:
            return
        person, secrets = self.mailed[-1 - which % len(self.mailed)]
        if act == "type_in":
            self.actions.type_in(person, secrets, self.at)
        else:
            self.actions.press(act, secrets, self.at)

    @rule(act=st.sampled_from(("expire", "undo")))
    def time_goes_by(self, act: str) -> None:
        getattr(self.actions, act)(self.at)

    @rule(domain=st.integers(0, 2))
    def invalidate(self, domain: int) -> None:
        self.actions.invalidate(domain, self.at)

    @invariant()
    def every_move_is_legal_and_counted(self) -> None:
        Life.steps += 1
        states = dict(self.session.execute(select(Signature.id, Signature.state)).tuples().all())
        for id, state in states.items():
            was = self.before.get(id, "pending")
            assert state == was or state in TRANSITIONS[was], f"{was} became {state}"
        self.before = states
        assert counting.confirmed(self.session, [self.petition.id])[self.petition.id] == [*states.values()].count(
            "confirmed"
        )

    def teardown(self) -> None:
        """Also by day, country and area."""
        assert counting.check(self.session) == []


def test_in_any_order_of_acts_each_move_is_legal_and_counted(session: Session) -> None:
    Life.session, Life.steps = session, 0
    steps = 2_000 if FULL and session.get_bind().dialect.name == "sqlite" else 400 if FULL else 100
    examples = 10 if FULL else 3
    some = settings(
        max_examples=examples, stateful_step_count=50, database=None, suppress_health_check=list(HealthCheck)
    )
    while Life.steps < steps:  # how many an example takes is up to chance
        run_state_machine_as_test(Life, settings=some)


def test_the_count_holds_while_many_do_everything_at_once(session: Session, database_url: str) -> None:
    petition = make.petition(session, closes_at=None)
    first = Actions(session, petition)
    mailed = {person: first.sign(person, 0) for person in range(60)}
    petition_id, engine = petition.id, create_engine(database_url, pool_size=8)
    session.commit()

    @contextmanager
    def acting() -> Iterator[Actions]:
        with Session(engine) as own, own.begin():
            yield Actions(own, own.get_one(Petition, petition_id))

    def act(number: int) -> list[Any]:
        chance = random.Random(number)
        person = chance.randrange(60)
        with acting() as actions:
            if number % 100 == 0:
                return counting.check(actions.session)
            if number % 40 == 1:
                actions.invalidate(chance.randrange(3), number // 100)
            elif number % 40 == 21:
                actions.undo(number // 100)
            elif number % 4 == 3:
                # Not remembered before it is committed: an act that fails is done again.
                signed = actions.sign(person, number // 100)
                actions.session.commit()
                mailed[person] = signed or mailed[person]
            else:
                # Few withdraw, for nobody comes back from that before the next mail: all would end there.
                actions.press("withdraw" if chance.random() < 0.1 else "confirm", mailed[person], number // 100)
        return []

    drifts = crowd(act, range(ACTS_AT_ONCE), at_once=6)
    engine.dispose()

    assert [drift for drift in drifts if drift] == []
    assert counting.check(session) == []
    states = session.scalars(select(Signature.state)).all()
    assert counting.confirmed(session, [petition_id]) == {petition_id: states.count("confirmed")}
    assert len(states) == 60 and len(set(states)) >= 2


def test_countries_and_areas_with_the_most_come_first(session: Session) -> None:
    petition = make.petition(session)
    for country, area, number in (("US", "US-AK", 2), ("US", "US-VT", 3), ("FR", "", 9), ("DE", "", 1), ("DE", "", -1)):
        counting.add(session, petition.id, day=make.TODAY, country=country, area=area, number=number)
    assert counting.by_country(session, petition) == [("FR", 9), ("US", 5)]
    assert counting.by_area(session, petition) == [("US-VT", 3), ("US-AK", 2)]


def test_signatures_on_paper_are_counted_apart(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition)
    for origin in ("paper", "paper", "change_org"):
        make.signature(session, petition, origin=origin, email="")
    counting.check(session, fix=True)

    found = counting.origins(session, [petition.id])[petition.id]
    assert (found.online, found.paper, found.imported, found.are_mixed) == (1, 2, 1, True)
    assert counting.confirmed(session, [petition.id]) == {petition.id: 4}
    assert counting.confirmed_since(session, make.TODAY) == {f"petition/{petition.id}": 1}
    assert counting.check(session) == []
