"""Signatures day by day."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from campaign.charts import DayCount
from campaign.delivery import timeline
from campaign.petitions import counting
from tests import make


def test_before_the_first_signature_there_are_no_days(session: Session) -> None:
    assert timeline.days(session, make.petition(session), today=make.TODAY) == []


def test_confirmed_and_waiting_stand_on_their_own_days_and_today_is_there(session: Session) -> None:
    petition = make.petition(session)
    counting.add(session, petition.id, day=date(2026, 11, 19), country="US", number=2)
    counting.add(session, petition.id, day=date(2026, 11, 19), country="FR", number=1)
    make.signature(session, petition, state="pending", created_at=make.NOW - timedelta(days=1))
    make.signature(session, petition, state="withdrawn")
    assert timeline.days(session, petition, today=make.TODAY) == [
        DayCount(date(2026, 11, 19), confirmed=3, pending=0),
        DayCount(date(2026, 11, 21), confirmed=0, pending=1),
        DayCount(date(2026, 11, 22), confirmed=0, pending=0),
    ]
