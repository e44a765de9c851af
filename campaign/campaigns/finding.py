"""Campaigns by address and in lists: which ones readers may see, in which order."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from campaign import dialects
from campaign.articles.models import Article
from campaign.campaigns.models import READABLE, Campaign, Category
from campaign.errors import NotFound
from campaign.i18n import gettext


def by_slug(session: Session, slug: str, *, to_change: bool = False) -> Campaign:
    """The campaign of this address, whatever its state. Raises NotFound.

    to_change: once this returns, nobody signs or changes its state until the transaction ends.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.slug == slug))
    if campaign is None:
        raise NotFound(gettext("There is no campaign at this address."))
    if to_change:
        dialects.go_alone(session, campaign.id)
        session.refresh(campaign, with_for_update=True)
    return campaign


def readable(session: Session, slug: str) -> Campaign:
    """The published or closed campaign of this address. Raises NotFound; a draft is nobody's to guess."""
    campaign = by_slug(session, slug)
    if not campaign.is_readable:
        raise NotFound(gettext("There is no campaign at this address."))
    return campaign


def category(session: Session, slug: str) -> Category:
    """The category of this address. Raises NotFound."""
    found = session.scalar(select(Category).where(Category.slug == slug))
    if found is None:
        raise NotFound(gettext("There is no category at this address."))
    return found


def article(session: Session, slug: str) -> tuple[Article, list[Campaign]]:
    """The article of this address and the readable campaigns that start from it. Raises NotFound without any."""
    found = session.scalar(select(Article).where(Article.slug == slug))
    campaigns = list(session.scalars(public().where(Campaign.article == found))) if found else []
    if found is None or not campaigns:
        raise NotFound(gettext("There is no article at this address."))
    return found, campaigns


def public(of: Category | None = None) -> Select[tuple[Campaign]]:
    """The campaigns readers see, open ones first, then the newest; optionally of one category."""
    query = with_cards(select(Campaign).where(Campaign.state.in_(READABLE)))
    if of is not None:
        query = query.where(Campaign.categories.contains(of))
    return query.order_by(Campaign.closed_at.is_not(None), Campaign.published_at.desc(), Campaign.id.desc())


def desk() -> Select[tuple[Campaign]]:
    """All campaigns, the last changed first."""
    return with_cards(select(Campaign)).order_by(Campaign.changed_at.desc(), Campaign.id.desc())


def with_cards(query: Select[tuple[Campaign]]) -> Select[tuple[Campaign]]:
    """Together with what a list shows of each campaign, and without its long texts."""
    return query.options(
        defer(Campaign.opinion),
        defer(Campaign.action),
        defer(Campaign.todo_intro),
        defer(Campaign.warnings),
        defer(Campaign.outcome_text),
        defer(Campaign.earlier_outcomes),
        joinedload(Campaign.article).load_only(Article.outlet, Article.published_at),
        selectinload(Campaign.categories),
    )
