"""What changed last on the site: for the feeds, the sitemap, and the lines that say how fresh a page is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from campaign.articles.models import Feed
from campaign.campaigns.models import READABLE, Campaign, CampaignUpdate, Category

MOST = 40  # campaigns, and updates, that a feed tells of


@dataclass(frozen=True)
class Freshness:
    """changed_at: the newest change of a campaign's text; checked_at: when a feed was last read. None: never."""

    changed_at: datetime | None
    checked_at: datetime | None


def freshness(session: Session, of: Category | None = None) -> Freshness:
    """How fresh the campaigns are, all or those of one category."""
    changed = select(func.max(Campaign.changed_at)).where(Campaign.state.in_(READABLE))
    if of is not None:
        changed = changed.where(Campaign.categories.contains(of))
    return Freshness(session.scalar(changed), session.scalar(select(func.max(Feed.read_at))))


def touched_at(session: Session) -> datetime | None:
    """When anything that a feed tells of last changed, or was taken off the site."""
    campaigns = select(func.max(Campaign.changed_at)).where(Campaign.published_at.is_not(None))
    updates = select(func.max(CampaignUpdate.changed_at))
    instants = [instant for query in (campaigns, updates) if (instant := session.scalar(query))]
    return max(instants, default=None)


def changed(session: Session, of: Category | None = None) -> Sequence[Campaign]:
    """The readable campaigns that changed last, with what a feed tells of them."""
    query = _whole(select(Campaign)).where(Campaign.state.in_(READABLE))
    if of is not None:
        query = query.where(Campaign.categories.contains(of))
    return session.scalars(query.order_by(Campaign.changed_at.desc(), Campaign.id.desc()).limit(MOST)).all()


def updates(session: Session, of: Category | None = None) -> Sequence[CampaignUpdate]:
    """The newest updates of readable campaigns, withdrawn ones too."""
    query = select(CampaignUpdate).join(CampaignUpdate.campaign).where(Campaign.state.in_(READABLE))
    query = query.options(joinedload(CampaignUpdate.campaign).selectinload(Campaign.categories))
    if of is not None:
        query = query.where(Campaign.categories.contains(of))
    newest_first = (CampaignUpdate.changed_at.desc(), CampaignUpdate.id.desc())
    return session.scalars(query.order_by(*newest_first).limit(MOST)).all()


def _whole(query: Select[tuple[Campaign]]) -> Select[tuple[Campaign]]:
    return query.options(joinedload(Campaign.article), selectinload(Campaign.categories))
