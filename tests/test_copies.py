"""Strangers get a page that was made a moment ago; nobody gets one that was made for somebody."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import copies
from campaign.petitions.models import Petition
from tests import make
from tests.conftest import Visitor

PAGE, COUNT = "/campaigns/bridge", "/campaigns/bridge/count.json"


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"KEEP_SECONDS": 60.0}


@pytest.fixture(autouse=True)
def bridge(session: Session, own_app: Flask) -> Any:
    petition = make.petition(session, make.campaign(session, slug="bridge", title="Mend the bridge"))
    session.commit()
    return petition.campaign


def test_strangers_get_the_same_copy_until_its_time_is_over(
    app: Flask, client: Visitor, session: Session, bridge: Any
) -> None:
    client.get(PAGE)
    bridge.title = "Build a new bridge"
    session.commit()
    assert "Mend the bridge" in client.get(PAGE).text
    app.config["KEEP_SECONDS"] = 0.0
    assert "Build a new bridge" in client.get(PAGE).text


def test_who_has_a_cookie_gets_a_page_made_for_them(client: Visitor, session: Session, bridge: Any) -> None:
    client.get(PAGE)
    bridge.title = "Build a new bridge"
    session.commit()
    client.set_cookie("session", "anything")
    response = client.get(PAGE)
    assert "Build a new bridge" in response.text and "public" not in response.headers["Cache-Control"]


def test_a_cookie_of_another_site_of_the_host_changes_nothing(client: Visitor, session: Session, bridge: Any) -> None:
    client.set_cookie("_statistics", "12345")
    assert "public" in client.get(PAGE).headers["Cache-Control"]
    bridge.title = "Build a new bridge"
    session.commit()
    assert "Mend the bridge" in client.get(PAGE).text


def test_copies_have_the_headers_that_every_answer_has(client: Visitor) -> None:
    made, kept = client.get(PAGE), client.get(PAGE)
    age = {"Age": "60"}  # so that no cache on the way keeps it for longer than a page that was just made
    assert dict(kept.headers) == dict(made.headers) | age
    known = client.get(PAGE, headers={"If-None-Match": f'"other", {made.headers["ETag"]}'})
    of_body = {"Content-Type", "Content-Length"}
    assert dict(known.headers) == {name: value for name, value in made.headers if name not in of_body} | age


def test_each_host_that_is_ours_has_a_copy_of_its_own(client: Visitor) -> None:
    assert client.get(PAGE).status_code == 200
    assert client.get(PAGE, headers={"Host": "evil.example"}).status_code == 400
    assert client.head(PAGE).data == b""
    assert client.post(PAGE).status_code == 405


def test_each_language_and_address_has_a_copy_of_its_own(client: Visitor) -> None:
    french = client.get("/", headers={"Accept-Language": "fr"})
    assert 'lang="fr"' in french.text and 'lang="en"' in client.get("/", headers={"Accept-Language": "en"}).text
    assert 'lang="ar"' in client.get("/?lang=ar").text
    assert client.get("/?page=2&utm_source=x").headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/", PAGE, COUNT, "/categories"])
def test_copies_say_what_caches_need_and_set_no_cookie(client: Visitor, path: str) -> None:
    for _ in range(2):  # made, and kept
        response = client.get(path)
        assert "Set-Cookie" not in response.headers and "public" in response.headers["Cache-Control"]
        again = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_only_so_many_pages_are_kept(app: Flask, client: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "MOST", 10)
    for number in range(1, 16):
        client.get(f"/?page={number}")
    assert len(app.extensions["kept pages"]) == 10


def test_what_is_not_there_is_not_kept(client: Visitor, session: Session) -> None:
    assert client.get("/campaigns/tunnel").status_code == 404
    make.campaign(session, slug="tunnel")
    session.commit()
    assert client.get("/campaigns/tunnel").status_code == 200


def test_who_was_just_told_something_gets_no_page_that_caches_keep(client: Visitor) -> None:
    """What a flashed message says is for one person, and so is the cookie that goes with it."""
    path = f"{PAGE}/petition"
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Your entry is corrected.")]
    response = client.get(path)
    assert "Your entry is corrected." in response.text and "public" not in response.headers.get("Cache-Control", "")
    client.delete_cookie("session")
    assert "public" in client.get(path).headers["Cache-Control"] and "corrected" not in client.get(path).text


def test_signers_of_a_version_are_not_counted_for_each_visitor(
    app: Flask, client: Visitor, session: Session, bridge: Any
) -> None:
    """It looks at every signature there is, and a cookie would have it done for each request."""
    client.set_cookie("session", "anything")
    assert "0 confirmed signatures" in client.get(f"{PAGE}/petition").text
    make.signature(session, session.scalars(select(Petition)).one())
    session.commit()
    assert "0 confirmed signatures" in client.get(f"{PAGE}/petition").text
    app.config["KEEP_SECONDS"] = 0.0
    assert "1 confirmed signature" in client.get(f"{PAGE}/petition").text
