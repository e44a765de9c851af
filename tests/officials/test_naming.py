from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from campaign.officials import naming
from tests import make

SUMMIT = date(2025, 8, 15)


@pytest.fixture
def presidency(session: Session) -> Session:
    """Trump 2017–21 and 2025–29, Biden 2021–25; Biden vice president before; Luján a representative, then senator."""
    president = make.make_post(session, "us-president", role="president", label="President of the United States")
    vice = make.make_post(session, "us-vice-president", role="vice_president", label="Vice President")
    trump = make.person(session, "Donald Trump", additional_name="J.")
    biden = make.person(session, "Joe Biden", given_name="Joseph", additional_name="Robinette", nickname="Joe")
    make.membership(session, trump, president, date(2017, 1, 20), date(2021, 1, 20))
    make.membership(session, biden, president, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, trump, president)
    make.membership(session, biden, vice, date(2009, 1, 20), date(2017, 1, 20))
    lujan = make.person(session, "Ben Ray Luján", search_name="ben ray lujan")
    house = make.make_post(session, "us-house-nm-3", role="representative", label="Representative for New Mexico")
    senate = make.make_post(session, "us-senate-nm-2", role="senator", label="U.S. Senator for New Mexico")
    make.membership(session, lujan, house, date(2009, 1, 3), date(2021, 1, 3))
    make.membership(session, lujan, senate, date(2021, 1, 3), date(2027, 1, 3))
    session.flush()
    session.expire_all()
    return session


def words(session: Session, text: str, on: date = SUMMIT) -> list[str]:
    return [found.text for found in naming.contradictions(session, text, on=on)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear President Biden,", ["President Biden"]),
        ("urge President Biden to act", ["President Biden"]),
        ("PRESIDENT BIDEN’S PLAN", ["PRESIDENT BIDEN"]),
        ("President Biden's plan", ["President Biden"]),
        ("dear president biden", ["president biden"]),  # a salutation needs no capitals
        ("President **Joe Biden**", ["President **Joe Biden"]),
        ("President Joseph R. Biden signed it.", ["President Joseph R. Biden"]),
        ("President of the United States Joe Biden", ["President of the United States Joe Biden"]),
        ("President Biden signed the law in 2022.", ["President Biden"]),  # an editor may override
        ("former President Donald Trump and Russian President Vladimir Putin", ["former President Donald Trump"]),
        ("ex-President Trump", ["ex-President Trump"]),
        ("former US President Donald J. Trump’s", ["former US President Donald J. Trump"]),
        ("Former Republican President Trump", ["Former Republican President Trump"]),
        ("Presidents Biden and Putin", ["Presidents Biden"]),
        ("Presidents Putin and Biden met", ["Biden"]),
        ("Vice President Biden", ["Vice President Biden"]),
        ("Rep. Luján", ["Rep. Luján"]),
        ("Congressman Ben Ray Lujan of New Mexico", ["Congressman Ben Ray Lujan"]),
    ],
)
def test_a_stale_title_is_found(presidency: Session, text: str, expected: list[str]) -> None:
    assert words(presidency, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "US President Donald Trump and Russian President Vladimir Putin",
        "President Trump and President Putin",
        "Ukrainian President Volodymyr Zelenskiy",
        "Ukrainian President Biden",  # somebody else of that name
        "holding Trump and the current administration accountable",
        "former President Biden",
        "former Vice President Joe Biden",
        "then-President Biden",
        "Mr. President, Biden was wrong",
        "Presidential Biden",
        "president biden",  # a common word and a name in small letters may be anything
        "President Bidenbrook",
        "US Secretary of State Marco Rubio",
        "Secretary Biden",
        "Senator Luján",
        "Sen. Ben Ray Luján (D-N.M.)",
        "former Representative Luján",
        "",
    ],
)
def test_a_right_or_foreign_title_is_left_alone(presidency: Session, text: str) -> None:
    assert words(presidency, text) == []


def test_it_says_who_holds_the_office_since_when(presidency: Session) -> None:
    [found] = naming.contradictions(presidency, "Dear President Biden,", on=SUMMIT)

    assert (found.title, found.name, found.offset) == ("President", "Biden", 5)
    assert (found.post_label, found.holder_name, found.since) == (
        "President of the United States",
        "Donald Trump",
        date(2025, 1, 20),
    )
    assert found.sentence == (
        "“President Biden”: Joe Biden was President of the United States until 2025-01-20. "
        "Donald Trump has held the office since 2025-01-20."
    )


def test_the_day_decides(presidency: Session) -> None:
    text = "President Biden and President Trump, former President Donald Trump"

    assert words(presidency, text, on=date(2024, 7, 1)) == ["President Trump"]
    assert words(presidency, text, on=date(2025, 1, 20)) == ["President Biden", "former President Donald Trump"]


def test_a_holder_of_whom_we_are_not_sure_is_not_defended(presidency: Session) -> None:
    mayor = make.make_post(presidency, "mayor", role="mayor", title="Mayor")
    ada = make.person(presidency, "Ada Lovelace")
    make.membership(presidency, ada, mayor, date(2020, 1, 1), date(2025, 1, 1), end_kind="expected")

    assert words(presidency, "Mayor Lovelace, former Mayor Lovelace") == []


def test_titles_of_the_directory_count_too(presidency: Session) -> None:
    mayor = make.make_post(presidency, "mayor", role="mayor", title="Lord Mayor")
    ada = make.person(presidency, "Ada Lovelace")
    make.membership(presidency, ada, mayor, date(2020, 1, 1), date(2025, 1, 1))

    assert words(presidency, "Dear Lord Mayor Lovelace") == ["Lord Mayor Lovelace"]


@pytest.mark.parametrize(
    "part", ["President ", "ex-", "the ", "dear ", "President\n \t", "President of the United States "]
)
def test_hostile_texts_are_read_in_linear_time(presidency: Session, part: str) -> None:
    assert words(presidency, part * (100_000 // len(part))) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(), st.sampled_from(["President", "Presidents ", "former Sen. ", "Dear Rep "]), st.text())
def test_any_text_is_read_without_a_crash(presidency: Session, before: str, title: str, after: str) -> None:
    text = before + title + after
    for found in naming.contradictions(presidency, text, on=SUMMIT):
        assert text[found.offset :].startswith(found.text)
