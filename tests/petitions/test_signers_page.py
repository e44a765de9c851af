"""The public list: only those who want to be on it, and only name and place."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.petitions import finding, forgetting, showing
from campaign.petitions.models import Petition
from tests import make
from tests.conftest import Visitor, read

SECOND = timedelta(seconds=1)


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return row


def names(client: Visitor, path: str = "/campaigns/bridge/signers") -> list[str]:
    return [item.get_text(" ", strip=True) for item in client.page(path).select(".names li")]


def test_only_confirmed_signers_who_let_their_name_be_shown(
    client: Visitor, session: Session, petition: Petition
) -> None:
    make.signature(session, petition, given_name="Ann", family_name="Shown", show_name=True, area="US-AK")
    make.signature(session, petition, given_name="Bea", family_name="Hidden")
    for state in ("pending", "withdrawn", "expired", "invalidated"):
        make.signature(session, petition, given_name="Cee", family_name=state, show_name=True, state=state)
    session.commit()
    assert names(client) == ["Ann Shown Alaska, United States"]


def test_family_names_come_first_where_they_do(session: Session, petition: Petition) -> None:
    make.signature(session, petition, given_name="János", family_name="Kovács", country="HU", show_name=True)
    assert finding.recent_names(session, petition) == ["Kovács János"]
    assert [row.name for row in showing.signers(session, petition, number=1).rows] == ["Kovács János"]


def test_names_are_found_without_looking_through_all_signatures(session: Session, petition: Petition) -> None:
    """On PostgreSQL the planner chooses by the size of the table."""
    connection = session.connection().connection.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        return
    said: list[str] = []
    connection.set_trace_callback(said.append)
    finding.recent_names(session, petition)
    showing.signers(session, petition, number=1)
    connection.set_trace_callback(None)

    for query in (query for query in said if "FROM signature" in query):
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {query}")).all()
        assert "ix_signature_shown" in str(plan), plan


def test_nothing_else_about_them_is_on_the_page(client: Visitor, session: Session, petition: Petition) -> None:
    secrets = {"email": "ann@secret.example", "postcode": "99777", "comment": "Secretly", "city": "Sekret"}
    make.signature(session, petition, show_name=True, organisation="Secret Inc", phone="555 7777", **secrets)
    session.commit()
    response = client.get("/campaigns/bridge/signers")
    assert not any(secret in response.text for secret in [*secrets.values(), "Secret Inc", "555 7777", "12:00"])
    assert read(response).select_one("meta[name=robots][content=noindex]")


def test_names_are_data(client: Visitor, session: Session, petition: Petition) -> None:
    name = "<script>alert(1)</script>{{ 7 * 7 }}"
    make.signature(session, petition, given_name=name, family_name="", show_name=True)
    make.signature(session, petition, given_name="محمود", family_name="درويش", show_name=True)
    session.commit()
    page = client.page("/campaigns/bridge/signers")
    assert not page.select(".names script") and name in page.text
    assert len(page.select(".names bdi")) == 2, "each name runs in its own direction"


def test_the_newest_first_in_pages(client: Visitor, session: Session, petition: Petition) -> None:
    for number in range(120):
        when = make.NOW + number * SECOND
        make.signature(session, petition, given_name=f"N{number:03}", show_name=True, confirmed_at=when)
    session.commit()
    pages = [names(client, f"/campaigns/bridge/signers?page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [50, 50, 20]
    shown = [name.split()[0] for page in pages for name in page]
    assert shown == [f"N{number:03}" for number in reversed(range(120))]
    assert names(client, "/campaigns/bridge/signers?page=99") == pages[2]
    assert names(client, "/campaigns/bridge/signers?page=-1") == pages[0]


def test_nobody_gets_more_than_the_newest(
    session: Session, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "MOST", 7)
    for _ in range(9):
        make.signature(session, petition, show_name=True)
    page = showing.signers(session, petition, number=99, size=5)
    assert (page.number, len(page.rows), page.total) == (2, 2, 7)


def test_whoever_is_erased_is_off_the_list(client: Visitor, session: Session, petition: Petition) -> None:
    row = make.signature(session, petition, show_name=True)
    forgetting.erase(session, row, now=make.NOW)
    session.commit()
    assert names(client) == []


def test_a_drafts_list_is_nobodys_to_see(client: Visitor, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="draft", state="draft"))
    session.commit()
    for path in ("signers", "my-signature"):
        assert client.get(f"/campaigns/draft/{path}").status_code == 404


def test_the_privacy_page_leads_to_ones_own_page(client: Visitor, petition: Petition) -> None:
    assert client.page("/privacy").select('a[href="/my-signature"]')
    assert client.page("/campaigns/bridge").select('a[href="/campaigns/bridge/my-signature"]')
