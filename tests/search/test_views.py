"""The search page."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.articles.models import Article
from campaign.campaigns.models import Campaign
from campaign.officials import indexing
from tests import make
from tests.conftest import Visitor, read


@pytest.fixture
def world(session: Session) -> Session:
    transport = make.category(session)
    transport.names = {"ar": "النقل"}
    texts = [{"kind": "paragraph", "text": f"Sentence {n} about rusty bolts & <i>nuts</i>."} for n in range(40)]
    article = make.article(session, headline="Engineers <b>warn</b> of rust", body=texts)
    campaign = make.campaign(session, title="Gaol Ferry Bridge", article=article, categories=[transport])
    make.petition(session, campaign, post=make.make_post(session, id="gb-mayor", label="Mayor of Bristol"))
    make.campaign(
        session, title="Old ferry", state="closed", closed_at=make.NOW, published_at=make.NOW.replace(year=2024)
    )
    make.campaign(session, title="Secret ferry", state="draft")
    indexing.refresh(session, on=make.TODAY)
    session.commit()
    return session


def titles(client: Visitor, query: str) -> list[str]:
    return [heading.text.strip() for heading in client.page(f"/search?{query}").select("main .list h3")]


def test_a_search_shows_kinds_days_outlets_and_marks(world: Session, client: Visitor) -> None:
    page = client.page("/search?q=rusty+bolts")
    assert [heading.text for heading in page.select("main h2")] == ["Campaigns", "Articles"]
    assert {mark.text for mark in page.find_all("mark")} == {"rusty", "bolts"}
    assert not page.select("main i, main b"), "what others wrote is text, never markup"
    assert "<i>nuts</i>" in page.select("main .list li")[-1].text
    assert page.select_one(".list time") and "example.org" in page.select(".list .meta")[-1].text


def test_a_search_can_be_narrowed(world: Session, client: Visitor) -> None:
    both = ["Gaol Ferry Bridge", "Old ferry"]
    assert sorted(titles(client, "q=ferry")) == both
    assert titles(client, "q=ferry&category=transport") == ["Gaol Ferry Bridge"]
    assert titles(client, "q=ferry&state=closed") == ["Old ferry"]
    assert titles(client, "q=ferry&state=open&kind=campaign") == ["Gaol Ferry Bridge"]
    assert titles(client, "q=ferry&from=2024-11-22&to=2024-11-22") == ["Old ferry"]
    assert titles(client, "q=ferry&from=2025-01-01") == ["Gaol Ferry Bridge"]
    assert sorted(titles(client, "q=ferry&to=9999-12-31")) == both
    assert titles(client, "q=bristol+mayor") == ["Mayor of Bristol"]
    assert titles(client, "q=bristol+mayor&from=2020-01-01") == []


def test_a_nul_is_as_if_it_was_not_there(world: Session, client: Visitor) -> None:
    assert titles(client, "q=%00") == titles(client, "q=%0%000") == titles(client, "q=")
    assert sorted(titles(client, "q=fer%00ry&kind=%00&page=%001")) == ["Gaol Ferry Bridge", "Old ferry"]


BAD = {
    "from=yesterday": ("from", "year-month-day"),
    "to=2026-02-30": ("to", "year-month-day"),
    "from=2026-11-22&to=2026-11-21": ("to", "before the first"),
    "from=10000-01-01": ("from", "year-month-day"),
    "category=nope": ("category", "Not a valid choice"),
    "state=draft": ("state", "Not a valid choice"),
    "kind=signatures": ("kind", "Not a valid choice"),
}


def test_what_cannot_be_meant_is_said_beside_its_field(world: Session, client: Visitor) -> None:
    for query, (name, words) in BAD.items():
        page = read(client.get(f"/search?q=ferry&{query}"), 422)
        field = page.select_one(f"[name={name}][aria-invalid=true]")
        assert field and words in page.select_one(f"#{field['id']}-error").text, query  # type: ignore[union-attr]
        assert not page.select("main .list"), query


TYPED = [
    '"',
    '"open',
    "AND OR NOT NEAR(",
    "a* -b ^c {d} e:f (g",
    "title : ferry",
    "-",
    "--ferry",
    '"" -""',
    "'; DROP TABLE campaign; --",
    "😀",
    "ـــعريضةـــ",
    "東京都 公",
    "x" * 5000,
    "ferry " * 900,
    "\u202eferry\u200b",
    "\ufffd\x01\x1c",
    "%",
    "_",
    "\\",
]


def test_whatever_is_typed_gets_a_page(world: Session, client: Visitor, settings: dict[str, str]) -> None:
    for typed in TYPED:
        response = client.get("/search", query_string={"q": typed})
        assert response.status_code == 200, typed
    assert titles(client, "q=%22Gaol+Ferry%22+-old") == ["Gaol Ferry Bridge"]


def test_without_words_there_is_somewhere_to_go(world: Session, client: Visitor) -> None:
    page = client.page("/search")
    assert page.select_one("a[href='/categories/transport']")
    assert "Gaol Ferry Bridge" in [heading.text for heading in page.select("main h3")]


def test_a_slip_is_answered_with_the_nearest_words(world: Session, client: Visitor) -> None:
    page = client.page("/search?q=brigde&kind=campaign")
    link = page.select_one("a[href*='q=bridge']")
    assert link and "kind=campaign" in link["href"]
    assert titles(client, "q=brigde") == []


def test_some_of_the_words_are_better_than_nothing(world: Session, client: Visitor) -> None:
    page = client.page("/search?q=ferry+zeppelin")
    assert "some of them" in page.text and len(page.select("main .list h3")) == 2


def test_long_lists_have_pages_and_keep_what_was_asked(session: Session, client: Visitor) -> None:
    for number in range(25):
        make.campaign(session, title=f"Ferry {number}")
    session.commit()
    assert len(titles(client, "q=ferry&state=open")) == 20
    rest = client.page("/search?q=ferry&state=open&page=2")
    assert len(rest.select("main .list h3")) == 5
    assert "state=open" in rest.select_one(".pagination a")["href"]  # type: ignore[index, operator]
    assert len(titles(client, "q=ferry&page=99999999999999999999")) == 5
    assert len(titles(client, "q=ferry&page=-3")) == 20


def test_results_are_never_kept_for_others(world: Session, app: Flask, client: Visitor) -> None:
    app.config["KEEP_SECONDS"] = 60.0
    assert titles(client, "q=secret") == []
    campaign = world.query(Campaign).filter_by(title="Secret ferry").one()
    campaign.state = "published"
    world.commit()
    assert titles(client, "q=secret") == ["Secret ferry"]
    assert client.get("/search?q=secret").headers["Cache-Control"] == "no-store"


def test_an_articles_snippet_quotes_no_more_than_its_page(session: Session, client: Visitor) -> None:
    body = [{"kind": "paragraph", "text": f"Sentence {n} of a long report about many things."} for n in range(40)]
    body.append({"kind": "paragraph", "text": "Only the last paragraph says xylophone."})
    make.campaign(session, article=make.article(session, headline="Long", body=body))
    session.commit()
    page = client.page("/search?q=xylophone")
    assert [heading.text.strip() for heading in page.select("main .list h3")] == ["Mend the bridge", "Long"]
    assert "xylophone" not in page.select_one("main .list").text  # type: ignore[union-attr]


def test_a_site_has_its_own_words(world: Session, app: Flask, client: Visitor) -> None:
    Path(app.config["INSTANCE"], "search_words.toml").write_text('same = [["ferry", "Fähre"]]', encoding="utf-8")
    assert len(titles(client, "q=f%C3%A4hre")) == 2


@pytest.mark.parametrize("settings", [{"SEARCH_LIMIT": "3 per hour"}])
def test_one_network_may_search_only_so_often(world: Session, client: Visitor) -> None:
    assert [client.get("/search?q=ferry").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/search").status_code == 200


def test_something_found_that_has_gone_is_left_out(world: Session, client: Visitor) -> None:
    article = world.query(Article).filter_by(headline="Engineers <b>warn</b> of rust").one()
    world.execute(Campaign.__table__.update().values(article_id=None))  # type: ignore[attr-defined]
    world.execute(Article.__table__.delete().where(Article.id == article.id))  # type: ignore[attr-defined]
    world.commit()
    assert titles(client, "q=rusty") == ["Gaol Ferry Bridge"]
