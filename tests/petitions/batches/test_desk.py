"""Batches at the desk: a file, its columns, what is declared, counting, undoing; and rows typed in."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.db import now
from campaign.petitions import tasks
from campaign.petitions.batches import work as batch_work
from campaign.petitions.models import Batch, Petition, Signature
from tests import make
from tests.conftest import Visitor

SignInAs = Callable[..., Visitor]
LIST = "/desk/campaigns/bridge/batches"
BASIS = "They signed at our stall on the market, below the same text."


@pytest.fixture
def petition(session: Session) -> Petition:
    made = make.petition(session, make.campaign(session, slug="bridge", country="US"))
    session.commit()
    return made


def send(browser: Visitor, text: str, *, name: str = "sheet.csv", status: int = 303) -> str:
    """The address of the batch's page, or what the page says that refuses the file."""
    answer = browser.submit(f"{LIST}/new", {"file": (io.BytesIO(text.encode()), name)}, status=status)
    return answer.location if status == 303 else answer.get_data(as_text=True)


def work(app: Flask) -> None:
    with app.app_context():
        for id in batch_work.claim(tasks._sessions(), limit=10, now=now()):
            tasks.take_in_batch(app, id)


def actions(session: Session) -> list[str]:
    session.rollback()
    return [one for one in session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)) if "batch" in one]


def test_a_table_from_elsewhere_is_mapped_looked_through_taken_in_and_undone(
    app: Flask, session: Session, petition: Petition, sign_in: SignInAs, client: Visitor
) -> None:
    owner = sign_in("deliverer")
    place = send(owner, "Who,Code\nAda,10001\nGrace,1\n=1+1,10001\n")
    assert place.endswith("/columns")
    mapped = {"source": "paper", "column_0": "given_name", "column_1": "postcode", "country": "US"}
    refused = owner.submit(place, mapped | {"column_0": ""}, status=422)
    assert "Say which column has the names" in refused.get_data(as_text=True)
    owner.submit(place, mapped | {"signed_on": "2026-11-20"})
    work(app)
    page = owner.page(place := place.removesuffix("/columns"))
    assert "Write how" not in page.text and "Line" in page.text and "Code" in page.text

    assert (
        "how these people signed"
        in owner.submit(f"{place}/apply", {"basis": "x", "text_version": "1"}, status=422).text
    )
    owner.submit(f"{place}/apply", {"basis": BASIS, "text_version": "1", "told": "postcode"})
    work(app)
    assert "counts" in owner.page(place).text
    count = client.get("/campaigns/bridge/count.json").json
    assert count is not None and (count["confirmed"], count["online"], count["paper"]) == (1, 0, 1)
    assert "1 on paper" in client.page("/campaigns/bridge").text
    facts = client.get("/campaigns/bridge.json").json
    assert facts is not None and facts["signatures_by_origin"] == {"paper": 1}

    owner.submit(f"{place}/undo", {})
    work(app)
    session.rollback()
    assert session.scalars(select(Signature)).all() == []
    said = ["batch.upload", "batch.look", "batch.columns", "batch.apply", "batch.take_in", "batch.undo"]
    assert actions(session) == said


def test_a_table_of_a_tool_we_know_needs_no_mapping(
    app: Flask, session: Session, petition: Petition, sign_in: SignInAs
) -> None:
    owner = sign_in("owner")
    place = send(owner, "first_name,last_name,phone,email,subscribed_to_mailinglist\nAda,L,,ada@example.org,True\n")
    work(app)
    page = owner.page(place)
    assert "Pytition" in page.text and "Count 1 signature" in page.text
    again = send(owner, "first_name,last_name,phone,email,subscribed_to_mailinglist\n=1,L,,ada@example.org,True\n")
    work(app)
    table = owner.get(f"{again}/problems.csv").get_data(as_text=True)
    assert table.splitlines()[1].startswith("1,2,first_name,")
    assert actions(session)[-1] == "batch.problems"


def test_a_broken_file_is_refused_on_the_page_and_nothing_stays(
    app: Flask, session: Session, petition: Petition, sign_in: SignInAs
) -> None:
    owner = sign_in("owner")
    assert "NUL byte in line 1" in send(owner, "a,\0\n", status=422)
    assert session.scalars(select(Batch)).all() == []
    session.rollback()
    place = send(owner, 'Who,Code\n"Ada,1\n').removesuffix("/columns")
    owner.submit(f"{place}/columns", {"source": "paper", "column_0": "given_name", "column_1": "postcode"})
    work(app)
    assert "line 2 (byte 9) is not closed" in owner.page(place).text
    owner.submit(f"{place}/discard", {})
    session.rollback()
    assert session.scalars(select(Batch)).all() == []


def test_rows_of_a_sheet_are_typed_in_and_kept_when_one_is_wrong(
    app: Flask, session: Session, petition: Petition, sign_in: SignInAs
) -> None:
    owner, place = sign_in("owner"), f"{LIST}/typed"
    typed = {
        "signed_on": "2026-11-20", "country": "US", "text_version": "1", "basis": BASIS,
        "row0_given_name": "Ada", "row0_postcode": "10001", "row4_given_name": "@SUM(1)", "row4_postcode": "10001",
    }  # fmt: skip
    page = owner.submit(place, typed, status=422)
    assert 'value="@SUM(1)"' in page.text and 'id="row4_given_name-error"' in page.text
    owner.submit(place, typed | {"row4_given_name": "Grace"})
    assert "2 signatures are in" in owner.page(place).text
    assert "They signed at our stall" in owner.page(place).text
    session.rollback()
    assert {(one.given_name, one.origin) for one in session.scalars(select(Signature))} == {
        ("Ada", "paper"),
        ("Grace", "paper"),
    }


def test_a_batch_of_another_campaign_is_not_there(session: Session, petition: Petition, sign_in: SignInAs) -> None:
    other = make.petition(session, make.campaign(session, slug="ferry"))
    session.commit()
    owner = sign_in("owner")
    place = send(owner, "Who,Code\nAda,10001\n").replace("bridge", "ferry")
    assert owner.get(place).status_code == 404 and other.id


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_who_may_not_take_names_in_sees_no_batch(petition: Petition, sign_in: SignInAs, role: str) -> None:
    browser = sign_in(role)
    for place in (LIST, f"{LIST}/new", f"{LIST}/typed", "/desk/campaigns/bridge/sheets"):
        assert browser.get(place).status_code == 403
