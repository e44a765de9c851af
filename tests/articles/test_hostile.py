"""What means harm is read within its limits or refused with a reason, and nothing of it runs."""

import re
import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.articles.models import Article
from campaign.campaigns import drafting
from campaign.campaigns.models import Campaign
from campaign.errors import Refused
from tests import make
from tests.articles import hostile
from tests.conftest import FULL, LARGEST, Visitor

SLOWEST = 10  # seconds
MOST = 5 * 1024**2
PAGES, FEEDS = hostile.pages(), hostile.feeds()
# Those whose parsing ends at the limit of time or memory take seconds each.
SOME_PAGES = PAGES if LARGEST else [page for page in PAGES if len(page) < 600_000][:: 2 if FULL else 4]
SOME_FEEDS = FEEDS if LARGEST else FEEDS[:: 3 if FULL else 7]


def read(text: str, *, feed: bool = False) -> str:
    """What came of it: "read", or the words of the refusal."""
    started = time.monotonic()
    try:
        reading.read(text, reading.Origin(content_type="" if feed else "text/html"), feed=feed, most=MOST, now=make.NOW)
        answer = "read"
    except Refused as refusal:
        answer = refusal.message
    assert time.monotonic() - started < SLOWEST
    return answer


def test_there_are_as_many_as_the_claim_says() -> None:
    assert (len(PAGES), len(FEEDS), len(hostile.payloads(1_500))) == (60, 80, 1_500)


@pytest.mark.parametrize("page", SOME_PAGES, ids=range(len(SOME_PAGES)))
def test_a_pathological_page_costs_seconds_at_most(page: str) -> None:
    assert read(page)


@pytest.mark.parametrize("text", SOME_FEEDS, ids=range(len(SOME_FEEDS)))
def test_a_hostile_feed_reads_nothing_else(text: str) -> None:
    answer = read(text, feed=True)
    assert "root:" not in answer
    assert ("DTD" in answer) == bool(re.search(r"<!(doctype|entity)", text, re.IGNORECASE))


@pytest.mark.parametrize("number", range(1_500 // 15 if LARGEST else 2))
def test_no_payload_becomes_a_script_or_leaves_the_site(client: Visitor, session: Session, number: int) -> None:
    every = hostile.payloads(1_500)
    found = every[number::100] if LARGEST else every[number * 15 : number * 15 + 15]
    for kind, text, feed in hostile.inlets(found):
        for page in reading.read(text, feed=feed, skips_bad=True, most=MOST, now=make.NOW):
            campaign = drafting.draft(session, page, now=make.NOW)
            campaign.state, campaign.published_at = "published", make.NOW
            campaign.title = f"{kind} {campaign.title}"[:300]
    session.commit()
    paths = [f"/campaigns/{slug}" for slug in session.scalars(select(Campaign.slug))]
    paths += [f"/articles/{slug}" for slug in session.scalars(select(Article.slug))]
    for path in [*paths[: None if FULL else 8], "/"]:
        assert not hostile.harm(client.page(path)), path
