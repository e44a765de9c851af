"""When there has been no news for long: readers see it, and the organiser is told, once for each silence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from campaign.campaigns.models import FINAL, READABLE, Campaign, CampaignUpdate
from campaign.db import touched
from campaign.delivery.models import Delivery, OfficeReply
from campaign.petitions import finding
from campaign.petitions.models import Petition

# Put into words and queue: (session, campaign, silence).
Write = Callable[[Session, Campaign, "Silence"], object]


@dataclass(frozen=True)
class Silence:
    """since: the day of the last news; days: how long that is ago."""

    since: date
    days: int


def of(session: Session, campaign: Campaign, *, days: int, today: date) -> Silence | None:
    """The silence around a campaign; None while news are not overdue, or not to be expected any more.

    News are expected once signatures were handed over or the petition ended. days: after which they are overdue,
    0 for never.
    """
    if not days or not campaign.is_readable or campaign.outcome in FINAL:
        return None
    handed_over, answered = _last_in_ledger(session, campaign)
    petition = finding.of(session, campaign)
    closed_at = (petition.ended_at if petition else None) or campaign.closed_at
    ended = closed_at.date() if closed_at and closed_at.date() <= today else None
    if handed_over is None and ended is None:
        return None
    # A hand-over ends a silence as an answer does; that signing is over is no news, but what it is counted from.
    known = (handed_over, answered, _last_update(session, campaign), campaign.outcome_on, ended)
    since = max(day for day in known if day is not None)
    passed = (today - since).days
    return Silence(since, passed) if passed >= days else None


def tell(session: Session, write: Write, *, days: int, now: datetime) -> int:
    """Have the organiser told of silences they were not told of yet; returns how many. The caller commits."""
    handed_over = select(Delivery.id).where(Delivery.campaign_id == Campaign.id, Delivery.removed_at.is_(None))
    ended = select(Petition.id).where(Petition.campaign_id == Campaign.id, Petition.closes_at <= now)
    is_waited_for = or_(handed_over.exists(), ended.exists(), Campaign.state == "closed")
    query = select(Campaign).where(Campaign.state.in_(READABLE), Campaign.outcome.not_in(FINAL), is_waited_for)
    told = 0
    for campaign in session.scalars(query.order_by(Campaign.id)).all():
        silence = of(session, campaign, days=days, today=now.date())
        # Compare and set: of two workers, one tells.
        if silence and _is_mine(session, campaign, silence):
            write(session, campaign, silence)
            told += 1
    return told


def _is_mine(session: Session, campaign: Campaign, silence: Silence) -> bool:
    untold = or_(Campaign.silence_told_on.is_(None), Campaign.silence_told_on < silence.since)
    mine = update(Campaign).where(Campaign.id == campaign.id, untold).values(silence_told_on=silence.since)
    return bool(touched(session.execute(mine)))


def _last_in_ledger(session: Session, campaign: Campaign) -> tuple[date | None, date | None]:
    stands = (Delivery.campaign_id == campaign.id) & Delivery.removed_at.is_(None)
    replied = select(func.max(OfficeReply.replied_on)).join(Delivery).where(stands, OfficeReply.removed_at.is_(None))
    return session.scalar(select(func.max(Delivery.handed_over_on)).where(stands)), session.scalar(replied)


def _last_update(session: Session, campaign: Campaign) -> date | None:
    standing = (CampaignUpdate.campaign_id == campaign.id) & CampaignUpdate.withdrawn_at.is_(None)
    last = session.scalar(select(func.max(CampaignUpdate.published_at)).where(standing))
    return last.date() if last else None
