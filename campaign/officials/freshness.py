"""How old our knowledge of an office is, and what that forbids.

Three gates: after ROSTER_WARN_DAYS pages say how old the list is; after ROSTER_BLOCK_DAYS this server sends nothing by
it; and a day on which holders certainly change (`holding.turnover_between`) unsettles a holder at once.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaign.officials import roster
from campaign.officials.holding import CONGRESS_BODIES, Holding


@dataclass(frozen=True)
class Freshness:
    """as_of: the day our source speaks for, None when none says so. days: how long ago that was."""

    as_of: date | None
    days: int | None
    is_old: bool
    blocks: bool


def of(session: Session, holding: Holding, *, on: date, warn_days: int, block_days: int) -> Freshness:
    """Of one office, else of the newest roster. It blocks sending by the server, too, while nobody is confirmed."""
    found = _of(as_of(session, holding), on, warn_days, block_days)
    return found if holding.confirmed else Freshness(found.as_of, found.days, found.is_old, blocks=True)


def as_of(session: Session, holding: Holding) -> date | None:
    """The day our knowledge of an office is from; None when no source ever spoke of its holders.

    A roster of Congress tells of an empty seat there, and nothing of an office of another country.
    """
    seen = [term.last_seen_as_of for term in holding.memberships if term.last_seen_as_of]
    if seen:
        return min(seen)
    if holding.post.organization_id in CONGRESS_BODIES:
        return roster.as_of(session)
    return max((term.last_seen_as_of for term in holding.post.memberships if term.last_seen_as_of), default=None)


def of_directory(session: Session, *, on: date, warn_days: int, block_days: int) -> Freshness:
    """Of the newest roster."""
    return _of(roster.as_of(session), on, warn_days, block_days)


def _of(as_of: date | None, on: date, warn_days: int, block_days: int) -> Freshness:
    if as_of is None:
        return Freshness(None, None, is_old=True, blocks=True)
    days = (on - as_of).days
    return Freshness(as_of, days, is_old=days > warn_days, blocks=days > block_days)
