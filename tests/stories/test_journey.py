"""The whole journey: an article becomes a campaign that people sign and write letters from; a list is handed over."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.conftest import FULL, LARGEST, SHARED
from tests.stories.conftest import Site, follow, press, sign_in, wait_for

OWN_DOCUMENT = Path(__file__).parent / "harbour.txt"
DEMAND = "Let no agreement be signed without those it is about."
NEW_PERSON = {"Given name": "Suzie", "Family name": "O’Hara", "E-mail address": "suzie@example.org"}


def document() -> Path:
    """The first real document where there is one, else our own of the same shape."""
    return next(iter(sorted(SHARED.glob("articles/000*.txt"))), OWN_DOCUMENT)


@pytest.fixture
def opened(browse: Callable[..., Page], scripted: bool) -> Callable[[], Page]:
    """A new person's browser."""
    return lambda: browse(scripted=scripted)


# Each database and each kind of browser once; FULL=2 also has them the other way round.
ALL = [("sqlite", True), ("postgresql", False), ("sqlite", False), ("postgresql", True)]


@pytest.mark.parametrize(
    ("database_url", "scripted"),
    ALL if LARGEST else ALL[:2] if FULL else ALL[:1],
    ids=lambda value: {True: "script", False: "no-script"}.get(value, value),
    indirect=True,
)
def test_an_article_becomes_signatures_and_letters(site: Site, opened: Callable[[], Page]) -> None:
    slug = charlie_publishes(opened())
    suzie = opened()
    suzie_reads(suzie, slug)
    suzie_signs(suzie, slug)
    suzie_confirms(suzie, site, slug)
    suzie_writes_to_the_president(suzie)
    suzie_writes_to_congress(suzie, slug)
    dan_hands_over(opened(), slug)


def charlie_publishes(page: Page) -> str:
    """Charlie imports the document, mends what is missing or stale, sets the petition, and publishes."""
    sign_in(page)
    page.goto("/desk/import")
    page.get_by_label("Text or code of the article").fill(document().read_text(encoding="utf-8"))
    follow(page, page.get_by_role("button", name="Make a draft", exact=True))
    slug = page.url.rstrip("/").rsplit("/", 1)[-1]
    expect(page.get_by_role("heading", name="Before it can be published")).to_be_visible()
    for stale in ("“President Biden”", "“former President Donald Trump”"):
        expect(page.get_by_text(stale).first).to_be_visible()

    press(page, "Publish")
    expect(page.get_by_role("alert")).to_be_visible()  # not yet: it says what is missing

    charlie_mends_the_texts(page, slug)
    charlie_sets_the_petition(page, slug)

    page.goto(f"/desk/campaigns/{slug}/preview")
    expect(page.get_by_text(DEMAND).first).to_be_visible()
    read = page.get_by_role("button", name="I have read all of this")
    if read.count():  # what the playbook added
        follow(page, read)
    page.goto(f"/desk/campaigns/{slug}")
    press(page, "Publish")
    expect(page.get_by_role("button", name="Close")).to_be_visible()
    return slug


def charlie_mends_the_texts(page: Page, slug: str) -> None:
    page.goto(f"/desk/campaigns/{slug}/edit")
    action = page.locator("#action")
    action.fill(action.input_value().replace("former President Donald Trump", "President Donald Trump"))
    page.get_by_label("Who wrote the opinion").fill("The editors")
    press(page, "Save")

    page.goto(f"/desk/campaigns/{slug}/source")
    if not page.get_by_label("Address of the original").input_value():
        page.get_by_label("Address of the original").fill("https://example.org/the-original-report")
    press(page, "Save")

    page.goto(f"/desk/campaigns/{slug}/todo")
    follow(page, page.get_by_role("link", name="Change Contact the White House"))
    what_to_do = page.get_by_label("What to do")
    what_to_do.fill(what_to_do.input_value().replace("President Biden", "the President"))
    press(page, "Save")
    giving = page.get_by_role("link", name="Change Support Humanitarian Efforts")
    if giving.count():  # the real page names charities without a way to them
        follow(page, giving)
        page.get_by_label("Links, one per line").fill("https://www.msf.org/donate Doctors Without Borders")
        page.get_by_label("Country in which the organisation").fill("CH")
        page.get_by_label("Day on which you opened the link").fill("2026-06-30")
        press(page, "Save")

    page.goto(f"/desk/campaigns/{slug}/letters")
    follow(page, page.get_by_role("heading", name="Contact the White House").get_by_role("link"))
    press(page, "Mend this greeting")
    expect(page.locator(".letter")).to_contain_text("Dear President Trump,")
    charlie_gives_each_letter_a_subject(page, slug)


def charlie_gives_each_letter_a_subject(page: Page, slug: str) -> None:
    for title in ("Contact the White House", "Contact Elected Officials"):
        page.goto(f"/desk/campaigns/{slug}/letters")
        follow(page, page.get_by_role("heading", name=title).get_by_role("link"))
        page.get_by_label("Subject").fill("A seat at the table")
        press(page, "Save")


def charlie_sets_the_petition(page: Page, slug: str) -> None:
    page.goto(f"/desk/campaigns/{slug}/petition")
    page.get_by_label("Demand, in one sentence").fill(DEMAND)
    page.get_by_label("Text of the petition").fill("We, the undersigned, ask for **a seat at the table**.")
    page.get_by_label("Find an office").fill("president")
    press(page, "Find offices")
    page.get_by_label("President of the United States", exact=False).first.check()
    page.get_by_label("Goal: signatures").fill("100")
    page.get_by_label("Last day").fill("2027-06-30")
    press(page, "Save")


