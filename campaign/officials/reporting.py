"""What visitors say is wrong with an office, for an organiser to look at."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.officials.models import OfficeReport, Post

LONGEST = 1000  # characters
MOST = 20  # open ones of one office; by then an organiser has enough to look at


def report(session: Session, post: Post, text: str, *, now: datetime) -> bool:
    """Keep what somebody says of an office. False when so many have said something that one more is not kept."""
    count = select(func.count()).where(OfficeReport.post_id == post.id)
    if (session.scalar(count) or 0) >= MOST:
        return False
    session.add(OfficeReport(post_id=post.id, text=text[:LONGEST], created_at=now))
    return True


def unsettled() -> Select[tuple[OfficeReport]]:
    """All of them, the oldest first."""
    return select(OfficeReport).options(joinedload(OfficeReport.post)).order_by(OfficeReport.id)


def settle(session: Session, id: int) -> OfficeReport:
    """Somebody has looked at it: it is deleted, for a visitor may have said who they are. Raises NotFound."""
    found = session.get(OfficeReport, id)
    if found is None:
        raise NotFound(gettext("Somebody has settled this report already."))
    session.delete(found)
    return found
