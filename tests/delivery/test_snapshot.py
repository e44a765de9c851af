"""What gets into a list, and that nothing moves while it is written."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import profiles, snapshot
from campaign.delivery.blocks import BETWEEN, Block
from campaign.delivery.choosing import Choice
from campaign.delivery.members import Members
from campaign.petitions.models import STATES, PetitionText
from tests import make

LATER = make.NOW + timedelta(minutes=1)


def test_only_confirmed_signatures_are_listed(session: Session) -> None:
    petition = make.petition(session)
    for state in STATES:
        make.signature(session, petition, state=state, family_name=state)
    found = list(snapshot.rows(session, petition, snapshot_at=LATER))
    assert [row.family_name for row in found] == ["confirmed"]
    assert snapshot.count(session, petition, snapshot_at=LATER) == 1


def test_signatures_of_other_petitions_and_of_later_are_left_out(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition, family_name="In")
    make.signature(session, petition, family_name="Later", confirmed_at=LATER)
    make.signature(session, make.petition(session), family_name="Elsewhere")
    found = list(snapshot.rows(session, petition, snapshot_at=make.NOW))
    assert [row.family_name for row in found] == ["In"]


def test_rows_are_numbered_in_the_order_they_came_in(session: Session) -> None:
    petition = make.petition(session)
    for name in ("Zoë", "Ann", "Mia"):
        make.signature(session, petition, given_name=name)
    found = snapshot.rows(session, petition, snapshot_at=LATER)
    assert [(row.number, row.given_name) for row in found] == [(1, "Zoë"), (2, "Ann"), (3, "Mia")]


def test_a_row_says_when_and_to_which_text_somebody_agreed(session: Session) -> None:
    petition = make.petition(session)
    petition.texts.append(PetitionText(version=2, demand="Mend it soon.", created_at=make.NOW))
    make.signature(session, petition, created_at=make.NOW - timedelta(days=3))
    [row] = snapshot.rows(session, petition, snapshot_at=LATER)
    assert (row.signed_on, row.text_version) == (date(2026, 11, 19), 2)


def test_a_summary_adds_up(session: Session) -> None:
    petition = make.petition(session)
    for country, days in (("US", 3), ("FR", 0), ("US", 1)):
        make.signature(session, petition, country=country, created_at=make.NOW - timedelta(days=days))
    make.signature(session, petition, state="pending", country="DE", comment="not yet")
    found = snapshot.summary(session, petition, snapshot_at=LATER)
    assert found.count == 3
    assert (found.first_on, found.last_on) == (date(2026, 11, 19), make.TODAY)
    assert list(found.by_country.items()) == [("US", 2), ("FR", 1)]
    assert found.by_version == {1: 3}
    assert not found.has_comments


def test_an_empty_list_has_a_summary(session: Session) -> None:
    found = snapshot.summary(session, make.petition(session), snapshot_at=LATER)
    assert (found.count, found.first_on, found.by_country) == (0, None, {})


@pytest.mark.stored
def test_nothing_that_happens_meanwhile_gets_in(session: Session, engine: Engine) -> None:
    petition = make.petition(session)
    for _ in range(3):
        make.signature(session, petition)
    session.commit()
    with snapshot.of(sessionmaker(engine)) as reader:
        theirs = reader.merge(petition, load=False)
        rows = snapshot.rows(reader, theirs, snapshot_at=LATER)
        next(rows)
        make.signature(session, petition)
        session.commit()
        assert len(list(rows)) == 2
        assert snapshot.count(reader, theirs, snapshot_at=LATER) == 3
    assert snapshot.count(session, petition, snapshot_at=LATER) == 4


@pytest.mark.stored
@pytest.mark.parametrize("choice", [Choice(), Choice(fields=("family_name", "comment")), Choice(areas=("US", "FR"))])
def test_a_table_straight_from_the_database_is_that_of_its_rows(
    session: Session, choice: Choice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FETCHED_AT_ONCE", 2)
    petition = make.petition(session)
    for number, name in enumerate(
        (",", "Zoë", "فاطمة", "=1", "", "100%", '","', "a\\", "null", ",", "\t", "\x1f", "a\\\x1fb\r")
    ):
        at = make.NOW - timedelta(days=number)
        country = ("US", "FR", "GR")[number % 3]
        make.signature(session, petition, given_name=name, family_name=f"{number}", country=country, created_at=at)
    table = profiles.table(petition, choice)
    rows = [tuple(table.cells(row)) for row in snapshot.rows(session, petition, snapshot_at=LATER, choice=choice)]
    parts = list(snapshot.as_typed(session, petition, snapshot_at=LATER, choice=choice))
    assert [row for part in parts if isinstance(part, list) for row in part] == rows
    assert len(parts) == -(-len(rows) // 2) > 1
    texts = [[*map(str, row[1:])] for row in rows]
    whose = Members()
    blocks = snapshot.as_typed(session, petition, snapshot_at=LATER, choice=choice, shape="blocks", whose=whose)
    assert [row for block in blocks if isinstance(block, Block) for row in _cells(block)] == texts
    found = snapshot.rows(session, petition, snapshot_at=LATER, choice=choice)
    assert whose.pack() == Members([row.signature_id for row in found]).pack()
    with_area = snapshot.as_typed(session, petition, snapshot_at=LATER, choice=choice, more=("area",))
    assert [row[-1] for part in with_area if isinstance(part, list) for row in part] == [""] * len(rows)


def _cells(block: Block) -> list[list[str]]:
    return [block.apart.get(place, line.split(BETWEEN)) for place, line in enumerate(block.lines)]


@pytest.mark.parametrize("shape", ["cells", "blocks"])
def test_a_table_that_nobody_reads_to_its_end_holds_nothing_up(
    session: Session, shape: snapshot.Shape, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FETCHED_AT_ONCE", 1)
    petition = make.petition(session)
    for _ in range(3):
        make.signature(session, petition)
    parts = snapshot.as_typed(session, petition, snapshot_at=LATER, shape=shape)
    assert len(next(parts)) == 1
    parts.close()  # type: ignore[attr-defined]
    assert snapshot.count(session, petition, snapshot_at=LATER) == 3
