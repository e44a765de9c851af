"""The inbox and the feeds behind it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.articles.models import Feed, FeedItem
from campaign.campaigns.models import Fetch
from campaign.db import now
from tests.conftest import Visitor

URL = "https://news.example/feed"


@pytest.fixture
def charlie(sign_in: Callable[..., Visitor]) -> Visitor:
    """Runs the campaign."""
    return sign_in("editor")


def a_feed(session: Session, **values: Any) -> Feed:
    row = Feed(**({"url": URL, "title": "News", "created_at": now(), "due_at": now(), "attempts": 0} | values))
    session.add(row)
    session.commit()
    return row


def an_item(session: Session, feed: Feed, headline: str, **values: Any) -> FeedItem:
    url = f"https://news.example/{headline.split()[-1]}"
    given: dict[str, Any] = {"key": headline, "url": url, "found_at": now(), "seen_at": now(), "state": "new"}
    row = FeedItem(feed_id=feed.id, headline=headline, **(given | values))
    session.add(row)
    session.commit()
    return row


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_feed_is_followed_and_no_longer(charlie: Visitor, session: Session) -> None:
    assert "No feed is followed yet" in charlie.page("/desk/inbox").text
    charlie.submit("/desk/feeds", {"url": URL, "minutes": "360"})
    feed = session.scalars(select(Feed)).one()
    assert (feed.url, feed.minutes, feed.state) == (URL, 360, "waiting")
    assert "four times a day" in charlie.page("/desk/feeds").text
    charlie.submit(f"/desk/feeds/{feed.id}/delete", {})
    assert actions(session) == ["feed.follow", "feed.delete"]
    assert session.scalars(select(Feed)).all() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"url": "", "minutes": "60"}, "url"),
        ({"url": "ftp://news.example/feed", "minutes": "60"}, "url"),
        ({"url": "http://192.168.0.1/feed", "minutes": "60"}, "url"),
        ({"url": URL, "minutes": "1"}, "minutes"),
    ],
)
def test_what_cannot_be_followed_is_explained(
    charlie: Visitor, session: Session, data: dict[str, str], field: str
) -> None:
    page = charlie.submit("/desk/feeds", data, status=422).get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert session.scalars(select(Feed)).all() == []


def test_reports_of_one_event_stand_together_with_a_way_to_a_draft(charlie: Visitor, session: Session) -> None:
    feed = a_feed(session)
    for headline in ("Council votes to mend bridge", "Council votes to mend old bridge", "Ferry stops"):
        an_item(session, feed, headline)
    page = charlie.page("/desk/inbox")
    assert len(page.select("main > .list > li")) == 2
    assert "Also reported by 1 other" in page.text
    assert len(page.select("form[action$='/draft'] button")) == 3


def test_drafting_asks_the_worker_and_shows_how_far_it_is(charlie: Visitor, session: Session) -> None:
    item = an_item(session, a_feed(session), "Ferry stops")
    response = charlie.submit(f"/desk/inbox/{item.id}/draft", {})
    session.rollback()
    fetch = session.scalars(select(Fetch)).one()
    assert (fetch.url, response.location) == (item.url, f"/desk/imports/{fetch.id}")
    assert actions(session) == ["campaign.fetch"]
    page = charlie.page("/desk/inbox")
    assert "Waiting for its turn" in page.text
    assert not page.select("form[action$='/draft']")


def test_a_report_put_aside_leaves_the_inbox_for_good(charlie: Visitor, session: Session) -> None:
    item = an_item(session, a_feed(session), "Ferry stops")
    charlie.submit(f"/desk/inbox/{item.id}/aside", {})
    assert actions(session) == ["feed.item.aside"]
    assert "Ferry stops" not in charlie.page("/desk/inbox").text


def test_a_feed_that_fails_is_seen_and_read_again_by_hand(charlie: Visitor, session: Session) -> None:
    feed = a_feed(session, state="failed", attempts=14, last_error="news.example has no such page (404).")
    for path in ("/desk/inbox", "/desk/feeds"):
        assert "has no such page (404)" in charlie.page(path).text
    assert "given up" in charlie.page("/desk/feeds").text
    charlie.submit(f"/desk/feeds/{feed.id}/again", {})
    session.rollback()
    assert (feed.state, feed.attempts, feed.last_error) == ("waiting", 0, "")


def test_a_strangers_headline_is_only_text(charlie: Visitor, session: Session) -> None:
    an_item(session, a_feed(session), "<script>alert(1)</script>", url="https://news.example/x")
    page = charlie.get("/desk/inbox").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
