"""A page becomes a draft."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.articles.page import Block, Page
from campaign.campaigns import drafting, parts
from campaign.campaigns.models import Campaign
from campaign.letters.part import LettersPart
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
