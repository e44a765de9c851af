"""Charlie takes in a table from elsewhere and types in a sheet of paper; both stand apart, and the table goes again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from campaign.db import now, writing
from tests import make
from tests.stories.conftest import Site, press, running, sign_in
from tests.stories.test_accessibility import in_both_looks, overhang, phone

BASIS = "They signed at our stall on the market on Saturday, below the same text."
TABLE = "Who,Code,Why\nAda Lovelace,10001,The detour is long.\nGrace Hopper,1,\n=cmd|' /C calc'!A0,10001,\n"


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Iterator[Site]:
    """How pages look does not depend on the database."""
    path = tmp_path / "paper.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with running(f"sqlite:///{path}", tmp_path) as site:
        with site.app.app_context(), writing() as session:
            campaign = make.campaign(session, slug="bridge", country="US", published_at=now())
            make.petition(session, campaign, asks={"city": "optional"}, opens_at=None, closes_at=None)
        yield site


@pytest.mark.full
def test_signatures_from_elsewhere_stand_apart_and_can_be_undone(
    site: Site, browse: Callable[..., Page], scripted: bool
) -> None:
    page = browse(scripted=scripted, reduced_motion="reduce")
    wrong: list[str] = []

    def look() -> None:
        if scripted:
            wrong.extend(in_both_looks(page))
        with phone(page):
            if scripted and overhang(page) > 0:
                wrong.append(f"{page.url} scrolls sideways on a phone")

    sign_in(page)
    page.goto("/desk/campaigns/bridge/batches")
    look()
    page.get_by_role("link", name="Take in a file").click()
    look()
    table = {"name": "stall.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    page.get_by_label("File").set_input_files([table])
    press(page, "Send and look through")
    look()
    page.get_by_label("Where do these signatures come from?").select_option("paper")
    for column, meaning in {"Who": "Whole name in one column", "Code": "Postcode", "Why": "Comment"}.items():
        page.get_by_label(column, exact=True).select_option(meaning)
    press(page, "Look through")
    expect(page.get_by_role("button", name="Count 1 signature")).to_be_visible()
    expect(page.get_by_role("cell", name="A name cannot begin with “=”", exact=False)).to_be_visible()
    look()
    press(page, "Count 1 signature")
    expect(page.get_by_role("alert")).to_be_visible()
    look()
    page.get_by_label("How did these people sign").fill(BASIS)
    press(page, "Count 1 signature")
    expect(page.get_by_role("button", name="Undo this batch")).to_be_visible()
    batch = page.url
    look()

    page.goto("/desk/campaigns/bridge/batches/typed")
    page.get_by_label("Day of signing").fill("2026-11-20")
    page.get_by_label("Given name 1", exact=True).fill("Alan")
    page.get_by_label("Postcode 1", exact=True).fill("1")
    press(page, "Save")
    expect(page.get_by_label("Given name 1", exact=True)).to_have_value("Alan")
    look()
    page.get_by_label("Postcode 1", exact=True).fill("10002")
    press(page, "Save")
    expect(page.get_by_text("1 signature is in, and counts.")).to_be_visible()

    page.goto("/campaigns/bridge")
    expect(page.get_by_text("2 on paper")).to_be_visible()
    look()
    page.goto(batch)
    press(page, "Undo this batch")
    expect(page.get_by_text("undone", exact=True)).to_be_visible()
    page.goto("/campaigns/bridge")
    expect(page.get_by_text("1 on paper")).to_be_visible()
    page.goto("/desk/campaigns/bridge/sheets")
    look()
    assert wrong == []
