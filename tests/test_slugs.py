"""Addresses that nobody has yet."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from campaign import slugs
from campaign.campaigns.models import Category

pytestmark = pytest.mark.stored


def insert(session: Session, wanted: str = "same") -> str:
    category = Category(name="Same", names={})
    slugs.add(session, category, wanted)
    session.flush()
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
        time.sleep(0.3)  # the second now waits for its turn
        first.commit()
        assert waiting.result(timeout=30) == "same-2"
    engine.dispose()
