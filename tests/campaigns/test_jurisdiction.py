"""Whose decision a story is about."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaign.articles.page import Block, Page, SampleLetter
from campaign.campaigns import jurisdiction
from campaign.officials import targets
from tests import make

ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def offices(session: Session) -> None:
    """As they are in seeds/: the United States with senators, France with two heads, a town without a country."""
    us = make.area(session)
    fr = make.area(session, "ocd-division/country:fr", name="France", country="FR")
    make.make_post(session, "us-president", label="President of the United States", role="president", area=us)
    make.make_post(session, "us-senate-ak-2", label="Senator for Alaska", role="senator", area=us)
    make.make_post(session, "fr-president", label="Président", role="president", area=fr)
    make.make_post(session, "fr-premier-ministre", label="Premier ministre", role="prime_minister", area=fr)
    make.make_post(session, "gb-bristol", label="Leader of Bristol City Council", role="leader", area=None)
    make.make_post(session, "old", label="Mayor of Bristol", role="mayor", end_date=date(2024, 5, 7))


def page(text: str, **values: Any) -> Page:
    return Page(headline="Talks", article=[Block("paragraph", text)], **values)


@pytest.mark.parametrize(
    ("text", "values", "country"),
    [
        ("The U.S. delegation met. The United States will pay.", {}, "US"),
        ("It gave us hope, and us alone.", {}, ""),  # “us” is no country
        ("The U.S. delegation met.", {}, ""),  # once is by chance
        ("Paris, France: the French minister spoke of the U.S.", {}, "FR"),
        ("Le gouvernement des États-Unis a dit aux États-Unis ce que la France pense.", {"language": "fr"}, "US"),
        ("Australia and Singapore, Singapore and Australia.", {}, ""),  # nobody there whom we know
        ("Nothing.", {"letters": [SampleLetter("To Congress", "…", targets.MY_SENATORS)]}, "US"),
        ("Nothing.", {"letters": [SampleLetter("Lettre", "…", "fr-premier-ministre")]}, "FR"),
    ],
)
def test_the_country_is_the_one_its_words_speak_of(
    session: Session, text: str, values: dict[str, Any], country: str
) -> None:
    found = jurisdiction.guess(session, page(text, **values), on=ON)
    assert found.country == country
    assert bool(found.why) == bool(country)


@pytest.mark.parametrize(
    ("rule", "country", "place", "target"),
    [
        ("legislators", "US", "", targets.MY_REPRESENTATIVE_AND_SENATORS),
        ("legislators", "FR", "", ""),
        ("government", "US", "", "us-president"),
        ("government", "FR", "", "fr-premier-ministre"),
        ("government", "", "", ""),
        ("local", "GB", "Bristol", "gb-bristol"),
        ("local", "GB", "Bris", ""),
        ("local", "GB", "", ""),
        ("my_representative_and_senators", "US", "", "my_representative_and_senators"),
        ("my_representative_and_senators", "FR", "", ""),  # nobody elsewhere writes to senators
        ("fr-president", "FR", "", "fr-president"),
        ("nobody", "FR", "", ""),
        ("", "US", "", ""),
    ],
)
def test_a_rule_becomes_an_office(session: Session, rule: str, country: str, place: str, target: str) -> None:
    assert jurisdiction.target(session, rule, country=country, place=place, on=ON) == target


def test_a_petition_is_addressed_to_offices_only(session: Session) -> None:
    rules = ["legislators", "government", "local"]
    assert jurisdiction.addressees(session, rules, country="US", on=ON) == ("us-president",)
