"""The desk's page of outgoing mail."""

from collections.abc import Callable
from datetime import timedelta
from email.headerregistry import Address
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign.accounts.models import AuditEntry
from campaign.mail import outbox, reading
from campaign.mail.models import Email
from campaign.mail.transport import for_settings
from tests import make
from tests.conftest import Visitor

SignInAs = Callable[..., Visitor]


def email(session: Session, *, state: str = "waiting", **values: Any) -> Email:
    """A mail in the outbox, committed; returns it freshly numbered."""
    defaults = {
        "kind": "confirm_signature",
        "message_id": f"<{state}{len(values)}@localhost>",
        "to_address": "suzie@example.org",
        "language": "en",
        "subject": "Please confirm",
        "text": "Open http://localhost/signatures/abc. Not http://evil.example/ though.\n",
        "html": "<p>…</p>",
        "created_at": make.NOW,
        "due_at": make.NOW + timedelta(days=1),
        "attempts": 0,
    }
    row = Email(state=state, **(defaults | values))
    session.add(row)
    session.commit()
    return row


def write_files(app: Flask, session: Session) -> None:
    """Send everything that waits, as the worker does."""
    session.rollback()
    sender = Address(addr_spec="campaign@example.org")
    way_out = for_settings(app.config)
    outbox.deliver(sessionmaker(session.get_bind()), way_out, sender=sender, now=make.NOW + timedelta(days=2))


def test_an_empty_outbox_says_what_will_come(sign_in: SignInAs) -> None:
    page = sign_in().page("/desk/mail")
    assert "No mail has been written yet" in page.text
    assert "No mail server is set" in page.text


def test_a_mail_that_became_a_file_can_be_read_and_its_link_followed(
    app: Flask, session: Session, sign_in: SignInAs
) -> None:
    email(session)
    write_files(app, session)
    owner = sign_in()
    page = owner.page("/desk/mail")
    link = page.find("a", string="Please confirm")
    mail = owner.page(link["href"])  # type: ignore[index,arg-type]
    assert [anchor["href"] for anchor in mail.select(".letter a")] == ["http://localhost/signatures/abc"]
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc())).first() == "mail.read"


def test_a_mail_not_yet_written_is_not_there(session: Session, sign_in: SignInAs) -> None:
    number = email(session).id
    session.rollback()
    owner = sign_in()
    owner.page(f"/desk/mail/{number}", status=404)
    owner.page("/desk/mail/99999", status=404)
    session.rollback()
    assert "mail.read" not in session.scalars(select(AuditEntry.action)).all()


def test_a_failed_mail_says_why_and_can_be_tried_again(session: Session, sign_in: SignInAs) -> None:
    row = email(session, state="failed", last_error="554 No such person", attempts=1)
    number = row.id
    session.rollback()
    owner = sign_in()
    page = owner.page("/desk/mail")
    assert "failed" in page.select_one(".tag-bad").text  # type: ignore[union-attr]
    assert "554 No such person" in page.text
    owner.submit(f"/desk/mail/{number}/retry", {})
    session.rollback()
    assert (row.state, row.attempts, row.last_error) == ("waiting", 0, "")


class TestWithAMailServer:
    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"SMTP_URL": "smtp://127.0.0.1:1"}

    def test_mails_cannot_be_read(self, session: Session, sign_in: SignInAs) -> None:
        number = email(session, state="done", text="", html="").id
        session.rollback()
        owner = sign_in()
        page = owner.page("/desk/mail")
        assert "No mail server is set" not in page.text
        assert not page.select("tbody a")
        owner.page(f"/desk/mail/{number}", status=404)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Open http://localhost/a?b=c&d=e now", ["http://localhost/a?b=c&d=e"]),
        ("(http://localhost/a), http://localhost/b.", ["http://localhost/a", "http://localhost/b"]),
        ("http://localhost.evil.example/a", []),  # begins alike, leads elsewhere
        ("http://localhost@evil.example/a", []),
        ("javascript:alert(1)//http:/localhost/", []),
        ("https://elsewhere.example/", []),
    ],
)
def test_only_addresses_on_this_site_become_links(text: str, links: list[str]) -> None:
    pieces = reading.pieces(text, "http://localhost")
    assert [piece.href for piece in pieces if piece.href] == links
    assert "".join(piece.text for piece in pieces) == text
