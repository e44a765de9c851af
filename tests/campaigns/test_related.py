"""What else a reader may want."""

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns import parts, related
from campaign.campaigns.models import Campaign
from campaign.petitions.part import PetitionPart
from tests import make


@pytest.fixture(autouse=True)
def petitions() -> None:
    parts.register(PetitionPart())


def titles(session: Session, campaign: Campaign) -> list[str]:
    session.commit()  # which is when the index follows
    return [item.campaign.title for item in related.find(session, campaign, now=make.NOW)]


def test_a_campaign_is_never_related_to_itself(session: Session) -> None:
    transport = make.category(session)
    bridge = make.campaign(session, title="Mend the old bridge", categories=[transport])
    make.campaign(session, title="Night buses for everybody", categories=[transport])
    assert titles(session, bridge) == ["Night buses for everybody"]


def test_it_says_which_category_is_shared(session: Session) -> None:
    transport = make.category(session)
    bridge = make.campaign(session, title="Mend the old bridge", categories=[transport])
    make.campaign(session, title="Night buses for everybody", categories=[transport])
    session.commit()
    (item,) = related.find(session, bridge, now=make.NOW)
    assert item.categories == [transport]


def test_words_of_title_and_demand_relate_where_no_category_does(session: Session) -> None:
    bridge = make.petition(session, make.campaign(session, title="Gaol Ferry"), demand="Mend the footbridge now.")
    make.petition(session, make.campaign(session, title="Another footbridge"), demand="Mend ours as well.")
    for number in range(8):
        make.petition(session, make.campaign(session, title=f"Something else {number}"), demand="Otherwise.")
    session.commit()
    (item,) = related.find(session, bridge.campaign, now=make.NOW)
    assert item.campaign.title == "Another footbridge"
    assert "footbridge" in item.words


def test_drafts_stay_hidden(session: Session) -> None:
    transport = make.category(session)
    bridge = make.campaign(session, categories=[transport])
    make.campaign(session, title="Night buses for everybody", state="draft", categories=[transport])
    assert titles(session, bridge) == []


def test_at_most_ten_and_no_two_alike(session: Session) -> None:
    transport = make.category(session)
    bridge = make.campaign(session, categories=[transport])
    for number in range(12):
        make.campaign(session, title=f"Quarter number{number} wants buses", categories=[transport])
    make.campaign(session, title="Wants: buses, quarter number3!", categories=[transport])
    found = titles(session, bridge)
    assert len(found) == related.MOST
    assert sum("number3" in title for title in found) <= 1
