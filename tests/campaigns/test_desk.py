"""The organiser's pages."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.articles.models import Article
from campaign.campaigns.models import Campaign
from tests import make
from tests.articles.web_pages import FERRY
from tests.conftest import Visitor

PAGE = (Path(__file__).parent / "documents" / "otterford.txt").read_bytes()
SLUG = "council-delays-sewage-works-at-otterford-again"

SignIn = Callable[..., Visitor]


@pytest.fixture
def charlie(sign_in: SignIn) -> Visitor:
    """Runs the campaign."""
    return sign_in("editor")


@pytest.fixture
def otter(charlie: Visitor, session: Session) -> Campaign:
    """The draft that came of the document."""
    charlie.submit("/desk/import", {"text": PAGE.decode()})
    return session.scalars(select(Campaign)).one()


def reread(session: Session, campaign: Campaign) -> Campaign:
    session.rollback()  # a transaction that has read goes on seeing what it saw
    return campaign


def actions(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "campaign")))


def form_of(page: Any) -> dict[str, Any]:
    """What a browser would send if nobody changed anything."""
    values: dict[str, Any] = {}
    for field in page.select("main form [name]"):
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[field["name"]] = chosen["value"]
        elif field.name == "textarea":
            values[field["name"]] = field.text.removeprefix("\r").removeprefix("\n")
        elif field.get("type") == "checkbox":
            if field.has_attr("checked"):
                values.setdefault(field["name"], []).append(field["value"])
        elif field.get("type") not in ("file", "submit", "hidden"):
            values[field["name"]] = field.get("value", "")
    return values


def test_a_pasted_document_becomes_a_draft(charlie: Visitor, session: Session) -> None:
    response = charlie.submit("/desk/import", {"text": PAGE.decode()})
    assert response.location == f"/desk/campaigns/{SLUG}"
    page = charlie.page(response.location)
    assert "otterfordpost.example.org" in page.text
    assert "Otterford budget passes by two votes" in page.text, "what the outlet's page also listed"
    assert actions(session) == ["campaign.import"]


def test_a_file_becomes_a_draft(charlie: Visitor, session: Session) -> None:
    charlie.submit("/desk/import", {"file": (BytesIO(PAGE), "otter.txt")}, content_type="multipart/form-data")
    assert session.scalars(select(Campaign.slug)).all() == [SLUG]


def test_the_code_of_a_web_page_becomes_a_draft(charlie: Visitor, session: Session) -> None:
    code = "<html><body><h1>The ferry stops</h1>" + "".join(f"<p>{text}</p>" for text in FERRY)
    charlie.submit("/desk/import", {"text": code})
    assert [block["text"] for block in session.scalars(select(Article)).one().body] == FERRY


def test_every_report_of_a_feed_becomes_a_draft_when_asked_for(charlie: Visitor, session: Session) -> None:
    items = [{"title": f"Report {n}", "url": f"https://h.example.org/{n}", "content_text": FERRY[n]} for n in range(3)]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    assert charlie.submit("/desk/import", {"text": feed, "feed": "y"}).location == "/desk"
    assert set(session.scalars(select(Campaign.title))) == {"Report 0", "Report 1", "Report 2"}
    assert "3 drafts were made." in charlie.page("/desk").text


def test_a_bad_report_is_named_and_skipped_when_asked_to(charlie: Visitor, session: Session) -> None:
    items = [{"title": "Report", "url": "https://h.example.org/1", "content_text": FERRY[0]}, {"title": "No link"}]
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    page = charlie.submit("/desk/import", {"text": feed, "feed": "y"}, status=422).get_data(as_text=True)
    assert "item 2: The report has no link." in page
    assert session.scalars(select(Campaign)).all() == []
    charlie.submit("/desk/import", {"text": feed, "feed": "y", "skips_bad": "y"})
    session.rollback()
    assert session.scalars(select(Campaign.title)).all() == ["Report"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "   \n "}, "text"),
        ({"file": b"\x89PNG\r\n\x1a\n" + b"\0" * 90}, "file"),
        ({"file": b""}, "file"),
        ({"text": "Both", "file": b"Both"}, "text"),
        ({"text": "<div>" * 100_000}, "text"),
        ({"file": b"<rss><!DOCTYPE x [<!ENTITY a 'b'>]></rss>"}, "file"),
        ({"text": "Not a feed", "feed": "y"}, "text"),
    ],
    ids=["nothing", "spaces", "a picture", "an empty file", "both", "a deep page", "a DTD", "no feed"],
)
def test_what_cannot_be_read_is_explained_beside_the_field(
    charlie: Visitor, session: Session, data: dict[str, Any], field: str
) -> None:
    files = {name: (BytesIO(value), "article.txt") for name, value in data.items() if isinstance(value, bytes)}
    response = charlie.submit("/desk/import", data | files, status=422, content_type="multipart/form-data")
    page = response.get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert session.scalars(select(Campaign)).all() == []


def test_a_refused_text_is_kept(charlie: Visitor) -> None:
    text = "<html><body>Not this</body></html>"
    page = charlie.submit("/desk/import", {"text": text}, status=422).get_data(as_text=True)
    assert "&lt;html&gt;&lt;body&gt;Not this" in page


def test_a_file_over_the_limit_is_refused(charlie: Visitor, session: Session) -> None:
    response = charlie.post("/desk/import", data=b"x" * 3_000_000, content_type="multipart/form-data; boundary=x")
    assert response.status_code == 413
    assert session.scalars(select(Campaign)).all() == []


@pytest.mark.usefixtures("otter")
def test_the_overview_says_what_is_missing_and_where_to_mend_it(charlie: Visitor) -> None:
    page = charlie.page(f"/desk/campaigns/{SLUG}")
    missing = page.find(id="missing-title")
    assert missing and missing.parent
    links = {link["href"]: link.text for link in missing.parent.select("a")}
    assert links[f"/desk/campaigns/{SLUG}/edit?back=missing#opinion_author"] == "Mend the texts", "the opinion's author"
    assert links[f"/desk/campaigns/{SLUG}/source?back=missing#url"] == "Mend the article’s source"
    assert "Mend the petition" in links.values(), "the demand"


@pytest.mark.usefixtures("otter")
def test_publishing_too_early_changes_nothing_and_says_why(charlie: Visitor, session: Session, otter: Campaign) -> None:
    page = charlie.submit(f"/desk/campaigns/{SLUG}/publish", {}, status=422).get_data(as_text=True)
    assert "cannot be published yet" in page
    assert reread(session, otter).state == "draft"
    assert charlie.get(f"/campaigns/{SLUG}").status_code == 404


def test_a_complete_draft_goes_public_closes_and_opens_again(
    charlie: Visitor, session: Session, client: Visitor
) -> None:
    campaign = make.campaign(session, slug="bridge", state="draft", categories=[make.category(session)])
    make.petition(session, campaign, closes_at=make.NOW.replace(year=2100))  # views ask the real clock
    make.todo(session, campaign, kind="petition", title="Sign it")
    session.commit()
    for step, state in (("publish", "published"), ("close", "closed"), ("reopen", "published"), ("unpublish", "draft")):
        charlie.submit(f"/desk/campaigns/bridge/{step}", {})
        assert reread(session, campaign).state == state
        assert client.get("/campaigns/bridge").status_code == (404 if state == "draft" else 200)
    said = charlie.page("/desk/campaigns/bridge").text
    assert said.index("Published: everybody") < said.index("Closed: everybody") < said.index("Taken off the site")
    assert actions(session) == ["campaign.publish", "campaign.close", "campaign.reopen", "campaign.unpublish"]


def test_texts_survive_a_round_trip(charlie: Visitor, session: Session, otter: Campaign) -> None:
    before = {name: getattr(otter, name) for name in ("title", "language", "opinion", "action", "todo_intro")}
    path = f"/desk/campaigns/{SLUG}/edit"
    charlie.submit(path, form_of(charlie.page(path)))
    reread(session, otter)
    assert {name: getattr(otter, name) for name in before} == before
    assert {category.name for category in otter.categories} == {"Water", "Environment & Nature"}


def test_texts_and_categories_are_changed(charlie: Visitor, session: Session, otter: Campaign) -> None:
    path = f"/desk/campaigns/{SLUG}/edit"
    new = {"title": "A date for the works", "opinion_author": "Charlie", "categories": [], "new_categories": "Rivers"}
    charlie.submit(path, form_of(charlie.page(path)) | new)
    reread(session, otter)
    assert (otter.title, otter.opinion_author, otter.slug) == ("A date for the works", "Charlie", SLUG)
    assert [category.name for category in otter.categories] == ["Rivers"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign.edit")).one()
    assert set(entry.detail["changed"]) == {"title", "opinion_author", "categories"}
    assert entry.actor == "editor@example.org"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"title": " "}, "title"), ({"country": "Great Britain"}, "country"), ({"place": "Otter\u202eford"}, "place")],
)
@pytest.mark.usefixtures("otter")
def test_a_wrong_text_is_explained_and_what_was_typed_is_kept(
    charlie: Visitor, session: Session, otter: Campaign, wrong: dict[str, str], field: str
) -> None:
    path = f"/desk/campaigns/{SLUG}/edit"
    data = form_of(charlie.page(path)) | {"action": "Typed just now."} | wrong
    page = charlie.submit(path, data, status=422).get_data(as_text=True)
    assert f'id="{field}-error"' in page
    assert "Typed just now." in page
    assert reread(session, otter).action != "Typed just now."


def test_an_opinion_may_be_longer_than_a_public_field(charlie: Visitor, session: Session, otter: Campaign) -> None:
    path = f"/desk/campaigns/{SLUG}/edit"
    charlie.submit(path, form_of(charlie.page(path)) | {"opinion": "Long. " * 5_000})
    assert len(reread(session, otter).opinion) == 29_999


def test_the_source_survives_a_round_trip(charlie: Visitor, session: Session, otter: Campaign) -> None:
    assert otter.article
    before = (otter.article.published_at, otter.article.published_offset, otter.article.outlet)
    path = f"/desk/campaigns/{SLUG}/source"
    charlie.submit(path, form_of(charlie.page(path)))
    reread(session, otter)
    assert (otter.article.published_at, otter.article.published_offset, otter.article.outlet) == before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"published_at": "last Friday"}, "published_at"),
        ({"published_at": "2026-03-03 06:05"}, "published_at"),
        ({"published_at": "0001-01-01 00:00 +14:00"}, "published_at"),  # in UTC, a day before the calendar begins
        ({"published_at": "9999-12-31 23:59 -12:00"}, "published_at"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "otterfordpost"}, "url"),
        ({"headline": ""}, "headline"),
    ],
)
@pytest.mark.usefixtures("otter")
def test_a_wrong_source_is_explained(charlie: Visitor, wrong: dict[str, str], field: str) -> None:
    path = f"/desk/campaigns/{SLUG}/source"
    page = charlie.submit(path, form_of(charlie.page(path)) | wrong, status=422).get_data(as_text=True)
    assert f'id="{field}-error"' in page


def test_a_time_is_read_with_or_without_a_space_before_the_zone(
    charlie: Visitor, session: Session, otter: Campaign
) -> None:
    path = f"/desk/campaigns/{SLUG}/source"
    for written in ("2025-08-15 19:28 -04:00", "2025-08-15T19:28-04:00"):
        charlie.submit(path, form_of(charlie.page(path)) | {"published_at": written})
        reread(session, otter)
        assert otter.article and otter.article.published_at
        assert otter.article.published_at.isoformat() == "2025-08-15T23:28:00+00:00"
        assert otter.article.published_offset == -240


def test_the_to_do_list_is_edited(charlie: Visitor, session: Session, otter: Campaign) -> None:
    new = {
        "kind": "donate",
        "title": "Give to the river trust",
        "body": "Money goes from you to them.",
        "links": "https://trust.example.org/give The river trust\nhttps://trust.example.org/accounts",
        "hashtags": "otter, #river",
        "organisations": "River Trust\n\nFriends of the Otter",
    }
    charlie.submit(f"/desk/campaigns/{SLUG}/todo/new", new)
    added = reread(session, otter).todo[-1]
    assert added.links == [
        {"url": "https://trust.example.org/give", "label": "The river trust"},
        {"url": "https://trust.example.org/accounts", "label": ""},
    ]
    assert (added.hashtags, added.organisations) == (["#otter", "#river"], ["River Trust", "Friends of the Otter"])

    path = f"/desk/campaigns/{SLUG}/todo/{added.id}"
    charlie.submit(path, form_of(charlie.page(path)) | {"title": "Give a little"})
    changed = reread(session, otter).todo[-1]
    assert (changed.title, changed.links[0]["label"]) == ("Give a little", "The river trust")

    charlie.submit(f"{path}/up", {})
    assert reread(session, otter).todo[-2].id == added.id
    assert "cannot be brought back" in charlie.page(f"{path}/delete").text
    assert len(reread(session, otter).todo) == 4, "the page only asks"
    charlie.submit(f"{path}/delete", {})
    assert "Deleted: “Give a little”." in charlie.page(f"/desk/campaigns/{SLUG}/todo").text
    assert [action.position for action in reread(session, otter).todo] == [1, 2, 3]
    assert actions(session)[1:] == [
        "campaign.todo.add",
        "campaign.todo.edit",
        "campaign.todo.move",
        "campaign.todo.delete",
    ]


@pytest.mark.usefixtures("otter")
def test_a_link_must_be_a_whole_address(charlie: Visitor) -> None:
    data = {"kind": "learn", "title": "Read", "links": "https://example.org/a\njavascript:alert(1) Click"}
    page = charlie.submit(f"/desk/campaigns/{SLUG}/todo/new", data, status=422).get_data(as_text=True)
    assert "Line 2" in page


def test_an_action_of_another_campaign_is_not_touched(charlie: Visitor, session: Session, otter: Campaign) -> None:
    make.campaign(session, slug="other")
    session.commit()
    path = f"/desk/campaigns/other/todo/{otter.todo[0].id}"
    assert charlie.get(path).status_code == 404
    charlie.submit(f"{path}/delete", {}, status=404)
    assert len(reread(session, otter).todo) == 3


@pytest.mark.usefixtures("otter")
def test_the_preview_is_the_public_page_marked_as_a_preview(charlie: Visitor) -> None:
    page = charlie.page(f"/desk/campaigns/{SLUG}/preview")
    assert "This is a preview" in page.text
    assert page.h1 and page.h1.text == "Council delays sewage works at Otterford again"
    assert page.select_one("section.opinion")


@pytest.mark.usefixtures("otter")
def test_the_desk_says_what_to_do_next(charlie: Visitor, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="bridge", title="Mend the bridge"))
    make.petition(session, make.campaign(session, slug="ferry", title="Run the ferry", state="closed"))
    make.petition(session, make.campaign(session, slug="bus", title="Run the bus", state="closed", outcome="won"))
    session.commit()
    page = charlie.page("/desk")
    rows = [" ".join(row.get_text(" ").split()) for row in page.select("tbody tr")]
    (draft,) = [row for row in rows if "Otterford" in row]
    (public,) = [row for row in rows if "Mend the bridge" in row]
    assert "Draft" in draft and "Mend " in draft and " thing" in draft
    assert "Published" in public and "See who signs" in public
    assert any("Run the ferry" in row and "Deliver the signatures" in row for row in rows)
    assert any("Run the bus" in row and "Hand-overs and replies" in row for row in rows), "it is over"


@pytest.mark.parametrize(
    "path", ["import", f"campaigns/{SLUG}/edit", f"campaigns/{SLUG}/source", f"campaigns/{SLUG}/todo"]
)
@pytest.mark.usefixtures("otter")
def test_a_viewer_sees_the_desk_and_edits_nothing(sign_in: SignIn, path: str) -> None:
    viewer = sign_in("viewer")
    assert viewer.get("/desk").status_code == 200
    assert viewer.get(f"/desk/campaigns/{SLUG}").status_code == 200
    assert viewer.get(f"/desk/{path}").status_code == 403
    assert viewer.post(f"/desk/{path}", data={}).status_code in (403, 405)


@pytest.mark.parametrize("step", ["publish", "unpublish", "close", "reopen"])
def test_only_who_may_publish_does(sign_in: SignIn, session: Session, otter: Campaign, step: str) -> None:
    for role in ("viewer", "deliverer"):
        assert sign_in(role).post(f"/desk/campaigns/{SLUG}/{step}").status_code == 403
    assert reread(session, otter).state == "draft"


@pytest.mark.usefixtures("otter")
def test_mallory_is_sent_to_the_sign_in(client: Visitor) -> None:
    for path in ("/desk", "/desk/import", f"/desk/campaigns/{SLUG}", f"/desk/campaigns/{SLUG}/preview"):
        response = client.get(path)
        assert response.status_code == 303
        assert response.location.startswith("/desk/sign-in")


@pytest.mark.usefixtures("otter")
def test_what_is_public_is_not_saved_half_done(charlie: Visitor, session: Session) -> None:
    campaign = make.campaign(session, slug="bridge")
    make.petition(session, campaign)
    action = make.todo(session, campaign, kind="event", title="Come", details={"on": "2100-01-01", "place": "Hall"})
    session.commit()
    path = f"/desk/campaigns/bridge/todo/{action.id}"
    data = form_of(charlie.page(path))
    assert (data["on"], data["place"]) == ("2100-01-01", "Hall")
    page = charlie.submit(path, data | {"place": ""}, status=422).get_data(as_text=True)
    assert 'id="place-error"' in page
    assert reread(session, campaign).todo[0].details["place"] == "Hall"
    charlie.submit(path, data | {"at": "18:30", "country": "fr"})
    assert reread(session, campaign).todo[0].details == {"on": "2100-01-01", "place": "Hall", "at": "18:30"}
    public = charlie.page("/campaigns/bridge")
    facts = public.select_one("#action-1 dl")
    assert facts and [one.text for one in facts.select("dd")] == ["January 1, 2100", "18:30", "Hall"]


@pytest.mark.usefixtures("otter")
def test_a_draft_says_what_an_action_still_lacks(charlie: Visitor, session: Session, otter: Campaign) -> None:
    path = f"/desk/campaigns/{SLUG}/todo/new"
    charlie.submit(path, {"kind": "donate", "title": "Give", "country": "Atlantis"}, status=422)
    charlie.submit(path, {"kind": "donate", "title": "Give", "organisations": "A trust", "country": "gb"})
    added = reread(session, otter).todo[-1]
    page = charlie.page(f"/desk/campaigns/{SLUG}/todo/{added.id}")
    notice = page.select_one(".notice-warning")
    assert notice and len(notice.select("li")) == 2 and "https://" in notice.text
    overview = charlie.page(f"/desk/campaigns/{SLUG}")
    assert overview.select_one(f'a[href="/desk/campaigns/{SLUG}/todo/{added.id}?back=missing#checked_on"]')


def test_readers_are_told_what_a_machine_drafted_and_who_approved_it(
    charlie: Visitor, session: Session, otter: Campaign
) -> None:
    path = f"/desk/campaigns/{SLUG}/edit"
    form = form_of(charlie.page(path)) | {"opinion_author": "Charlie", "opinion_is_machine_made": "y"}
    charlie.submit(path, form)
    assert reread(session, otter).machine_made == ["opinion"]
    opinion = charlie.page(f"/desk/campaigns/{SLUG}/preview").select_one("section.opinion")
    assert opinion and "AI draft" in opinion.text and "approved by Charlie" in opinion.text


def test_a_preview_speaks_the_language_of_the_campaign(charlie: Visitor, session: Session) -> None:
    campaign = make.campaign(session, slug="bridge", state="draft", language="ar")
    campaign.guesses = {"opinion": {"by": "playbook", "name": "عام"}}
    session.commit()
    page = charlie.page("/desk/campaigns/bridge/preview")
    assert page.html and page.html["lang"] == "ar" and "لماذا التحرك الآن" in page.text
    unread = page.select_one("#read li")
    assert unread and "رأي" in unread.text and "Opinion" not in unread.text, "not the language of the desk in part"


def test_categories_have_their_names_in_the_organisers_language(charlie: Visitor, session: Session) -> None:
    campaign = make.campaign(session, slug="bridge", state="draft")
    campaign.categories = [water := make.category(session, "water", "Water")]
    water.names = {"fr": "Eau"}
    campaign.categories_from = "suggested"
    session.commit()
    overview = charlie.page("/desk/campaigns/bridge?lang=fr")
    assert any("Eau" in dd.text for dd in overview.select("dd"))
    assert "catégories Eau" in overview.text and "Water" not in overview.text
    labels = charlie.page("/desk/campaigns/bridge/edit?lang=fr").select("label")
    assert any(label.text.strip().startswith("Eau") for label in labels)


def test_a_name_may_stand_for_a_reason_that_is_kept(charlie: Visitor, session: Session) -> None:
    office = make.make_post(session, "us-president", label="President of the United States", role="president")
    biden = make.person(session, "Joseph Biden", nickname="Joe")
    make.membership(session, biden, office, make.TODAY.replace(year=2021), make.TODAY.replace(year=2025))
    make.campaign(session, slug="bridge", state="draft", opinion="As President Biden said, mend it.")
    session.commit()
    link = charlie.page("/desk/campaigns/bridge").find("a", string="It is right as it stands")
    assert link
    path = str(link["href"])  # type: ignore[index]
    assert "reason-error" in charlie.submit(path, {"reason": "So"}, status=422).get_data(as_text=True)
    charlie.submit(path, {"reason": "It is a quotation of 2022."})
    assert charlie.get(path).status_code == 404, "it blocks no more"
    session.rollback()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "campaign.override")).one()
    assert entry.detail["reason"] == "It is a quotation of 2022."


@pytest.mark.usefixtures("otter")
def test_one_button_says_that_everything_was_read(charlie: Visitor, session: Session, otter: Campaign) -> None:
    assert otter.guesses
    preview = charlie.page(f"/desk/campaigns/{SLUG}/preview")
    panel = preview.select_one("#read")
    assert panel and "From the playbook" in panel.text
    charlie.submit(f"/desk/campaigns/{SLUG}/read", {})
    assert reread(session, otter).guesses == {}
    assert charlie.page(f"/desk/campaigns/{SLUG}/preview").select_one("#read") is None
