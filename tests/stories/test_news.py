"""Charlie gives an address and watches it become a draft; the inbox shows what the feeds brought."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from campaign.articles.models import Feed, FeedItem
from campaign.campaigns.models import Campaign, Fetch
from campaign.db import now
from tests import make
from tests.stories.conftest import Site, press, running, sign_in
from tests.stories.test_accessibility import in_both_looks, overhang, phone, violations

URL = "https://news.example/bridge"


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """How pages look does not depend on the database."""
    path = tmp_path / "news.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with running(f"sqlite:///{path}", tmp_path) as site:
        yield site


def change(site: Site, id: int, **values: object) -> None:
    with site.session() as session:
        # At once: a transaction that reads first could not wait for the worker's.
        session.execute(update(Fetch).where(Fetch.id == id).values(**values))
        session.commit()


def a_fetch(site: Site) -> int:
    """One that another machine's worker has taken up."""
    with site.session() as session:
        until = now() + timedelta(minutes=5)
        fetch = Fetch(url=URL, open_key="x", step="fetching", created_at=now(), due_at=now(), lease_until=until)
        fetch.state, fetch.attempts = "working", 1
        session.add(fetch)
        session.commit()
        return fetch.id


@pytest.mark.full
def test_an_import_is_watched_until_its_draft_opens(site: Site, browse: Callable[..., Page], scripted: bool) -> None:
    page = browse(scripted=scripted, reduced_motion="reduce")
    sign_in(page)
    id = a_fetch(site)
    page.goto(f"/desk/imports/{id}")
    expect(page.locator("h1")).to_have_text("Fetching the page")
    if scripted:
        assert in_both_looks(page) == []
        page.evaluate("window.isTheSamePage = true")
    change(site, id, step="reading")
    expect(page.locator("h1")).to_have_text("Reading the page")
    assert not scripted or page.evaluate("window.isTheSamePage"), "it was not taken away from under the reader"
    with site.session() as session:
        campaign_id = make.campaign(session, state="draft", slug="bridge", created_at=now()).id
        session.commit()
    change(site, id, state="done", open_key=None, lease_until=None, campaign_id=campaign_id)
    page.wait_for_url("**/desk/campaigns/bridge")


@pytest.mark.full
def test_an_address_inside_is_refused_with_a_remedy(site: Site, browse: Callable[..., Page]) -> None:
    page = browse(reduced_motion="reduce")
    sign_in(page)
    page.goto("/desk/import")
    page.get_by_label("Address of the article").fill("http://169.254.169.254/latest/meta-data/")
    press(page, "Fetch it and make a draft")
    expect(page.locator(".error-summary")).to_contain_text("Addresses of private networks are not fetched")
    assert in_both_looks(page) == []
    id = a_fetch(site)
    change(site, id, state="failed", open_key=None, lease_until=None, last_error="news.example cannot be reached.")
    page.goto(f"/desk/imports/{id}")
    assert in_both_looks(page) == []
    press(page, "Try again")
    expect(page.locator("h1")).to_have_text(re.compile("Waiting|Fetching|It did not work"))


@pytest.mark.full
def test_the_inbox_is_accessible_and_leads_to_a_draft(site: Site, browse: Callable[..., Page]) -> None:
    fill(site)
    page = browse(reduced_motion="reduce")
    sign_in(page)
    found = []
    for path in ("/desk/imports", "/desk/feeds", "/desk/inbox"):
        page.goto(path)
        found += violations(page)
        assert overhang(page) <= 0, path
    with phone(page):
        found += violations(page)
        assert overhang(page) <= 0
    assert found == []
    page.get_by_text("Also reported by 1 other").click()
    press(page, "Draft a campaign Council mends the bridge")
    expect(page).to_have_url(re.compile("/desk/imports/"))
    with site.session() as session:
        assert session.query(Campaign).count() == 0


def fill(site: Site) -> None:
    later = now() + timedelta(days=1)
    with site.session() as session:
        feed = Feed(url=URL, title="News Example", minutes=60, created_at=now(), due_at=later, attempts=3)
        feed.last_error = "news.example is busy (503). Try again in a few minutes."
        session.add(feed)
        session.flush()
        for number, headline in enumerate(("Council mends the bridge", "The council mends bridge", "القطار متوقف")):
            item = FeedItem(feed_id=feed.id, key=str(number), headline=headline, url=f"{URL}/{number}", outlet="News")
            item.summary, item.found_at, item.seen_at, item.state = "What is known of it. " * 12, now(), now(), "new"
            session.add(item)
        session.commit()
