"""Fake waves: what a rule takes out, what it leaves, and that undoing restores exactly what was."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import snapshot
from campaign.mail.models import Email
from campaign.petitions import counting, forgetting, transitions
from campaign.petitions.models import Invalidation, Petition, Signature
from campaign.petitions.waves import invalidating
from campaign.petitions.waves.invalidating import Rule
from tests import make
from tests.mail.outgoing import row
from tests.petitions.crowd import crowd

HOUR = timedelta(hours=1)
FAKES = Rule(domain="fake.example")


def counted(session: Session, petition: Petition) -> int:
    return counting.confirmed(session, [petition.id])[petition.id]


def all_columns(session: Session) -> str:
    """A hash of every column of every signature."""
    session.flush()
    rows = session.execute(text("SELECT * FROM signature ORDER BY id")).all()
    return hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()


@pytest.fixture
def petition(session: Session) -> Petition:
    """Six genuine and six fake signatures, a third of them not confirmed yet, with their counters."""
    row = make.petition(session)
    for number in range(12):
        signature = make.signature(
            session,
            row,
            state="pending",
            domain="fake.example" if number % 2 else "real.example",
            network_key="a1" if number % 4 == 1 else "b2",
            given_name="Ünal" if number % 2 else "Suzie",
            family_name=f"O_Fake {number}" if number % 2 else f"OxFake {number}",
            country="VA" if number % 2 else "US",
            area="" if number % 2 else "US-AK",
            is_disposable=number in (1, 2),
            created_at=make.NOW + number * HOUR,
        )
        if number % 3:
            transitions.move(session, signature, "confirmed", now=make.NOW + number * HOUR)
    session.flush()
    return row


RULES: list[tuple[dict[str, Any], tuple[int, int]]] = [
    ({"domain": "fake.example"}, (2, 4)),
    ({"domain": "fake.example", "states": ("pending",)}, (2, 0)),
    ({"network": "a1"}, (1, 2)),
    ({"network": "a1", "domain": "real.example"}, (0, 0)),  # parts combine by AND
    ({"since": make.NOW + 9 * HOUR}, (1, 2)),
    ({"since": make.NOW + 8 * HOUR, "until": make.NOW + 9 * HOUR}, (0, 1)),  # the end is not in it
    ({"until": make.NOW + 3 * HOUR, "country": "VA"}, (0, 1)),
    ({"is_disposable": True}, (0, 2)),
    ({"name": "ünal*"}, (2, 4)),
    ({"name": "ÜNAL o_fake *"}, (2, 4)),  # the _ is a letter, and no other letter will do
    ({"name": "*o_fake*"}, (2, 4)),
    ({"name": "suzie"}, (0, 0)),  # the full name, unless there is a star
    ({"name": "%"}, (0, 0)),
    ({"name": "*\\*"}, (0, 0)),
    ({"name": "***oxfake 0"}, (1, 0)),
]


def test_the_effect_is_shown_before_anything_changes(session: Session, petition: Petition) -> None:
    before = all_columns(session)
    for values, expected in RULES:
        effect = invalidating.effect(session, petition, Rule(**values))
        assert (effect.pending, effect.confirmed) == expected, values
        assert (effect.total, effect.count, effect.count_after) == (12, 8, 8 - expected[1])
        shown = invalidating.sample(session, petition, Rule(**values))
        assert len(shown) == min(10, sum(expected))
    assert all_columns(session) == before


def test_each_rule_takes_out_what_it_showed_and_undoing_restores_every_column(
    session: Session, petition: Petition
) -> None:
    before = all_columns(session)
    for values, (pending, confirmed) in RULES:
        row = invalidating.invalidate(session, petition, Rule(**values), note="wave", now=make.NOW)
        assert (row.number, counted(session, petition)) == (pending + confirmed, 8 - confirmed), values
        assert counting.check(session) == []
        assert invalidating.undo(session, row, now=make.NOW + HOUR) == pending + confirmed
        assert (all_columns(session), counting.check(session)) == (before, [])


def test_a_name_is_looked_for_as_it_is_shown(session: Session) -> None:
    petition = make.petition(session)
    for given, family, country in (("小龍", "李", "HK"), ("János", "Kovács", "HU"), ("Ann", "Kovács", "GB")):
        make.signature(session, petition, given_name=given, family_name=family, country=country)
    for pattern in ("李小*", "kovács j*", "ann kovács"):
        rule = Rule(name=pattern)
        assert [row.full_name for row in invalidating.sample(session, petition, rule)], pattern
        assert invalidating.effect(session, petition, rule).confirmed == 1, pattern


TOO_BROAD = [
    ({}, "domain"),
    ({"country": "US"}, "domain"),
    ({"states": ("pending",)}, "domain"),
    ({"name": "**"}, "name"),
    ({"name": "a*b*c*d*e*"}, "name"),
    ({"name": "a" * 101}, "name"),
    ({"since": make.NOW, "until": make.NOW}, "until"),
]


def test_a_rule_that_says_too_little_is_refused(session: Session, petition: Petition) -> None:
    for values, field in TOO_BROAD:
        with pytest.raises((invalidating.TooBroad, invalidating.BadPattern)) as refused:
            invalidating.invalidate(session, petition, Rule(**values), note="", now=make.NOW)
        assert refused.value.field == field, values
    assert counted(session, petition) == 8


def test_another_petition_is_left_alone(session: Session, petition: Petition) -> None:
    other = make.signature(session, make.petition(session), domain="fake.example")
    invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW)
    assert other.state == "confirmed"


def test_nothing_changes_when_the_number_is_not_the_one_shown(session: Session, petition: Petition) -> None:
    session.commit()
    make.signature(session, petition, domain="fake.example")
    with pytest.raises(invalidating.NumberChanged) as refused:
        invalidating.invalidate(session, petition, FAKES, note="", expected=6, now=make.NOW)
    session.rollback()
    assert (refused.value.number, counted(session, petition)) == (7, 8)


def test_the_effect_says_when_to_look_and_nobody_outside_is_missed_unnoticed(
    session: Session, petition: Petition
) -> None:
    effect = invalidating.effect(session, petition, FAKES)
    assert effect.within == (make.NOW + HOUR, make.NOW + 11 * HOUR)
    assert invalidating.effect(session, petition, Rule(domain="nobody.example")).within is None
    hour = {"within": (make.NOW + HOUR, make.NOW + 9 * HOUR)}
    with pytest.raises(invalidating.NumberChanged):
        invalidating.invalidate(session, petition, FAKES, note="", expected=6, **hour, now=make.NOW)


def test_who_signs_after_the_look_is_not_in_the_rule(session: Session, petition: Petition) -> None:
    rule = invalidating.seen_until(FAKES, make.NOW + 20 * HOUR)
    make.signature(session, petition, state="pending", domain="fake.example", created_at=make.NOW + 21 * HOUR)
    row = invalidating.invalidate(session, petition, rule, note="", expected=6, now=make.NOW + 22 * HOUR)
    assert row.number == 6
    assert invalidating.from_stored(row.rule) == rule


def test_what_changed_otherwise_since_stays_when_undone(session: Session, petition: Petition) -> None:
    row = invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW)
    mine = next(one for one in session.scalars(select(Signature)) if one.state_before == "confirmed")
    transitions.move(session, mine, "pending", now=make.NOW)

    assert invalidating.undo(session, row, now=make.NOW) == 5
    with pytest.raises(invalidating.AlreadyUndone):
        invalidating.undo(session, row, now=make.NOW)
    assert (mine.state, counted(session, petition), counting.check(session)) == ("pending", 7, [])


def test_only_legal_moves_can_be_made_by_many(session: Session, petition: Petition) -> None:
    of_petition = Signature.petition_id == petition.id
    for was, to in ((("withdrawn",), "invalidated"), (("pending", "confirmed"), "expired")):
        with pytest.raises(transitions.IllegalMove):
            transitions.move_all(session, of_petition, was, to, counted=of_petition)


def test_lists_leave_invalidated_signatures_out(session: Session, petition: Petition) -> None:
    invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW + 20 * HOUR)
    rows = list(snapshot.rows(session, petition, snapshot_at=make.NOW + 30 * HOUR))
    assert {row.given_name for row in rows} == {"Suzie"}
    assert len(rows) == snapshot.count(session, petition, snapshot_at=make.NOW + 30 * HOUR) == 4


def test_counters_stay_exact_while_people_confirm_and_two_organisers_invalidate(
    session: Session, database_url: str
) -> None:
    petition = make.petition(session)
    domains = ["real.example", "one.example", "two.example"]
    ids = [make.signature(session, petition, state="pending", domain=domains[n % 3]).id for n in range(120)]
    petition_id = petition.id
    session.commit()
    engine = create_engine(database_url, pool_size=8)
    sessions = sessionmaker(engine)

    def confirm(id: int) -> str:
        with sessions.begin() as own:
            signature = own.get_one(Signature, id)
            if signature.state == "pending":
                transitions.move(own, signature, "confirmed", now=make.NOW)
            return "confirm"

    def wave(domain: str) -> str:
        with sessions.begin() as own:
            found = own.get_one(Petition, petition_id)
            return str(invalidating.invalidate(own, found, Rule(domain=domain), note="", now=make.NOW).number)

    work: list[Callable[[], str]] = [lambda id=id: confirm(id) for id in ids]  # type: ignore[misc]
    work[40:40] = [lambda: wave("one.example"), lambda: wave("two.example")]
    answers = crowd(lambda act: act(), work, at_once=8)
    engine.dispose()

    session.rollback()
    states = session.execute(select(Signature.domain, Signature.state).distinct()).all()
    assert sorted(tuple(row) for row in states) == [
        ("one.example", "invalidated"),
        ("real.example", "confirmed"),
        ("two.example", "invalidated"),
    ]
    assert sorted(answers)[:2] == ["40", "40"]
    assert (counted(session, petition), counting.check(session)) == (40, [])


def test_two_organisers_undo_and_take_out_at_once_while_names_go(session: Session, database_url: str) -> None:
    """Each of the three changes many rows; whoever took them in an order of their own would meet the others half-way.

    Those of the wave stand mixed: pending ones before and after confirmed ones.
    """
    petition = make.petition(session, closes_at=make.NOW + HOUR)
    for n in range(90):
        row = make.signature(session, petition, state="pending", domain=f"{'fake' if n % 3 else 'real'}.example")
        if n % 2:
            transitions.move(session, row, "confirmed", now=make.NOW)
    petition_id = petition.id
    wave_id = invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW).id
    session.commit()
    engine = create_engine(database_url, pool_size=4)
    sessions = sessionmaker(engine)

    def act(way: str) -> None:
        with sessions.begin() as own:
            if way == "undo":
                with suppress(invalidating.AlreadyUndone):
                    invalidating.undo(own, own.get_one(Invalidation, wave_id), now=make.NOW)
            elif way == "forget":
                forgetting.forget_ended(own, now=make.NOW + 400 * 24 * HOUR, days=180, limit=40)
            else:
                found = own.get_one(Petition, petition_id)
                invalidating.invalidate(own, found, Rule(since=make.NOW), note="", now=make.NOW)

    with ThreadPoolExecutor(4) as pool:
        for made in [pool.submit(act, way) for way in ["undo", "take out", "forget", "take out", "forget", "undo"]]:
            made.result(timeout=20)  # a circle of waiting is an error in one of them
    engine.dispose()

    session.rollback()
    assert counting.check(session) == []
    assert not session.scalars(
        select(Signature).where(Signature.state.not_in(("invalidated", "pending", "confirmed")))
    ).all()


def test_however_many_fall_under_a_rule_the_statements_are_as_many(session: Session, petition: Petition) -> None:
    numbers = []
    for more in (0, 30):
        for _ in range(more):
            make.signature(session, petition, state="pending", domain="fake.example")
        statements: list[str] = []
        heard = partial(_note_statement, statements)
        event.listen(session.get_bind(), "before_cursor_execute", heard)
        row = invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW)
        event.remove(session.get_bind(), "before_cursor_execute", heard)
        invalidating.undo(session, row, now=make.NOW)
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] < 10


def _note_statement(statements: list[str], *args: Any) -> None:
    statements.append(args[2])


def test_mail_to_a_fake_wave_that_has_not_left_never_does(session: Session, petition: Petition) -> None:
    fake, genuine = (
        session.scalars(select(Signature).where(Signature.domain == domain)).first()
        for domain in ("fake.example", "real.example")
    )
    assert fake and genuine
    for signature, state in ((fake, "waiting"), (fake, "done"), (genuine, "waiting")):
        row(session, about=f"signature/{signature.id}", state=state)

    invalidating.invalidate(session, petition, FAKES, note="", now=make.NOW)

    left = session.scalars(select(Email.about).where(Email.state == "waiting")).all()
    assert left == [f"signature/{genuine.id}"]
