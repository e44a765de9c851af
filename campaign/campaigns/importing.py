"""A page that was read comes in once: as a new draft, or as the campaign that was made of it before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import seen
from campaign.articles.page import Page
from campaign.campaigns import drafting, sources
from campaign.campaigns.models import Campaign


@dataclass(frozen=True)
class Imported:
    """A page and its campaign. is_new: False when this document had been imported before."""

    page: Page
    campaign: Campaign
    is_new: bool


def take_in(session: Session, page: Page, *, now: datetime) -> Imported:
    """A draft of this page, which cites the other reports of its event; what came before is not drafted again."""
    known = seen.find(session, page)
    campaign = known and session.scalar(
        select(Campaign).where(Campaign.article_id == known.id).order_by(Campaign.id).limit(1)
    )
    if campaign:
        return Imported(page, campaign, is_new=False)
    campaign = drafting.draft(session, page, now=now)
    sources.cite_story(session, campaign, now=now)
    return Imported(page, campaign, is_new=True)
