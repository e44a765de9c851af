"""The desk's page of signatures, and who may have the names."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from campaign.accounts.models import AuditEntry
from campaign.accounts.permissions import Role
from campaign.delivery import exports, signing_key
from campaign.delivery.ledger import handing_over
from campaign.delivery.models import Export
from campaign.petitions import asking, counting
from campaign.petitions.models import Addressee, Petition
from tests import make
from tests.conftest import Visitor, read
from tests.delivery.building import build_due

SignIn = Callable[..., Visitor]

PAGE = "/desk/campaigns/bridge/signatures"
ASK = "/desk/campaigns/bridge/export"
MAY_EXPORT = {Role.OWNER, Role.DELIVERER}


@pytest.fixture
def petition(session: Session) -> Petition:
    """Two confirmed signatures, one of them Suzie's with a comment, and one that waits."""
    petition = make.petition(session, make.campaign(session, slug="bridge"), goal=1000)
    make.signature(session, petition, given_name="Suzie", comment="=1+1")
    make.signature(session, petition, created_at=make.NOW - timedelta(days=2))
    make.signature(session, petition, state="pending", given_name="Mallory")
    counting.add(session, petition.id, day=make.TODAY, country="US", number=2)
    session.commit()
    return petition


def build(app: Flask, engine: Engine) -> None:
    with app.app_context():
        publisher = exports.publisher(app.config)
        build_due(sessionmaker(engine), publisher=publisher, now=make.NOW + timedelta(days=3650))


def download(browser: Visitor, status: int = 200) -> TestResponse:
    """The answer of asking for a link, or of using it; with its file read and closed."""
    asked = browser.post("/desk/exports/1/download")
    answer = browser.post(asked.location) if status == 200 else asked
    assert answer.status_code == status
    answer.get_data()
    answer.close()
    return answer


def actions(session: Session) -> list[str]:
    return [
        entry.action
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        if entry.object_kind == "export"
    ]


def test_the_page_shows_numbers_a_picture_and_the_same_as_a_table(petition: Petition, sign_in: SignIn) -> None:
    page = sign_in("viewer").page(PAGE)
    stats = [stat.text for stat in page.select(".stat strong")]
    assert stats == ["2", "1", "1,000"]
    assert page.select_one("svg[role=img] > title")
    cells = [int(cell.text) for cell in page.select("details td")]
    assert sum(cells) == 3


def test_how_many_fit_in_a_book_is_said_as_readers_write_numbers(petition: Petition, sign_in: SignIn) -> None:
    browser = sign_in("owner")
    assert "more than 1,500 signatures" in browser.page(PAGE).text
    assert "1\u202f500" in browser.page(f"{PAGE}?lang=fr").text


def test_a_list_is_described_as_french_is_written(
    app: Flask, engine: Engine, petition: Petition, sign_in: SignIn
) -> None:
    owner = sign_in("owner")
    owner.submit(ASK, {"format": "pdf"})
    build(app, engine)
    page = owner.page(f"{PAGE}?lang=fr")
    assert (
        page.find("h3", string=lambda text: text and text.startswith("PDF")).text
        == "PDF, 2 signatures\N{NO-BREAK SPACE}: prête"
    )


def test_a_campaign_nobody_signed_says_so(session: Session, sign_in: SignIn) -> None:
    make.petition(session, make.campaign(session, slug="bridge"))
    page = sign_in("owner").page(PAGE)
    assert "Nobody has signed yet" in page.text
    assert not page.select(f"form[action='{ASK}']")


def test_a_campaign_without_a_petition_says_so(session: Session, sign_in: SignIn) -> None:
    make.campaign(session, slug="bridge")
    assert "no petition" in sign_in("owner").page(PAGE).text


def test_an_unknown_campaign_is_not_found(sign_in: SignIn) -> None:
    browser = sign_in("owner")
    browser.page(PAGE, status=404)
    browser.submit(ASK, {"format": "csv"}, status=404)
    browser.submit("/desk/exports/999/download", {}, status=404)


