"""Subjects by whatever name a page gives them."""

from sqlalchemy.orm import Session

from campaign.campaigns import categorising
from campaign.campaigns.models import Category
from tests import make


def test_case_and_accents_do_not_matter(session: Session) -> None:
    energy = make.category(session, "energy", "Énergie")
    assert categorising.find_or_make(session, ["ENERGIE"]) == [energy]


def test_a_translated_name_finds_the_same_category(session: Session) -> None:
    water = Category(slug="water", name="Water", names={"ar": "المياه"})
    session.add(water)
    session.flush()
    assert categorising.find_or_make(session, ["المياه", "water"]) == [water]
    assert water.name_in("ar") == "المياه"
    assert water.name_in("fr") == "Water"


def test_an_unknown_name_becomes_a_category_with_an_address(session: Session) -> None:
    made = categorising.find_or_make(session, ["Night trains", " night  trains", "夜行列車"])
    assert [(category.name, category.slug) for category in made[:1]] == [("Night trains", "night-trains")]
    assert made[-1].slug == "category"


def test_two_names_with_the_same_letters_get_two_addresses(session: Session) -> None:
    one, other = categorising.find_or_make(session, ["C++ rights", "C rights"])
    assert (one.slug, other.slug) == ("c-rights", "c-rights-2")


def test_only_readable_campaigns_are_counted(session: Session) -> None:
    transport = make.category(session)
    make.category(session, "empty", "Empty")
    for state in ("published", "closed", "draft"):
        make.campaign(session, state=state, categories=[transport])
    session.commit()
    assert [(one.category.slug, one.number) for one in categorising.with_numbers(session)] == [("transport", 2)]
