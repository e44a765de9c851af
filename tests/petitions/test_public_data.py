"""A campaign as JSON and in a frame: public facts, and the one page that another site may frame."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.campaigns import updating
from tests import make
from tests.conftest import Visitor


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"EMBED_SITES": ["https://paper.example"]}


@pytest.fixture(autouse=True)
def bridge(session: Session) -> None:
    campaign = make.campaign(session, slug="bridge", title='Mend "it" & go', categories=[make.category(session)])
    petition = make.petition(session, campaign, post=make.make_post(session, "mayor"), closes_at=None, opens_at=None)
    make.signature(session, petition, show_name=True)
    update = updating.write(session, campaign, title="Secret", body="x", now=make.NOW)
    updating.withdraw(update, note="Wrong.", now=make.NOW)
    make.campaign(session, slug="draft", state="draft")
    session.commit()


def test_the_json_has_public_facts_and_nobody_in_it(client: Visitor) -> None:
    response = client.get("/campaigns/bridge.json")
    facts = response.get_json()
    assert response.headers["Access-Control-Allow-Origin"] == "*" and "ETag" in response.headers
    assert (facts["title"], facts["demand"]) == ('Mend "it" & go', "Mend the bridge before winter.")
    assert facts["target"] == [{"id": "mayor", "title": "Mayor of Exampleton", "name": None}]
    assert (facts["state"], facts["petition_state"], facts["goal"]) == ("published", "open", 100)
    assert facts["browser_url"] == "http://localhost/campaigns/bridge" and facts["categories"] == ["transport"]
    assert facts["modified_date"] == "2026-11-22T12:00:00+00:00"
    assert facts["article"]["outlet"] == "example.org"
    assert facts["updates"][0]["title"] is None and facts["updates"][0]["note"] == "Wrong."
    assert "Suzie" not in response.get_data(as_text=True)
    for link in facts["links"].values():
        assert client.get(link).status_code == 200, link
    assert client.get("/campaigns/draft.json").status_code == 404
    assert client.get("/campaigns/none.json").status_code == 404


def test_only_the_embedded_page_may_stand_in_a_frame_and_only_on_listed_sites(client: Visitor) -> None:
    response = client.get("/embed/campaigns/bridge")
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors https://paper.example" in policy and "'none'; script-src 'self'" in policy
    assert "Set-Cookie" not in response.headers
    page = client.page("/embed/campaigns/bridge")
    assert [link["href"] for link in page.select("a.button")] == ["http://localhost/campaigns/bridge/sign"]
    assert not page.select("form, header, footer, iframe")
    for path in ("/", "/campaigns/bridge", "/campaigns/bridge/sign", "/campaigns/bridge.json", "/subscribe"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"], path
    assert client.get("/embed/campaigns/draft").status_code == 404


def test_an_empty_list_lets_no_site_frame_it(app: Flask, client: Visitor) -> None:
    app.config["EMBED_SITES"] = []
    assert "frame-ancestors 'none'" in client.get("/embed/campaigns/bridge").headers["Content-Security-Policy"]


def test_the_desk_offers_code_that_is_whole(sign_in: Callable[..., Visitor]) -> None:
    code = sign_in("viewer").page("/desk/campaigns/bridge/embed").select_one("#embed-code")
    assert code and code.text.startswith('<iframe src="http://localhost/embed/campaigns/bridge" ')
    assert 'title="Mend &#34;it&#34; &amp; go"' in code.text
