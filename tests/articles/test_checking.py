"""Titles in a page, held against who held the office on the day of the article."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from campaign.articles import checking, reading
from campaign.articles.page import Block, KeyPoint, Page, SampleLetter, ToDo
from tests import make

pytestmark = pytest.mark.stored

DAY = date(2025, 8, 15)


@pytest.fixture
def presidents(session: Session) -> Session:
    """Biden from 2021 to 2025; Trump before him and after him."""
    post = make.make_post(
        session, "us-president", label="President of the United States", role="president", title="President"
    )
    biden = make.person(session, "Joe Biden")
    trump = make.person(session, "Donald Trump")
    make.membership(session, biden, post, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, trump, post, date(2017, 1, 20), date(2021, 1, 20))
    make.membership(session, trump, post, date(2025, 1, 20), date(2029, 1, 20))
    session.commit()
    return session


def test_a_former_holder_with_the_present_title_is_found(presidents: Session) -> None:
    page = Page("Talks", todo=[ToDo("contact", "Write", "Urge President Biden to act.")])
    [finding] = checking.officeholders(presidents, page, on=DAY)
    assert (finding.code, finding.where, finding.blocks) == ("stale-officeholder", "to do 1", False)
    assert finding.text == (
        "“President Biden” (to do 1): on 15 August 2025 the President of the United States was Donald Trump, "
        "since 20 January 2025."
    )


def test_every_text_of_a_page_is_looked_at(presidents: Session) -> None:
    name = "President Biden"
    page = Page(
        f"{name} speaks",
        key_points=[KeyPoint(f"{name} spoke.", anchored=True)],
        article=[Block("subhead", "Rain"), Block("paragraph", "It rained."), Block("paragraph", f"So {name} said.")],
        opinion=[f"We think {name} is right."],
        action=["Act.", f"Ask {name}."],
        todo_intro=f"Write to {name}.",
        todo=[ToDo("learn", "Read"), ToDo("contact", f"Write to {name}", f"Ask {name} to act.")],
        letters=[SampleLetter("To him", f"Dear {name},\n\nplease act.", subject=f"For {name}")],
    )
    assert [finding.where for finding in checking.officeholders(presidents, page, on=DAY)] == [
        "headline",
        "key point 1",
        "article, paragraph 2",
        "opinion, paragraph 1",
        "action, paragraph 2",
        "to do",
        "to do 2",
        "to do 2",
        "letter 1",
        "letter 1",
    ]


def test_the_day_of_the_article_decides(presidents: Session) -> None:
    page = Page("Talks", opinion=["President Biden met President Putin."])
    assert checking.officeholders(presidents, page, on=date(2024, 8, 15)) == []


def test_a_page_that_names_nobody_has_no_findings(session: Session) -> None:
    assert checking.officeholders(session, Page("Talks"), on=DAY) == []


def test_the_three_stale_statements_of_the_advocacy_page(presidents: Session, shared: Path) -> None:
    [path] = (shared / "articles").glob("000*.txt")
    [page] = reading.read(
        path.read_bytes(), reading.Origin(filename=path.name), session=presidents, most=2**21, now=make.NOW
    )
    assert [(finding.where, finding.text.split("”")[0]) for finding in page.warnings] == [
        ("action, paragraph 1", "“former President Donald Trump"),
        ("to do 5", "“President Biden"),
        ("letter 2", "“President Biden"),
    ]
    assert {finding.code for finding in page.warnings} == {"stale-officeholder"}
    for finding in page.warnings:
        assert "Donald Trump, since 20 January 2025" in finding.text


def test_the_newspaper_page_names_everybody_rightly(presidents: Session, shared: Path) -> None:
    [path] = (shared / "articles").glob("004*.txt")
    [page] = reading.read(path.read_bytes(), session=presidents, most=2**21, now=make.NOW)
    assert "stale-officeholder" not in {finding.code for finding in page.warnings}
