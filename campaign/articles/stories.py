"""Which articles tell of one event, and which only repeat another's text: by the phrases they share.

Outlets shorten, reorder and rewrite what an agency sends. Few whole sentences survive that, but many runs of five words
do; so the measure is the share of the shorter article's runs that stand in the longer one, too.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Select, bindparam, event, func, select
from sqlalchemy.orm import Session, load_only

from campaign import dialects, foreseeing, likeness
from campaign.articles.models import Article, ArticleBand, Story
from campaign.statements import Statement

PHRASE = 5  # words
NUMBERS, BAND = 64, 2  # of a sketch, and of each of its bands
SAME_EVENT = 0.3  # of the shorter one's phrases
COPY = 0.8  # of all phrases of both
FEWEST = 20  # phrases; what is shorter resembles too much
APART = timedelta(days=14)  # longest time between the first report of an event and the others
CANDIDATES = 20  # compared in full, those with the most bands in common
TURN = "articles that are saved"
WAITING = "bands of articles that are not written yet"


def place(session: Session, article: Article, *, now: datetime, bands: Sequence[int] | None = None) -> Story | None:
    """Put a new article to the others of its event; None while it is the only one.

    Two that are saved at once find each other: on PostgreSQL the second waits for the first one's commit.
    bands: as `bands_of` finds them, where that was done before.
    """
    if bands is None:
        bands = bands_of(_paragraphs(article))
    if not bands:
        return None
    dialects.take_turns(session, TURN)
    story = session.get(Story, article.story_id) if article.story_id else None
    if story is None and not foreseeing.are_free(session, ArticleBand.band, bands):
        session.flush()
        story = _join(session, article, _phrases(article), _candidates(session, article, bands), now=now)
    if article.copy_of_id is None:  # whatever is like a copy is found by its first print
        foreseeing.take(session, ArticleBand.band, bands)
        session.info.setdefault(WAITING, []).append((article, bands))
        if article.id is not None:
            _write_bands(session)
    return story


def bands_of(paragraphs: Iterable[str]) -> list[int]:
    """By what a text is found by others like it; [] for one so short that it resembles too much."""
    phrases = set(likeness.phrases(" ".join(paragraphs), PHRASE))
    return _bands(phrases) if len(phrases) >= FEWEST else []


def foresee(session: Session, bands: Iterable[int]) -> None:
    """Ask at once which of the bands of many texts nobody has: a text that has only such is the first of its event."""
    dialects.take_turns(session, TURN)
    foreseeing.look(session, ArticleBand.band, bands)


def place_anew(session: Session, article: Article, *, now: datetime) -> None:
    """Somebody mended its text: it is found by the new one. A story it belongs to already stays its own."""
    first_print = session.get(Article, article.copy_of_id) if article.copy_of_id else None
    if first_print is not None and not are_copies(first_print, article):
        article.copy_of_id = None
    place(session, article, now=now)


def articles_of(session: Session, story_id: int) -> list[Article]:
    """The articles of a story, those that appeared first before the others, and each before its copies."""
    articles = session.scalars(select(Article).where(Article.story_id == story_id).order_by(Article.id)).all()
    return sorted(articles, key=lambda article: (appeared_at(article), article.id))


def unite(session: Session, article: Article, other: Article, *, now: datetime) -> None:
    """Somebody says that another article tells of the same event. One that belongs to a story already stays there."""
    if other.story_id is not None:
        if article.story_id is None:
            article.story_id = other.story_id
    elif article.story_id is not None:
        other.story_id = article.story_id
    else:
        other.story_id = _founded(session, article, now=now).id
    session.flush()


def appeared_at(article: Article) -> datetime:
    """When the outlet published it; when it came here, if it does not say."""
    return article.published_at or article.imported_at


def share(one: Article, other: Article) -> float:
    """How much of the shorter article stands in the longer one: from 0 to 1."""
    return _contained(_phrases(one), _phrases(other))


def repeats(article: Article, text: str) -> bool:
    """True when a text is a version of this article, or the article itself."""
    return _contained(_phrases(article), set(likeness.phrases(text, PHRASE))) >= SAME_EVENT


def are_copies(one: Article, other: Article) -> bool:
    """True when both print the same text, but for a few words."""
    return _in_common(_phrases(one), _phrases(other)) >= COPY


def _phrases(article: Article) -> set[str]:
    return set(likeness.phrases(" ".join(_paragraphs(article)), PHRASE))


def _paragraphs(article: Article) -> list[str]:
    return [block["text"] for block in article.body if block["kind"] == "paragraph"]


def _bands(phrases: set[str]) -> list[int]:
    digests = likeness.bands(likeness.sketch(phrases, NUMBERS), BAND)
    return sorted({int.from_bytes(digest, signed=True) for digest in digests})


@event.listens_for(Session, "after_flush")
def _write_bands(session: Session, _context: object = None) -> None:
    """Of all articles that have their numbers by now."""
    waiting = session.info.pop(WAITING, [])
    written = [(article.id, bands) for article, bands in waiting if article.id is not None]
    if left := [(article, bands) for article, bands in waiting if article.id is None]:
        session.info[WAITING] = left
    if written:
        # SQLite gives the number of the newest article again when that was deleted; its rows may still be here.
        order = dialects.insert(session, ArticleBand).on_conflict_do_nothing()
        rows = [{"band": band, "article_id": id} for id, bands in written for band in bands]
        session.connection().execute(order, rows)


@event.listens_for(Session, "after_soft_rollback")
def _forget_bands(session: Session, _previous: object) -> None:
    session.info.pop(WAITING, None)


def _candidates(session: Session, article: Article, bands: Sequence[int]) -> list[Article]:
    """Articles that may be versions of this one, the likeliest first."""
    # Of a short article two bands may be one; the statement asks for as many as most have.
    wanted = {f"band{number}": bands[number % len(bands)] for number in range(NUMBERS // BAND)}
    ids = [row.article_id for row in _SHARING.rows(session, {**wanted, "id": article.id})]
    if not ids:
        return []
    columns = (Article.headline, Article.body, Article.published_at, Article.imported_at, Article.story_id)
    found = session.scalars(
        select(Article).where(Article.id.in_(ids)).options(load_only(*columns, Article.copy_of_id, raiseload=False))
    )
    by_id = {candidate.id: candidate for candidate in found}
    return [by_id[id] for id in ids if id in by_id]


def _sharing(_insert: object) -> Select[tuple[int]]:
    bands = [bindparam(f"band{number}", type_=BigInteger) for number in range(NUMBERS // BAND)]
    return (
        select(ArticleBand.article_id)
        .where(ArticleBand.band.in_(bands), ArticleBand.article_id != bindparam("id"))
        .group_by(ArticleBand.article_id)
        .order_by(func.count().desc(), ArticleBand.article_id)
        .limit(CANDIDATES)
    )


_SHARING = Statement(_sharing)


def _join(
    session: Session, article: Article, phrases: set[str], candidates: Sequence[Article], *, now: datetime
) -> Story | None:
    """Join the story of the nearest candidate; without one, found a story with it."""
    scored = [
        (_contained(phrases, theirs), candidate, theirs) for candidate in candidates if (theirs := _phrases(candidate))
    ]
    for score, nearest, theirs in sorted(scored, key=lambda each: (-each[0], each[1].id)):
        if score < SAME_EVENT:
            return None
        story = session.get(Story, nearest.story_id) if nearest.story_id else None
        is_copy = _in_common(phrases, theirs) >= COPY
        if not is_copy and not _is_in_time(article, story.began_at if story else appeared_at(nearest)):
            continue
        if story is None:
            story = _founded(session, nearest, now=now)
        if is_copy:
            article.copy_of_id = nearest.copy_of_id or nearest.id
        article.story_id = story.id
        story.began_at = min(story.began_at, appeared_at(article))
        session.flush()
        return story
    return None


def _founded(session: Session, article: Article, *, now: datetime) -> Story:
    story = Story(title=article.headline, began_at=appeared_at(article), created_at=now)
    session.add(story)
    session.flush()
    article.story_id = story.id
    return story


def _is_in_time(article: Article, began_at: datetime) -> bool:
    """True also for an article that does not say when it appeared."""
    return article.published_at is None or abs(article.published_at - began_at) <= APART


def _contained(one: set[str], other: set[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def _in_common(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
