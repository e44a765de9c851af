"""The database is asked once in a transaction, until what was asked about changes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Category
from campaign.officials.models import Organization
from campaign.remembering import remembered

pytestmark = pytest.mark.stored

asked: list[str] = []


def names(session: Session, but: str = "") -> list[str]:
    asked.append(but)
    return list(session.scalars(select(Category.name).where(Category.name != but).order_by(Category.name)))


def known(session: Session, *but: str) -> tuple[list[str], int]:
    """The names, and how often the database was asked for them."""
    asked.clear()
    return remembered(session, (Category,), names, *but), len(asked)


def add(session: Session, name: str) -> None:
    session.add(Category(slug=name, name=name, names={}))
    session.flush()


def test_the_same_is_asked_once(session: Session) -> None:
    add(session, "health")
    assert known(session) == (["health"], 1)
    assert known(session) == (["health"], 0)
    assert known(session, "health") == ([], 1)


def test_it_is_asked_anew_when_such_a_row_was_written(session: Session) -> None:
    known(session)
    session.add(Organization(id="council", name="Council", classification=""))
    session.flush()
    assert known(session) == ([], 0)
    add(session, "health")
    assert known(session) == (["health"], 1)


def test_what_was_undone_is_not_remembered(session: Session) -> None:
    session.begin_nested()
    add(session, "health")
    assert known(session) == (["health"], 1)
    session.rollback()
    assert known(session) == ([], 1)


def test_nothing_is_remembered_beyond_a_transaction(session: Session) -> None:
    known(session)
    session.commit()
    with Session(session.get_bind()) as other:
        add(other, "health")
        other.commit()
    assert known(session) == (["health"], 1)
