"""What else a reader of a campaign or an article may want: same event, same subjects, same words; no two alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only

from campaign import alike_texts, words
from campaign.alike_texts import Alike
from campaign.articles import indexing as article_index
from campaign.articles.models import Article
from campaign.campaigns import finding, indexing, parts
from campaign.campaigns.models import READABLE, Campaign, Category

MOST = 10
STORY_WEIGHT = 12.0
CATEGORY_WEIGHT = 4.0
LEAST_SCORE = 2.0  # of the words alone
LEAST_SHARE = 0.15  # of the weight of all telling words: one rare word in common is chance
ALIKE = 0.8  # of all their words in common: the same thing told twice
SHOWN_WORDS = 3

Item = TypeVar("Item", "Related", "RelatedArticle")


@dataclass(frozen=True)
class Related:
    """Another campaign with its petition's summary, and why it is named: same event, categories it shares, words."""

    campaign: Campaign
    summary: Any
    score: float
    is_same_story: bool = False
    categories: list[Category] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class RelatedArticle:
    """Another article that readers find here, and why it is named."""

    article: Article
    score: float
    is_same_story: bool = False
    categories: list[Category] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def find(session: Session, campaign: Campaign, *, now: datetime) -> list[Related]:
    """Up to ten readable campaigns, the nearest first; never the campaign itself."""
    weights = alike_texts.telling(session, campaign.title, indexing.text_of(session, campaign))
    marks = [f"category:{category.id}" for category in campaign.categories]
    alike = alike_texts.find(session, weights, kind=indexing.KIND, but={str(campaign.id)}, marks=marks)
    story_id = campaign.article.story_id if campaign.article else None
    telling = {found.key: found for found in alike}
    same_story = _campaigns_of(session, story_id) - {campaign.id}
    ids = same_story | {int(key) for key in telling}
    candidates = session.scalars(finding.with_cards(select(Campaign)).where(Campaign.id.in_(ids), _is_readable())).all()
    summaries = parts.summaries(session, [campaign, *candidates], now=now).get("petition", {})
    items = []
    for other in candidates:
        shared = [category for category in other.categories if category in campaign.categories]
        score, common = _judged(telling.get(str(other.id)), weights, shared, is_same_story=other.id in same_story)
        items.append(Related(other, summaries.get(other.id), score, other.id in same_story, shared, common))
    texts = {each.id: _words(each, summaries) for each in [campaign, *candidates]}
    newest = _best(items, lambda item: (item.campaign.published_at or now, item.campaign.id))
    return _apart(newest, [texts[campaign.id]], lambda item: texts[item.campaign.id])[:MOST]


def articles(session: Session, article: Article) -> list[RelatedArticle]:
    """Up to ten articles that have a page here, the nearest first; neither itself nor copies of its text."""
    weights = alike_texts.telling(session, article.headline, article_index.body_of(article))
    own = _categories_of(session, [article.id]).get(article.id, [])
    marks = [f"category:{category.id}" for category in own]
    alike = alike_texts.find(session, weights, kind=article_index.KIND, but={str(article.id)}, marks=marks)
    telling = {found.key: found for found in alike}
    candidates = [other for other in _articles(session, article, telling) if _root(other) != _root(article)]
    categories = _categories_of(session, [other.id for other in candidates])
    items = []
    for other in candidates:
        is_same = other.story_id is not None and other.story_id == article.story_id
        shared = [category for category in categories.get(other.id, []) if category in own]
        score, common = _judged(telling.get(str(other.id)), weights, shared, is_same_story=is_same)
        items.append(RelatedArticle(other, score, is_same, shared, common))
    newest = _best(items, lambda item: (item.article.published_at or item.article.imported_at, item.article.id))
    return _apart(_one_of_each(newest), [], lambda item: set(words.words(item.article.headline)))[:MOST]


