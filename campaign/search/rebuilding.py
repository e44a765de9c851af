"""The index of texts made anew from the tables, and whether it agrees with them."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import text_index
from campaign.campaigns import indexing as campaigns
from campaign.campaigns.models import READABLE, Campaign
from campaign.officials import indexing as officials
from campaign.officials.models import Post

Step = Callable[[int], None]


def work(session: Session) -> int:
    """How many steps `refresh` has, about."""
    readable = select(func.count()).select_from(Campaign).where(Campaign.state.in_(READABLE))
    return (session.scalar(readable) or 0) + (session.scalar(select(func.count()).select_from(Post)) or 0)


def refresh(session: Session, *, now: datetime, step: Step = lambda _done: None) -> None:
    """Bring everything up to date. step: is told what is done since it last was, and may commit."""
    officials.refresh(session, on=now.date(), step=step)
    campaigns.refresh(session, step=step)


def rebuild(session: Session, *, now: datetime, step: Step = lambda _done: None) -> None:
    """Forget everything and begin anew. Until it is done less is found."""
    text_index.clear(session)
    refresh(session, now=now, step=step)


def is_astray(session: Session) -> bool:
    """True when the index lacks something, or has something that has gone. Of offices only whether there are any."""
    lacks_offices = bool(session.scalar(select(Post.id).limit(1))) and not text_index.count(session, officials.KIND)
    return lacks_offices or campaigns.astray(session)
