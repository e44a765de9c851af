"""How many people get news, and how many confirmed that they want to."""

from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.subscriptions.mailing import GROUP
from campaign.subscriptions.models import Following, Subscription


def confirmed_since(session: Session, day: date) -> dict[str, int]:
    """Confirmed since the beginning of this UTC day, by their mails' group."""
    since = datetime.combine(day, time(), UTC)
    query = select(func.count()).select_from(Subscription).where(Subscription.confirmed_at >= since)
    confirmed = session.scalar(query)
    return {GROUP: confirmed} if confirmed else {}


def followers(session: Session, campaign_id: int) -> int:
    """Who gets the updates of this campaign because they follow the campaign itself."""
    query = select(func.count()).select_from(Following).join(Subscription)
    query = query.where(Following.campaign_id == campaign_id, Subscription.state == "active")
    return session.scalar(query) or 0