@pytest.mark.parametrize("role", list(Role))
def test_only_roles_that_deliver_get_names(
    app: Flask, engine: Engine, session: Session, petition: Petition, sign_in: SignIn, role: Role
) -> None:
    owner = make.account(session)
    exports.request(session, petition.campaign, format="csv", profile="delivery", account=owner, now=make.NOW)
    session.commit()
    build(app, engine)
    browser, allowed = sign_in(role), role in MAY_EXPORT
    page = browser.page(PAGE)
    assert bool(page.select(f"form[action='{ASK}']")) == allowed
    assert bool(page.select("form[action='/desk/exports/1/download']")) == allowed
    assert "Suzie" not in page.text and "Mallory" not in page.text
    browser.submit(ASK, {"format": "csv"}, status=303 if allowed else 403)
    download(browser, status=200 if allowed else 403)


def test_strangers_are_asked_to_sign_in(client: Visitor, petition: Petition, session: Session) -> None:
    for path in (ASK, "/desk/exports/1/download"):
        assert client.submit(path, {"format": "csv"}).location.startswith("/desk/sign-in")
    assert client.get(PAGE).location.startswith("/desk/sign-in")
    assert session.scalars(select(Export)).all() == []


@pytest.mark.parametrize("format", ["csv", "pdf"])
def test_a_list_is_asked_for_made_and_downloaded(
    app: Flask, engine: Engine, session: Session, petition: Petition, sign_in: SignIn, format: str
) -> None:
    browser = sign_in("deliverer")
    assert browser.submit(ASK, {"format": format, "profile": "delivery"}).location == PAGE
    waiting = browser.get(PAGE)
    assert "waiting for its turn" in waiting.text and read(waiting).select_one("[data-look-again]")
    build(app, engine)
    ready = browser.get(PAGE)
    assert "ready" in ready.text and not read(ready).select_one("[data-look-again], noscript")
    answer = download(browser)
    export = session.scalars(select(Export)).one()
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == exports.CONTENT_TYPES[f".{format}"]
    assert answer.headers["Content-Disposition"] == f"attachment; filename={export.filename}"
    assert export.rows == 2
    assert actions(session) == ["export.request", "export.build", "export.link", "export.download"]


def test_a_formula_in_a_comment_arrives_as_text(
    app: Flask, engine: Engine, petition: Petition, sign_in: SignIn
) -> None:
    browser = sign_in("deliverer")
    browser.submit(ASK, {"format": "csv"})
    build(app, engine)
    answer = download(browser)
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert [row["comment"] for row in rows] == ["'=1+1", ""]
    assert "Mallory" not in answer.get_data(as_text=True) and "@" not in answer.get_data(as_text=True)


def test_the_worker_builds_what_was_asked_for(
    app: Flask, session: Session, petition: Petition, sign_in: SignIn
) -> None:
    from campaign import worker  # noqa: PLC0415

    sign_in("owner").submit(ASK, {"format": "csv"})
    worker.run(app, once=True)
    export = session.scalars(select(Export)).one()
    assert (export.state, export.rows) == ("done", 2)
    assert (Path(app.config["INSTANCE"]) / "exports" / export.filename).is_file()


def test_nothing_to_hand_over_is_refused_with_the_reason(session: Session, sign_in: SignIn) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    make.signature(session, petition, state="pending")
    session.commit()
    answer = sign_in("owner").submit(ASK, {"format": "csv"}, status=422)
    assert "Nobody has confirmed a signature yet" in answer.text
    assert session.scalars(select(Export)).all() == []


@pytest.mark.parametrize(
    "data",
    [
        {"format": "exe"},  # no such format
        {"format": "pdf", "profile": "crm"},  # addresses are not for a book that is passed round
        {"format": "csv", "profile": "press"},  # no such list
        {"format": "csv", "first_on": "2026-11-23", "last_on": "2026-11-22"},  # the last day before the first
        {"format": "csv", "first_on": "yesterday"},
        {"format": ["csv", "pdf"]},  # the same field twice
    ],
)
def test_a_list_there_is_not_is_refused(
    session: Session, petition: Petition, sign_in: SignIn, data: dict[str, object]
) -> None:
    sign_in("owner").submit(ASK, data, status=422)
    assert session.scalars(select(Export)).all() == []


def test_a_file_that_is_gone_is_said_plainly(
    app: Flask, engine: Engine, session: Session, petition: Petition, sign_in: SignIn
) -> None:
    browser = sign_in("owner")
    browser.submit(ASK, {"format": "csv"})
    build(app, engine)
    for path in (Path(app.config["INSTANCE"]) / "exports").iterdir():
        path.unlink()
    answer = download(browser, status=404)
    assert "no longer here" in answer.text
    assert "export.download" not in actions(session)


