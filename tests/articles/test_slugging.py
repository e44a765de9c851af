"""Addresses can be read, whatever script a headline is in."""

from datetime import UTC, datetime

import pytest

from campaign.articles.page import Page
from campaign.articles.slugging import slug_of

DAY = datetime(2026, 11, 8, 21, 0, tzinfo=UTC)

PAGES = [
    (Page("Floods in May", outlet="The Post", published_at=DAY), "floods-in-may", "Latin letters"),
    (Page("1984", outlet="The Post", published_at=DAY), "the-post-2026-11-08", "no letters at all"),
    (Page("Élections à Évry"), "elections-a-evry", "with accents"),
    (Page("انقطاع المياه", outlet="Al Ghad", published_at=DAY), "al-ghad-2026-11-08", "another script"),
    (Page("خطة 2030", outlet="Al Ghad", published_at=DAY), "al-ghad-2026-11-08", "a number says nothing"),
    (Page("قمة G20 في عمّان", outlet="Al Ghad"), "al-ghad", "an abbreviation hardly more; no day is known"),
    (Page("水", outlet="日报", url="https://www.daily.example/1"), "daily-example", "the outlet’s name, too"),
    (Page("水", published_at=DAY), "2026-11-08", "only the day"),
    (Page("水"), "article", "nothing"),
]


@pytest.mark.parametrize(("page", "slug", "reason"), PAGES)
def test_the_slug_that_a_page_would_like(page: Page, slug: str, reason: str) -> None:
    assert slug_of(page.headline, page, fallback="article") == slug, reason
    assert len(slug_of("水", Page("水", outlet="word " * 50, published_at=DAY), fallback="x")) <= 60
