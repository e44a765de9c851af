"""schema.org NewsArticle as JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from campaign.articles import child
from campaign.articles.page import Picture
from campaign.articles.readers import news_article
from tests.articles.web_pages import FERRY

REPORT: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "The ferry stops",
    "url": "https://www.harbour.example.org/news/ferry",
    "datePublished": "2026-09-01T16:30:00Z",
    "author": {"@type": "Person", "name": "Jane Doe"},
    "publisher": {"@type": "NewsMediaOrganization", "name": "Harbour Press"},
    "articleSection": "Coast",
    "image": [{"@type": "ImageObject", "contentUrl": "https://cdn.example.org/b.jpg", "caption": "The boat",
               "creator": {"name": "AFP"}}],
    "articleBody": "\n\n".join(FERRY),
}  # fmt: skip


def test_a_report_gives_everything_it_says() -> None:
    [read] = news_article.read(json.dumps(REPORT))
    assert (read.headline, read.outlet, read.byline) == ("The ferry stops", "Harbour Press", "Jane Doe")
    assert (read.url, read.categories) == ("https://www.harbour.example.org/news/ferry", ["Coast"])
    assert read.published_at == datetime(2026, 9, 1, 16, 30, tzinfo=UTC)
    assert read.images == [Picture("The boat", "AFP", "https://cdn.example.org/b.jpg")]
    assert (read.paragraphs, read.language, read.warnings) == (FERRY, "en", [])


def test_lists_and_graphs_give_every_report_in_order() -> None:
    second = REPORT | {"headline": "The ferry goes", "@type": "schema:AnalysisNewsArticle"}
    for given in ([REPORT, second], {"@graph": [{"@type": "Organization"}, REPORT, second]}):
        assert [read.headline for read in news_article.read(json.dumps(given))] == ["The ferry stops", "The ferry goes"]


def test_a_text_in_html_or_in_lines_becomes_paragraphs() -> None:
    for body in ("".join(f"<p>{text}</p>" for text in FERRY), "\n".join(FERRY), FERRY):
        [read] = news_article.read(json.dumps(REPORT | {"articleBody": body}))
        assert read.paragraphs == FERRY


def test_what_a_report_lacks_is_a_warning() -> None:
    [read] = news_article.read(json.dumps({"@type": "Article", "headline": "The ferry stops", "image":
                                           {"url": "https://cdn.example.org/b.jpg"}}))  # fmt: skip
    assert {warning.code for warning in read.warnings} == {
        "missing-text", "missing-outlet", "missing-year", "missing-time", "missing-credit"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"@type": "Recipe", "name": "Soup"}', "no news article"),
        ("[1, 2]", "no news article"),
        ('{"@type": "NewsArticle",\n "headline": }', "faulty at line 2, column 14"),
        ('{"a":' * 100_000, "too long or too much memory"),
    ],
)
def test_other_json_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(child.Unreadable, match=words):
        news_article.read(text)


@pytest.mark.parametrize("odd", [None, 7, True, [], {}, [[]], "", {"@value": 3}, [None, {"name": []}]])
@pytest.mark.parametrize("key", sorted(set(REPORT) - {"@context", "@type", "headline"}))
def test_values_of_odd_types_are_as_if_missing(key: str, odd: Any) -> None:
    [read] = news_article.read(json.dumps(REPORT | {key: odd}))
    assert read.headline == "The ferry stops"
