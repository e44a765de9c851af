"""Addresses that nobody has yet."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import slugs
from campaign.campaigns.models import Category

pytestmark = pytest.mark.stored


def insert(session: Session, wanted: str = "same") -> str:
    category = Category(name="Same", names={})
    slugs.insert(session, category, wanted)
    return category.slug


def test_the_next_free_number_is_appended(session: Session) -> None:
    assert [insert(session) for _ in range(3)] == ["same", "same-2", "same-3"]
    assert insert(session, "other") == "other"


def test_of_two_that_come_at_once_both_get_an_address(database_url: str) -> None:
    engine = create_engine(database_url)

    def come_second() -> str:
        with Session(engine) as second:
            slug = insert(second)
            second.commit()
            return slug

    with Session(engine) as first, ThreadPoolExecutor(1) as pool:
        insert(first)
        waiting = pool.submit(come_second)
        time.sleep(0.3)  # the second now waits at the unique key, or for the one writer
        first.commit()
        assert waiting.result(timeout=30) == "same-2"
    engine.dispose()


def test_what_else_is_wrong_with_a_row_is_not_hidden(session: Session) -> None:
    with pytest.raises(IntegrityError):
        slugs.insert(session, Category(names={}), "nameless")
