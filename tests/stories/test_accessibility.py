"""axe finds nothing on any page, in light and dark, on a desktop and on a phone, left to right and right to left."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from campaign import seeding
from campaign.db import db, now
from tests.stories.conftest import VENDOR, Site, sign_in

AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # axe-core 4.14.1

ENGLISH = "nothing-about-ukraine-without-ukraine"
ARABIC = "jordan-water-losses"

PUBLIC = (
    "/",
    "/?lang=ar",
    "/categories",
    "/categories/foreign-policy",
    f"/campaigns/{ENGLISH}",
    f"/campaigns/{ARABIC}",
    "/campaigns/dix-lignes-de-nuit",
    f"/campaigns/{ENGLISH}/sign",
    f"/campaigns/{ARABIC}/sign",
    f"/campaigns/{ENGLISH}/letters/to-the-president",
    "/privacy",
    "/desk/sign-in",
    "/no-such-page",
)
DESK = (
    "/desk",
    "/desk/import",
    "/desk/mail",
    "/desk/accounts",
    "/desk/audit",
    "/desk/password",
    f"/desk/campaigns/{ENGLISH}",
    f"/desk/campaigns/{ENGLISH}/edit",
    f"/desk/campaigns/{ENGLISH}/source",
    f"/desk/campaigns/{ENGLISH}/todo",
    f"/desk/campaigns/{ENGLISH}/petition",
    f"/desk/campaigns/{ENGLISH}/letters",
    f"/desk/campaigns/{ENGLISH}/letters/to-the-president/edit",
    f"/desk/campaigns/{ENGLISH}/preview",
    f"/desk/campaigns/{ENGLISH}/signatures",
)

# How pages look does not depend on the database; the journey runs on both.
on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
looks = pytest.mark.parametrize(
    ("width", "color_scheme"), [(1280, "light"), (390, "dark")], ids=["desktop-light", "phone-dark"]
)


@pytest.fixture
def loaded(site: Site) -> Site:
    """The site with the demo campaigns."""
    with site.app.app_context(), db.session.begin():
        seeding.load_demo(db.session(), now=now())
    return site


def violations(page: Page) -> list[str]:
    """What axe objects to: rule, place, reason."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url}: {rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def visited(page: Page, paths: tuple[str, ...]) -> list[str]:
    found = []
    for path in paths:
        response = page.goto(path)
        assert response and response.status == (404 if path == "/no-such-page" else 200), path
        found += violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} pixels"
    return found


@on_one_database
@looks
def test_public_pages_are_accessible(loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str) -> None:
    assert visited(browse(width=width, color_scheme=color_scheme), PUBLIC) == []


@on_one_database
@looks
def test_the_desk_is_accessible(loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str) -> None:
    page = browse(width=width, color_scheme=color_scheme)
    sign_in(page)
    assert visited(page, DESK) == []


@on_one_database
@looks
def test_each_step_of_signing_and_writing_is_accessible(
    loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str
) -> None:
    page = browse(width=width, color_scheme=color_scheme)
    page.goto(f"/campaigns/{ENGLISH}/sign")
    page.get_by_role("button", name="Sign the petition").click()
    found = violations(page)  # the form with its errors
    page.get_by_label("Given name").fill("Suzie")
    page.get_by_label("E-mail address").fill("suzie@example.org")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Postcode").fill("99501")
    page.get_by_role("button", name="Sign the petition").click()
    found += violations(page)  # check your mail
    page.goto(loaded.link_in(loaded.mail_to("suzie@example.org")))
    found += violations(page)  # the button
    page.get_by_role("button", name="Confirm my signature").click()
    found += violations(page)  # thanks
    page.goto(f"/campaigns/{ENGLISH}/letters/to-your-senators-and-your-representative")
    page.get_by_label("Postcode").fill("10001")
    page.get_by_role("button", name="Find my offices").click()
    found += violations(page)  # choose a district
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Go on").click()
    found += violations(page)  # your details
    for label in ("Given name", "Postal address"):
        if page.get_by_label(label).count():
            page.get_by_label(label).fill("12 Harbour Street")
    page.get_by_role("button", name="See my letter").click()
    found += violations(page)  # the letter
    page.get_by_role("button", name="This is my letter").click()
    found += violations(page)  # ready
    assert found == []


def test_axe_is_the_published_file() -> None:
    assert hashlib.sha256(AXE.encode()).hexdigest() == AXE_SHA256
