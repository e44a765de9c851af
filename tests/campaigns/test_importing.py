"""Many pages at once become what they would become one by one."""

import random
from dataclasses import replace

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from campaign.articles.models import Article, ArticleBand, Story
from campaign.articles.page import Block, Page
from campaign.campaigns import importing
from campaign.campaigns.models import Campaign, CampaignSource, Category, ToDoAction
from tests.make import NOW

pytestmark = pytest.mark.stored


def page(seed: int, headline: str = "", **values: object) -> Page:
    words = random.Random(seed).choices([f"word{number}" for number in range(3000)], k=200)
    text = " ".join(words)
    found = Page(headline or f"Report {seed}", article=[Block("paragraph", text)], source_text=text)
    return replace(found, **values)  # type: ignore[arg-type]


def test_what_a_batch_has_twice_is_seen(session: Session) -> None:
    long = page(1).article[0].text
    pages = [
        page(1),
        page(1),  # the same document
        page(2, "Report 1"),  # another with the same headline
        page(3, article=[Block("paragraph", f"{long[:900]} {page(3).article[0].text}")]),  # a version of the first
        page(4, url="https://news.example/1", categories=["Bridges"]),
        page(4, url="https://news.example/1?utm_source=mail", categories=["bridges"], source_text="again"),
    ]
    made = importing.take_in_all(session, pages, now=NOW)
    assert [(one.campaign.slug, one.is_new) for one in made] == [
        ("report-1", True),
        ("report-1", False),
        ("report-1-2", True),
        ("report-3", True),
        ("report-4", True),
        ("report-4", False),
    ]
    first, version = made[0].campaign, made[3].campaign
    assert first.article.story_id == version.article.story_id is not None
    assert session.scalar(select(func.count(CampaignSource.campaign_id))) == 2
    assert session.scalar(select(func.count(Category.id))) == 1
    articles = session.scalars(select(ArticleBand.article_id).distinct()).all()
    assert set(articles) == set(session.scalars(select(Article.id)))


def test_a_later_batch_knows_the_first(session: Session) -> None:
    importing.take_in_all(session, [page(1), page(2)], now=NOW)
    session.commit()
    again = importing.take_in_all(session, [page(2), page(3, "Report 1")], now=NOW)
    assert [(one.campaign.slug, one.is_new) for one in again] == [("report-2", False), ("report-1-2", True)]
    assert session.scalar(select(func.count(Story.id))) == 0


def test_new_pages_go_to_the_database_together(session: Session) -> None:
    written: list[int] = []
    event.listen(session, "after_flush", lambda *_: written.append(1))
    made = importing.take_in_all(session, [page(number) for number in range(30)], now=NOW)
    assert len(written) == 1
    actions = {action.id for one in made for action in one.campaign.todo}
    assert len(actions) == session.scalar(select(func.count(ToDoAction.id))) > 30
    marked = {where for one in made for where in one.campaign.guesses if where.startswith("todo.")}
    assert marked == {f"todo.{id}" for id in actions}
    assert [one.campaign.id for one in made] == sorted(session.scalars(select(Campaign.id)))
