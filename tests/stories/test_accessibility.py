"""axe finds nothing on any page, in light and dark, on a desktop and on a phone, left to right and right to left."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from campaign import seeding
from campaign.db import now, writing
from tests.conftest import FULL
from tests.stories.conftest import VENDOR, Site, follow, press, running, sign_in

AXE = (VENDOR / "axe.min.js").read_text(encoding="utf-8")
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # axe-core 4.14.1

ENGLISH = "nothing-about-ukraine-without-ukraine"
ARABIC = "jordan-water-losses"
DELIVERED = "bristol-school-air"

PUBLIC = (
    "/",
    "/?lang=ar",
    "/categories",
    "/categories/foreign-policy",
    f"/campaigns/{ENGLISH}",
    f"/campaigns/{ARABIC}",
    "/campaigns/dix-lignes-de-nuit",
    f"/articles/{ENGLISH}",
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
    "/search",
    "/search?q=water+president",
    "/search?q=watre&lang=ar",
    "/privacy",
    "/subscribe",
    "/subscribe?category=foreign-policy&lang=ar",
    "/subscribe/sent",
    f"/campaigns/{ENGLISH}/updates",
    f"/campaigns/{DELIVERED}/timeline",
    f"/campaigns/{DELIVERED}/timeline?lang=ar",
    f"/embed/campaigns/{ENGLISH}",
    "/desk/sign-in",
    "/no-such-page",
)
DESK = (
    "/desk",
    "/desk/import",
    "/desk/officials",
    "/desk/officials/reports",
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
    f"/desk/campaigns/{ENGLISH}/letters/alike",
    f"/desk/campaigns/{ENGLISH}/letters/to-the-president/edit",
    f"/desk/campaigns/{ENGLISH}/preview",
    f"/desk/campaigns/{ENGLISH}/updates",
    f"/desk/campaigns/{ENGLISH}/updates/new",
    f"/desk/campaigns/{ENGLISH}/embed",
    f"/desk/campaigns/{ENGLISH}/signatures",
    f"/desk/campaigns/{ENGLISH}/batches",
    f"/desk/campaigns/{ENGLISH}/batches/new",
    f"/desk/campaigns/{ENGLISH}/batches/typed",
    f"/desk/campaigns/{ENGLISH}/sheets",
)

# axe looks at every public page, and with FULL=1 at all of the desk; then at the public ones and these of the desk in
# the dark on a phone, too.
OF_EACH_KIND = (
    "/desk",
    "/desk/mail",
    f"/desk/campaigns/{ENGLISH}",
    f"/desk/campaigns/{ENGLISH}/petition",
    f"/desk/campaigns/{ENGLISH}/signatures",
    f"/desk/campaigns/{DELIVERED}/deliveries",
    f"/desk/campaigns/{DELIVERED}/outcome",
    f"/desk/campaigns/{DELIVERED}/mailings",
    f"/desk/campaigns/{DELIVERED}/mailings/new",
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


@pytest.fixture
def page(browse: Callable[..., Page]) -> Page:
    return browse(reduced_motion="reduce")  # no colour is on its way to another


def violations(page: Page) -> list[str]:
    """What axe objects to: rule, place, reason."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url}: {rule['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


@contextmanager
def phone(page: Page) -> Iterator[None]:
    """The same page on a phone, in the dark."""
    desktop = page.viewport_size
    assert desktop
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    yield
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(desktop)


def in_both_looks(page: Page) -> list[str]:
    """On a desktop and, with FULL=1, on a phone in the dark."""
    found = violations(page)
    if not FULL:
        return found
    with phone(page):
        return found + violations(page)


def visited(page: Page, paths: tuple[str, ...]) -> list[str]:
    found = []
    for path in paths:
        response = page.goto(path)
        assert response and response.status == (404 if path == "/no-such-page" else 200), path
        found += violations(page)
        assert overhang(page) <= 0, f"{path} scrolls sideways"
        with phone(page):
            assert overhang(page) <= 0, f"{path} scrolls sideways on a phone"
            if FULL and (path not in DESK or path in OF_EACH_KIND):
                found += violations(page)
    return found


def overhang(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_public_pages_are_accessible(page: Page) -> None:
    assert visited(page, PUBLIC) == []


@pytest.mark.full
def test_the_desk_is_accessible(page: Page) -> None:
    sign_in(page)
    assert visited(page, DESK) == []


@pytest.mark.full
def test_each_step_of_signing_and_writing_is_accessible(loaded: Site, page: Page) -> None:
    page.goto(f"/campaigns/{ENGLISH}/sign")
    press(page, "Sign the petition")
    found = in_both_looks(page)  # the form with its errors
    page.get_by_label("Given name").fill("Suzie")
    page.get_by_label("E-mail address").fill("suzie@example.org")
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Postcode").fill("99501")
    press(page, "Sign the petition")
    found += in_both_looks(page)  # check your mail
    page.goto(loaded.link_in(loaded.mail_to("suzie@example.org")))
    found += in_both_looks(page)  # the button
    press(page, "Confirm my signature")
    found += in_both_looks(page)  # thanks
    page.goto(f"/campaigns/{ENGLISH}/letters/to-your-senators-and-your-representative")
    page.get_by_label("Postcode").fill("10001")
    press(page, "Find my offices")
    found += in_both_looks(page)  # choose a district
    page.get_by_role("radio").first.check()
    press(page, "Go on")
    found += in_both_looks(page)  # your details
    for label in ("Given name", "Postal address"):
        if page.get_by_label(label).count():
            page.get_by_label(label).fill("12 Harbour Street")
    press(page, "See my letter")
    found += in_both_looks(page)  # the letter
    press(page, "This is my letter")
    found += in_both_looks(page)  # ready
    assert found == []


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.full
def test_each_step_of_subscribing_is_accessible(loaded: Site, page: Page, language: str) -> None:
    address = f"reader-{language}@example.org"
    page.goto(f"/subscribe?category=foreign-policy&lang={language}")
    page.locator("main input[type=email]").fill(address)
    follow(page, page.locator("main button[type=submit]"))
    page.goto(loaded.link_in(loaded.mail_to(address), "subscriptions") + f"?lang={language}")
    found = in_both_looks(page)  # the question
    follow(page, page.locator("main .button-primary"))
    found += in_both_looks(page)  # their own page
    assert overhang(page) <= 0
    follow(page, page.locator("main button[value=end]"))
    found += in_both_looks(page)  # ended
    assert found == []


def test_axe_is_the_published_file() -> None:
    assert hashlib.sha256(AXE.encode()).hexdigest() == AXE_SHA256
