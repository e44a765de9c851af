"""Mails wait in the outbox and leave it once."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.mail import outbox
from campaign.mail.models import Email
from tests import make


@pytest.fixture
def note(app: Flask, tmp_path: Path) -> None:
    """A message of this test's own: templates/mail/note/."""
    folder = tmp_path / "templates" / "mail" / "note"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("A note for {{ name }}")
    (folder / "body.txt").write_text("Dear {{ name }},\n\n{{ text }}\n")
    (folder / "body.html").write_text('<p lang="{{ mail_language }}">Dear {{ name }},</p><p>{{ text }}</p>')
    app.jinja_loader.searchpath.append(str(tmp_path / "templates"))  # type: ignore[union-attr]


def queue(session: Session, *, to: str = "suzie@example.org", name: str = "Suzie", text: str = "Hello.") -> Email:
    email = outbox.queue(session, "note", to=to, language="en", context={"name": name, "text": text}, now=make.NOW)
    session.flush()
    return email


@pytest.mark.usefixtures("note")
def test_a_mail_waits_in_the_transaction_that_caused_it(app: Flask, session: Session) -> None:
    with app.app_context():
        email = queue(session)
    assert (email.state, email.subject, email.text) == ("waiting", "A note for Suzie", "Dear Suzie,\n\nHello.\n")
    session.rollback()
    assert session.query(Email).count() == 0


@pytest.mark.usefixtures("note")
def test_names_are_data_in_both_parts(app: Flask, session: Session) -> None:
    with app.app_context():
        email = queue(session, name="<b>O'Brien</b> {{ config }}")
    assert email.text.startswith("Dear <b>O'Brien</b> {{ config }},")
    assert "Dear &lt;b&gt;O&#39;Brien&lt;/b&gt; {{ config }}," in email.html
