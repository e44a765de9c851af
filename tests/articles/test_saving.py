"""A page becomes an Article."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import saving
from campaign.articles.models import Article
from campaign.articles.page import Block, KeyPoint, Page, Picture, Related
from tests.make import NOW

pytestmark = pytest.mark.stored

PAGE = Page(
    "Floods in May",
    outlet="example.org",
    published_at=datetime(2026, 5, 3, 14, 5, tzinfo=timezone(timedelta(hours=-4))),
    article=[Block("subhead", "Rain"), Block("paragraph", "It <b>rained</b> & rained.")],
    key_points=[KeyPoint("It rained.", anchored=True, label="AI generated")],
    images=[Picture("The quay", "AFP", "https://example.org/q.jpg")],
    related=[Related("Drought in June", "Ledger", "https://example.org/d", date(2026, 6, 1)), Related("Frost")],
    source_text="Floods in May\n…",
)


def test_everything_is_kept_as_it_was_read(session: Session) -> None:
    saving.save(session, PAGE, now=NOW)
    session.commit()
    session.expire_all()
    article = session.scalars(select(Article)).one()
    assert (article.slug, article.headline, article.outlet) == ("floods-in-may", "Floods in May", "example.org")
    assert article.published_at == datetime(2026, 5, 3, 18, 5, tzinfo=UTC)
    assert article.published_offset == -240
    assert article.body == [
        {"kind": "subhead", "text": "Rain"},
        {"kind": "paragraph", "text": "It <b>rained</b> & rained."},  # text, not HTML
    ]
    [point] = article.key_points
    assert (point["text"], point["anchored"], point["label"]) == ("It rained.", True, "AI generated")
    [image] = article.images
    assert (image["caption"], image["credit"], image["url"]) == ("The quay", "AFP", "https://example.org/q.jpg")
    assert article.related == [
        {
            "headline": "Drought in June",
            "outlet": "Ledger",
            "url": "https://example.org/d",
            "published_on": "2026-06-01",
        },
        {"headline": "Frost", "outlet": "", "url": "", "published_on": None},
    ]
    assert (article.source_text, article.imported_at) == ("Floods in May\n…", NOW)


def test_articles_never_share_a_slug(session: Session) -> None:
    slugs = [saving.save(session, PAGE, now=NOW).slug for _ in range(4)]
    assert slugs == ["floods-in-may", "floods-in-may-2", "floods-in-may-3", "floods-in-may-4"]


def test_a_slug_that_only_begins_alike_does_not_count(session: Session) -> None:
    saving.save(session, Page("Floods in May again"), now=NOW)
    assert saving.save(session, PAGE, now=NOW).slug == "floods-in-may"


def test_a_gap_between_slugs_is_filled(session: Session) -> None:
    saving.save(session, PAGE, now=NOW)
    saving.save(session, Page("x", slug="floods-in-may-3"), now=NOW)
    assert saving.save(session, PAGE, now=NOW).slug == "floods-in-may-2"


def test_a_headline_without_latin_letters_gets_a_slug(session: Session) -> None:
    assert saving.save(session, Page("انقطاع المياه"), now=NOW).slug == "article"


def test_a_campaign_file_names_its_slug(session: Session) -> None:
    assert saving.save(session, Page("Floods", slug="high-water"), now=NOW).slug == "high-water"


def test_an_article_without_a_time_has_no_offset(session: Session) -> None:
    article = saving.save(session, Page("Floods"), now=NOW)
    assert (article.published_at, article.published_offset) == (None, None)
