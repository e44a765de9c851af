"""Mail scanners open links, and some run the scripts of the page. Only somebody who presses the button confirms."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.petitions import counting, links
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import FULL, Visitor
from tests.stories.conftest import Site, browse, chromium, follow, site  # noqa: F401  # fixtures


def pending(session: Session, secret: str, number: int) -> list[str]:
    """The addresses of confirmation pages, as they stand in so many people's mails; without the host."""
    petition = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + links.LIFE)
    people = [make.signature(session, petition, state="pending", created_at=now()) for _ in range(number)]
    issued = [links.issue(session, person.id, secret=secret, now=now()) for person in people]
    session.commit()
    return [f"/signatures/{each.token}" for each in issued]


def confirmed(session: Session) -> tuple[int, int]:
    """By the rows, and by the counter."""
    session.rollback()
    petition = session.scalars(select(Petition)).one()
    rows = session.scalar(select(func.count()).where(Signature.state == "confirmed")) or 0
    return rows, counting.confirmed(session, [petition.id])[petition.id]


@pytest.fixture
def addresses(app: Flask, session: Session) -> list[str]:
    """Of a thousand people in benchmarks/scanners.py."""
    number = 1_000 if FULL and session.get_bind().dialect.name == "sqlite" else 25
    return pending(session, app.config["SECRET_KEY"], number)


def test_following_links_confirms_nobody_and_pressing_twice_confirms_once(
    client: Visitor, session: Session, addresses: list[str]
) -> None:
    for address in addresses:
        for method in ("HEAD", "GET"):
            assert client.open(address, method=method).status_code == 200
    assert confirmed(session) == (0, 0)

    for address in addresses:
        for _ in range(2):
            client.submit(address, {"act": "confirm"})
    assert confirmed(session) == (len(addresses), len(addresses))

    for address in addresses:
        client.submit(address, {"act": "disown"})
    assert confirmed(session) == (0, 0)


def test_the_page_of_a_link_has_nothing_that_sends_its_form(client: Visitor, addresses: list[str]) -> None:
    page = client.page(addresses[0])
    buttons = page.select('form[method="post"] button[name="act"]')
    assert "confirm" in [button["value"] for button in buttons]
    assert not page.find("meta", attrs={"http-equiv": "refresh"})
    assert all(script.get("src", "").startswith("/static/") for script in page.find_all("script"))
    assert not page.find(attrs={"autofocus": True}), "a scanner that presses Enter would press the button"


def test_the_page_of_a_link_is_kept_nowhere_and_tells_nobody(client: Visitor, addresses: list[str]) -> None:
    headers = client.get(addresses[0]).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in str(client.page(addresses[0]).find("meta", attrs={"name": "robots"}))


@pytest.mark.full
def test_a_browser_that_runs_scripts_confirms_nobody_and_sends_no_referer(site: Site, browse: Any) -> None:  # noqa: F811
    with site.session() as session:
        number = 50 if FULL and session.get_bind().dialect.name == "sqlite" else 10
        addresses = pending(session, site.app.config["SECRET_KEY"], number)
    page = browse()
    told: list[str] = []
    page.on("request", lambda request: told.append(request.headers.get("referer", "")))

    for address in addresses:
        page.goto(address)
        page.mouse.move(200, 200)
    page.wait_for_timeout(300)
    follow(page, page.locator('a[href="/"]').first)

    assert {referer for referer in told if "/signatures/" in referer} == set()
    assert len(told) > number
    with site.session() as session:
        assert confirmed(session) == (0, 0)
