"""Signing in the browser: the form, the mail, the link, the count."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.mail import composing
from campaign.mail.models import Email
from campaign.petitions import counting
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import Visitor, read
from tests.petitions.crowd import crowd

SUZIE = {
    "given_name": "Suzie",
    "family_name": "O’Brien",
    "email": "suzie@example.org",
    "country": "US",
    "postcode": "99501",
    "comment": "The ferry\r\nis slow.",
    "show_name": "yes",
}
DAY = timedelta(days=1)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"SIGN_LIMIT": "1000 per minute"}


@pytest.fixture
def petition(session: Session) -> Petition:
    """Open now, whenever now is: these tests run by the clock of the app."""
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    session.commit()
    return row


def stored(session: Session) -> tuple[int, int]:
    """(signatures, mails)"""
    session.rollback()
    numbers = [session.scalar(select(func.count()).select_from(model)) for model in (Signature, Email)]
    return numbers[0] or 0, numbers[1] or 0


def mails(session: Session) -> list[Email]:
    session.rollback()
    return list(session.scalars(select(Email).order_by(Email.id)))


def link(mail: Email) -> str:
    """The address in a mail, without the host."""
    return str(mail.context["link"]).removeprefix("http://localhost")


def count(client: Visitor) -> int:
    number = client.get("/campaigns/bridge/count.json").json["confirmed"]
    assert isinstance(number, int)
    return number


# --- the whole life


def test_suzie_signs_confirms_and_is_counted_once(client: Visitor, session: Session, petition: Petition) -> None:
    response = client.submit("/campaigns/bridge/sign", SUZIE)
    assert response.location == "/campaigns/bridge/signed"
    assert "Check your mail" in client.page("/campaigns/bridge/signed").h1.text
    assert count(client) == 0

    address = link(mails(session)[0])
    assert "Confirm your signature" in client.page(address).h1.text
    assert count(client) == 0

    assert client.submit(address, {"act": "confirm"}).location == "/campaigns/bridge/signed"
    assert "Thank you" in client.page("/campaigns/bridge/signed").h1.text
    client.submit(address, {"act": "confirm"})
    assert count(client) == 1
    assert "is confirmed" in client.page(address).h1.text


def test_the_signature_holds_what_was_typed(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE | {"email": "Su.Zie+x@Example.org", "postcode": " 99501-1234 "})
    row = session.scalars(select(Signature)).one()
    assert (row.email, row.postcode, row.comment) == ("Su.Zie+x@Example.org", "99501-1234", "The ferry\nis slow.")
    assert (row.show_name, row.subscribe, row.language, row.state) == (True, False, "en", "pending")


def test_one_name_is_enough_and_showing_it_is_a_choice(client: Visitor, session: Session, petition: Petition) -> None:
    only = {"given_name": "李", "email": "li@example.org", "country": "HK"}
    client.submit("/campaigns/bridge/sign", only)
    client.submit("/campaigns/bridge/sign", only | {"email": "li2@example.org", "show_name": "no"})
    assert [row.show_name for row in session.scalars(select(Signature))] == [False, False]


def test_the_mail_says_why_it_came_and_how_to_refuse(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    mail = mails(session)[0]
    assert (mail.kind, mail.to_address) == ("confirm_signature", "suzie@example.org")
    with client.application.app_context():
        said = composing.words(mail)
    assert said.subject == "Confirm your signature: Mend the bridge"
    for words in ("Hello Suzie,", "Mend the bridge before winter.", "This was not me", "Charlie’s campaigns"):
        assert words in said.text
        assert words in said.html


def test_signing_again_says_so_by_mail_only(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    client.submit(link(mails(session)[0]), {"act": "confirm"})
    session.rollback()
    session.execute(update(Signature).values(mailed_at=now() - DAY))
    session.commit()

    client.submit("/campaigns/bridge/sign", SUZIE | {"comment": "Rude words"})

    second = mails(session)[1]
    assert (second.kind, second.context["given_name"]) == ("already_signed", "Suzie")
    assert "Withdraw my signature" in client.page(link(second)).text


def test_whose_mailbox_gets_no_more_mail_keeps_the_link_they_have(
    app: Flask, client: Visitor, session: Session, petition: Petition
) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    [first] = mails(session)
    session.execute(update(Signature).values(mailed_at=now() - DAY))
    session.commit()
    app.config["MAILBOX_DAY_LIMIT"] = 1

    client.submit("/campaigns/bridge/sign", SUZIE | {"comment": "Rude words"})

    assert stored(session) == (1, 1)
    assert "Rude words" not in client.page(link(first)).text
    client.submit(link(first), {"act": "confirm"})
    assert count(client) == 1


def test_an_international_domain_is_written_to_in_ascii(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE | {"email": "suzie@bücher.example"})
    assert session.scalars(select(Signature.email)).one() == "suzie@bücher.example"
    assert mails(session)[0].to_address == "suzie@xn--bcher-kva.example"


def test_the_thank_you_page_offers_the_letter(client: Visitor, session: Session, petition: Petition) -> None:
    make.letter_template(session, petition.campaign, slug="mayor", title="Write to the mayor")
    session.commit()
    client.submit("/campaigns/bridge/sign", SUZIE)
    client.submit(link(mails(session)[0]), {"act": "confirm"})
    page = client.page("/campaigns/bridge/signed")
    assert page.find("a", href="/campaigns/bridge/letters/mayor")
    assert page.find("a", href=re.compile("^mailto:"))


def test_what_was_typed_stays_in_this_browser_only(app: Flask, client: Visitor, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    assert "suzie@example.org" in client.page("/campaigns/bridge/signed").text
    form = client.page("/campaigns/bridge/sign?correct=1")
    assert form.find(id="email")["value"] == "suzie@example.org"
    stranger = app.test_client()
    assert stranger.get("/campaigns/bridge/signed").location == "/campaigns/bridge/sign"
    assert read(stranger.get("/campaigns/bridge/sign?correct=1")).find(id="email")["value"] == ""


def test_the_form_says_what_happens_with_the_data(client: Visitor, petition: Petition) -> None:
    page = client.page("/campaigns/bridge/sign")
    notice = page.find(attrs={"aria-labelledby": "data-title"}).text
    for words in ("Handed over", "Mayor of Exampleton", "Never your e-mail address", "deleted", "Charlie’s campaigns"):
        assert words in notice
    assert not page.find(id="subscribe").has_attr("checked")
    assert not page.find(id="show_name").has_attr("checked")


# --- the link


def test_scanners_that_follow_links_confirm_nothing(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    address = link(mails(session)[0])
    for method in ("HEAD", "GET", "OPTIONS"):
        for query in ("", "?act=confirm", "?confirm=1"):
            response = client.open(address + query, method=method)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
    assert count(client) == 0


def test_withdrawing(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    address = link(mails(session)[0])
    client.submit(address, {"act": "confirm"})

    assert client.submit(address, {"act": "withdraw"}).location == address

    page = client.page(address)
    assert "withdrawn" in page.h1.text and "Suzie" not in page.text
    assert count(client) == 0


def test_this_was_not_me(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    address = link(mails(session)[0])

    client.submit(address, {"act": "disown"})

    assert "removed" in client.page("/campaigns/bridge/signed").h1.text
    assert stored(session)[0] == 0
    assert client.get(address).status_code == 404


def test_only_the_buttons_act(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    address = link(mails(session)[0])
    for act in ("", "Confirm", "delete", "confirmed"):
        client.submit(address, {"act": act}, status=422)
    assert count(client) == 0


def test_an_unknown_link_says_what_to_do(client: Visitor, petition: Petition) -> None:
    for token in ("x", "A" * 43, "%F0%9F%98%80", "a" * 5000):
        for method in ("GET", "POST"):
            response = client.open(f"/signatures/{token}", method=method, data={"act": "confirm"})
            assert "copy the whole address" in read(response, 404).text
            assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/signatures/%00").status_code == 404


def test_confirming_long_after_the_end_is_refused(client: Visitor, session: Session, petition: Petition) -> None:
    client.submit("/campaigns/bridge/sign", SUZIE)
    address = link(mails(session)[0])
    session.rollback()
    session.execute(update(Petition).values(closes_at=now() - 3 * DAY))
    session.commit()
    page = read(client.submit(address, {"act": "confirm"}, status=409), 409)
    assert "too late" in page.h1.text
    assert count(client) == 0


# --- a stranger learns nothing


def test_signed_and_unsigned_addresses_get_the_same_bytes(app: Flask, session: Session, petition: Petition) -> None:
    def answers(email: str) -> tuple[Any, ...]:
        app.test_client_class = Visitor
        browser = app.test_client()
        first = browser.post("/campaigns/bridge/sign", data=SUZIE | {"email": email})
        second = browser.get("/campaigns/bridge/signed")
        headers = [sorted((name, value) for name, value in r.headers if name != "Set-Cookie") for r in (first, second)]
        cookies = [len(r.headers.getlist("Set-Cookie")) for r in (first, second)]
        return (first.status_code, first.data, second.status_code, second.data, headers, cookies)

    before = answers("suzie@example.org")
    app.test_client().post(link(mails(session)[0]), data={"act": "confirm"})
    counting_away = [answers("suzie@example.org"), answers("susan@example.org")]

    masked = [str(answer).replace("susan", "suzie") for answer in [before, *counting_away]]
    assert len(set(masked)) == 1


# --- what cannot be signed


def test_an_unknown_campaign_is_not_found(client: Visitor, session: Session, petition: Petition) -> None:
    for slug in ("unknown", "1;drop", "-1", "9223372036854775808", "%00", "a" * 3000):
        assert client.get(f"/campaigns/{slug}/sign").status_code == 404
        client.submit(f"/campaigns/{slug}/sign", SUZIE, status=404)
    assert stored(session) == (0, 0)


def test_a_draft_is_nobodys_to_guess(client: Visitor, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="draft", state="draft"))
    session.commit()
    for path in ("sign", "signed", "count.json"):
        assert client.get(f"/campaigns/draft/{path}").status_code == 404
    client.submit("/campaigns/draft/sign", SUZIE, status=404)
    assert stored(session) == (0, 0)


def test_a_closed_petition_says_when_it_closed(client: Visitor, session: Session) -> None:
    make.petition(session, make.campaign(session, slug="old"), closes_at=make.NOW.replace(year=2025))
    session.commit()
    page = client.page("/campaigns/old/sign")
    assert "closed on November 22, 2025" in " ".join(page.text.split())
    assert not page.find("form", class_="form")
    read(client.submit("/campaigns/old/sign", SUZIE, status=409), 409)
    assert stored(session) == (0, 0)


def test_a_petition_that_opens_later_says_when(client: Visitor, session: Session) -> None:
    campaign = make.campaign(session, slug="soon")
    make.petition(session, campaign, opens_at=now() + 2 * DAY, closes_at=now() + 9 * DAY)
    session.commit()
    assert "Not yet open" in client.page("/campaigns/soon/sign").h1.text
    client.submit("/campaigns/soon/sign", SUZIE, status=409)
    assert stored(session) == (0, 0)


# --- the web's rules


class TestWithGuards:
    """As in production: with the guard against forged forms."""

    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return settings | {"WTF_CSRF_ENABLED": True}

    def test_a_form_without_its_token_is_refused(self, client: Visitor, session: Session, petition: Petition) -> None:
        for token in (None, "", "forged"):
            client.submit("/campaigns/bridge/sign", SUZIE | ({"csrf_token": token} if token else {}), status=400)
        assert stored(session) == (0, 0)

    def test_a_form_with_its_token_is_taken(self, client: Visitor, session: Session, petition: Petition) -> None:
        token = client.page("/campaigns/bridge/sign").find("input", attrs={"name": "csrf_token"})["value"]
        client.submit("/campaigns/bridge/sign", SUZIE | {"csrf_token": token})
        address = link(mails(session)[0])
        client.submit(address, {"act": "confirm"}, status=400)
        token = client.page(address).find("input", attrs={"name": "csrf_token"})["value"]
        client.submit(address, {"act": "confirm", "csrf_token": token})
        assert count(client) == 1


class TestTooMany:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return settings | {"SIGN_LIMIT": "3 per minute"}

    def test_one_network_signs_so_often_a_minute(self, client: Visitor, session: Session, petition: Petition) -> None:
        statuses = [
            client.post("/campaigns/bridge/sign", data=SUZIE | {"email": f"p{n}@example.org"}).status_code
            for n in range(5)
        ]
        assert statuses == [303, 303, 303, 429, 429]
        assert client.get("/campaigns/bridge/sign").status_code == 200
        assert stored(session) == (3, 3)


def test_ten_people_who_press_eight_times_each_sign_once(app: Flask, session: Session, petition: Petition) -> None:
    def press(number: int) -> int:
        data = SUZIE | {"email": f"person{number % 10}@example.org"}
        status = app.test_client().post("/campaigns/bridge/sign", data=data).status_code
        return press(number) if status == 503 else status  # busy, as crowd() says: try again

    statuses = crowd(press, range(80), at_once=4)

    assert set(statuses) == {303}
    assert stored(session) == (10, 10)


def test_the_count_is_data_that_caches_may_keep(client: Visitor, session: Session, petition: Petition) -> None:
    response = client.get("/campaigns/bridge/count.json")
    assert response.json is not None and set(response.json) == {
        *("confirmed", "online", "paper", "imported"),
        *("goal", "first_goal", "as_of"),
    }
    assert response.headers["Cache-Control"] == "public, max-age=1"
    assert "Set-Cookie" not in response.headers
    again = client.get("/campaigns/bridge/count.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_the_count_changes_its_mark(client: Visitor, session: Session, petition: Petition) -> None:
    before = client.get("/campaigns/bridge/count.json").headers["ETag"]
    counting.add(session, petition.id, day=make.TODAY, country="US", number=1)
    session.commit()
    after = client.get("/campaigns/bridge/count.json", headers={"If-None-Match": before})
    assert (after.status_code, after.json["confirmed"]) == (200, 1)


def test_the_privacy_page_names_who_runs_the_site(client: Visitor) -> None:
    page = client.page("/privacy")
    for words in ("Charlie’s campaigns", "charlie@example.org", "30 days", "180 days"):
        assert words in page.text


def test_the_campaigns_page_shows_the_petition(client: Visitor, session: Session, petition: Petition) -> None:
    ada = make.person(session, "Ada Lovelace")
    make.membership(session, ada, petition.addressees[0].post, end=None)
    session.commit()
    panel = client.page("/campaigns/bridge").find(attrs={"aria-labelledby": "petition-title"})
    for words in ("Mend the bridge before winter.", "Mayor of Exampleton", "today Ada Lovelace", "Goal: 100"):
        assert words in panel.text
    assert panel.find("progress")["max"] == "100"
    assert panel.find("a", href="/campaigns/bridge/sign")


def test_the_signer_reads_mail_and_pages_in_the_campaigns_language(
    client: Visitor, session: Session, petition: Petition
) -> None:
    session.scalars(select(Petition)).one().campaign.language = "fr"
    session.commit()
    page = client.page("/campaigns/bridge/sign")
    assert page.html["lang"] == "fr"
    assert page.find("option", value="DE").text == "Allemagne"
    client.submit("/campaigns/bridge/sign", SUZIE)
    assert mails(session)[0].language == "fr"
