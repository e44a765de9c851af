"""Campaigns, articles and offices by the words people type, and what to offer when there are none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign import nearest_words, snippets, text_index
from campaign.articles.indexing import KIND as ARTICLE
from campaign.articles.models import Article
from campaign.campaigns import categorising, finding
from campaign.campaigns.categorising import Subject
from campaign.campaigns.excerpting import excerpt
from campaign.campaigns.indexing import KIND as CAMPAIGN
from campaign.campaigns.indexing import own_words
from campaign.campaigns.models import READABLE, Campaign, Category
from campaign.officials.indexing import KIND as OFFICIAL
from campaign.officials.models import Post
from campaign.pagination import Page
from campaign.snippets import Piece
from campaign.text_index import Hit
from campaign.text_tables import IndexedText
from campaign.word_queries import Query

KINDS = (CAMPAIGN, ARTICLE, OFFICIAL)  # in the order of the page
STATES = ("open", "closed")
SIZE = 20
NEWEST = 3


@dataclass(frozen=True)
class Narrowed:
    """What the results are narrowed to; nothing by default. since, until: days, both count. Offices have none of it."""

    kind: str = ""
    category: Category | None = None
    state: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        kinds = (self.kind,) if self.kind in KINDS else KINDS
        is_about_campaigns = self.category or self.state or self.since or self.until
        return tuple(kind for kind in kinds if kind != OFFICIAL or not is_about_campaigns)


@dataclass(frozen=True)
class Result:
    """Something found: the row itself, and title and text with the words marked."""

    kind: str
    row: Any
    at: datetime | None
    title: list[Piece]
    snippet: list[Piece]


@dataclass(frozen=True)
class Results:
    """A page of what was found. numbers: how many of each kind, `most` meaning that or more.

    is_loose: nothing has all the words, so these have some of them.
    """

    page: Page[Result]
    numbers: dict[str, int]
    is_loose: bool = False
    most: int = text_index.MOST_CANDIDATES

    @property
    def groups(self) -> list[tuple[str, list[Result]]]:
        """The results of this page by kind."""
        groups = [(kind, [result for result in self.page.rows if result.kind == kind]) for kind in KINDS]
        return [(kind, found) for kind, found in groups if found]


@dataclass(frozen=True)
class Suggestions:
    """What to offer where nothing was found. words: (typed, meant instead)."""

    words: list[tuple[str, str]] = field(default_factory=list)
    categories: list[Subject] = field(default_factory=list)
    newest: Sequence[Campaign] = ()


def search(session: Session, query: Query, narrowed: Narrowed, *, number: int = 1) -> Results:
    """Page `number` of what has all the words; of what has some of them, when nothing has all."""
    hits = _find(session, query, narrowed)
    is_loose = not hits and len(query.all) > 1
    if is_loose:
        query = replace(query, all=(tuple(dict.fromkeys(query.terms)),))
        hits = _find(session, query, narrowed)
    numbers = {kind: sum(hit.kind == kind for hit in hits) for kind in KINDS}
    hits = sorted(hits, key=lambda hit: KINDS.index(hit.kind))  # stable: the best of each kind stay first
    number = min(max(1, number), max(1, -(-len(hits) // SIZE)))
    shown = hits[(number - 1) * SIZE : number * SIZE]
    page = Page(list(_results(session, query, shown)), number, SIZE, len(hits))
    return Results(page, {kind: found for kind, found in numbers.items() if found}, is_loose and bool(hits))


def suggest(session: Session, query: Query) -> Suggestions:
    """Words that texts here have, for those that none has; all subjects; the newest campaigns."""
    typed = list(dict.fromkeys(group[0].words[0] for group in query.all if len(group[0].words) == 1))
    known = text_index.frequencies(session, typed)
    unknown = [word for word in typed if word not in known]
    words = [(word, near) for word in unknown for near in nearest_words.nearest(session, word)]
    newest = session.scalars(finding.public().limit(NEWEST)).all()
    return Suggestions(words, categorising.with_numbers(session), newest)


def _find(session: Session, query: Query, narrowed: Narrowed) -> list[Hit]:
    marks = [[f"category:{narrowed.category.id}"]] if narrowed.category else []
    marks += [[f"state:{narrowed.state}"]] if narrowed.state in STATES else []
    since = datetime.combine(narrowed.since, time.min, UTC) if narrowed.since else None
    until = datetime.combine(narrowed.until, time.max, UTC) if narrowed.until else None
    return text_index.find(session, query, kinds=narrowed.kinds, marks=marks, since=since, until=until)


def _results(session: Session, query: Query, hits: Sequence[Hit]) -> Iterator[Result]:
    """Rows that have gone since they were put into the index are left out."""
    known = text_index.rows(session, [hit.id for hit in hits])
    keys = {kind: [known[hit.id].key for hit in hits if hit.kind == kind and hit.id in known] for kind in KINDS}
    found = {kind: _rows(session, kind, keys[kind]) for kind in KINDS}
    words = {word for term in query.terms for word in term.words}
    for hit in hits:
        entry = known.get(hit.id)
        row = found[hit.kind].get(entry.key) if entry else None
        if row is not None and entry is not None:
            title, text = snippets.marked(entry.title, words), snippets.snippet(_quotable(row, entry), words)
            yield Result(hit.kind, row, entry.at, title, text)


def _rows(session: Session, kind: str, keys: Sequence[str]) -> dict[str, Any]:
    if not keys:
        return {}
    if kind == OFFICIAL:
        posts = select(Post).where(Post.id.in_(keys)).options(joinedload(Post.organization))
        return {post.id: post for post in session.scalars(posts)}
    ids = [int(key) for key in keys]
    if kind == ARTICLE:
        return {str(article.id): article for article in session.scalars(select(Article).where(Article.id.in_(ids)))}
    campaigns = finding.with_cards(select(Campaign)).where(Campaign.id.in_(ids), Campaign.state.in_(READABLE))
    return {str(campaign.id): campaign for campaign in session.scalars(campaigns)}


def _quotable(row: Any, entry: IndexedText) -> str:
    """What may stand in a snippet: of an outlet's report only what its page shows, too."""
    if isinstance(row, Article):
        shown = excerpt(row)
        return " ".join(block["text"] for block in [*shown.lead, *shown.rest])
    return own_words(entry.text) if isinstance(row, Campaign) else entry.text
