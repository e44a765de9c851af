"""How the signatures of a petition came in, day by day."""

from datetime import date

from sqlalchemy.orm import Session

from campaign.charts import DayCount
from campaign.petitions import counting
from campaign.petitions.models import Petition


def days(session: Session, petition: Petition, *, today: date) -> list[DayCount]:
    """Each day with signatures, the first day first, and today; [] before the first signature.

    A signature stands on the day it was confirmed; one that still waits, on the day it was given.
    """
    confirmed = dict(counting.by_day(session, petition))
    pending = dict(counting.pending_by_day(session, petition))
    if not confirmed and not pending:
        return []
    return [DayCount(day, confirmed.get(day, 0), pending.get(day, 0)) for day in sorted({*confirmed, *pending, today})]