def suzie_reads(page: Page, slug: str) -> None:
    """Everything that matters stands on the first screen; the rest unfolds."""
    page.goto(f"/campaigns/{slug}")
    sign = page.get_by_role("link", name="Sign the petition")
    assert sign.count() >= 2
    expect(sign.first).to_be_in_viewport()
    expect(page.get_by_text(DEMAND).first).to_be_in_viewport()
    assert "**" not in page.inner_text("main") and "###" not in page.inner_text("main")
    expect(page.get_by_role("heading", name="Opinion")).to_be_visible()
    page.get_by_text("Expand").click()
    follow(page, sign.first)


def suzie_signs(page: Page, slug: str) -> None:
    """First without a name: the form says so and keeps the rest. Then it goes through."""
    page.get_by_label("E-mail address").fill(NEW_PERSON["E-mail address"])
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Postcode").fill("99501")
    page.get_by_label("Why do you sign?").fill("=1+1 is what my spreadsheet says; I say peace.")
    press(page, "Sign the petition")
    expect(page.get_by_role("alert")).to_contain_text("Enter your name")
    expect(page.get_by_label("E-mail address")).to_have_value("suzie@example.org")
    page.get_by_label("Given name").fill(NEW_PERSON["Given name"])
    page.get_by_label("Family name").fill(NEW_PERSON["Family name"])
    press(page, "Sign the petition")
    assert page.url.endswith(f"/campaigns/{slug}/signed")
    expect(page.get_by_role("heading", level=1)).to_contain_text("mail")


def suzie_confirms(page: Page, site: Site, slug: str) -> None:
    """The link opens a page; only its button counts, and only once."""
    link = site.link_in(site.mail_to("suzie@example.org"))
    page.goto(link)
    assert count(page, slug) == 0
    page.goto(link)
    press(page, "Confirm my signature")
    expect(page.get_by_text("Your signature is confirmed and counted.")).to_be_visible()
    assert count(page, slug) == 1
    page.goto(link)
    expect(page.get_by_role("heading", name="Your signature is confirmed")).to_be_visible()
    assert count(page, slug) == 1
    page.goto(f"/campaigns/{slug}/signed")


def count(page: Page, slug: str) -> int:
    return int(page.request.get(f"/campaigns/{slug}/count.json").json()["confirmed"])


def suzie_writes_to_the_president(page: Page) -> None:
    """The letter greets whoever holds the office today, and the name Suzie signed with is there already."""
    follow(page, page.get_by_role("link", name="Contact the White House"))
    expect(page.get_by_label("Given name")).to_have_value("Suzie")
    press(page, "See my letter")
    letter = page.get_by_label("Your letter")
    text = letter.input_value()
    assert text.startswith("Dear President Trump,") and "Biden" not in text and "[" not in text and "{{" not in text
    assert "Suzie O’Hara" in text
    letter.fill(text + "\n[Your Name]")
    press(page, "This is my letter")
    expect(page.get_by_role("alert")).to_contain_text("[Your Name]")
    page.get_by_label("Your letter").fill(text.replace("I urge you", "From Anchorage I urge you"))
    press(page, "This is my letter")
    expect(page.locator("#letter")).to_contain_text("From Anchorage")
    expect(page.get_by_role("link", name="official form")).to_have_attribute(
        "href", "https://www.whitehouse.gov/contact/"
    )


def suzie_writes_to_congress(page: Page, slug: str) -> None:
    """A ZIP that spans districts: Suzie chooses. Then one letter each to her member and her senators."""
    page.goto(f"/campaigns/{slug}")
    follow(page, page.get_by_role("link", name="Contact Elected Officials").first)
    page.get_by_label("Postcode").fill("1000")
    press(page, "Find my offices")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Country").select_option("US")
    page.get_by_label("Postcode").fill("10001")
    press(page, "Find my offices")
    expect(page.get_by_text("more than one district")).to_be_visible()
    page.get_by_label("12", exact=False).first.check()
    press(page, "Go on")
    page.get_by_label("Given name").fill("Suzie")
    page.get_by_label("Family name").fill("O’Hara")
    page.get_by_label("Postal address").fill("12 Harbour Street\nNew York, NY 10001")
    press(page, "See my letter")
    assert page.get_by_label("Your letter").input_value().startswith("Dear ")
    press(page, "This is my letter")
    expect(page.locator("#letter")).to_contain_text("12 Harbour Street")
    body = page.inner_text("main")
    assert "Schumer" in body and "Gillibrand" in body


def dan_hands_over(page: Page, slug: str) -> None:
    """The lists hold Suzie's name, not her address, and no formula."""
    sign_in(page)
    page.goto(f"/desk/campaigns/{slug}/signatures")
    expect(page.locator("figure svg")).to_be_visible()
    files = {}
    for form in ("csv", "pdf"):
        page.locator(f"input[name=format][value={form}]").check()
        press(page, "Make the list")
        files[form] = download(page, form)
    rows = list(csv.reader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    assert len(rows) == 2
    assert "O’Hara" in rows[1] and "'=1+1 is what my spreadsheet says; I say peace." in rows[1]
    assert b"suzie@example.org" not in files["csv"]
    printed = "\n".join(part.extract_text() for part in PdfReader(io.BytesIO(files["pdf"])).pages)
    assert "O’Hara" in printed and "The President" in printed and "suzie@example.org" not in printed


def download(page: Page, form: str) -> bytes:
    """The newest list, once the worker has made it."""
    lists = page.url
    newest = page.locator("ul.list > li").filter(has=page.get_by_role("heading", name=form.upper())).first
    button = newest.get_by_role("button", name="Download")
    wait_for(lambda: button.count() or reloaded(page))
    follow(page, button.first)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the file").click()
    content = Path(started.value.path()).read_bytes()
    page.goto(lists)
    return content


def reloaded(page: Page) -> bool:
    page.reload()
    return False
