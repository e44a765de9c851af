"""A site that asks browsers for a little work before a signature."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from campaign.db import now
from tests import make
from tests.stories.conftest import Site, press

pytestmark = [pytest.mark.story, pytest.mark.full]


@pytest.fixture
def bridge(site: Site) -> str:
    """The sign page of a petition, where 12 bits of work are asked."""
    site.app.config["PROOF_OF_WORK"] = 12
    with site.session() as session:
        make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + timedelta(days=30))
        session.commit()
    return "/campaigns/bridge/sign"


def test_the_browser_works_by_itself_also_after_a_slip(site: Site, bridge: str, browse: Callable[..., Page]) -> None:
    page = browse()
    page.goto(bridge)
    page.get_by_label("Given name").fill("Suzie")
    page.get_by_label("E-mail address").fill("suzie@gmial.con")
    page.get_by_label("Country").select_option("AE")
    press(page, "Sign the petition")
    page.get_by_role("button", name="Use suzie@gmail.com").click()
    page.wait_for_url("**/signed")
    assert site.mail_to("suzie@gmail.com")


def test_without_scripts_the_page_says_how_long_to_wait(bridge: str, browse: Callable[..., Page]) -> None:
    page = browse(scripted=False)
    page.goto(bridge)
    assert "at least 20 seconds" in page.content()
    page.get_by_label("Given name").fill("Suzie")
    page.get_by_label("E-mail address").fill("suzie@example.org")
    page.get_by_label("Country").select_option("AE")
    press(page, "Sign the petition")
    assert "Wait" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("E-mail address").input_value() == "suzie@example.org"
