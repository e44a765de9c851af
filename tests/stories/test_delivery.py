"""Dan hands a list over, with a photo; the office answers; Charlie says what came of it, and Suzie hears of it."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.petitions import confirming, consent, signing
from campaign.petitions.models import Petition
from tests import make
from tests.stories.conftest import Site, follow, press, sign_in, wait_for
from tests.stories.test_accessibility import in_both_looks, overhang, phone

TODAY = now().date().isoformat()


@pytest.fixture
def bridge(site: Site) -> str:
    """A petition that Suzie has signed and wants to hear of."""
    with site.app.app_context(), site.session() as session:
        petition = make.petition(session, make.campaign(session, slug="bridge", published_at=now()), opens_at=None)
        signed_by_suzie(session, petition, site.app.config["SECRET_KEY"])
        session.commit()
    return "bridge"


def signed_by_suzie(session: Session, petition: Petition, secret: str) -> None:
    wording = consent.agreed(session, language="en", now=now())
    signed = signing.sign(
        session, petition, given_name="Suzie", family_name="O’Hara", email="suzie@example.org", country="US",
        postcode="99501", comment="", show_name=False, subscribe=True, consent_wording_id=wording.id, language="en",
        secret=secret, now=now(),
    )  # fmt: skip
    assert signed.secrets
    confirming.confirm(session, signed.secrets.token, now=now())


def reloaded(page: Page) -> bool:
    page.reload()
    return False


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "steelblue").save(file, "JPEG")
    return file.getvalue()


@pytest.mark.full
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signers_hear_what_became_of_their_names(
    site: Site, bridge: str, browse: Callable[..., Page], scripted: bool
) -> None:
    page = browse(scripted=scripted, reduced_motion="reduce")
    sign_in(page)
    dan_hands_over(page, bridge)
    found = dan_notes_the_reply(page, bridge)
    charlie_says_it_is_won(page, bridge)
    found += charlie_tells_signers(page, bridge, site)
    suzie = browse(scripted=scripted, reduced_motion="reduce")
    found += suzie_reads(suzie, bridge, site)
    assert found == []


def looked_at(page: Page) -> list[str]:
    """What axe objects to; it is a script itself."""
    return in_both_looks(page) if page.locator("html.js").count() else []


def dan_hands_over(page: Page, slug: str) -> None:
    page.goto(f"/desk/campaigns/{slug}/signatures")
    press(page, "Make the list")
    link = page.get_by_role("link", name=re.compile("This was handed over"))
    wait_for(lambda: link.count() or reloaded(page))
    follow(page, link.first)
    page.get_by_label("On which day?").fill(TODAY)
    page.get_by_label("Photo or receipt").set_input_files(
        {"name": "DSC_0001.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    )
    press(page, "Note it")
    expect(page.locator(".error-summary")).to_contain_text("Say what is to be seen")
    page.get_by_label("What is to be seen on it?").fill("Two people carry a box into the town hall.")
    page.get_by_label("What comes next?").fill("The council meets")
    press(page, "Note it")
    expect(page.get_by_role("img", name="Two people carry a box")).to_be_visible()


def dan_notes_the_reply(page: Page, slug: str) -> list[str]:
    page.goto(f"/desk/campaigns/{slug}/deliveries")
    found = looked_at(page)
    follow(page, page.get_by_role("link", name="Note a reply"))
    page.get_by_label("They do what it asks").check()
    page.get_by_label("Of which day?").fill(TODAY)
    page.get_by_label("What do they say?").fill("The bridge will be mended in spring.")
    press(page, "Note it")
    return found


def charlie_says_it_is_won(page: Page, slug: str) -> None:
    page.goto(f"/desk/campaigns/{slug}/outcome")
    page.get_by_label("Won: what we asked for happens").check()
    page.get_by_label("Tell it in a few sentences").fill("The bridge **opens** in spring.")
    page.get_by_label("On which day?").fill(TODAY)
    page.get_by_label("Close the campaign").check()
    press(page, "Say it")


def charlie_tells_signers(page: Page, slug: str, site: Site) -> list[str]:
    follow(page, page.get_by_role("link", name="Tell signers …"))
    expect(page.get_by_label("Heading").first).to_have_value("Won: Mend the bridge")
    press(page, "Go on to the preview")
    expect(page.get_by_text("1 signer gets it at once.")).to_be_visible()
    found = looked_at(page)
    press(page, "Send it to me first")
    assert "Test: Won: Mend the bridge" in site.mail_to("owner@example.org").as_string()
    press(page, "Send it to 1 signer")
    wait_for(lambda: page.get_by_text("1 of 1 told").count() or reloaded(page))
    return found


def suzie_reads(page: Page, slug: str, site: Site) -> list[str]:
    mail = site.mail_to("suzie@example.org")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len([one for one in site.mails() if one["To"] == "suzie@example.org"]) == 1
    page.goto(f"/campaigns/{slug}")
    expect(page.locator(".panel .outcome")).to_contain_text("The bridge opens in spring.")
    expect(page.get_by_role("link", name="Sign the petition")).to_have_count(0)
    found = looked_at(page)
    page.goto(f"/campaigns/{slug}/timeline")
    entries = page.locator(".timeline > li")
    expect(entries.first).to_contain_text("Outcome: Won")
    expect(page.get_by_role("img", name="Two people carry a box")).to_be_visible()
    expect(page.locator(".timeline")).to_contain_text("1 signature")
    with phone(page):
        assert overhang(page) <= 0
    found += looked_at(page)
    page.goto(f"/campaigns/{slug}/timeline?lang=ar")
    assert overhang(page) <= 0
    return found + looked_at(page)
