"""What no row has is known without asking for each, and never longer than it is certain."""

import pytest
from sqlalchemy.orm import Session

from campaign import foreseeing, slugs
from campaign.campaigns.models import Category

pytestmark = pytest.mark.stored


def add(session: Session, wanted: str) -> str:
    category = Category(name=wanted, names={})
    slugs.add(session, category, wanted)
    return category.slug


def is_free(session: Session, slug: str) -> bool:
    return foreseeing.are_free(session, Category.slug, [slug])


def test_only_what_was_looked_at_and_not_found_is_free(session: Session) -> None:
    add(session, "health")
    session.flush()
    slugs.foresee(session, Category, ["health", "water"])
    assert [is_free(session, slug) for slug in ("health", "water", "peace")] == [False, True, False]


def test_what_a_row_of_our_own_has_is_taken_before_that_is_written(session: Session) -> None:
    slugs.foresee(session, Category, ["water"])
    with session.no_autoflush:
        assert [add(session, "water"), add(session, "water")] == ["water", "water-2"]


def test_nothing_is_certain_after_a_transaction_or_when_something_was_undone(session: Session) -> None:
    slugs.foresee(session, Category, ["water"])
    session.begin_nested().rollback()
    assert not is_free(session, "water")
    slugs.foresee(session, Category, ["water"])
    session.commit()
    assert not is_free(session, "water")
