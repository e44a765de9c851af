"""The timeline has everything that happened, the newest first, and hides no correction."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns import outcomes, updating
from campaign.delivery.ledger import handing_over, history, replying
from campaign.petitions.models import PetitionText, SignatureCount
from tests import make
from tests.delivery.ledger.test_handing_over import a_list, handed_over

pytestmark = pytest.mark.stored
DAY = timedelta(days=1)


def test_the_newest_stands_first(session: Session) -> None:
    petition = make.petition(session, opens_at=None)
    delivery = handed_over(session, a_list(session, petition, [1]))
    replying.note(
        session, delivery, kind="answered", text="Soon.", replied_on=make.TODAY + DAY, account_id=None,
        now=make.NOW + DAY,
    )  # fmt: skip
    updating.write(session, petition.campaign, title="They answered", body="Soon.", now=make.NOW + 2 * DAY)
    petition.texts.append(PetitionText(version=2, demand="Mend it.", created_at=make.NOW + 3 * DAY))
    outcomes.say(
        petition.campaign,
        outcome="won",
        text="It opens.",
        by="Charlie",
        on=make.TODAY + 4 * DAY,
        now=make.NOW + 4 * DAY,
    )
    session.flush()
    found = history.of(session, petition.campaign, no_news_days=60, now=make.NOW + 5 * DAY)
    assert [one.kind for one in found.happenings] == ["outcome", "text", "update", "reply", "hand_over", "opened"]
    assert found.is_worth_showing and found.silence is None


def test_each_goal_stands_on_the_day_it_was_reached(session: Session) -> None:
    petition = make.petition(session, goal=10)
    for days, number in ((0, 12), (1, 20)):
        day = make.TODAY + days * DAY
        session.add(SignatureCount(petition_id=petition.id, day=day, country="US", confirmed=number))
    session.flush()
    found = history.of(session, petition.campaign, no_news_days=60, now=make.NOW + 5 * DAY)
    goals = [(one.row, one.on) for one in found.happenings if one.kind == "goal"]
    assert goals == [(25, make.TODAY + DAY), (10, make.TODAY)]


def test_what_is_still_to_come_does_not_stand_in_the_past(session: Session) -> None:
    petition = make.petition(session, opens_at=make.NOW + DAY)
    handed_over(session, a_list(session, petition, [1]), next_step="Vote", next_on=make.TODAY + 9 * DAY)
    now = history.of(session, petition.campaign, no_news_days=60, now=make.NOW)
    assert [one.kind for one in now.happenings] == ["hand_over"]
    assert [one.next_step for one in now.next_steps] == ["Vote"]
    assert history.of(session, petition.campaign, no_news_days=60, now=make.NOW + 10 * DAY).next_steps == []


def test_what_was_taken_out_leaves_its_reason(session: Session) -> None:
    petition = make.petition(session, opens_at=None)
    delivery = handed_over(session, a_list(session, petition, [1]))
    handing_over.remove(session, delivery, note="Never left the house.", now=make.NOW)
    found = history.of(session, petition.campaign, no_news_days=60, now=make.NOW)
    assert [(one.kind, one.is_gone) for one in found.happenings] == [("hand_over", True), ("opened", False)]
    assert found.deliveries == []


def test_a_campaign_without_a_petition_has_a_history_too(session: Session) -> None:
    campaign = make.campaign(session)
    found = history.of(session, campaign, no_news_days=60, now=make.NOW)
    assert [one.kind for one in found.happenings] == ["opened"] and not found.is_worth_showing
