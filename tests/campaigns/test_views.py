"""What readers see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from tests import make
from tests.conftest import Visitor

PAGE_BYTES = 100 * 1024


@pytest.fixture
def bridge(session: Session) -> Campaign:
    """A published campaign with everything a campaign can have."""
    article = make.article(
        session,
        slug="bridge-report",
        headline="Bridge stays shut for a third winter",
        outlet="Exampleton Post",
        url="https://post.example.org/bridge/shut",
        published_at=datetime(2025, 8, 15, 23, 28, 57, tzinfo=UTC),
        published_offset=-240,
        body=[{"kind": "paragraph", "text": f"Paragraph {number}. " + "It rained. " * 20} for number in range(1, 11)],
        key_points=[
            {"text": "The bridge is shut.", "anchored": True, "label": "AI generated"},
            {"text": "Everybody is happy about it.", "anchored": False, "label": "AI generated"},
        ],
        related=[{"headline": "Another bridge", "outlet": "", "url": "", "published_on": None}],
    )
    transport = make.category(session)
    campaign = make.campaign(
        session,
        slug="bridge",
        title="Mend the bridge",
        place="Exampleton",
        article=article,
        categories=[transport],
        opinion="It has **waited** long enough.",
        todo_intro="Start here.",
    )
    mayor = make.make_post(session, "mayor", label="Mayor of Exampleton")
    make.membership(session, make.person(session, "Ada Lovelace"), mayor)
    # Far ahead: views ask the real clock.
    closes_at = datetime(2100, 1, 1, tzinfo=UTC)
    make.petition(session, campaign, post=mayor, demand="Open the bridge before winter.", closes_at=closes_at)
    make.todo(session, campaign, kind="petition", title="Sign it", body="Do it **now**.\n\n### Why\n\nBecause.")
    make.todo(session, campaign, kind="contact", title="Write to the mayor")
    link = {"url": "https://example.org/report", "label": "The report"}
    make.todo(session, campaign, kind="learn", title="Read it", links=[link])
    make.todo(session, campaign, kind="social", title="Share it", hashtags=["#MendIt"])
    make.letter_template(session, campaign, slug="to-the-mayor", title="To the mayor", target="mayor")
    other = make.campaign(session, slug="bus", title="Night buses for everybody", categories=[transport])
    make.petition(session, other, demand="Run buses all night.", closes_at=closes_at)
    make.campaign(session, slug="secret", title="Nobody may see this", state="draft", categories=[transport])
    session.commit()
    return campaign


def text(page: BeautifulSoup) -> str:
    assert page.main
    return " ".join(page.main.get_text(" ").split())


@pytest.mark.usefixtures("bridge")
def test_the_first_screen_says_what_is_asked_of_whom(client: Visitor) -> None:
    page = text(client.page("/campaigns/bridge"))
    in_order = [
        "Mend the bridge",
        "Mayor of Exampleton",
        "Ada Lovelace",
        "Open the bridge before winter.",
        "0 signatures",
        "100",
        "2100",
        "Sign the petition",
        "Bridge stays shut for a third winter",
        "Opinion",
        "Why act now",
        "What you can do",
        "Letters you can send",
        "Share this",
        "Related campaigns",
    ]
    found = [page.find(words) for words in in_order]
    assert -1 not in found, in_order[found.index(-1)]
    assert found == sorted(found)


@pytest.mark.usefixtures("bridge")
def test_the_article_shows_its_source_and_an_excerpt(client: Visitor) -> None:
    page = client.page("/campaigns/bridge")
    source = page.select_one(".source")
    assert source and "Exampleton Post" in source.text
    assert "UTC−04:00" in source.text
    time = source.find("time")
    assert time and time["datetime"] == "2025-08-15T19:28:57-04:00"
    assert source.select_one("a[href='https://post.example.org/bridge/shut']")
    copy = source.find("a", string="Find an archived copy")
    assert copy and copy["href"] == "https://web.archive.org/web/20250815232857/https://post.example.org/bridge/shut"
    expand = page.select_one("details.expand")
    assert expand and expand.summary and expand.summary.text.strip() == "Expand"
    assert "Paragraph 4." in expand.text
    assert "Paragraph 8." not in text(page), "without a licence no more than a fair share"
    assert "Read the whole report at Exampleton Post" in text(page)


def test_with_a_licence_the_whole_text_is_there(client: Visitor, session: Session, bridge: Campaign) -> None:
    assert bridge.article
    bridge.article.licence = "CC BY 4.0"
    session.commit()
    page = text(client.page("/campaigns/bridge"))
    assert "Paragraph 10." in page
    assert "Read the whole report" not in page
    assert "CC BY 4.0" in page


def test_no_picture_is_loaded_from_the_outlet_and_the_original_stays_unseen(
    client: Visitor, session: Session, bridge: Campaign
) -> None:
    assert bridge.article
    bridge.article.images = [{"caption": "The bridge", "credit": "AFP", "url": "https://post.example.org/b.jpg"}]
    bridge.article.source_text = "<script>alert(1)</script><img src='https://post.example.org/b.jpg'>"
    session.commit()
    for path in ("/campaigns/bridge", "/articles/bridge-report"):
        html = client.get(path).get_data(as_text=True)
        assert "b.jpg" not in html and "alert(1)" not in html


@pytest.mark.usefixtures("bridge")
def test_only_key_points_that_rest_on_the_text_are_shown_with_their_label(client: Visitor) -> None:
    page = text(client.page("/campaigns/bridge"))
    assert "The bridge is shut." in page and "AI generated" in page
    assert "Everybody is happy" not in page


@pytest.mark.usefixtures("bridge")
def test_opinion_stands_apart_and_names_its_author(client: Visitor) -> None:
    opinion = client.page("/campaigns/bridge").select_one("section.opinion")
    assert opinion and opinion.h2 and opinion.h2.text == "Opinion"
    assert "by Charlie" in opinion.text
    assert opinion.select_one("strong")


@pytest.mark.usefixtures("bridge")
def test_each_act_has_something_to_press(client: Visitor) -> None:
    cards = client.page("/campaigns/bridge").select(".todo > li")
    assert [card.h3.text for card in cards if card.h3] == ["Sign it", "Write to the mayor", "Read it", "Share it"]
    assert cards[0].select_one("a[href='/campaigns/bridge/sign']")
    assert cards[1].select_one("a[href='/campaigns/bridge/letters/to-the-mayor']")
    link = cards[2].select_one("a[href='https://example.org/report']")
    assert link and "noopener" in link["rel"]
    copied = cards[3].select_one("[data-copy]")
    assert copied
    shared = cards[3].find(id=copied["data-copy"])
    assert shared and "#MendIt" in shared.text and "/campaigns/bridge" in shared.text
    assert all(card.svg for card in cards)


@pytest.mark.usefixtures("bridge")
def test_there_is_a_second_sign_button_below(client: Visitor) -> None:
    page = client.page("/campaigns/bridge")
    assert len(page.select("a.button-primary[href='/campaigns/bridge/sign']")) == 2


@pytest.mark.usefixtures("bridge")
def test_no_formatting_marks_reach_readers(client: Visitor) -> None:
    page = text(client.page("/campaigns/bridge"))
    for marks in ("**", "###", "```", "]("):
        assert marks not in page


@pytest.mark.usefixtures("bridge")
def test_related_campaigns_say_why_and_exclude_itself_and_drafts(client: Visitor) -> None:
    section = client.page("/campaigns/bridge").find(id="related-title")
    assert section and section.parent
    assert [link["href"] for link in section.parent.select("h3 a")] == ["/campaigns/bus"]
    assert "Same subject: Transport" in " ".join(section.parent.get_text(" ").split())
    assert "Another bridge" not in section.parent.text, "the outlet's own list has no addresses"


@pytest.mark.usefixtures("bridge")
def test_other_sites_get_title_demand_and_one_address(client: Visitor) -> None:
    page = client.page("/campaigns/bridge?from=elsewhere")
    head = {str(meta.get("property") or meta.get("name")): meta["content"] for meta in page.select("meta[content]")}
    assert str(head["og:title"]) == "Mend the bridge"
    assert head["og:description"] == head["description"] == "Open the bridge before winter."
    canonical = page.select_one("link[rel=canonical]")
    assert canonical and canonical["href"] == "http://localhost/campaigns/bridge"


def test_the_page_speaks_the_campaigns_language(client: Visitor, session: Session, bridge: Campaign) -> None:
    bridge.language = "ar"
    session.commit()
    page = client.page("/campaigns/bridge", headers={"Accept-Language": "en"})
    assert page.html and (page.html["lang"], page.html["dir"]) == ("ar", "rtl")


def test_in_a_language_without_pages_only_the_texts_turn(client: Visitor, session: Session, bridge: Campaign) -> None:
    bridge.language = "he"
    session.commit()
    page = client.page("/campaigns/bridge")
    assert page.html and page.html["dir"] == "ltr"
    texts = page.select_one(".campaign")
    assert texts and (texts["lang"], texts["dir"]) == ("he", "rtl")


@pytest.mark.parametrize(
    "path", ["/campaigns/secret", "/campaigns/unknown", "/articles/unknown", "/categories/unknown"]
)
@pytest.mark.usefixtures("bridge")
def test_what_is_a_draft_or_unknown_is_not_found(client: Visitor, path: str) -> None:
    page = client.page(path, 404)
    assert "Nobody may see this" not in str(page)


@pytest.mark.usefixtures("bridge")
def test_a_closed_campaign_stays_readable_without_a_sign_button(
    client: Visitor, session: Session, bridge: Campaign
) -> None:
    bridge.state, bridge.closed_at = "closed", make.NOW - timedelta(days=1)
    session.commit()
    page = client.page("/campaigns/bridge")
    assert "Closed for signatures" in text(page)
    assert not page.select("a[href='/campaigns/bridge/sign']")


def test_a_closed_campaign_names_its_letters_and_leads_to_none(
    client: Visitor, session: Session, bridge: Campaign
) -> None:
    bridge.state, bridge.closed_at = "closed", make.NOW - timedelta(days=1)
    session.commit()
    page = client.page("/campaigns/bridge")
    assert "To the mayor" in text(page) and "Letters you can send" not in text(page)
    assert not page.select("a[href*='/letters/']")


@pytest.mark.parametrize(
    "path", ["/", "/categories", "/categories/transport", "/campaigns/bridge", "/articles/bridge-report"]
)
@pytest.mark.usefixtures("bridge")
def test_public_pages_set_no_cookie_weigh_little_and_may_be_kept(client: Visitor, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert len(response.data) <= PAGE_BYTES
    assert response.cache_control.public and response.cache_control.max_age == 30
    again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("bridge")
def test_a_page_made_for_somebody_with_a_cookie_is_not_kept(sign_in: Any) -> None:
    response = sign_in("viewer").get("/campaigns/bridge")
    assert response.cache_control.no_store
    assert not response.cache_control.public


@pytest.mark.usefixtures("bridge")
def test_the_home_page_leads_with_the_newest(client: Visitor, session: Session) -> None:
    make.campaign(session, slug="newest", title="Brand new", published_at=make.NOW + timedelta(hours=1))
    session.commit()
    page = client.page("/")
    assert [link["href"] for link in page.select("main article h2 a, main article h3 a")] == [
        "/campaigns/newest",
        "/campaigns/bus",
        "/campaigns/bridge",
    ]
    bus = text(page)
    assert "Run buses all night." in bus
    assert "example.org" in bus, "the outlet of the report"
    assert "November 21, 2026" in bus
    assert "Nobody may see this" not in bus


def test_an_empty_site_says_so(client: Visitor) -> None:
    assert "Nothing is published here yet" in text(client.page("/"))
    assert "Nothing is published here yet" in text(client.page("/categories"))


@pytest.mark.usefixtures("bridge")
def test_categories_say_how_many_campaigns_they_have(client: Visitor) -> None:
    assert "Transport 2 campaigns" in text(client.page("/categories"))


def test_categories_stand_in_the_order_of_their_readers_language(client: Visitor, session: Session) -> None:
    for slug, name, french in (("schools", "Schools", "Écoles"), ("health", "Health", "Santé"), ("all", "All", "Tout")):
        category = make.category(session, slug, name)
        category.names = {"fr": french}
        make.campaign(session, categories=[category])
    session.commit()
    for lang, names in (("en", ["All", "Health", "Schools"]), ("fr", ["Écoles", "Santé", "Tout"])):
        said = [link.text for link in client.page(f"/categories?lang={lang}").select("main li a, main h2 a")]
        assert [name for name in said if name in names] == names


@pytest.mark.usefixtures("bridge")
def test_long_lists_come_in_pages(client: Visitor, session: Session) -> None:
    transport = make.category(session, "many", "Many")
    for _ in range(25):
        make.campaign(session, categories=[transport])
    session.commit()
    assert len(client.page("/categories/many").select("article.card")) == 20
    assert len(client.page("/categories/many?page=2").select("article.card")) == 5
    assert client.page("/categories/many?page=nonsense")


@pytest.mark.usefixtures("bridge")
def test_search_engines_are_sent_to_the_outlet_for_its_report(client: Visitor) -> None:
    page = client.page("/articles/bridge-report")
    canonical = page.select_one("link[rel=canonical]")
    assert canonical and canonical["href"] == "https://post.example.org/bridge/shut"
    assert page.select_one("meta[name=robots][content=noindex]")
    assert page.select_one("a[href='/campaigns/bridge']")
