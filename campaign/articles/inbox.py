"""Which reports of the feeds tell of one event, and which articles here tell of it already."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from campaign import likeness
from campaign.articles import headlines, seen, stories
from campaign.articles.models import Article, FeedItem

APART = timedelta(days=4)
PHRASE = 3  # words
FEWEST = 6  # phrases of a summary; what is shorter resembles too much
SUMMARY = 0.3  # of the shorter summary's phrases
NEWEST = 500  # articles that are looked at
LEAD = 6  # blocks of an article that a summary may be taken from


@dataclass
class Group:
    """Reports of one event, the newest first. article: one that is here already and tells of it."""

    items: list[FeedItem]
    article: Article | None = None


@dataclass(frozen=True)
class _Told:
    """What is compared: the telling words of the headline, the phrases of headline and summary, and when."""

    words: frozenset[str]
    phrases: frozenset[str]
    at: datetime


def grouped(items: Iterable[FeedItem], articles: Sequence[Article] = ()) -> list[Group]:
    """The reports in groups, which stand where their first report stood, each with the article nearest to it.

    Each is compared with the first of each group only: chains of headlines that resemble the next one a little would
    end with two that have nothing in common.
    """
    groups: list[tuple[_Told, Group]] = []
    for item in items:
        told = _of_item(item)
        group = next((group for first, group in groups if _is_alike(told, first)), None)
        if group is None:
            groups.append((told, Group([item])))
        else:
            group.items.append(item)
    near = [
        article for article in articles if any(_is_near(stories.appeared_at(article), told.at) for told, _ in groups)
    ]
    here = [(_of_article(article), article) for article in near]
    by_url = {article.url_key: article for article in reversed(articles) if article.url_key}
    for told, group in groups:
        same = (by_url.get(seen.url_key(item.url)) for item in group.items if item.url)
        alike = [(theirs, article) for theirs, article in here if _is_alike(told, theirs)]
        nearest = max(alike, key=lambda pair: headlines.share(told.words, pair[0].words), default=(None, None))
        group.article = next((article for article in same if article), None) or nearest[1]
    return [group for _, group in groups]


def newest_articles(session: Session) -> list[Article]:
    """The articles that reports of the feeds are compared with, the last imported first."""
    columns = (Article.slug, Article.headline, Article.outlet, Article.published_at, Article.imported_at)
    keys = (Article.story_id, Article.url_key, Article.body)
    query = select(Article).options(load_only(*columns, *keys)).order_by(Article.id.desc()).limit(NEWEST)
    return list(session.scalars(query))


def _of_item(item: FeedItem) -> _Told:
    at = item.published_at or item.found_at
    return _Told(headlines.words(item.headline), _phrases(item.summary or ""), at)


def _of_article(article: Article) -> _Told:
    lead = " ".join(block["text"] for block in article.body[:LEAD])
    return _Told(headlines.words(article.headline), _phrases(lead), stories.appeared_at(article))


def _phrases(text: str) -> frozenset[str]:
    found = frozenset(likeness.phrases(text, PHRASE))
    return found if len(found) >= FEWEST else frozenset()


def _is_alike(one: _Told, other: _Told) -> bool:
    if not _is_near(one.at, other.at):
        return False
    if headlines.are_alike(one.words, other.words):
        return True
    # What two outlets have of one agency stands in their summaries, whatever headlines they gave it.
    fewer = min(len(one.phrases), len(other.phrases))
    return fewer > 0 and len(one.phrases & other.phrases) >= SUMMARY * fewer


def _is_near(one: datetime, other: datetime) -> bool:
    return abs(one - other) <= APART
