"""Digests: what is new of what somebody follows, in one mail, at the pace they chose.

What a subscriber was told ends at `told_until`; it moves on in the transaction that queues the mail. So a worker that
dies has done both or neither, and of two workers one finds nothing left to do. Where nothing is new, no mail is queued.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from campaign.mail.models import Email
from campaign.petitions.models import Signature
from campaign.subscriptions import news
from campaign.subscriptions.models import Following, Subscription

BATCH = 50  # subscribers in one transaction
# Digests never make more mails than these wait: whoever signs meanwhile waits behind no more for their confirmation.
MOST_WAITING = 200
MOST_ITEMS = 20  # in one mail
OLDEST = timedelta(days=30)  # what a site that was down for long does not tell any more

# Put into words and queue: (session, subscriber, the first items, how many more).
Write = Callable[[Session, Subscription, list[news.Item], int], object]


def build(session: Session, *, hour: int, write: Write, now: datetime) -> int:
    """Queue the digests of up to BATCH subscribers who are due; returns how many subscribers that were.

    hour: of the day (UTC) at which daily and weekly digests are made. The caller commits, and calls again.
    """
    if not has_room(session):
        return 0
    until = {"daily": last_day(hour, now=now), "weekly": last_week(hour, now=now)}
    if newest := news.newest(session, now=now):
        until["at_once"] = newest
    due = _due(session, until)
    if not due:
        return 0
    since = max(min(subscription.told_until for subscription in due), now - OLDEST)
    items = news.between(session, since, max(until[subscription.frequency] for subscription in due))
    trusted = _trusted(session, due)
    for subscription in due:
        end = until[subscription.frequency]
        followings = [one for one in subscription.followings if one.signature_id is None or one.signature_id in trusted]
        new = [item for item in items if subscription.told_until < item.at <= end and item.is_for(followings)]
        new = [item for item in new if not item.is_mailed_to(subscription)]
        if new:
            write(session, subscription, new[:MOST_ITEMS], len(new[MOST_ITEMS:]))
        subscription.told_until = end
    session.flush()
    return len(due)


def has_room(session: Session) -> bool:
    """True while few mails with news wait, so that more may be queued."""
    return _waiting(session) < MOST_WAITING


def last_day(hour: int, *, now: datetime) -> datetime:
    """When the newest daily digests were due."""
    today = datetime.combine(now.astimezone(UTC).date(), time(hour % 24), UTC)
    return today if today <= now else today - timedelta(days=1)


def last_week(hour: int, *, now: datetime) -> datetime:
    """When the newest weekly digests were due: on a Monday."""
    day = last_day(hour, now=now)
    return day - timedelta(days=day.weekday())


def _due(session: Session, until: dict[str, datetime]) -> list[Subscription]:
    turns = [
        (Subscription.frequency == frequency) & (Subscription.told_until < end) for frequency, end in until.items()
    ]
    query = (
        select(Subscription)
        .where(Subscription.state == "active", or_(*turns))
        .order_by(Subscription.told_until, Subscription.id)
        .limit(BATCH)
        .options(selectinload(Subscription.followings))
        .with_for_update(of=Subscription, skip_locked=True)
    )
    return list(session.scalars(query))


def _trusted(session: Session, due: list[Subscription]) -> set[int]:
    """Of the signatures that had somebody follow a campaign, those that count: the organiser may have found fakes."""
    ids = select(Following.signature_id).where(Following.subscription_id.in_([one.id for one in due]))
    query = select(Signature.id).where(Signature.id.in_(ids), Signature.state == "confirmed")
    return set(session.scalars(query))


def _waiting(session: Session) -> int:
    waiting = (Email.state.in_(("waiting", "working"))) & (Email.kind == "news_digest")
    return session.scalar(select(func.count()).where(waiting)) or 0
