"""The two real documents, from the command line to what readers and organisers see."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles.models import Article, Story
from campaign.campaigns.cli import import_
from campaign.campaigns.models import Campaign
from tests import make
from tests.conftest import Visitor

# What is typed for Markdown, and would be seen if nobody had turned it into formatting.
MARKS = re.compile(r"\*\*|###|```|~~~|\]\(http|(?<!\w)__\w")


@pytest.fixture
def imported(app: Flask, session: Session, shared: Path) -> list[dict[str, Any]]:
    """What `campaign import --json` prints about both, on a site that knows the Presidents."""
    post = make.make_post(
        session, "us-president", label="President of the United States", role="president", title="President"
    )
    biden, trump = make.person(session, "Joe Biden"), make.person(session, "Donald Trump")
    for person, start, end in ((biden, 2021, 2025), (trump, 2017, 2021), (trump, 2025, 2029)):
        make.membership(session, person, post, date(start, 1, 20), date(end, 1, 20))
    session.commit()
    paths = [str(path) for path in sorted((shared / "articles").glob("*.txt"))]
    result = app.test_cli_runner().invoke(import_, [*paths, "--json"])
    assert result.exit_code == 0 and result.stderr == "2 imported, 0 already here, 0 failed\n", result.stderr
    again = app.test_cli_runner().invoke(import_, paths)
    assert "0 imported, 2 already here, 0 failed" in again.stderr
    session.rollback()
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_first_is_read_whole(imported: list[dict[str, Any]]) -> None:
    page = imported[0]
    assert (page["outlet"], page["published_at"]) == ("maitlandmercury.com.au", "2025-08-15T19:28:57-04:00")
    numbers = [page[f"{part}_paragraphs"] for part in ("article", "opinion", "action")]
    assert (numbers, len(page["categories"]), len(page["related"])) == ([23, 5, 6], 3, 10)
    assert " ".join(todo["kind"] for todo in page["todo"]) == (
        "petition contact local social contact learn donate accountability"
    )
    links = [link for todo in page["todo"] for link in todo["links"]]
    assert ["congress.gov" in links[0], "whitehouse.gov/contact" in links[1], "icc-cpi.int" in links[2]] == [True] * 3
    assert [tag for todo in page["todo"] for tag in todo["hashtags"]] == ["#StandWithUkraine"]
    assert {"Doctors Without Borders", "GlobalGiving"} <= {
        name for todo in page["todo"] for name in todo["organisations"]
    }
    assert len(page["letters"]) == 2
    assert not any("[" in letter["body"] or "`" in letter["body"] for letter in page["letters"])
    stale = [warning for warning in page["warnings"] if warning["code"] == "stale-officeholder"]
    assert len(stale) == 3


def test_the_second_is_read_with_its_doubts(imported: list[dict[str, Any]]) -> None:
    page = imported[1]
    assert (page["dateline"], page["agency"], page["outlet"], page["published_at"]) == (
        "ANCHORAGE, Alaska",
        "REUTERS",
        "",
        None,
    )
    assert [(point["anchored"], point["label"]) for point in page["key_points"]][:3] == [
        (True, "AI generated"),
        (True, "AI generated"),
        (False, "AI generated"),
    ]
    assert page["images"][0]["credit"] == "AFP"
    codes = [warning["code"] for warning in page["warnings"]]
    assert codes.count("cut-paragraph") == 3
    assert {"missing-outlet", "missing-year", "missing-time"} <= set(codes)


def test_both_are_one_story_with_a_draft_each_that_cites_the_other(
    imported: list[dict[str, Any]], session: Session, sign_in: Callable[..., Visitor]
) -> None:
    first, second = session.scalars(select(Article).order_by(Article.id)).all()
    story = session.scalars(select(Story)).one()
    assert first.story_id == second.story_id == story.id
    assert [campaign.state for campaign in session.scalars(select(Campaign))] == ["draft", "draft"]
    charlie = sign_in(role="editor")
    for page, other in ((imported[0], second), (imported[1], first)):
        sources = charlie.page(f"/desk/campaigns/{page['slug']}/sources").text
        assert other.headline in sources and {"Zelensky", "Zelenskiy"} <= set(sources.split())
        assert "Treasury Secretary Scott Bessent" in sources
    overview = charlie.page(f"/desk/campaigns/{imported[0]['slug']}")
    listed = next(one for one in overview.select("details") if "page also listed" in one.text)
    assert len(listed.select(":scope > ul > li")) == 8, "three variants of one headline are one"
    assert [summary.text for summary in listed.select("details > summary")][-1] == "2 more versions"


def test_no_mark_of_markdown_reaches_a_reader(
    imported: list[dict[str, Any]], session: Session, client: Visitor
) -> None:
    for campaign in session.scalars(select(Campaign)):
        campaign.state, campaign.published_at = "published", make.NOW
    session.commit()
    for page in imported:
        campaign = session.scalars(select(Campaign).where(Campaign.slug == page["slug"])).one()
        assert campaign.article
        addresses = ["/", f"/campaigns/{page['slug']}", f"/articles/{campaign.article.slug}"]
        for address in addresses:
            shown = client.page(address).text
            assert not MARKS.search(shown), (address, MARKS.search(shown))
