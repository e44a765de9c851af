"""A signer's own page: a link and no password, buttons that act once, and nothing for strangers."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.mail.models import Email
from campaign.petitions import counting, forgetting, links
from campaign.petitions.models import ConsentWording, Petition, Question, Signature, SignatureLink
from campaign.petitions.signers import signer_key
from tests import make
from tests.conftest import Visitor, read

SECRET = "only-for-tests-" + "x" * 32
ADDRESS = "Suzie.OBrien@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"OWN_PAGE_LIMIT": "1000 per minute", "LINK_LIMIT": "5 per minute"}


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"), demand="Mend the bridge.")
    row.closes_at = now() + 30 * DAY
    row.questions.append(Question(label="Which ferry?", position=1))
    session.commit()
    return row


def signed(session: Session, petition: Petition, state: str = "confirmed", **values: Any) -> tuple[Signature, str]:
    """A signature and the address of its page."""
    question = petition.questions[0].id
    known = {
        "given_name": "Suzie",
        "family_name": "O’Brien",
        "email": ADDRESS,
        "signer_key": signer_key(SECRET, ADDRESS),
        "comment": "The ferry\nis slow.",
        "city": "Anchorage",
        "answers": {str(question): "The red one"},
        "area": "US-AK",
    }
    row = make.signature(session, petition, state=state, **known | values)
    if state == "confirmed":
        counting.add(session, petition.id, day=make.TODAY, country=row.country, area=row.area, number=1)
    token = links.issue(session, row.id, secret=SECRET, now=now()).token
    session.commit()
    return row, f"/signatures/{token}"


def count(session: Session, petition: Petition) -> int:
    session.rollback()
    return counting.confirmed(session, [petition.id])[petition.id]


# --- what it shows


def test_it_shows_what_was_signed_and_written(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    said = client.page(page).get_text(" ", strip=True)
    for part in ("confirmed", "Mend the bridge.", "Version 1", "Suzie O’Brien", ADDRESS, "is slow.", "The red one"):
        assert part in said
    assert "Anchorage" in said and "United States" in said and "Kept until" in said


def test_nobody_keeps_or_finds_it(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    for path in (page, f"{page}/correct", f"{page}/erase", "/campaigns/bridge/my-signature"):
        response = client.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert read(response).select_one("meta[name=robots][content=noindex]")


@pytest.mark.parametrize("state", ["pending", "confirmed", "withdrawn", "expired", "invalidated"])
def test_every_state_has_words(client: Visitor, session: Session, petition: Petition, state: str) -> None:
    _, page = signed(session, petition, state)
    shown = client.page(page)
    offered = {button["value"] for button in shown.select("main button[name=act]")}
    assert ("confirm" in offered) == (state == "pending")
    assert ("withdraw" in offered) == (state in ("confirmed", "invalidated"))
    assert bool(shown.select(f'a[href="{page}/erase"]')), "everybody can ask to be erased"


def test_looking_changes_nothing(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    for act in ("withdraw", "erase", "hide"):
        for path in (page, f"{page}/erase", f"{page}/correct"):
            assert client.get(f"{path}?act={act}").status_code == 200
            assert client.head(path).status_code == 200
    session.refresh(row)
    assert (row.state, row.email) == ("confirmed", ADDRESS)


# --- what its buttons do


def test_withdrawing_forgets_and_lets_one_sign_again(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    for _ in range(2):
        assert client.submit(page, {"act": "withdraw"}).location == page
    assert count(session, petition) == 0
    session.refresh(row)
    assert (row.state, row.email, row.city, row.answers) == ("withdrawn", "", "", {})
    assert client.page(page).select('a[href="/campaigns/bridge/sign"]')


def test_erasing_says_first_what_it_means(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    said = client.page(f"{page}/erase").get_text(" ", strip=True)
    assert "goes down by one" in said and "already handed over" in said


def test_erasing_leaves_a_row_by_which_nobody_is_known(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    for _ in range(2):
        assert client.submit(page, {"act": "erase"}).location == page
    assert "erased" in client.page(page).h1.text
    assert count(session, petition) == 0 and counting.check(session) == []
    session.refresh(row)
    assert all(getattr(row, name) == blank for name, blank in forgetting.BLANK.items())
    assert row.signer_key == f"forgotten-{row.id}" and (row.country, row.area) == ("US", "US-AK")
    assert row.created_at.hour == row.created_at.minute == 0 and row.mailed_at is None


def test_an_erased_fake_never_counts_again(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition, "invalidated", state_before="confirmed")
    client.submit(page, {"act": "erase"})
    session.refresh(row)
    assert (row.state, row.state_before, row.invalidation_id, row.email) == ("withdrawn", "", None, "")


def test_hiding_and_showing_the_name(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    for act, is_shown in (("show", True), ("show", True), ("hide", False)):
        client.submit(page, {"act": act})
        session.rollback()
        assert row.show_name is is_shown


def test_updates_are_agreed_to_in_words_that_are_kept(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    for _ in range(2):
        client.submit(page, {"act": "subscribe"})
    session.refresh(row)
    wording = session.scalars(select(ConsentWording)).one()
    assert row.subscribe and row.subscribed_at and row.consent_wording_id == wording.id
    session.rollback()

    client.submit(page, {"act": "unsubscribe"})
    session.refresh(row)
    assert (row.subscribe, row.subscribed_at, row.consent_wording_id) == (False, None, None)


def test_downloading_ones_data(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    client.submit(page, {"act": "subscribe"})
    client.submit("/campaigns/bridge/my-signature", {"email": ADDRESS}, status=200)
    response = client.submit(page, {"act": "download"}, status=200)
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "no-store"
    data = json.loads(response.get_data(as_text=True))
    assert data["signature"]["email"] == ADDRESS and data["petition"]["demand"] == "Mend the bridge."
    assert data["signature"]["answers"] == [{"question": "Which ferry?", "answer": "The red one"}]
    assert data["mails"][0]["kind"] == "own_page" and data["consent_to_updates"]["wording"]
    columns = {name for part in ("signature", "derived") for name in data[part]}
    others = {"id", "petition_id", "petition_text_id", "consent_wording_id", "invalidation_id", "state_before"}
    others |= {"batch_id", "batch_row"}  # of which "taken_in" tells
    assert {column.name for column in Signature.__table__.columns} - columns - others == set(), "nothing is kept back"


@pytest.mark.parametrize("act", ["", "Confirm", "delete", "withdraw ", "agree"])
def test_an_unknown_act_is_refused(client: Visitor, session: Session, petition: Petition, act: str) -> None:
    row, page = signed(session, petition)
    client.submit(page, {"act": act}, status=422)
    session.refresh(row)
    assert row.state == "confirmed"


@pytest.mark.parametrize("act", ["show", "subscribe", "hide", "unsubscribe"])
def test_whoever_is_gone_has_nothing_to_change(client: Visitor, session: Session, petition: Petition, act: str) -> None:
    row, page = signed(session, petition, "pending")
    client.submit(page, {"act": "erase"})
    client.submit(page, {"act": act}, status=409)
    session.refresh(row)
    assert not row.show_name and not row.subscribe


# --- "send me my link"


def test_a_link_comes_by_mail_to_the_address_that_signed(client: Visitor, session: Session, petition: Petition) -> None:
    row, _ = signed(session, petition)
    client.submit("/campaigns/bridge/my-signature", {"email": ADDRESS.lower()}, status=200)
    session.rollback()
    mail = session.scalars(select(Email)).one()
    assert (mail.kind, mail.to_address, mail.about) == ("own_page", ADDRESS, f"signature/{row.id}")
    path = mail.context["link"].removeprefix("http://localhost")
    codes = select(func.count()).where(SignatureLink.code_hash != "")
    assert session.scalar(codes) == 1, "only the first mail had a code; nobody can have more made to guess at"
    session.rollback()
    assert "Suzie" in client.page(path).text


def test_an_unsigned_address_gets_the_same_bytes_and_no_mail(app: Flask, session: Session, petition: Petition) -> None:
    signed(session, petition)
    signed(session, petition, "withdrawn", email="", signer_key=signer_key(SECRET, "gone@example.org"))

    def answer(email: str) -> bytes:
        app.test_client_class = Visitor
        return app.test_client().submit("/campaigns/bridge/my-signature", {"email": email}, status=200).data  # type: ignore[attr-defined, no-any-return]

    # More often than the limit of a mailbox lets mails through.
    answers = {answer(email) for email in (ADDRESS, "nobody@example.org", "gone@example.org") for _ in range(5)}
    assert len(answers) == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Email)) == app.config["MAILBOX_DAY_LIMIT"]


def test_asking_for_links_is_limited(app: Flask, client: Visitor, petition: Petition) -> None:
    app.config["OWN_PAGE_LIMIT"] = "2 per minute"
    answers = [client.post("/campaigns/bridge/my-signature", data={"email": ADDRESS}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_an_address_that_is_none_is_refused(client: Visitor, petition: Petition) -> None:
    page = read(client.submit("/campaigns/bridge/my-signature", {"email": "suzie"}, status=422), 422)
    assert page.select_one("#email-error")


# --- links that open nothing


def test_guessing_links_is_limited(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    assert [client.get(f"/signatures/guess{n}").status_code for n in range(6)] == [404] * 5 + [429]
    assert client.get(page).status_code == 200, "whoever has a link is not kept out"


def test_a_link_that_ran_out_leads_to_a_new_one(client: Visitor, session: Session, petition: Petition) -> None:
    _, page = signed(session, petition)
    session.execute(update(SignatureLink).values(expires_at=now()))
    session.commit()
    dead = client.page(page, status=404)
    assert dead.select('a[href="/campaigns/bridge/my-signature"]')
    assert client.page("/signatures/never-was", status=404).select('a[href="/my-signature"]')
    assert client.page("/my-signature").select('a[href="/campaigns/bridge/my-signature"]')
