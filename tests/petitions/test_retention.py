"""The day on which names are deleted is chosen once, shown before signing, and only ever moves earlier."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.petitions import forgetting, retention
from campaign.petitions.editing import NotAcceptable
from campaign.petitions.models import Petition
from tests import make
from tests.conftest import Visitor

DAY = timedelta(days=1)
END = make.NOW + 30 * DAY  # as tests.make says


def promise(session: Session, petition: Petition, day: datetime | None, *, was_closing: datetime = END) -> bool:
    """As the desk does: what was promised is looked at before the other terms change."""
    closes_at, petition.closes_at = petition.closes_at, was_closing
    promised = forgetting.kept_until(petition, 180)
    petition.closes_at = closes_at
    return retention.promise(session, petition, keep_until=day, promised=promised, days=180, now=make.NOW)


def test_by_default_names_go_after_the_days_of_the_installation(session: Session) -> None:
    assert forgetting.kept_until(make.petition(session), 180) == END + 180 * DAY


def test_an_organiser_may_promise_another_day(session: Session) -> None:
    petition = make.petition(session)
    assert promise(session, petition, END + 10 * DAY)
    assert not promise(session, petition, END + 10 * DAY)
    assert forgetting.kept_until(petition, 180) == END + 10 * DAY


@pytest.mark.parametrize("after_end", [-DAY, timedelta(0), 731 * DAY])
def test_not_before_the_end_and_not_years_after(session: Session, after_end: timedelta) -> None:
    with pytest.raises(NotAcceptable) as refused:
        promise(session, make.petition(session), END + after_end)
    assert refused.value.field == "keep_until"


def test_once_somebody_has_signed_it_only_moves_earlier(session: Session) -> None:
    petition = make.petition(session, keep_until=END + 20 * DAY)
    make.signature(session, petition)
    assert promise(session, petition, END + 10 * DAY)
    with pytest.raises(NotAcceptable):
        promise(session, petition, END + 11 * DAY)


def test_an_end_that_moves_later_does_not_move_the_promise(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition)
    petition.closes_at = END + 90 * DAY
    assert promise(session, petition, None)
    assert forgetting.kept_until(petition, 180) == END + 180 * DAY

    petition.closes_at = END + 200 * DAY
    with pytest.raises(NotAcceptable) as refused:
        promise(session, petition, petition.keep_until)
    assert refused.value.field == "closes_at"


def test_the_desk_asks_for_the_day_and_the_form_shows_it(
    session: Session, sign_in: Callable[..., Visitor], client: Visitor
) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    session.commit()
    day, closes = (now() + 60 * DAY).date(), (now() + 30 * DAY).date()
    form = {"demand": "Mend it.", "closes_at": closes.isoformat(), "keep_until": day.isoformat()}
    sign_in("editor").submit("/desk/campaigns/bridge/petition", form)
    session.refresh(petition)
    assert petition.keep_until == datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert f"deleted on {day:%B} {day.day}" in client.page("/campaigns/bridge/sign").get_text(" ", strip=True)
