"""Campaigns as the index of texts has them, and their articles with them: only what readers may see.

A campaign is changed by its editor, its petition, its letters and by imports; all of them set changed_at, and an
article belongs to whichever campaigns start from it. So the index follows the campaign's row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.orm.base import PASSIVE_NO_INITIALIZE

from campaign import following, markup, text_index
from campaign.articles import indexing as articles
from campaign.articles.models import Article
from campaign.campaigns import parts
from campaign.campaigns.models import READABLE, Campaign, Category
from campaign.text_index import Entry

KIND = "campaign"
KINDS = (KIND, articles.KIND)
BATCH = 100
BELOW = "\n\x1c\n"  # between a campaign's own words and its article, which others may quote only in part


def update(session: Session, campaigns: Sequence[Campaign]) -> None:
    """Let these be found as they are now, or not at all if readers may not see them; and their articles."""
    _put(session, campaigns)
    _put_articles(session, {campaign.article_id for campaign in campaigns if campaign.article_id})


def refresh(session: Session, *, step: Callable[[int], None] = lambda _done: None) -> None:
    """Bring all campaigns and their articles up to date. step: is told how many are done since it last was."""
    readable = select(Campaign.id).where(Campaign.state.in_(READABLE))
    text_index.keep_only(session, KIND, set(map(str, session.scalars(readable))))
    articles_ids = select(Campaign.article_id).where(Campaign.state.in_(READABLE), Campaign.article_id.is_not(None))
    kept = list(session.scalars(articles_ids.distinct()))
    text_index.keep_only(session, articles.KIND, set(map(str, kept)))
    ids = list(session.scalars(readable.order_by(Campaign.published_at, Campaign.id)))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = session.scalars(select(Campaign).where(Campaign.id.in_(batch)).order_by(Campaign.id)).all()
        update(session, found)
        session.flush()
        session.expire_all()
        step(len(batch))


def astray(session: Session) -> bool:
    """True when the index has not as many campaigns and articles as readers may see."""
    readable = select(func.count()).where(Campaign.state.in_(READABLE))
    of_articles = select(func.count(Campaign.article_id.distinct())).where(Campaign.state.in_(READABLE))
    wanted = (session.scalar(readable.select_from(Campaign)), session.scalar(of_articles))
    return wanted != tuple(text_index.count(session, kind) for kind in KINDS)


def marks(campaign: Campaign) -> Iterator[str]:
    """What lists of results are narrowed by."""
    yield f"state:{'closed' if campaign.state == 'closed' else 'open'}"
    yield from (f"category:{category.id}" for category in campaign.categories)


def own_words(text: str) -> str:
    """A campaign's text as it stands in the index, without its article."""
    return text.partition(BELOW)[0]


def text_of(session: Session, campaign: Campaign) -> str:
    """All that a campaign says, without its title: the demand first, its article last."""
    article = campaign.article
    texts = [
        *parts.words(session, campaign),
        markup.plain(campaign.opinion),
        markup.plain(campaign.action),
        *(f"{action.title}. {markup.plain(action.body)}" for action in campaign.todo),
        campaign.place,
        ", ".join(name for category in campaign.categories for name in _names(category)),
    ]
    own = "\n".join(filter(None, texts))
    return f"{own}{BELOW}{article.headline}\n{articles.body_of(article)}" if article else own


def _names(category: Category) -> dict[str, None]:
    return dict.fromkeys([category.name, *category.names.values()])


def _put(session: Session, campaigns: Sequence[Campaign]) -> None:
    for campaign in campaigns:
        if not campaign.is_readable:
            text_index.remove(session, KIND, campaign.id)
    text_index.put_all(session, (_entry(session, campaign) for campaign in campaigns if campaign.is_readable))


def _entry(session: Session, campaign: Campaign) -> Entry:
    return Entry(
        KIND,
        str(campaign.id),
        campaign.title,
        text=text_of(session, campaign),
        language=campaign.language,
        at=campaign.published_at,
        marks=tuple(marks(campaign)),
    )


def _put_articles(session: Session, ids: Iterable[int]) -> None:
    """Each as the readable campaigns that start from it let it be found."""
    wanted = set(ids)
    by_article: dict[int, list[Campaign]] = {}
    starting = select(Campaign).where(Campaign.article_id.in_(wanted), Campaign.state.in_(READABLE))
    for campaign in session.scalars(starting.options(selectinload(Campaign.categories))):
        by_article.setdefault(campaign.article_id or 0, []).append(campaign)
    for id in wanted - by_article.keys():
        text_index.remove(session, articles.KIND, id)
    found = session.scalars(select(Article).where(Article.id.in_(by_article)).order_by(Article.id))
    entries = (
        articles.entry(article, sorted({mark for campaign in by_article[article.id] for mark in marks(campaign)}))
        for article in found
    )
    text_index.put_all(session, entries)


def _noted(campaign: Campaign) -> Iterator[int]:
    """Its id, when it was or is there for readers; below zero the articles that it does not start from any more."""
    before = get_history(campaign, "state", PASSIVE_NO_INITIALIZE).deleted
    if campaign.is_readable or set(before or ()) & set(READABLE):
        yield campaign.id
        yield from (-id for id in get_history(campaign, "article_id", PASSIVE_NO_INITIALIZE).deleted or () if id)


def _follow(session: Session, noted: set[int]) -> None:
    ids = [id for id in noted if id > 0]
    found = session.scalars(select(Campaign).where(Campaign.id.in_(ids)).order_by(Campaign.id)).all()
    for gone in set(ids) - {campaign.id for campaign in found}:
        text_index.remove(session, KIND, gone)
    update(session, found)
    _put_articles(session, {-id for id in noted if id < 0})


following.register(Campaign, following.Follower(_noted, _follow))
