"""From a pasted article to a public campaign: how many clicks and fields it takes, and that ten minutes are enough."""

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import LARGEST
from tests.stories.conftest import Site, follow, press, sign_in

DATABASES = ["sqlite", "postgresql"] if LARGEST else ["sqlite"]
pytestmark = pytest.mark.full
on_each = pytest.mark.parametrize("database_url", DATABASES, indirect=True)
FEW = 40
MINUTES = 10
DEMAND = "Let no agreement be signed without those it is about."
BY_NOW = {"former President Donald Trump": "President Donald Trump", "President Biden": "the President"}


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """What somebody at the desk does: each click, each field typed into, each address opened."""
    done: Counter[str] = Counter()

    def counted(owner: type, name: str) -> None:
        real = getattr(owner, name)

        def act(self: Any, *args: Any, **kwargs: Any) -> Any:
            done[name] += 1
            return real(self, *args, **kwargs)

        monkeypatch.setattr(owner, name, act)

    for name in ("click", "fill", "check", "select_option"):
        counted(Locator, name)
    counted(Page, "goto")
    return done


@on_each
def test_the_first_real_article_is_public_in_few_steps(
    site: Site, browse: Callable[..., Page], shared: Path, acts: Counter[str]
) -> None:
    began, page = time.monotonic(), browse()
    slug = charlie_imports(page, shared, "000", acts)
    mend(page, slug, "Add the address of the original")
    page.get_by_label("Address of the original").fill("https://example.org/the-original-report")
    press(page, "Save")
    mend(page, slug, "Say who wrote the opinion")
    page.get_by_label("Who wrote the opinion").fill("The editors")
    put_right(page.locator("#action"))
    press(page, "Save")
    mend(page, slug, "“President Biden”")
    put_right(page.get_by_label("What to do"))
    press(page, "Save")
    charlie_vouches_for_the_charity(
        page, slug, links="https://www.msf.org/donate Doctors Without Borders", country="CH"
    )
    charlie_demands(page, slug)
    mend(page, slug, "Contact the White House: “President Biden”")
    press(page, "Mend this greeting")
    page.get_by_label("Subject").fill("A seat at the table")
    press(page, "Save")
    mend(page, slug, "Contact Elected Officials: Write a subject")
    page.get_by_label("Subject").fill("A seat at the table")
    press(page, "Save")
    charlie_publishes(page, slug)
    assert acts.total() < FEW, acts
    assert time.monotonic() - began < MINUTES * 60


@on_each
def test_the_second_real_article_is_public_in_few_steps(
    site: Site, browse: Callable[..., Page], shared: Path, acts: Counter[str]
) -> None:
    began, page = time.monotonic(), browse()
    slug = charlie_imports(page, shared, "004", acts)
    mend(page, slug, "Name the outlet")
    page.get_by_label("Outlet").fill("The Straits Times")
    page.get_by_label("Address of the original").fill("https://example.org/the-other-report")
    press(page, "Save")
    overview(page, slug)
    press(page, "Confirm these categories")
    mend(page, slug, "Say who wrote the opinion")
    page.get_by_label("Who wrote the opinion").fill("The editors")
    page.locator("#opinion").fill("Three hours of talks, and those whose country it is about were not in the room.")
    page.locator("#action").fill("Write to those who represent you, and ask that Ukraine sits at the table.")
    press(page, "Save")
    charlie_vouches_for_the_charity(page, slug)
    charlie_demands(page, slug)
    charlie_publishes(page, slug)
    assert acts.total() < FEW, acts
    assert time.monotonic() - began < MINUTES * 60


def charlie_imports(page: Page, shared: Path, number: str, acts: Counter[str]) -> str:
    """Counting begins when Charlie is signed in."""
    [path] = shared.glob(f"articles/{number}*.txt")
    sign_in(page)
    acts.clear()
    page.goto("/desk/import")
    page.get_by_label("Text or code of the article").fill(path.read_text(encoding="utf-8"))
    follow(page, page.get_by_role("button", name="Make a draft", exact=True))
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def overview(page: Page, slug: str) -> None:
    if not page.url.partition("#")[0].endswith(f"/desk/campaigns/{slug}"):
        page.goto(f"/desk/campaigns/{slug}")


def mend(page: Page, slug: str, finding: str) -> None:
    """From the list of what is missing to the page where it is mended."""
    overview(page, slug)
    follow(page, missing(page, finding).first.get_by_role("link").first)


def missing(page: Page, finding: str) -> Locator:
    return page.locator("section[aria-labelledby=missing-title] li").filter(has_text=finding)


def put_right(field: Locator) -> None:
    text = field.input_value()
    for stale, now in BY_NOW.items():
        text = text.replace(stale, now)
    field.fill(text)


def charlie_vouches_for_the_charity(page: Page, slug: str, *, links: str = "", country: str = "") -> None:
    mend(page, slug, "asks for money")
    if links:
        page.get_by_label("Links, one per line").fill(links)
    if country:
        page.get_by_label("Country in which the organisation").fill(country)
    page.get_by_label("Day on which you opened the link").fill("2026-06-30")
    press(page, "Save")


def charlie_demands(page: Page, slug: str) -> None:
    mend(page, slug, "A prompt still stands here: “Support no agreement")
    page.get_by_label("Demand, in one sentence").fill(DEMAND)
    press(page, "Save")


def charlie_publishes(page: Page, slug: str) -> None:
    overview(page, slug)
    if missing(page, "our suggestion").count():  # what was not saved on the way
        mend(page, slug, "our suggestion")
        press(page, "I have read all of this")
        overview(page, slug)
    follow(page, page.get_by_role("button", name="Publish", exact=True))
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    page.goto(f"/campaigns/{slug}")
    expect(page.get_by_text(DEMAND).first).to_be_visible()
    text = page.inner_text("main")
    assert not any(mark in text for mark in ("**", "###", "```", "✎"))
