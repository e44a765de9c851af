"""Another playbook fits a draft when its categories change, and replaces what nobody has touched."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles.page import Block, Page, ToDo
from campaign.campaigns import drafting, editing, guessing, playbooks, redrafting
from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterTemplate
from campaign.petitions.models import Petition
from tests import make
from tests.conftest import Visitor

pytestmark = [pytest.mark.stored, pytest.mark.usefixtures("app")]

GENERAL, ENVIRONMENT = playbooks.for_categories([]), playbooks.for_categories(["water"])


def draft(session: Session, **values: object) -> Campaign:
    page = Page("The mill", language="en", article=[Block("paragraph", "It is closed.")], **values)  # type: ignore[arg-type]
    return drafting.draft(session, page, now=make.NOW)


def wet(session: Session, campaign: Campaign) -> None:
    campaign.categories = [make.category(session, "water", "Water")]
    session.flush()


def kinds_of(campaign: Campaign) -> list[tuple[int, str, str]]:
    return [(action.position, action.kind, action.title) for action in campaign.todo]


def test_nothing_is_offered_while_the_playbook_fits(session: Session) -> None:
    campaign = draft(session)
    assert redrafting.fitting(campaign) is None and redrafting.redraft(session, campaign, now=make.NOW) == []


def test_a_draft_that_nobody_touched_is_drafted_anew(session: Session) -> None:
    campaign = draft(session)
    wet(session, campaign)
    assert redrafting.fitting(campaign) == ENVIRONMENT
    assert redrafting.redraft(session, campaign, now=make.NOW) == ["opinion", "action", "todo", "petition", "letters"]
    assert ENVIRONMENT.opinion[0].heading in campaign.opinion
    assert kinds_of(campaign) == [(n, todo.kind, todo.title) for n, todo in enumerate(ENVIRONMENT.todo, 1)]
    petition = session.scalars(select(Petition)).one()
    assert petition.text and ENVIRONMENT.petition and petition.text.demand == ENVIRONMENT.petition.demand
    assert session.scalars(select(LetterTemplate.title)).all() == [letter.title for letter in ENVIRONMENT.letters]
    assert {guess["name"] for where, guess in campaign.guesses.items()} == {ENVIRONMENT.name}, "all of it is to be read"
    assert redrafting.fitting(campaign) is None


def test_what_somebody_touched_and_what_the_page_had_stay(session: Session) -> None:
    campaign = draft(session, todo=[ToDo("learn", "Read the report")], action=["Ask the council."])
    written = editing.ToDoValues(kind="event", title="Come on Friday")
    editing.add_action(session, campaign, written, now=make.NOW)
    editing.texts(campaign, opinion=campaign.opinion.replace("✎", "Well:", 1), now=make.NOW)
    guessing.settle(campaign, "petition")
    wet(session, campaign)
    assert redrafting.redraft(session, campaign, now=make.NOW) == ["letters"]
    assert kinds_of(campaign) == [(1, "learn", "Read the report"), (2, "event", "Come on Friday")]
    assert "Well:" in campaign.opinion and campaign.action == "Ask the council."


def test_of_a_list_only_the_touched_actions_stay(session: Session) -> None:
    campaign = draft(session)
    mine = campaign.todo[1]
    values = editing.ToDoValues(kind=mine.kind, title="Write to the miller")
    editing.change_action(session, mine, values, now=make.NOW)
    wet(session, campaign)
    assert "todo" in redrafting.redraft(session, campaign, now=make.NOW)
    titles = [title for _, _, title in kinds_of(campaign)]
    assert titles == ["Write to the miller", *(todo.title for todo in ENVIRONMENT.todo if todo.kind != mine.kind)]
    assert [action.position for action in campaign.todo] == list(range(1, len(titles) + 1))


def test_a_public_campaign_is_never_drafted_anew(session: Session) -> None:
    campaign = draft(session)
    wet(session, campaign)
    campaign.state = "published"
    assert redrafting.redraft(session, campaign, now=make.NOW) == [] and "✎" in campaign.opinion


def test_the_overview_offers_it(session: Session, sign_in: Callable[..., Visitor]) -> None:
    campaign = draft(session)
    wet(session, campaign)
    session.commit()
    charlie, desk = sign_in("editor"), f"/desk/campaigns/{campaign.slug}"
    assert "The playbook “Environment” fits" in charlie.page(desk).text
    assert charlie.submit(f"{desk}/redraft", {}).location == desk
    assert "Another playbook" not in charlie.page(desk).text
