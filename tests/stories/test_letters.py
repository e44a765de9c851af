"""Supporters write letters from the first article's campaign: each gets as far as their letter truthfully can."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from campaign import tokens, worker
from campaign.articles import reading
from campaign.campaigns import drafting
from campaign.db import now, writing
from campaign.letters import following_up
from campaign.letters.channels.email.models import LetterGroup, MailedLetter
from campaign.letters.models import FollowUp, Letter, LetterTemplate
from campaign.officials import holding
from campaign.officials.models import ContactDetail, Post
from tests import make
from tests.conftest import FULL
from tests.stories.conftest import Site, follow, press, running, sign_in, wait_for
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
        [page] = reading.read(
            article.read_bytes(), reading.Origin(filename=article.name), session=session, most=10**7, now=now()
        )
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
        follow(page, page.get_by_role("link", name=title).first)
        return page

    return opened


def lives(page: Page, country: str, postcode: str) -> None:
    page.get_by_label("Country").select_option(country)
    page.get_by_label("Postcode").fill(postcode)
    press(page, "Find my offices")


def says_who(page: Page) -> None:
    for label, value in NAME.items():
        page.get_by_label(label).fill(value)
    if page.get_by_label("Postal address").count():
        page.get_by_label("Postal address").fill(ADDRESS)
    press(page, "See my letter")


_looked_at: set[str] = set()


def is_accessible(page: Page, scripted: bool) -> None:
    """axe looks at each kind of page once, or with FULL=1 whenever one comes."""
    if not scripted:
        return
    kind = "/".join(page.locator("h1, h2, label").all_inner_texts())
    if FULL or kind not in _looked_at:
        assert violations(page) == []
        _looked_at.add(kind)


def is_content(page: Page, scripted: bool) -> str:
    """Every step is accessible; the finished letter has nothing left open. Returns it."""
    is_accessible(page, scripted)
    press(page, "This is my letter")
    is_accessible(page, scripted)
    text = page.locator("#letter").inner_text()
    assert "O’Hara" in text and "[" not in text and "{{" not in text
    return text


@pytest.mark.full
def test_a_zip_in_one_district_leads_to_three_letters(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "99501")
    is_accessible(page, scripted)
    if scripted:  # the letter grows while one types
        page.get_by_label("Given name").fill("小龍")
        page.get_by_label("Family name").fill("李")
        expect(page.locator("[data-preview]")).to_contain_text("李小龍")
        page.get_by_label("Given name").fill("Suzie")
        expect(page.locator("[data-preview]")).to_contain_text("Suzie 李")
    says_who(page)
    assert is_content(page, scripted).startswith("Dear Representative ")
    expect(page.get_by_text("1 of 3 prepared")).to_be_visible()
    expect(page.get_by_text("Known as of")).to_be_visible()
    press(page, "Next letter")
    assert is_content(page, scripted).startswith("Dear Senator ")
    with page.expect_download() as started:
        page.get_by_role("button", name="PDF for US Letter").click()
    assert Path(started.value.path()).read_bytes().startswith(b"%PDF")
    expect(page.get_by_text("Prepared, not sent yet").first).to_be_visible()
    press(page, "I called")
    expect(page.get_by_text("You said you called").first).to_be_visible()


@pytest.mark.full
def test_a_zip_in_two_districts_is_left_to_its_reader(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "10001")
    expect(page.get_by_text("We do not guess")).to_be_visible()
    is_accessible(page, scripted)
    assert page.get_by_role("radio").count() >= 2 and page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("radio").last.check()
    press(page, "Go on")
    says_who(page)
    assert is_content(page, scripted).startswith("Dear Representative ")
    expect(page.get_by_text("1 of 3 prepared")).to_be_visible()
    assert "10001" not in page.url


@pytest.mark.full
def test_the_district_of_columbia_has_one_delegate(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "US", "20001")
    says_who(page)
    expect(page.get_by_text("has no senators")).to_be_visible()
    assert is_content(page, scripted).startswith("Dear Delegate ")
    assert page.get_by_text("vacant").count() == 0


@pytest.mark.full
def test_in_france_one_writes_to_the_president_only(open_letter: Callable[[str], Page], scripted: bool) -> None:
    page = open_letter("Contact Elected Officials")
    lives(page, "FR", "75001")
    expect(page.get_by_text("They answer to the people of their own place")).to_be_visible()
    is_accessible(page, scripted)
    page = open_letter("Contact the White House")
    says_who(page)
    assert is_content(page, scripted).startswith("Dear President ")
    expect(page.get_by_role("link", name="official form")).to_be_visible()


@pytest.mark.full
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
    press(page, "Mail me the link")
    expect(page.get_by_text("open the link we mailed you")).to_be_visible()
    body = shared_site.mail_to(writer).get_body(("plain",))
    assert body
    link = next(word for word in body.get_content().split() if "/letters/" in word)
    page.goto(link)
    is_accessible(page, scripted)
    press(page, "Send my letter")
    expect(page.get_by_role("heading", name="on its way")).to_be_visible()
    arrived = shared_site.mail_to(office)
    assert arrived["Reply-To"].addresses[0].addr_spec == writer and "via Campaign" in arrived["From"]
    objection = next(word for word in arrived.get_content().split() if "/letters/objections/" in word)
    page.goto(objection)
    is_accessible(page, scripted)


@pytest.mark.full
def test_two_weeks_after_a_letter_they_sent_themselves_a_writer_is_asked_for_a_reply(
    open_letter: Callable[[str], Page], shared_site: Site, scripted: bool
) -> None:
    writer = f"waiting-{scripted}@example.org".lower()
    page = open_letter("Contact the White House")
    says_who(page)
    is_content(page, scripted)
    press(page, "I sent it")
    press(page, "Ask me later")
    expect(page.get_by_text("Tick the box").first).to_be_visible()
    is_accessible(page, scripted)
    page.get_by_label("Ask me in 14 days").check()
    page.get_by_label("E-mail address for the question").fill(writer)
    press(page, "Ask me later")
    expect(page.get_by_text("Look at your mail")).to_be_visible()
    page.goto(shared_site.link_in(shared_site.mail_to(writer), "letters/follow-ups"))
    is_accessible(page, scripted)
    press(page, "Yes, ask me")
    expect(page.get_by_role("heading", name="We will ask you")).to_be_visible()
    is_accessible(page, scripted)
    past = now() - following_up.AFTER
    with shared_site.app.app_context():
        with writing() as session:
            wish = session.scalars(select(FollowUp).where(FollowUp.email == writer)).one()
            wish.asked_at = wish.letter.changed_at = past
        worker.ask_for_replies(now())
    question = wait_for(lambda: next((m for m in shared_site.mails() if _asks(m, writer)), None))
    assert "you prepared a letter" in question.get_body(("plain",)).get_content()
    page.goto(shared_site.link_in(question, "letters/replies"))
    is_accessible(page, scripted)
    press(page, "No, nothing yet")
    is_accessible(page, scripted)
    follow(page, page.get_by_role("link", name="Prepare a follow-up"))
    says_who(page)
    assert "have had no reply" in page.get_by_label("Your letter").input_value()
    with shared_site.session() as session:
        assert not session.scalars(select(FollowUp).where(FollowUp.email == writer)).all()


def _asks(mail: EmailMessage, writer: str) -> bool:
    return mail["To"] == writer and "Did the office reply?" in mail["Subject"]


@pytest.mark.full
def test_pages_around_a_sent_letter_hold_no_barrier(
    browse: Callable[..., Page], open_letter: Callable[[str], Page], shared_site: Site, slug: str, scripted: bool
) -> None:
    """The question for a reply, the letter that follows, and what an organiser sees of letters that are alike."""
    with shared_site.app.app_context(), writing() as session:
        template = session.scalars(select(LetterTemplate).where(LetterTemplate.target == "us-president")).first()
        assert template
        row = Letter(template_id=template.id, post_id="us-president", post_label="President", state="sent")
        president = holding.holder(session, session.get_one(Post, row.post_id), on=now().date()).person
        row.person_id = president.id if president else None
        row.text_sha256, row.created_at = "0" * 64, now()
        group = LetterGroup(campaign_id=template.campaign_id, sketch=[0], letters=60, state="waiting", created_at=now())
        session.add_all([row, group])
        session.flush()
        known = {"campaign_id": template.campaign_id, "post_id": row.post_id, "letter_id": row.id, "holder": ""}
        words = {"sender_name": "Suzie", "reply_to": "s@example.org", "subject": "The bridge", "language": "en"}
        times = {name: now() for name in ("asked_at", "due_at", "left_at", "confirmed_at")}
        text = {"body": "Dear President,\n\nI urge you to act.\n\nSuzie", "writer_key": "0" * 64, "message_id": "<1@x>"}
        session.add(MailedLetter(**known, **words, **times, **text, group_id=group.id))
        session.flush()
        asked = {"letter_id": row.id, "email": "s@example.org", "mailbox_key": "0" * 64, "asked_at": now()}
        token = tokens.hashed("letter reply", f"question-{row.id}")
        session.add(FollowUp(**asked, confirmed_at=now(), mailed_at=now(), reply_token_hash=token))
        link = f"/letters/replies/question-{row.id}"
        letter = f"letters/{template.slug}"
    page = browse(scripted=scripted, width=390)
    for path in (link, f"/letters/objections/{'x'}", f"/campaigns/{slug}/letters/nothing"):
        page.goto(path)
        assert not scripted or violations(page) == []
    page.goto(link)
    page.get_by_role("button", name="No, nothing yet").click()
    assert not scripted or violations(page) == []
    page.get_by_role("link", name="Prepare a follow-up").click()
    says_who(page)
    assert "I wrote to you on" in page.get_by_label("Your letter").input_value()
    is_content(page, scripted)
    desk = browse(scripted=scripted)
    sign_in(desk)
    for path in ("letters/alike", "letters", f"{letter}/edit", f"{letter}/delete"):
        desk.goto(f"/desk/campaigns/{slug}/{path}")
        assert not scripted or violations(desk) == []
    desk.goto(f"/desk/campaigns/{slug}/letters/alike")
    desk.get_by_text("What they say, without names").first.click()
    expect(desk.get_by_text("I urge you to act.").first).to_be_visible()
    desk.get_by_role("button", name="Let them go").first.click()
    expect(desk.get_by_text("You let them go").first).to_be_visible()


@pytest.mark.full
def test_a_letter_nobody_can_write_now_says_so_without_a_barrier(
    browse: Callable[..., Page], shared_site: Site, slug: str
) -> None:
    """A holder nobody is certain of, a text that is being corrected, a campaign that is over."""
    with shared_site.app.app_context(), writing() as session:
        text = "{{{{ official.salutation }}}}\nI urge {} to act.\n{{{{ sender.name }}}}"
        campaign_id = session.scalars(select(LetterTemplate.campaign_id)).first()
        blocked = (("named", "jo-ministry-water", "{{ official.name }}"), ("stale", "us-president", "President Biden"))
        for name, target, who in blocked:
            row = LetterTemplate(campaign_id=campaign_id, slug=name, title=name, subject="S", body=text.format(who))
            row.target = target
            session.add(row)
        closed = make.campaign(session, slug="closed-one")
        make.letter_template(session, closed, slug="write", target="us-president")
        closed.state = "closed"
    page = browse(width=390)
    page.goto(f"/campaigns/{slug}/letters/named")
    says_who(page)
    expect(page.get_by_text("Nobody is known for certain")).to_be_visible()
    assert violations(page) == []
    for path, words in (
        (f"/campaigns/{slug}/letters/stale", "correcting this letter"),
        ("/campaigns/closed-one/letters/write", "closed"),
    ):
        page.goto(path)
        expect(page.get_by_text(words).first).to_be_visible()
        assert violations(page) == []
