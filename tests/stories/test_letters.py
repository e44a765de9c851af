"""Supporters write letters from the first article's campaign: each gets as far as their letter truthfully can."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from campaign.articles import reading
from campaign.campaigns import drafting
from campaign.db import now, writing
from campaign.letters.models import LetterTemplate
from campaign.officials.models import ContactDetail
from tests.stories.conftest import Site, running
from tests.stories.test_accessibility import violations
from tests.stories.test_journey import document

NAME = {"Given name": "Suzie", "Family name": "O’Hara"}
ADDRESS = "1 Main Street\nAnytown"


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Site]:
    """One site for all of these: nobody here changes what another would see."""
    folder = tmp_path_factory.mktemp("letters")
    path = folder / "letters.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    with running(f"sqlite:///{path}", folder) as site:
        yield site


@pytest.fixture
def site(shared_site: Site) -> Site:
    return shared_site


@pytest.fixture(scope="module")
def slug(shared_site: Site) -> str:
    """The first article as a public campaign, its letters mended as its organiser would."""
    article = document()
    with shared_site.app.app_context(), writing() as session:  # its worker writes, too
        page = reading.read(article.read_bytes(), filename=article.name, session=session, most=10**7, now=now())
        campaign = drafting.draft(session, page, now=now())
        for letter in session.scalars(select(LetterTemplate).where(LetterTemplate.campaign_id == campaign.id)):
            letter.subject = "A seat at the table"
            letter.body = letter.body.replace("Dear President Biden", "{{ official.salutation }}")
        campaign.state, campaign.published_at = "published", now()
        return campaign.slug


@pytest.fixture
def open_letter(browse: Callable[..., Page], slug: str, scripted: bool) -> Callable[[str], Page]:
    """open_letter("Contact …") → its first page, in a new person's browser that may only talk to the site."""

    def opened(title: str) -> Page:
        page = browse(scripted=scripted)
        page.goto(f"/campaigns/{slug}")
        page.get_by_role("link", name=title).first.click()
        return page

    return opened


def lives(page: Page, country: str, postcode: str) -> None:
    page.get_by_label("Country").select_option(country)
    page.get_by_label("Postcode").fill(postcode)
    page.get_by_role("button", name="Find my offices").click()


def says_who(page: Page) -> None:
    for label, value in NAME.items():
        page.get_by_label(label).fill(value)
    if page.get_by_label("Postal address").count():
        page.get_by_label("Postal address").fill(ADDRESS)
    page.get_by_role("button", name="See my letter").click()


def is_content(page: Page, scripted: bool) -> str:
    """Every step is accessible; the finished letter has nothing left open. Returns it."""
    assert not scripted or violations(page) == []
    page.get_by_role("button", name="This is my letter").click()
    assert not scripted or violations(page) == []
    text = page.locator("#letter").inner_text()
    assert "O’Hara" in text and "[" not in text and "{{" not in text
    return text


def test_a_zip_in_one_district_leads_to_three_letters(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "99501")
    assert not scripted or violations(page) == []
    if scripted:  # the letter grows while one types
        page.get_by_label("Given name").fill("Suzie")
        expect(page.locator("[data-preview]")).to_contain_text("Suzie")
    says_who(page)
    assert is_content(page, scripted).startswith("Dear Representative ")
    expect(page.get_by_text("1 of 3 prepared")).to_be_visible()
    expect(page.get_by_text("Known as of")).to_be_visible()
    page.get_by_role("button", name="Next letter").click()
    assert is_content(page, scripted).startswith("Dear Senator ")
    with page.expect_download() as started:
        page.get_by_role("button", name="PDF for US Letter").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")
    expect(page.get_by_text("Prepared, not sent yet").first).to_be_visible()
    page.get_by_role("button", name="I called").click()
    expect(page.get_by_text("You said you called").first).to_be_visible()


def test_a_zip_in_two_districts_is_left_to_its_reader(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "10001")
    expect(page.get_by_text("We do not guess")).to_be_visible()
    assert not scripted or violations(page) == []
    assert page.get_by_role("radio").count() >= 2 and page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("radio").last.check()
    page.get_by_role("button", name="Go on").click()
    says_who(page)
    assert is_content(page, scripted).startswith("Dear Representative ")
    expect(page.get_by_text("1 of 3 prepared")).to_be_visible()
    assert "10001" not in page.url


def test_the_district_of_columbia_has_one_delegate(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "20001")
    says_who(page)
    expect(page.get_by_text("has no senators")).to_be_visible()
    assert is_content(page, scripted).startswith("Dear Delegate ")
    assert page.get_by_text("vacant").count() == 0


def test_in_france_one_writes_to_the_president_only(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "FR", "75001")
    expect(page.get_by_text("They answer to the people of their own place")).to_be_visible()
    assert not scripted or violations(page) == []
    page = open_letter("Contact the White House")
    says_who(page)
    assert is_content(page, scripted).startswith("Dear President ")
    expect(page.get_by_role("link", name="official form")).to_be_visible()


def test_a_letter_we_send_arrives_once_its_writer_pressed_the_button(
    open_letter: Callable[[str], Page], shared_site: Site, scripted: bool
) -> None:
    office, writer = f"president-{scripted}@example.gov", f"suzie-{scripted}@example.org".lower()
    shared_site.app.config.update(LETTER_EMAIL=1, ROSTER_BLOCK_DAYS=100_000)
    with shared_site.session() as session:
        session.execute(delete(ContactDetail).where(ContactDetail.type == "email"))
        session.add(ContactDetail(post_id="us-president", type="email", value=office))
        session.commit()
    page = open_letter("Contact the White House")
    says_who(page)
    is_content(page, scripted)
    page.get_by_label("Your e-mail address").fill(writer)
    page.get_by_role("button", name="Mail me the link").click()
    expect(page.get_by_text("open the link we mailed you")).to_be_visible()
    body = shared_site.mail_to(writer).get_body(("plain",))
    assert body
    link = next(word for word in body.get_content().split() if "/letters/" in word)
    page.goto(link)
    assert not scripted or violations(page) == []
    page.get_by_role("button", name="Send my letter").click()
    expect(page.get_by_role("heading", name="on its way")).to_be_visible()
    arrived = shared_site.mail_to(office)
    assert arrived["Reply-To"].addresses[0].addr_spec == writer and "via Campaign" in arrived["From"]
    objection = next(word for word in arrived.get_content().split() if "/letters/objections/" in word)
    page.goto(objection)
    assert not scripted or violations(page) == []
