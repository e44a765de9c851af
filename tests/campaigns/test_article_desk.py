"""The organiser's pages about the article: source and licence, text, key points, warnings, categories."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.campaigns.models import Campaign
from tests import make
from tests.articles.test_key_points import RIVER
from tests.conftest import Visitor

DESK = "/desk/campaigns/mill"
WARNINGS = [
    {"code": "cut-paragraph", "text": "“It was the” stops in the middle.", "where": "article, paragraph 2"},
    {"code": "missing-time", "text": "The page does not say when.", "where": "published_at"},
    {"code": "missing-credit", "text": "The picture “The mill” has no credit.", "where": "image 1"},
    {"code": "unanchored-key-point", "text": "“Everybody is happy.” rests on nothing.", "where": "key point 2"},
    {"code": "lost-characters", "text": "3 characters were replaced.", "where": "document"},
    {"code": "cut-paragraph", "text": "“Ask for” stops in the middle.", "where": "action, paragraph 1"},
]


@pytest.fixture
def mill(session: Session) -> Campaign:
    body = [{"kind": "paragraph", "text": text} for text in (*RIVER, "It was the")]
    points = [
        {"text": "The mill bridge is closed.", "anchored": True, "label": "AI generated", "rests_on": ""},
        {"text": "Everybody is happy.", "anchored": False, "label": "AI generated", "rests_on": ""},
    ]
    article = make.article(
        session, slug="mill-report", outlet="Example Post", url="https://post.example.org/mill/1", body=body,
        key_points=points, images=[{"caption": "The mill", "credit": "", "url": "https://post.example.org/m.png"}],
        published_at=None,
    )  # fmt: skip
    campaign = make.campaign(
        session, slug="mill", article=article, warnings=WARNINGS, categories_from="page", action="Ask for"
    )
    make.petition(session, campaign, closes_at=datetime(2100, 1, 1, tzinfo=UTC))
    session.commit()
    return campaign


@pytest.fixture
def charlie(sign_in: Callable[..., Visitor], mill: Campaign) -> Visitor:
    return sign_in("editor")


def test_where_a_warning_points_is_said_in_the_language_of_the_page(charlie: Visitor) -> None:
    french = charlie.page(f"{DESK}?lang=fr").find("main").get_text()
    assert "(article, paragraphe 2)" in french and "(appel à l’action, paragraphe 1)" in french
    assert "published_at" not in french and "(document)" not in french


def source(**values: str) -> dict[str, str]:
    return {"headline": "The mill", "outlet": "Example Post", "url": "https://post.example.org/mill/1", **values}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"licence": "CC BY 4.0"}, "licence_reason", "Say how we know"),
        ({"licence": "Permission", "licence_reason": "mail"}, "licence_by", "Name the person"),
        ({"licence": "Permission", "licence_reason": "mail", "licence_by": "A"}, "licence_on", "Enter the day"),
        ({"licence": "Fair use", "licence_reason": "mail"}, "licence", "Not a valid choice"),
        ({"archived_url": "http://archive.example.org/1"}, "archived_url", "https://"),
    ],
)
def test_a_licence_is_on_the_list_and_has_a_reason(
    charlie: Visitor, session: Session, values: dict[str, str], field: str, words: str
) -> None:
    answer = charlie.submit(f"{DESK}/source", source(**values), status=422)
    assert words in answer.get_data(as_text=True) and f'id="{field}-error"' in answer.get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(Campaign)).one().article.licence == ""  # type: ignore[union-attr]


def test_a_permission_is_kept_audited_and_shown(charlie: Visitor, session: Session, client: Visitor) -> None:
    given = {"licence": "Permission", "licence_by": "Jane Doe", "licence_on": "2026-03-01"}
    charlie.submit(
        f"{DESK}/source",
        source(**given, licence_reason="Her mail of that day", archived_url="https://archive.example.org/1"),
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign.source")).one()
    assert entry.detail["licence"] == "Permission by Jane Doe on 2026-03-01"
    assert entry.detail["reason"] == "Her mail of that day"
    page = client.page("/articles/mill-report")
    assert "shown by permission of Jane Doe, given on March 1, 2026" in page.text
    assert "Elsewhere a cat" in page.text
    assert page.select_one("a[href='https://archive.example.org/1']")
    assert not page.select_one("meta[name=robots]")
    assert page.select_one("link[rel=canonical]")["href"] == "https://post.example.org/mill/1"  # type: ignore[index]
    again = charlie.page(f"{DESK}/source")
    assert again.select_one("#licence option[selected]")["value"] == "Permission"  # type: ignore[index]


def test_a_quoted_article_belongs_to_its_outlet(client: Visitor, mill: Campaign) -> None:
    page = client.page("/articles/mill-report")
    assert page.select_one("link[rel=canonical]")["href"] == "https://post.example.org/mill/1"  # type: ignore[index]
    assert page.select_one("meta[name=robots]")["content"] == "noindex"  # type: ignore[index]
    assert "Quoted from Example Post. All rights to the text are with them." in page.text
    assert "Elsewhere a cat" not in page.text
    assert page.find("a", string="Find an archived copy")["rel"] == ["noopener", "noreferrer", "nofollow"]  # type: ignore[index]
    assert page.select_one(".panel a[href='/campaigns/mill/sign']"), "signing is in reach"
    campaign = client.page("/campaigns/mill")
    assert not campaign.select_one("meta[name=robots]"), "the campaign's page is our own"
    opinion, action = campaign.select_one(".opinion"), campaign.select_one(".action")
    assert opinion and "© 2026 Charlie" in opinion.text and action and "© 2026 Charlie" in action.text


def test_each_warning_stands_beside_the_place_to_mend_it(charlie: Visitor, session: Session) -> None:
    for page, words in (
        ("article", ("stops in the middle", "3 characters were replaced")),
        ("source", ("does not say when",)),
        ("pictures", ("“The mill” has no credit",)),
        ("key-points", ("rests on nothing",)),
        ("edit", ("“Ask for” stops",)),
    ):
        notice = charlie.page(f"{DESK}/{page}").select_one(".notice-warning")
        assert notice and all(said in notice.text for said in words), page
        assert len(notice.select("form")) == len(words)
    overview = charlie.page(DESK)
    assert len(overview.select("#warnings-title ~ ul > li")) == len(WARNINGS)


def test_a_warning_is_dealt_with_and_taken_up_again(charlie: Visitor, session: Session) -> None:
    answer = charlie.submit(f"{DESK}/warnings/0/done", {"back": "campaigns.article_text"})
    assert answer.headers["Location"].startswith(f"{DESK}/article")
    session.rollback()
    warning = session.scalars(select(Campaign)).one().warnings[0]
    assert warning["done_by"] == "editor@example.org" and warning["code"] == "cut-paragraph"
    assert "stops in the middle" not in charlie.page(f"{DESK}/article").text
    assert "Dealt with by editor@example.org" in charlie.page(DESK).text
    charlie.submit(f"{DESK}/warnings/0/open", {"back": "//evil.example"})
    session.rollback()
    assert "done_by" not in session.scalars(select(Campaign)).one().warnings[0]
    charlie.page(f"{DESK}/warnings/99/done", status=405)
    charlie.submit(f"{DESK}/warnings/99/done", {}, status=404)
    charlie.submit(f"{DESK}/warnings/0/eaten", {}, status=404)


def test_a_warning_ends_by_itself_when_its_cause_does_and_comes_back_with_it(charlie: Visitor) -> None:
    whole = "\n\n".join(RIVER)
    charlie.submit(f"{DESK}/article", {"text": whole})
    charlie.submit(f"{DESK}/source", source(published_at="2026-05-02 09:30 +01:00"))
    charlie.submit(f"{DESK}/key-points/1/drop", {})
    charlie.submit(f"{DESK}/edit", {"title": "The mill", "language": "en", "action": "Ask for a bridge."})
    mended = charlie.page(DESK).select("#warnings-title ~ details li")
    assert [item.select_one(".tag").text for item in mended] == ["Mended"] * 4  # type: ignore[union-attr]
    assert not any(item.select("button") for item in mended), "nobody need say so"
    left = charlie.page(DESK).select("#warnings-title ~ ul > li")
    assert len(left) == 2 and "no credit" in left[0].text and "replaced" in left[1].text
    charlie.submit(f"{DESK}/article", {"text": f"{whole}\n\nIt was the"})
    assert "“It was the” stops" in charlie.page(DESK).select("#warnings-title ~ ul > li")[0].text


def test_a_damaged_text_is_mended(charlie: Visitor, session: Session) -> None:
    charlie.submit(f"{DESK}/article", {"text": "## The mill\n\nIt is\nclosed now.\n\n\nIt will open."})
    session.rollback()
    article = session.scalars(select(Campaign)).one().article
    assert article and article.changed_at
    assert article.body == [
        {"kind": "subhead", "text": "The mill"},
        {"kind": "paragraph", "text": "It is closed now."},
        {"kind": "paragraph", "text": "It will open."},
    ]
    answer = charlie.submit(f"{DESK}/article", {"text": "## Only a subhead"}, status=422)
    assert "Leave at least one paragraph" in answer.get_data(as_text=True)


def test_a_point_is_kept_dropped_changed_and_approved(charlie: Visitor, session: Session, client: Visitor) -> None:
    def seen() -> str:
        section = client.page("/campaigns/mill").select_one(".article")
        return section.text if section else ""

    assert "AI generated" in seen() and "Everybody is happy" not in seen()
    charlie.submit(f"{DESK}/key-points/1/keep", {})
    assert "Everybody is happy" in seen()
    charlie.submit(f"{DESK}/key-points/1/undo", {})
    charlie.submit(f"{DESK}/key-points/0/edit", {"text": "Carts wait for the mill bridge."})
    assert "Carts wait for the mill bridge." in seen()
    charlie.submit(f"{DESK}/key-points/approve", {"name": ""}, status=422)
    charlie.submit(f"{DESK}/key-points/approve", {"name": "Charlie Example"})
    assert "Approved by Charlie Example," in seen() and "AI generated" not in seen()
    charlie.submit(f"{DESK}/key-points/0/drop", {})
    assert "Carts wait" not in seen()
    charlie.submit(f"{DESK}/key-points/choose", {})
    assert "Chosen by a program from the article" in seen()
    for path in ("9/keep", "0/eat", "9/edit"):
        charlie.submit(f"{DESK}/key-points/{path}", {"text": "x"}, status=404)


def test_categories_are_confirmed_by_an_editor(charlie: Visitor, session: Session) -> None:
    charlie.submit(f"{DESK}/categories/confirm", {})
    session.rollback()
    assert session.scalars(select(Campaign)).one().categories_from == "editor"


def test_a_viewer_changes_nothing(sign_in: Callable[..., Visitor], mill: Campaign) -> None:
    viewer = sign_in("viewer")
    for path in ("key-points/0/drop", "warnings/0/done", "categories/confirm", "pictures/1/remove"):
        viewer.submit(f"{DESK}/{path}", {}, status=403)
    for path in ("source", "article", "key-points", "pictures"):
        viewer.page(f"{DESK}/{path}", status=403)


def picture(**values: str) -> dict[str, Any]:
    said = {"url": "https://post.example.org/m.png", "credit": "Jane Doe", "alt": "A mill", "licence": "CC0 1.0"}
    return {**said, "caption": "", **values}


def test_a_picture_is_asked_for_described_and_taken_out(charlie: Visitor, session: Session, client: Visitor) -> None:
    form = charlie.page(f"{DESK}/pictures/new?image=0")
    assert form.select_one("[name=url]")["value"] == "https://post.example.org/m.png"  # type: ignore[index]
    charlie.submit(f"{DESK}/pictures/new", picture())
    page = charlie.page(f"{DESK}/pictures")
    assert "Waiting for its turn" in page.text and page.select_one("[data-look-again]")
    charlie.submit(f"{DESK}/pictures/1", picture(credit="John Roe"))
    assert "John Roe" in charlie.page(f"{DESK}/pictures").text
    assert "post.example.org/m.png" not in str(client.page("/campaigns/mill")), "no browser is sent there"
    charlie.submit(f"{DESK}/pictures/1/remove", {})
    assert "In the article" in charlie.page(f"{DESK}/pictures").text
    charlie.submit(f"{DESK}/pictures/1/remove", {}, status=404)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"credit": ""}, "credit", "Say who took it."),
        ({"alt": ""}, "alt", "Say what is to be seen"),
        ({"licence": ""}, "licence", "Say why we may show it"),
        ({"url": "http://127.0.0.1/m.png"}, "url", "private networks"),
        ({"url": "file:///etc/passwd"}, "url", "Write the whole address"),
    ],
)
def test_a_picture_without_what_it_needs_is_refused(
    charlie: Visitor, values: dict[str, str], field: str, words: str
) -> None:
    html = charlie.submit(f"{DESK}/pictures/new", picture(**values), status=422).get_data(as_text=True)
    assert words in html and f'id="{field}-error"' in html
