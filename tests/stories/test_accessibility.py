"""axe finds nothing on any page, in light and dark, on a desktop and on a phone, left to right and right to left."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from campaign import seeding
from campaign.db import now, writing
from tests.conftest import FULL
from tests.stories.conftest import VENDOR, Site, running, sign_in

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
    f"/campaigns/{ENGLISH}/signers",
    f"/campaigns/{ENGLISH}/my-signature",
    "/my-signature",
    "/officials",
    "/officials?q=president&lang=ar",
    "/officials/us-president",
    "/officials/icc-prosecutor",
    "/privacy",
    "/desk/sign-in",
    "/no-such-page",
)
DESK = (
    "/desk",
    "/desk/import",
    "/desk/officials",
    "/desk/officials/import",
    "/desk/officials/undo",
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

# On a phone in the dark, axe looks at one page of each kind, or with STORIES=all at all of them, too.
ON_PHONES = (
    "/",
    "/?lang=ar",
    f"/campaigns/{ARABIC}",
    f"/campaigns/{ENGLISH}/sign",
    f"/campaigns/{ENGLISH}/signers",
    "/officials/us-president",
    "/desk/sign-in",
    "/desk",
    "/desk/import",
    "/desk/mail",
    f"/desk/campaigns/{ENGLISH}",
    f"/desk/campaigns/{ENGLISH}/petition",
    f"/desk/campaigns/{ENGLISH}/letters/to-the-president/edit",
    f"/desk/campaigns/{ENGLISH}/signatures",
)
ALL = FULL

looks = pytest.mark.parametrize(
    ("width", "color_scheme"), [(1280, "light"), (390, "dark")], ids=["desktop-light", "phone-dark"]
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """One site with the demo campaigns for all of these. How pages look does not depend on the database."""
    folder = tmp_path_factory.mktemp("accessibility")
    path = folder / "loaded.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with running(f"sqlite:///{path}", folder) as site:
        with site.app.app_context(), writing() as session:
            seeding.load_demo(session, now=now())
        yield site


@pytest.fixture
def site(loaded: Site) -> Site:
    return loaded


def violations(page: Page) -> list[str]:
    """What axe objects to: rule, place, reason."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url}: {rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def press(page: Page, button: str) -> None:
    """Press it and wait for the page it leads to: a click alone returns before the old page is gone."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def visited(page: Page, paths: tuple[str, ...]) -> list[str]:
    is_phone = page.viewport_size == {"width": 390, "height": 900}
    found = []
    for path in paths:
        response = page.goto(path)
        assert response and response.status == (404 if path == "/no-such-page" else 200), path
        if ALL or not is_phone or path in ON_PHONES:
            found += violations(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} pixels"
    return found


@looks
def test_public_pages_are_accessible(loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str) -> None:
    assert visited(browse(width=width, color_scheme=color_scheme), PUBLIC) == []


@looks
def test_the_desk_is_accessible(loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str) -> None:
    page = browse(width=width, color_scheme=color_scheme)
    sign_in(page)
    assert visited(page, DESK) == []


@looks
def test_each_step_of_signing_and_writing_is_accessible(
    loaded: Site, browse: Callable[..., Page], width: int, color_scheme: str
) -> None:
    page = browse(width=width, color_scheme=color_scheme)
    page.goto(f"/campaigns/{ENGLISH}/sign")
    press(page, "Sign the petition")
    found = violations(page)  # the form with its errors
    page.get_by_label("Given name").fill("Suzie")
    address = f"suzie-{color_scheme}@example.org"
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Postcode").fill("99501")
    press(page, "Sign the petition")
    found += violations(page)  # check your mail
    page.goto(loaded.link_in(loaded.mail_to(address)))
    found += violations(page)  # the button
    press(page, "Confirm my signature")
    found += violations(page)  # thanks
    page.goto(f"/campaigns/{ENGLISH}/letters/to-your-senators-and-your-representative")
    page.get_by_label("Postcode").fill("10001")
    press(page, "Find my offices")
    found += violations(page)  # choose a district
    page.get_by_role("radio").first.check()
    press(page, "Go on")
    found += violations(page)  # your details
    for label in ("Given name", "Postal address"):
        if page.get_by_label(label).count():
            page.get_by_label(label).fill("12 Harbour Street")
    press(page, "See my letter")
    found += violations(page)  # the letter
    press(page, "This is my letter")
    found += violations(page)  # ready
    assert found == []


def test_axe_is_the_published_file() -> None:
    assert hashlib.sha256(AXE.encode()).hexdigest() == AXE_SHA256
