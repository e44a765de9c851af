"""An organiser's changes."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns import editing
from campaign.campaigns.editing import ToDoValues
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from tests import make

LATER = make.NOW + timedelta(hours=1)


def order(session: Session, campaign: Campaign) -> list[str]:
    session.flush()
    session.expire(campaign)
    assert [action.position for action in campaign.todo] == list(range(1, len(campaign.todo) + 1))
    return [action.title for action in campaign.todo]


def test_only_what_changed_is_named(session: Session) -> None:
    campaign = make.campaign(session)
    assert editing.texts(campaign, title=campaign.title, action="Write today. ", now=LATER) == ["action"]
    assert campaign.action == "Write today."
    assert campaign.changed_at == LATER


def test_saving_the_same_again_is_no_change(session: Session) -> None:
    campaign = make.campaign(session)
    assert editing.texts(campaign, title=campaign.title, now=LATER) == []
    assert campaign.changed_at == make.NOW


def test_the_state_is_not_a_text(session: Session) -> None:
    with pytest.raises(TypeError, match="state"):
        editing.texts(make.campaign(session), state="published", now=LATER)


def test_categories_are_replaced_by_the_chosen_ones(session: Session) -> None:
    campaign = make.campaign(session, categories=[make.category(session)])
    assert editing.categorise(session, campaign, ["Water", "Climate"], now=LATER)
    assert {category.name for category in campaign.categories} == {"Water", "Climate"}
    assert not editing.categorise(session, campaign, ["climate", "water"], now=LATER)


def test_a_corrected_time_keeps_the_outlets_zone(session: Session) -> None:
    campaign = make.campaign(session)
    at = datetime.fromisoformat("2025-08-15T19:28:57-04:00")
    assert editing.source(campaign, outlet="maitlandmercury.com.au", published_at=at, now=LATER) == [
        "outlet",
        "published_at",
    ]
    session.flush()
    session.refresh(campaign.article)
    assert campaign.article
    assert (campaign.article.published_at, campaign.article.published_offset) == (at, -240)


def test_actions_are_added_moved_and_deleted(session: Session) -> None:
    campaign = make.campaign(session)
    for title in ("one", "two", "three"):
        editing.add_action(session, campaign, ToDoValues("learn", title), now=LATER)
    editing.move_action(campaign.todo[2], up=True, now=LATER)
    assert order(session, campaign) == ["one", "three", "two"]
    editing.move_action(campaign.todo[0], up=True, now=LATER)
    assert order(session, campaign) == ["one", "three", "two"]
    editing.delete_action(session, campaign.todo[0], now=LATER)
    assert order(session, campaign) == ["three", "two"]


def test_an_action_of_another_campaign_is_not_found(session: Session) -> None:
    mine, theirs = make.campaign(session), make.campaign(session)
    action = make.todo(session, theirs)
    with pytest.raises(NotFound):
        editing.action(session, mine, action.id)
