"""Whoever gets our mail can stop it, and mail services can tell us who does not want it."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email, Suppression
from tests.conftest import FULL, LARGEST, Visitor
from tests.mail.outgoing import Recording, deliver, queue, queued

pytestmark = pytest.mark.usefixtures("note")

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(app: Flask, address: str = "suzie@example.org") -> str:
    """The path of the link that stops all mail to an address."""
    with app.app_context():
        key = mailbox_key(app.config["SECRET_KEY"], address)
        return stopping.link(key).removeprefix("http://localhost")


def test_never_means_no_mail_of_any_kind_until_it_is_undone(app: Flask, session: Session, client: Visitor) -> None:
    address = link(app)
    assert "Never get mail" in client.page(address).h1.text  # type: ignore[union-attr]
    client.submit(address, {"act": "stop"})
    assert "will not write to you" in client.page(address).h1.text  # type: ignore[union-attr]
    assert queued(app, session) is None
    client.submit(address, {"act": "resume"})
    assert queued(app, session) is not None


class TestWithGuards:
    """As in production: with the guard against forged forms."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"WTF_CSRF_ENABLED": True}

    def test_one_click_stops_without_cookie_page_or_redirect(
        self, app: Flask, session: Session, client: Visitor
    ) -> None:
        response = client.post(link(app), data=ONE_CLICK)
        assert (response.status_code, response.headers.getlist("Set-Cookie")) == (200, [])
        assert queued(app, session) is None


def test_scanners_that_follow_the_link_stop_nothing(app: Flask, session: Session, client: Visitor) -> None:
    for _ in range(20):
        client.get(link(app))
        client.head(link(app))
    assert session.scalars(select(Suppression)).all() == []


def test_what_waits_when_somebody_stops_does_not_leave(app: Flask, session: Session, client: Visitor) -> None:
    email, transport = queue(app, session), Recording()
    session.rollback()
    client.post(link(app), data=ONE_CLICK)
    deliver(app, session, transport)
    assert transport.sent == []
    assert (email.state, email.context) == ("dropped", {})


@pytest.mark.parametrize("token", ["x", "W10.x", "." * 300, "ImsiLg%00"])
def test_a_made_up_link_stops_nothing(client: Visitor, token: str) -> None:
    client.page(f"/mail/stop/{token}", status=404)
    assert client.post(f"/mail/stop/{token}", data=ONE_CLICK).status_code == 404


def test_without_a_token_there_is_no_door_for_reports(client: Visitor) -> None:
    assert client.post("/mail/reports", json=[], headers={"Authorization": "Bearer "}).status_code == 404


class TestReports:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"MAIL_REPORTS_TOKEN": "s3cret", "WTF_CSRF_ENABLED": True}

    def post(self, client: Visitor, token: str = "s3cret", **values: Any) -> Any:
        return client.post("/mail/reports", headers={"Authorization": f"Bearer {token}"}, **values)

    def test_whom_it_reports_gets_no_more_mail(self, app: Flask, session: Session, client: Visitor) -> None:
        for name in ("suzie", "charlie"):
            queue(app, session, to=f"{name}@example.org")
        deliver(app, session, Recording())
        session.rollback()
        reports = [
            {"kind": "bounce", "email": "suzie@example.org", "detail": "550 5.1.1 <suzie@example.org> unknown"},
            {"kind": "complaint", "email": "Charlie@Example.org"},
            {"kind": "bounce", "email": "mallory@example.org"},
        ]
        assert self.post(client, json=reports).json == {"reports": 3, "stopped": 2}
        assert queued(app, session) is None and queued(app, session, to="charlie@example.org") is None
        # Nobody whom we never wrote to can be silenced beforehand.
        assert queued(app, session, to="mallory@example.org") is not None
        assert set(session.execute(select(Suppression.reason, Suppression.detail))) == {
            ("bounced", "5.1.1"), ("complained", ""),
        }  # fmt: skip

    @pytest.mark.parametrize("token", ["", "wrong", "s3cre", "s3cret "])
    def test_a_wrong_token_is_refused(self, client: Visitor, token: str) -> None:
        assert self.post(client, token, json=[]).status_code in (401, 200 if token.strip() == "s3cret" else 401)

    def test_brackets_without_end_are_refused(self, client: Visitor) -> None:
        response = self.post(client, data="[" * 50_000, content_type="application/json")
        assert response.status_code == 422 and response.json["error"]

    @pytest.mark.parametrize(
        "body", [{}, "x", [1], [{"kind": "spam", "email": "a@b.c"}], [{"kind": "bounce", "email": 5}], [{}], None]
    )
    def test_nonsense_is_refused_with_a_word_on_what_to_send(self, client: Visitor, body: Any) -> None:
        response = self.post(client, json=body)
        assert response.status_code == 422 and response.json["error"]

    def test_a_raw_mail_that_is_no_report_is_refused(self, client: Visitor) -> None:
        response = self.post(client, data=b"Subject: Hello\r\n\r\nHow are you?", content_type="message/rfc822")
        assert response.status_code == 422


def test_a_thousand_who_stop_are_a_thousand(app: Flask, session: Session, client: Visitor) -> None:
    """R20: as many as click are stopped, and nobody else."""
    number_of = 1_000 if LARGEST else 50 if FULL else 20
    for number in range(number_of):
        client.post(link(app, f"signer{number}@example.org"), data=ONE_CLICK)
    assert session.scalar(select(func.count()).select_from(Suppression)) == number_of
    assert all(queued(app, session, to=f"signer{number}@example.org") is None for number in range(number_of))
    assert session.scalar(select(func.count()).select_from(Email)) == 0
