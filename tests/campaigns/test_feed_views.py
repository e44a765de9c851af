"""The site's feeds, read back with a feed reader; the sitemap; updates on the site and at the desk."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import feedparser
import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns import atom, lately, sitemap, updating
from campaign.campaigns.models import Campaign, CampaignUpdate
from tests import make
from tests.conftest import Visitor
from tests.make import NOW

HOSTILE = 'Bridge <script>alert(1)</script> & "carts" ]]> \u202e'


@pytest.fixture
def bridge(session: Session) -> Campaign:
    campaign = make.campaign(
        session, slug="bridge", title=HOSTILE, opinion="It has **waited**. <img src=x onerror=alert(1)>",
        categories=[make.category(session)], created_at=NOW - timedelta(days=9), changed_at=NOW,
    )  # fmt: skip
    make.petition(session, campaign)
    updating.write(session, campaign, title="The mayor answered", body="She agrees.", now=NOW + timedelta(hours=1))
    session.commit()
    return campaign


def feed_at(client: Visitor, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200 and response.mimetype == "application/atom+xml"
    read = feedparser.parse(response.data)
    assert not read.bozo and read.version == "atom10"
    return read


def kinds(entry: Any) -> set[str]:
    return {tag.term for tag in entry.tags if tag.scheme == "http://localhost/#kinds"}


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("path", ["/feed.atom", "/categories/transport/feed.atom", "/campaigns/bridge/feed.atom"])
def test_feeds_are_valid_and_keep_opinion_apart_from_news(client: Visitor, path: str) -> None:
    read = feed_at(client, path)
    entries = {next(iter(kinds(entry))): entry for entry in read.entries}
    assert set(entries) == {"campaign", "opinion", "news", "update"} and len(read.entries) == 4
    assert entries["opinion"].author == "Charlie" and "<strong>waited</strong>" in entries["opinion"].content[0].value
    assert "onerror=" not in entries["opinion"].content[0].value.replace("&lt;img src=x onerror=alert(1)&gt;", "")
    assert entries["news"].author == "example.org" and "summary" not in entries["news"]
    assert entries["campaign"].summary == "Mend the bridge before winter."
    assert re.fullmatch(r"tag:localhost,2026-11-13:campaign/\d+", entries["campaign"].id)
    assert entries["campaign"].updated == "2026-11-22T12:00:00Z" != entries["update"].updated
    assert read.feed.updated == "2026-11-22T13:00:00Z" == entries["update"].updated
    assert "transport" in {tag.term for tag in entries["campaign"].tags}
    [own] = [link.href for link in read.feed.links if link.rel == "self"]
    assert own == f"http://localhost{path}"


@pytest.mark.usefixtures("bridge")
def test_a_feed_is_linked_from_its_page(client: Visitor) -> None:
    for page in ("/", "/categories/transport", "/campaigns/bridge", "/campaigns/bridge/updates"):
        link = client.page(page).select_one('link[rel=alternate][type="application/atom+xml"]')
        assert link and client.get(str(link["href"])).status_code == 200, page


@pytest.mark.usefixtures("bridge")
@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_who_has_the_feed_already_is_told_so(app: Flask, client: Visitor, session: Session, seconds: float) -> None:
    app.config["KEEP_SECONDS"] = seconds
    first = client.get("/feed.atom")
    tag, since = first.headers["ETag"], first.headers["Last-Modified"]
    for header in ({"If-None-Match": tag}, {"If-Modified-Since": since}):
        again = client.get("/feed.atom", headers=header)
        assert (again.status_code, again.data) == (304, b""), header
    app.config["KEEP_SECONDS"] = 0.0
    changed = session.scalars(select(Campaign)).one()
    changed.title, changed.changed_at = "Another title", NOW + timedelta(days=1)
    session.commit()
    app.extensions["kept pages"]._places.clear()
    for header in ({"If-None-Match": tag}, {"If-Modified-Since": since}):
        assert client.get("/feed.atom", headers=header).status_code == 200, header


def test_drafts_and_empty_sites_have_feeds_without_entries(client: Visitor, session: Session) -> None:
    make.campaign(session, slug="draft", state="draft", categories=[make.category(session)])
    session.commit()
    assert feed_at(client, "/feed.atom").entries == []
    assert feed_at(client, "/categories/transport/feed.atom").entries == []
    assert client.get("/campaigns/draft/feed.atom").status_code == 404
    assert client.get("/categories/none/feed.atom").status_code == 404


def test_characters_that_xml_has_no_way_to_write_are_left_out() -> None:
    entry = atom.Entry("tag:a,2026:1", "a\0b\x1b\ufffe", "http://localhost/", NOW, html="<p>\x08</p>")
    feed = atom.Feed("tag:a,2026:f", "T", "A", "zh_Hant", "http://localhost/f", "http://localhost/", NOW, [entry])
    root = etree.fromstring(atom.written(feed))
    assert root.findtext("{*}entry/{*}title") == "ab"
    assert root.get(f"{{{atom.XML}}}lang") == "zh-Hant"


def test_a_withdrawn_update_is_replaced_by_its_note(client: Visitor, session: Session, bridge: Campaign) -> None:
    updating.withdraw(session.scalars(select(CampaignUpdate)).one(), note="Another mayor.", now=NOW)
    session.commit()
    [entry] = [entry for entry in feed_at(client, "/campaigns/bridge/feed.atom").entries if "update" in kinds(entry)]
    assert (entry.title, entry.summary) == ("Withdrawn", "Another mayor.")
    page = client.page("/campaigns/bridge/updates").text
    assert "Another mayor." in page and "She agrees" not in page


def test_an_organiser_writes_takes_back_and_shows_again(
    client: Visitor, session: Session, sign_in: Callable[..., Visitor], bridge: Campaign
) -> None:
    editor, desk = sign_in("editor"), "/desk/campaigns/bridge/updates"
    text = {"title": "It is <b>open</b>", "body": "Carts **pass**.\n\n<script>alert(1)</script>"}
    editor.submit(f"{desk}/new", text)
    page = client.page("/campaigns/bridge")
    assert page.select_one("#update-2 strong") and not page.select_one("#update-2 script, #update-2 b")
    editor.submit(f"{desk}/2/withdraw", {"note": ""}, status=422)
    editor.submit(f"{desk}/2/withdraw", {"note": "It closed again."})
    assert "It closed again." in client.page("/campaigns/bridge/updates").text
    editor.submit(f"{desk}/2/restore", {})
    assert "Carts" in client.page("/campaigns/bridge/updates").text
    for wrong in ({}, {"title": "x"}, {"title": "x" * 201, "body": "y"}, {"title": "a\u202eb", "body": "y"}):
        editor.submit(f"{desk}/new", wrong, status=422)
    assert editor.get(f"{desk}/99/withdraw").status_code == 404
    assert sign_in("viewer").post(f"{desk}/new", data=text).status_code == 403
    bridge.state = "draft"
    session.commit()
    assert "not public" in editor.submit(f"{desk}/new", text, status=422).get_data(as_text=True)


def test_pages_say_when_texts_changed_and_feeds_were_checked(
    app: Flask, client: Visitor, session: Session, bridge: Campaign
) -> None:
    from campaign.articles.models import Feed  # noqa: PLC0415
    from campaign.db import now  # noqa: PLC0415

    read_at = now() - timedelta(minutes=14)
    session.add(Feed(url="https://example.org/feed", title="", minutes=60, created_at=NOW, due_at=NOW, read_at=read_at))
    session.commit()
    for page in ("/", "/categories", "/categories/transport"):
        text = " ".join(client.page(page).text.split())
        assert "Campaign text changed on November 22, 2026" in text, page
        assert "outlets’ feeds checked 14 minutes ago" in text, page
    assert lately.freshness(session).changed_at == NOW


def test_the_sitemap_names_public_pages_with_their_last_change(
    client: Visitor, session: Session, bridge: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.campaign(session, slug="draft", state="draft")
    session.commit()
    assert bridge.article
    root = etree.fromstring(client.get("/sitemap.xml").data)
    found = {url.findtext("{*}loc"): url.findtext("{*}lastmod") for url in root}
    host = "http://localhost"
    assert found[f"{host}/campaigns/bridge"] == "2026-11-22T12:00:00+00:00"
    assert found[f"{host}/campaigns/bridge/updates"] == "2026-11-22T13:00:00+00:00"
    assert {f"{host}/", f"{host}/categories", f"{host}/categories/transport"} < set(found)
    assert f"{host}/articles/{bridge.article.slug}" in found and f"{host}/campaigns/draft" not in found
    monkeypatch.setattr(sitemap, "MOST", 3)
    index = etree.fromstring(client.get("/sitemap.xml").data)
    assert index.tag.endswith("sitemapindex")
    parts = [str(entry.findtext("{*}loc")) for entry in index]
    listed = [url.findtext("{*}loc") for part in parts for url in etree.fromstring(client.get(part).data)]
    assert sorted(map(str, listed)) == sorted(map(str, found))
    assert client.get(f"/sitemap/{len(parts) + 1}.xml").status_code == 404
    assert client.get("/sitemap/0.xml").status_code == 404


def test_robots_are_told_where_to_go(client: Visitor) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /desk\n" in text and text.endswith("Sitemap: http://localhost/sitemap.xml\n")
