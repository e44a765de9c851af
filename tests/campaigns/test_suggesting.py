"""Categories suggested by words that anybody can read."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import seeding
from campaign.articles.models import Article
from campaign.articles.readers import text
from campaign.campaigns import drafting, suggesting, vetting
from campaign.campaigns.models import Category
from tests import make


@pytest.fixture
def known(session: Session) -> list[Category]:
    """What a new site starts with."""
    seeding.load_reference(session, now=make.NOW)
    return list(session.scalars(select(Category)))


CASES = (
    ("en", "Bus route 9 to end", ["The council says too few passengers ride the bus."], ["transport"]),
    ("en", "A quiet day", ["Nothing happened in the road."], []),  # one weak word is not enough
    ("en", "Tenants face eviction", ["The landlord raised the rent."], ["housing"]),
    ("fr", "La mairie ferme l’école", ["Les élèves et les enseignants protestent."], ["local", "education"]),
    (
        "ar",
        "إضراب في المستشفى",
        ["طالب العمال بأجور أعلى وقالت النقابة إن المرضى ينتظرون"],
        ["work", "health"],
    ),
    ("de", "Streik im Krankenhaus", ["Die Ärzte streiken."], []),  # we have no words of this language
)


def test_words_suggest_categories_in_several_languages(known: list[Category]) -> None:
    for language, headline, paragraphs, slugs in CASES:
        found = suggesting.suggest(known, headline=headline, paragraphs=paragraphs, language=language)
        assert {one.category.slug for one in found} == set(slugs), headline
        assert all(one.matched and one.score >= suggesting.ENOUGH for one in found)


def test_a_long_report_is_not_about_all_that_it_mentions(known: list[Category]) -> None:
    war = ["The ceasefire talks in the war failed; the president left the peace summit."] * 3
    aside = ["They may strike a compromise, and go on to wage war."]
    for paragraphs in ([*war, *aside], war):
        headline = "Ceasefire summit: foreign minister meets NATO allies on sanctions and truce"
        found = suggesting.suggest(known, headline=headline, paragraphs=paragraphs, language="en")
        assert [one.category.slug for one in found] == ["foreign-policy"]


def test_a_category_of_our_own_is_suggested_by_its_name(session: Session) -> None:
    trains = make.category(session, "night-trains", "Night trains")
    found = suggesting.suggest([trains], headline="More night trains", paragraphs=[], language="en")
    assert [(one.category, one.matched) for one in found] == [(trains, ("Night trains",))]


def test_a_category_without_a_word_in_the_article_is_flagged(
    session: Session, known: list[Category], shared: Path
) -> None:
    page = text.read((shared / "articles" / "000_c58c9c95f498da18.txt").read_text(encoding="utf-8"))
    campaign = drafting.draft(session, page, now=make.NOW)
    assert len(campaign.categories) == 3 and campaign.categories_from == "page"
    assert campaign.article
    unfounded = suggesting.unfounded(campaign.categories, campaign.article)
    assert [category.slug for category in unfounded] == ["us-elections"]
    found = {finding.code: finding for finding in vetting.check(campaign)}
    assert "Voting Rights" in found["unfounded-category"].text and not found["unfounded-category"].blocks
    assert "no word of the article" in suggesting.hints(known, campaign)["us-elections"]
    assert suggesting.hints(known, campaign)["foreign-policy"].startswith("matched: summit")


def test_a_page_without_categories_gets_suggestions_that_wait_for_an_editor(
    session: Session, known: list[Category], shared: Path
) -> None:
    page = text.read((shared / "articles" / "004_d6e6052d6128ccab.txt").read_text(encoding="utf-8"))
    campaign = drafting.draft(session, page, now=make.NOW)
    assert campaign.categories_from == "suggested"
    assert {"foreign-policy", "us-russia-relations"} <= {category.slug for category in campaign.categories}
    blocking = [finding.code for finding in vetting.check(campaign) if finding.blocks]
    assert blocking == ["unconfirmed-categories"]
    campaign.categories_from = "editor"
    assert not [finding for finding in vetting.check(campaign) if finding.blocks]


def test_an_article_in_no_language_is_flagged_for_nothing(known: list[Category]) -> None:
    article = Article(headline="?", language="", body=[])
    assert suggesting.unfounded(known, article) == []
