"""Statements that the driver runs itself keep what SQLAlchemy promises: types, transaction, exceptions."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.mail.models import Suppression
from campaign.petitions.models import Signature
from campaign.statements import Statement
from tests import make

NOW = datetime(2026, 11, 22, 12, 30, 0, 250_000, tzinfo=UTC)

ADD = Statement(
    lambda insert: insert(Suppression.__table__).returning(Suppression.__table__.c.created_at),
    *("mailbox_key", "reason", "detail", "created_at"),
)
COUNT = Statement(lambda _insert: select(func.count().label("number")).where(Suppression.reason == bindparam("why")))
ROW = {"mailbox_key": "a" * 64, "reason": "asked", "detail": "100 % sure", "created_at": NOW}


def test_values_come_back_as_they_were_given(session: Session) -> None:
    assert ADD.row(session, ROW).created_at == NOW
    assert session.scalars(select(Suppression.detail)).all() == ["100 % sure"]


def test_data_in_json_is_read_as_data(session: Session) -> None:
    signature = make.signature(session, make.petition(session), answers={"7": "Zoë"}, show_name=True)
    columns = (Signature.answers, Signature.show_name)
    find = Statement(lambda _insert: select(*columns).where(Signature.id == bindparam("signature_id")))
    assert tuple(find.row(session, {"signature_id": signature.id})) == ({"7": "Zoë"}, True)
    assert find.rows(session, {"signature_id": signature.id + 1}) == []


def test_what_was_added_before_is_found_and_goes_with_the_transaction(session: Session) -> None:
    session.add(Suppression(**ROW))
    assert COUNT.row(session, {"why": "asked"}).number == 1
    ADD.row(session, ROW | {"mailbox_key": "b" * 64})
    session.rollback()
    assert COUNT.row(session, {"why": "asked"}).number == 0


def test_a_broken_rule_is_told_without_the_values(session: Session) -> None:
    ADD.row(session, ROW)
    with pytest.raises(IntegrityError) as error:
        ADD.row(session, ROW)
    assert error.value.params is None


def test_what_comes_later_comes_before_whatever_is_asked_next(session: Session) -> None:
    ADD.later(session, ROW)
    assert COUNT.row(session, {"why": "asked"}).number in (0, 1)  # on PostgreSQL both go together, and see no more
    assert COUNT.row(session, {"why": "asked"}).number == 1
    ADD.later(session, ROW | {"mailbox_key": "b" * 64})
    assert session.scalar(select(func.count(Suppression.mailbox_key))) == 2


def test_what_comes_later_is_committed_or_undone_with_the_rest(session: Session) -> None:
    ADD.later(session, ROW)
    ADD.later(session, ROW | {"mailbox_key": "b" * 64})
    session.commit()
    assert COUNT.row(session, {"why": "asked"}).number == 2
    ADD.later(session, ROW | {"mailbox_key": "c" * 64})
    session.rollback()
    assert COUNT.row(session, {"why": "asked"}).number == 2


def test_what_comes_later_is_undone_with_its_savepoint(session: Session) -> None:
    ADD.later(session, ROW)
    with session.begin_nested() as savepoint:
        ADD.later(session, ROW | {"mailbox_key": "b" * 64})
        savepoint.rollback()
    assert COUNT.row(session, {"why": "asked"}).number == 1


def test_what_breaks_a_rule_later_is_told_by_the_commit_at_last(session: Session) -> None:
    ADD.row(session, ROW)
    with pytest.raises(IntegrityError) as error:
        ADD.later(session, ROW)
        session.commit()
    assert error.value.params is None