def test_rows_are_counted_before_the_list_is_made(session: Session, petition: Petition, sign_in: SignIn) -> None:
    browser = sign_in("deliverer")
    wanted = {"format": "xlsx", "name_form": "initial", "without": "comment", "last_on": "2026-11-22", "preview": "1"}
    page = BeautifulSoup(browser.submit(ASK, wanted, status=200).text, "lxml")
    notice = page.select_one("[role=status]")
    assert notice and "would hold 2 signatures" in notice.text
    assert page.select_one("[name=format][value=xlsx][checked]") and page.select_one("[name=without][checked]")
    assert page.select_one("details[open] [name=last_on]")["value"] == "2026-11-22"  # type: ignore[index]
    assert session.scalars(select(Export)).all() == []
    answer = browser.submit(ASK, wanted | {"last_on": "2026-11-01"}, status=200)
    assert "would hold 0 signatures" in answer.text


def test_what_is_new_is_asked_for_by_office(session: Session, petition: Petition, sign_in: SignIn) -> None:
    petition.addressees.append(Addressee(post=make.make_post(session, "council", label="Council"), position=2))
    old = Export(campaign=petition.campaign, format="csv", profile="delivery", created_at=make.NOW, due_at=make.NOW)
    old.snapshot_at, old.state, old.rows = make.NOW, "done", 2
    session.add(old)
    session.flush()
    mayor, told = petition.addressees[0].post_id, handing_over.Told(make.TODAY)
    handing_over.record(session, old, post_id=mayor, told=told, account_id=None, now=make.NOW)
    session.commit()
    browser = sign_in("deliverer")
    wanted = {"format": "csv", "profile": "delivery", "name_form": "full", "new_only": "y", "preview": "1"}
    nowhere = browser.post(ASK, data=wanted)
    assert nowhere.status_code == 422 and "Each office has been handed other lists" in nowhere.text
    assert "would hold 2 signatures" in browser.post(ASK, data=wanted | {"office": "council"}).text
    assert "would hold 0 signatures" in browser.post(ASK, data=wanted | {"office": mayor}).text


def test_a_field_nobody_was_told_of_is_refused_beside_what_was_chosen(
    session: Session, petition: Petition, sign_in: SignIn
) -> None:
    asking.set_ways(session, petition, {"city": "optional"}, now=make.NOW + timedelta(days=1))
    session.commit()
    browser = sign_in("deliverer")
    answer = browser.submit(ASK, {"format": "csv", "areas": "US"}, status=422)
    assert 'value="US"' in answer.text
    wrong = BeautifulSoup(answer.text, "lxml").select_one("#without-error")
    assert wrong and "2 people who signed version 1" in wrong.text
    browser.submit(ASK, {"format": "csv", "without": "city"})
    assert session.scalars(select(Export)).one().options == {"fields": ["family_name", "postcode", "comment"]}


def test_a_full_copy_is_for_owners_who_give_their_password_again(
    session: Session, petition: Petition, sign_in: SignIn
) -> None:
    wanted = {"format": "json", "profile": "backup"}
    deliverer = sign_in("deliverer")
    assert not deliverer.page(PAGE).select("[name=profile][value=backup]")
    deliverer.submit(ASK, wanted, status=422)
    owner = sign_in("owner")
    assert owner.page(PAGE).select("[name=profile][value=backup]")
    assert owner.submit(ASK, wanted).location.startswith("/desk/password/again")
    assert session.scalars(select(Export)).all() == []
    session.rollback()
    owner.submit("/desk/password/again", {"password": make.PASSWORD, "next": PAGE})
    assert owner.submit(ASK, wanted).location == PAGE
    assert session.scalars(select(Export)).one().profile == "backup"


def test_the_public_key_is_for_everybody(app: Flask, client: Visitor, petition: Petition, sign_in: SignIn) -> None:
    assert client.get("/delivery-key.pem").status_code == 404
    pem = signing_key.make(Path(app.config["INSTANCE"]))
    assert client.get("/delivery-key.pem").data == pem
    assert sign_in("viewer").page(PAGE)
    assert sign_in("deliverer").page(PAGE).select("a[href='/delivery-key.pem']")


class TestWithForgeryGuard:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"WTF_CSRF_ENABLED": True}

    def test_other_sites_cannot_ask_or_download(self, app: Flask, client: Visitor) -> None:
        for path in (ASK, "/desk/exports/1/download"):
            client.submit(path, {"format": "csv"}, status=400)
