"""When nobody hears anything for long, the page and the organiser are told; a final outcome ends the waiting."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns import outcomes, updating
from campaign.campaigns.models import Campaign
from campaign.delivery.ledger import handing_over, replying, silence
from campaign.delivery.ledger.silence import Silence
from tests import make
from tests.delivery.ledger.test_handing_over import a_list, handed_over

pytestmark = pytest.mark.stored


def around(session: Session, campaign: Campaign, today: date = make.TODAY + timedelta(days=60)) -> Silence | None:
    return silence.of(session, campaign, days=60, today=today)


def told(session: Session, days: int = 60, after: int = 60) -> list[str]:
    found: list[str] = []
    silence.tell(
        session, lambda _, campaign, __: found.append(campaign.slug), days=days, now=make.NOW + timedelta(days=after)
    )
    return found


def test_sixty_days_after_a_hand_over_there_should_be_news(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    assert around(session, petition.campaign) is None  # nothing is waited for yet
    handed_over(session, a_list(session, petition, [1]))
    assert around(session, petition.campaign, make.TODAY + timedelta(days=59)) is None
    assert around(session, petition.campaign) == Silence(make.TODAY, 60)
    assert silence.of(session, petition.campaign, days=0, today=make.TODAY + timedelta(days=60)) is None


def test_a_petition_that_ended_without_news_is_silent_too(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW)
    assert around(session, petition.campaign) == Silence(make.TODAY, 60)


@pytest.mark.parametrize("news", ["reply", "update", "outcome"])
def test_any_news_ends_the_silence(session: Session, news: str) -> None:
    petition = make.petition(session, closes_at=make.NOW)
    delivery, on = handed_over(session, a_list(session, petition, [1])), make.NOW + timedelta(days=30)
    if news == "reply":
        replying.note(
            session, delivery, kind="answered", text="No.", replied_on=on.date(), account_id=None, now=on
        )  # fmt: skip
    elif news == "update":
        updating.write(session, petition.campaign, title="Still nothing", body="We asked.", now=on)
    else:
        outcomes.say(petition.campaign, outcome="answered", text="No.", by="Charlie", on=on.date(), now=on)
    assert around(session, petition.campaign) is None
    assert around(session, petition.campaign, (on + timedelta(days=60)).date()) == Silence(on.date(), 60)


def test_nothing_is_expected_after_a_final_outcome_or_of_a_draft(session: Session) -> None:
    for state, outcome in (("closed", "won"), ("draft", "")):
        campaign = make.campaign(session, state=state, outcome=outcome, outcome_on=make.TODAY)
        make.petition(session, campaign, closes_at=make.NOW)
        assert around(session, campaign) is None


def test_an_entry_taken_out_is_no_news(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    entry = handed_over(session, a_list(session, petition, [1]))
    handing_over.remove(session, entry, note="Never left the house.", now=make.NOW)
    assert around(session, petition.campaign) is None


def test_the_organiser_is_told_once_for_each_silence(session: Session) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"), closes_at=make.NOW)
    assert told(session, after=59) == []
    assert told(session) == ["bridge"]
    assert told(session, after=90) == []
    updating.write(session, petition.campaign, title="Asked", body="Again.", now=make.NOW + timedelta(days=100))
    assert told(session, after=120) == []
    assert told(session, after=160) == ["bridge"]
