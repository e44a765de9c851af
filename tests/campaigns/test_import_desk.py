"""Asking for an address at the desk, and seeing how far it is."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.campaigns.models import Fetch
from campaign.db import now
from tests import make
from tests.conftest import Visitor

URL = "https://news.example/bridge"


@pytest.fixture
def charlie(sign_in: Callable[..., Visitor]) -> Visitor:
    """Runs the campaign."""
    return sign_in("editor")


def a_fetch(session: Session, **values: Any) -> Fetch:
    given: dict[str, Any] = {"url": URL, "open_key": "x", "created_at": now(), "due_at": now(), "attempts": 0}
    row = Fetch(**(given | values))
    session.add(row)
    session.commit()
    return row


def test_an_address_is_asked_for_on_the_import_page(charlie: Visitor, session: Session) -> None:
    form = charlie.page("/desk/import").select_one("form[action='/desk/imports']")
    assert form and form.select_one("input[name=url]")
    response = charlie.submit("/desk/imports", {"url": f" {URL} "})
    fetch = session.scalars(select(Fetch)).one()
    assert (fetch.url, fetch.state, response.location) == (URL, "waiting", f"/desk/imports/{fetch.id}")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("campaign.fetch", {"host": "news.example"})


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Write the address"),
        ("news.example", "Write a whole address"),
        ("file:///etc/passwd", "Write a whole address"),
        ("https://user:secret@news.example/", "Leave out the name and password"),
        ("http://2130706433/", "Addresses of private networks are not fetched"),
        ("http://[::ffff:a9fe:a9fe]/", "Addresses of private networks are not fetched"),
        ("https://news.example:8443/", "Only the usual ports"),
        ("https://news.example/" + "x" * 3000, "at most"),
        ("https://news.example/" + "é" * 900, "Write a whole address"),  # as it is asked for, it is too long to keep
    ],
)
def test_what_is_no_address_is_explained_beside_the_field(
    charlie: Visitor, session: Session, url: str, words: str
) -> None:
    page = charlie.submit("/desk/imports", {"url": url}, status=422).get_data(as_text=True)
    assert 'id="url-error"' in page
    assert words in page
    assert session.scalars(select(Fetch)).all() == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Waiting for its turn"),
        ({"state": "working", "step": "fetching"}, "Fetching the page"),
        ({"state": "working", "step": "reading"}, "Reading the page"),
        ({"last_error": "news.example is busy (503)."}, "It did not work, and is tried again"),
    ],
)
def test_a_page_shows_how_far_it_is_and_looks_again_by_itself(
    charlie: Visitor, session: Session, values: dict[str, Any], words: str
) -> None:
    page = charlie.page(f"/desk/imports/{a_fetch(session, **values).id}")
    assert page.h1 and page.h1.text == words
    assert page.select_one("noscript meta[http-equiv=refresh]")
    assert page.select_one("[data-look-again]")
    assert values.get("last_error", "") in page.text


def test_a_finished_import_leads_to_its_draft(charlie: Visitor, session: Session) -> None:
    campaign = make.campaign(session, state="draft", slug="bridge")
    fetch = a_fetch(session, state="done", open_key=None, campaign=campaign, created_at=campaign.created_at)
    response = charlie.get(f"/desk/imports/{fetch.id}")
    assert (response.status_code, response.location) == (302, "/desk/campaigns/bridge")


def test_an_import_of_what_was_here_already_says_so(charlie: Visitor, session: Session) -> None:
    campaign = make.campaign(session, state="draft", slug="bridge")
    fetch = a_fetch(session, state="done", open_key=None, campaign=campaign)
    page = charlie.page(f"/desk/imports/{fetch.id}")
    assert "This article was here already." in page.text
    assert page.select_one("main a[href='/desk/campaigns/bridge']")


def test_a_failed_import_says_what_to_do_and_can_be_tried_again(charlie: Visitor, session: Session) -> None:
    fetch = a_fetch(session, state="failed", open_key=None, attempts=1, last_error="There is no site called x.")
    page = charlie.page(f"/desk/imports/{fetch.id}")
    assert "There is no site called x." in page.text
    assert not page.select_one("noscript meta[http-equiv=refresh]")
    assert page.select_one(f"form[action='/desk/imports/{fetch.id}/again'] button")
    assert page.select_one("main a[href='/desk/import']")

    charlie.submit(f"/desk/imports/{fetch.id}/again", {})
    session.rollback()
    assert (fetch.state, fetch.attempts, fetch.last_error) == ("waiting", 0, "")


def test_trying_again_what_is_asked_for_already_leads_there(charlie: Visitor, session: Session) -> None:
    old = a_fetch(session, state="failed", open_key=None)
    charlie.submit("/desk/imports", {"url": URL})
    response = charlie.submit(f"/desk/imports/{old.id}/again", {})
    session.rollback()
    assert response.location == f"/desk/imports/{old.id + 1}"
    assert old.state == "failed"


def test_all_imports_stand_on_one_page(charlie: Visitor, session: Session) -> None:
    assert "No address has been asked for yet." in charlie.page("/desk/imports").text
    a_fetch(session, state="failed", open_key=None, last_error="It is gone.")
    page = charlie.page("/desk/imports")
    assert URL in page.text and "It is gone." in page.text
    assert charlie.get("/desk/imports/77").status_code == 404
