"""A page becomes a draft."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.articles.page import Block, Page, ToDo
from campaign.articles.readers import campaign_file
from campaign.campaigns import drafting, guessing, packing, parts, publishing
from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterTemplate
from campaign.letters.part import LettersPart
from campaign.petitions.editing import end_of
from campaign.petitions.models import Petition
from campaign.petitions.part import PetitionPart
from tests import make

# A page such as advocacy sites print, written for these tests.
PAGE = (Path(__file__).parent / "documents" / "otterford.txt").read_bytes()


@pytest.fixture(autouse=True)
def all_parts() -> None:
    parts.register(PetitionPart())
    parts.register(LettersPart())


def draft(session: Session) -> Campaign:
    [page] = reading.read(PAGE, session=session, most=100_000, now=make.NOW)
    return drafting.draft(session, page, now=make.NOW)


def test_a_page_becomes_a_draft_with_everything_it_offers(session: Session) -> None:
    campaign = draft(session)
    assert (campaign.state, campaign.slug) == ("draft", "council-delays-sewage-works-at-otterford-again")
    assert campaign.article and campaign.article.outlet == "otterfordpost.example.org"
    assert campaign.article.published_offset == 0
    assert {category.name for category in campaign.categories} == {"Environment & Nature", "Water"}
    assert campaign.opinion.count("\n\n") == 1
    assert [(action.position, action.kind) for action in campaign.todo] == [
        (1, "petition"),
        (2, "contact"),
        (3, "social"),
    ]
    assert campaign.todo[1].links[0]["url"] == "https://otterford.example.org/contact/form"
    assert campaign.todo[2].hashtags == ["#CleanOtter"]


def test_the_same_page_twice_gives_two_addresses(session: Session) -> None:
    one, other = draft(session), draft(session)
    assert other.slug == f"{one.slug}-2"


def test_a_headline_in_another_script_gives_an_address_that_can_be_read(session: Session) -> None:
    page = Page("انقطاع المياه", outlet="Al Ghad", published_at=make.NOW)
    campaign = drafting.draft(session, page, now=make.NOW)
    assert campaign.slug == f"al-ghad-{make.NOW:%Y-%m-%d}"
    assert campaign.article and campaign.article.slug == campaign.slug
    named = drafting.draft(session, Page("انقطاع المياه", slug="2030"), now=make.NOW)
    assert named.slug == "2030", "a file that names one gets that"


def test_known_categories_are_used_again(session: Session) -> None:
    water = make.category(session, "water", "WATER")
    assert water in draft(session).categories


def test_a_bare_article_starts_with_the_playbook_of_its_category(session: Session) -> None:
    make.category(session, "water", "Water")
    page = Page(headline="Floods in May", categories=["Water"], article=[Block("paragraph", "It rained.")])
    campaign = drafting.draft(session, page, now=make.NOW)
    assert "Measure it yourselves" in [action.title for action in campaign.todo]
    assert campaign.todo[0].kind == "petition"


def test_what_the_reader_warned_of_is_kept(session: Session) -> None:
    [page] = reading.read(PAGE, session=session, most=100_000, now=make.NOW)
    campaign = drafting.draft(session, page, now=make.NOW)
    codes = [warning["code"] for warning in campaign.warnings]
    assert codes[: len(page.warnings)] == [warning.code for warning in page.warnings]
    assert all(set(warning) == {"code", "text", "where"} for warning in campaign.warnings)


@pytest.fixture
def washington(session: Session) -> None:
    """The offices of the United States that letters go to."""
    us = make.area(session)
    make.make_post(session, "us-president", label="President of the United States", role="president", area=us)
    make.make_post(session, "us-senate-ak-2", label="Senator for Alaska", role="senator", area=us)


@pytest.mark.parametrize(("language", "of_letters"), [("fr", "fr"), ("ar", "ar"), ("de", "en")])
def test_a_draft_starts_in_its_own_language_else_in_english(session: Session, language: str, of_letters: str) -> None:
    page = Page("Die Brücke", language=language, article=[Block("paragraph", "Sie ist zu.")])
    campaign = drafting.draft(session, page, now=make.NOW)
    [letter] = session.scalars(select(LetterTemplate).where(LetterTemplate.campaign == campaign))
    assert letter.language == of_letters, "a greeting in another language than the letter helps nobody"
    assert campaign.language == language and ("Ce qui s’est passé" in campaign.opinion) == (language == "fr")


@pytest.mark.usefixtures("washington")
def test_a_bare_report_gets_all_that_its_playbook_has_and_says_so(session: Session) -> None:
    make.category(session, "foreign-policy", "Foreign Policy")
    text = "The United States spoke first, and the U.S. delegation left early."
    page = Page(headline="Talks", categories=["Foreign Policy"], article=[Block("paragraph", text)])
    campaign = drafting.draft(session, page, now=make.NOW)
    assert campaign.country == "US"
    assert "✎" in campaign.opinion and "✎" in campaign.action
    letters = session.scalars(select(LetterTemplate).order_by(LetterTemplate.position)).all()
    assert [letter.target for letter in letters] == ["my_representative_and_senators", "us-president"]
    petition = session.scalars(select(Petition)).one()
    assert [addressee.post_id for addressee in petition.addressees] == ["us-president"]
    assert petition.goal == 1000 and petition.closes_at == end_of(make.TODAY + timedelta(days=60))
    assert petition.text and petition.text.demand.startswith("✎")
    assert set(campaign.guesses) == {
        *("country", "opinion", "action", "petition"),
        *("letters.letter-to-your-representative", "letters.letter-to-the-government"),
        *(f"todo.{action.id}" for action in campaign.todo),
    }
    codes = {found.code for found in publishing.check(session, campaign, now=make.NOW) if found.blocks}
    assert {"leftover-prompt", "unread-guess", "incomplete-donate"} <= codes


def test_what_the_page_offers_is_completed_and_stays_its_own(session: Session) -> None:
    make.category(session, "human-rights", "Human Rights")
    todo = [ToDo("donate", "Give", organisations=("A clinic",)), ToDo("learn", "Read")]
    page = Page(headline="Talks", categories=["Human Rights"], todo=todo, opinion=["So it is."])
    campaign = drafting.draft(session, page, now=make.NOW)
    give, read = campaign.todo
    assert give.details == {"country": "GB"}
    assert give.organisations == ["A clinic", "Amnesty International"]
    assert give.links[0]["url"] == "https://www.amnesty.org/en/donate/"
    assert (guessing.is_guess(campaign, f"todo.{give.id}"), guessing.is_guess(campaign, f"todo.{read.id}")) == (
        True,
        False,
    )
    assert campaign.opinion == "So it is." and not guessing.is_guess(campaign, "opinion")


def test_a_campaign_file_is_complete_and_nothing_in_it_a_guess(session: Session) -> None:
    todo = [ToDo("event", "Come", details={"on": "2026-12-01", "place": "Hall; left door"})]
    page = Page(headline="Talks", todo=todo, is_complete=True, machine_made=["opinion"], opinion=["Yes."])
    campaign = drafting.draft(session, page, now=make.NOW)
    assert campaign.guesses == {} and campaign.action == "" and campaign.country == ""
    again = drafting.draft(session, campaign_file.read(packing.text(session, campaign)), now=make.NOW)
    assert again.todo[0].details == {"on": "2026-12-01", "place": "Hall; left door"}
    assert again.machine_made == ["opinion"]
