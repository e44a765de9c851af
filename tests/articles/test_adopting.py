"""Articles from before there were stories find the others of their events."""

import random

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.articles import adopting, saving, seen
from campaign.articles.models import Article, ArticleBand
from campaign.articles.page import Block, Page
from tests.make import NOW

pytestmark = pytest.mark.stored


def page(text: list[str], number: int = 1) -> Page:
    return Page(
        f"Bridge {number}",
        article=[Block("paragraph", " ".join(text))],
        url=f"https://example.org/{number}" if number % 2 else "",
        source_text=" ".join(text),
    )


def words(seed: int) -> list[str]:
    return random.Random(seed).choices([f"word{number}" for number in range(3000)], k=300)


@pytest.fixture
def old(session: Session) -> list[Article]:
    """Two versions of one event and one of another, as a site has them that comes from an older version."""
    pages = [page(words(1), 1), page(words(2), 2), page(words(1)[:200] + words(3)[:80], 3)]
    articles = [saving.save(session, each, now=NOW) for each in pages]
    session.flush()
    session.execute(update(Article).values(story_id=None, document_key="", url_key=""))
    session.execute(delete(ArticleBand))
    session.commit()
    return articles


def test_they_are_placed_once(session: Session, old: list[Article]) -> None:
    assert adopting.are_waiting(session)
    assert adopting.adopt(session, now=NOW) == 3
    first, other, second = old
    assert first.story_id == second.story_id is not None and other.story_id is None
    assert (adopting.are_waiting(session), adopting.adopt(session, now=NOW)) == (False, 0)


def test_they_are_known_again(session: Session, old: list[Article]) -> None:
    assert seen.find(session, page(words(2), 2)) is None
    adopting.adopt(session, now=NOW)
    assert seen.find(session, page(words(2), 2)) is old[1]


def test_a_new_version_finds_an_old_one(session: Session, old: list[Article]) -> None:
    adopting.adopt(session, now=NOW)
    new = saving.save(session, page(words(2)[:250], 4), now=NOW)
    assert new.story_id == old[1].story_id is not None


def test_an_article_of_no_document_waits_for_nobody(session: Session) -> None:
    saving.save(session, Page("Floods"), now=NOW)
    session.flush()
    assert not adopting.are_waiting(session)
    assert session.scalars(select(Article.document_key)).all() == [seen.NO_DOCUMENT]