def _judged(
    alike: Alike | None, weights: dict[str, float], shared: Sequence[Category], *, is_same_story: bool
) -> tuple[float, list[str]]:
    """Score and shared words; 0 for what only has a few words in common by chance."""
    by_words = alike.score if alike else 0.0
    score = by_words + CATEGORY_WEIGHT * len(shared) + STORY_WEIGHT * is_same_story
    is_by_chance = by_words < max(LEAST_SCORE, LEAST_SHARE * sum(weights.values()))
    if is_by_chance and not shared and not is_same_story:
        return 0.0, []
    return score, list(alike.words[:SHOWN_WORDS]) if alike else []


def _best(items: Iterable[Item], age: Callable[[Item], tuple[datetime, int]]) -> list[Item]:
    """The highest score first, and of equals the newest."""
    newest = sorted((item for item in items if item.score), key=age, reverse=True)
    return sorted(newest, key=lambda item: -round(item.score, 6))


def _apart(found: list[Item], before: list[set[str]], words_of: Callable[[Item], set[str]]) -> list[Item]:
    """Without those that nearly repeat one that was there before."""
    kept: list[Item] = []
    seen = list(before)
    for item in found:
        mine = words_of(item)
        if not any(_overlap(mine, other) >= ALIKE for other in seen):
            kept.append(item)
            seen.append(mine)
    return kept


def _one_of_each(found: list[RelatedArticle]) -> list[RelatedArticle]:
    """Of several copies of one text the first."""
    first: dict[int, RelatedArticle] = {}
    for item in found:
        first.setdefault(_root(item.article), item)
    return list(first.values())


def _root(article: Article) -> int:
    return article.copy_of_id or article.id


def _words(campaign: Campaign, summaries: dict[int, Any]) -> set[str]:
    """The words of title and demand."""
    summary = summaries.get(campaign.id)
    return set(words.words(f"{campaign.title} {summary.demand if summary else ''}"))


def _overlap(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def _is_readable() -> Any:
    return Campaign.state.in_(READABLE)


def _campaigns_of(session: Session, story_id: int | None) -> set[int]:
    """The newest readable campaigns that start from a report of this event."""
    if story_id is None:
        return set()
    query = select(Campaign.id).join(Campaign.article).where(Article.story_id == story_id, _is_readable())
    return set(session.scalars(query.order_by(Campaign.id.desc()).limit(alike_texts.MOST_FOUND)))


def _articles(session: Session, article: Article, telling: dict[str, Alike]) -> Sequence[Article]:
    """Those that share words or the event and have a page here."""
    of_story = select(Article.id).where(Article.story_id == article.story_id, Article.id != article.id)
    of_story = of_story.order_by(Article.id.desc()).limit(alike_texts.MOST_FOUND)
    ids = {int(key) for key in telling} | (set(session.scalars(of_story)) if article.story_id else set())
    has_page = select(Campaign.id).where(Campaign.article_id == Article.id, _is_readable()).exists()
    columns = (Article.slug, Article.headline, Article.outlet, Article.url, Article.published_at, Article.imported_at)
    more = (Article.language, Article.published_offset, Article.story_id, Article.copy_of_id)
    query = select(Article).where(Article.id.in_(ids), has_page).options(load_only(*columns, *more))
    return session.scalars(query).all()


def _categories_of(session: Session, ids: Sequence[int]) -> dict[int, list[Category]]:
    """The categories of the readable campaigns that start from these articles, by the article's id."""
    query = (
        select(Campaign.article_id, Campaign.state, Category)
        .join(Campaign.categories)
        .where(Campaign.article_id.in_(ids))
        .order_by(Category.name, Category.id)
    )
    found: dict[int, list[Category]] = {}
    for article_id, state, category in session.execute(query):
        known = found.setdefault(article_id, [])
        # Not a condition of the query: SQLite would go through all readable campaigns for it.
        if state in READABLE and category not in known:
            known.append(category)
    return found
