"""What else a reader may want."""

import pytest
from sqlalchemy.orm import Session

from campaign.articles.models import Story
from campaign.campaigns import parts, related
from campaign.campaigns.models import Campaign
from campaign.petitions.part import PetitionPart
from tests import make
from tests.conftest import Visitor


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


def test_words_that_only_hold_sentences_together_relate_nothing(session: Session) -> None:
    ferry = make.campaign(session, title="Pour votre traversée, dans toutes nos villes", opinion="Votre, dans, moulin.")
    make.campaign(session, title="Votre usine, pour toutes", opinion="Dans votre ville ancienne.")
    for number in range(8):
        make.campaign(session, title=f"Something else {number}")
    assert titles(session, ferry) == []


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


def test_the_same_event_comes_first_and_copies_are_left_out(session: Session) -> None:
    transport = make.category(session)
    story = Story(title="Bridge", began_at=make.NOW, created_at=make.NOW)
    session.add(story)
    session.flush()
    report = make.article(session, headline="Bridge closed", story_id=story.id)
    make.campaign(session, article=report, categories=[transport])
    for headline, values in {
        "The same words, printed elsewhere": {"story_id": story.id, "copy_of_id": report.id},
        "Council explains why carts must wait": {"story_id": story.id},
        "Buses at night": {"body": [{"kind": "paragraph", "text": "Nothing in common."}]},
    }.items():
        make.campaign(session, article=make.article(session, headline=headline, **values), categories=[transport])
    make.campaign(session, article=make.article(session, headline="Bridge closed again"), state="draft")
    session.commit()
    found = related.articles(session, report)
    assert [item.article.headline for item in found] == ["Council explains why carts must wait", "Buses at night"]
    assert [item.is_same_story for item in found] == [True, False]
    assert found[1].categories == [transport]
    assert found == related.articles(session, report), "twice the same"


def test_of_variants_of_a_headline_one_is_named(session: Session) -> None:
    transport = make.category(session)
    report = make.article(session, headline="Ferry stops")
    make.campaign(session, article=report, categories=[transport])
    for headline in (
        "Night buses will run from May",
        "Night buses will run from May.",
        "Night buses: will run from May",
    ):
        make.campaign(session, article=make.article(session, headline=headline), categories=[transport])
    session.commit()
    assert len(related.articles(session, report)) == 1


def test_an_articles_page_says_why_others_are_named(session: Session, client: Visitor) -> None:
    transport = make.category(session)
    report = make.article(session, headline="Ferry stops")
    make.campaign(session, article=report, categories=[transport])
    other = make.article(session, headline="Night buses", outlet="other.example")
    make.campaign(session, article=other, categories=[transport])
    session.commit()
    item = client.page(f"/articles/{report.slug}").select_one("[aria-labelledby=related-title] li")
    assert item and item.a and item.a["href"] == f"/articles/{other.slug}"
    assert "other.example" in item.text and "Same subject: Transport" in item.text and item.find("time")
