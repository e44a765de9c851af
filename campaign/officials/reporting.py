"""What visitors say is wrong with an office, for an organiser to look at."""

from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from campaign.db import touched
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.officials.models import OfficeReport, Post

LONGEST = 1000  # characters
MOST = 20  # open ones of one office; by then an organiser has enough to look at
MOST_IN_ALL = 500  # of all offices: whoever sends many must not bury what others have found


def report(session: Session, post: Post, text: str, *, now: datetime) -> bool:
    """Keep what somebody says of an office. False when so many have said something that one more is not kept.

    Those who report at once may pass the limits by a few, which harms nobody.
    """
    of_this_office = session.scalar(select(func.count()).where(OfficeReport.post_id == post.id)) or 0
    if of_this_office >= MOST or waiting(session) >= MOST_IN_ALL:
        return False
    session.add(OfficeReport(post_id=post.id, text=text[:LONGEST], created_at=now))
    return True


def unsettled() -> Select[tuple[OfficeReport]]:
    """All of them, the newest first."""
    return select(OfficeReport).options(joinedload(OfficeReport.post)).order_by(OfficeReport.id.desc())


def waiting(session: Session) -> int:
    """How many nobody has settled."""
    return session.scalar(select(func.count()).select_from(OfficeReport)) or 0


def settle(session: Session, id: int) -> OfficeReport:
    """Somebody has looked at it: it is deleted, for a visitor may have said who they are. Raises NotFound."""
    found = _find(session, id)
    session.delete(found)
    return found


def settle_up_to(session: Session, id: int) -> tuple[str, int]:
    """Delete this report and all earlier ones of its office; returns the office's id and how many that were.

    What came in after it stays: nobody has seen it yet. Raises NotFound.
    """
    post_id = _find(session, id).post_id
    statement = delete(OfficeReport).where(OfficeReport.post_id == post_id, OfficeReport.id <= id)
    return post_id, touched(session.execute(statement))


def _find(session: Session, id: int) -> OfficeReport:
    found = session.get(OfficeReport, id)
    if found is None:
        raise NotFound(gettext("Somebody has settled this report already."))
    return found
