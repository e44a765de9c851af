"""A page that was read comes in once: as a new draft, or as the campaign that was made of it before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.articles import seen
from campaign.articles.page import Page
from campaign.campaigns import drafting, sources
from campaign.campaigns.drafting import Draft
from campaign.campaigns.models import Campaign

AT_ONCE = 50  # pages


@dataclass(frozen=True)
class Imported:
    """A page and its campaign. is_new: False when this document had been imported before."""

    page: Page
    campaign: Campaign
    is_new: bool


def take_in(session: Session, page: Page, *, now: datetime) -> Imported:
    """A draft of this page, which cites the other reports of its event; what came before is not drafted again."""
    [imported] = _take_in(session, [page], now)
    return imported


def take_in_all(session: Session, pages: Sequence[Page], *, now: datetime) -> list[Imported]:
    """As `take_in`, one by one in their order; what is asked for each, and the rows, go to the database together."""
    imported: list[Imported] = []
    for start in range(0, len(pages), AT_ONCE):
        some = pages[start : start + AT_ONCE]
        drafting.foresee(session, some)
        imported += _take_in(session, some, now)
    return imported


def _take_in(session: Session, pages: Sequence[Page], now: datetime) -> list[Imported]:
    imported: list[Imported] = []
    drafts: list[Draft] = []
    # Whatever has to find rows that are not written yet writes them first.
    with session.no_autoflush:
        for page in pages:
            known = seen.find(session, page)
            campaign = known and session.scalar(
                select(Campaign).where(Campaign.article_id == known.id).order_by(Campaign.id).limit(1)
            )
            if campaign:
                imported.append(Imported(page, campaign, is_new=False))
                continue
            drafts.append(draft := drafting.begin(session, page, now=now))
            sources.cite_story(session, draft.campaign, now=now)
            imported.append(Imported(page, draft.campaign, is_new=True))
    dialects.number(session)
    session.flush()
    for draft in drafts:
        draft.finish()
    return imported
