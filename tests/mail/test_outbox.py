"""Mails wait in the outbox and leave it once."""

import multiprocessing
import os
import signal
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign import leases
from campaign.mail import outbox
from campaign.mail.models import Email
from campaign.mail.transport import SendingFailed
from tests import make

SENDER = Address(display_name="Charlie’s campaigns", addr_spec="campaign@example.org")


class Recording:
    """A way out that keeps what it was given, and fails as it was told."""

    def __init__(self, *failures: Exception) -> None:
        self.sent: list[EmailMessage] = []
        self.failures = list(failures)

    def send(self, message: EmailMessage) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)

    def close(self) -> None: ...


@pytest.fixture
def note(app: Flask, tmp_path: Path) -> None:
    """A message of this test's own: templates/mail/note/."""
    folder = tmp_path / "templates" / "mail" / "note"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("{% if mail_language == 'fr' %}Bonjour{% else %}Hello{% endif %} {{ name }}")
    (folder / "body.txt").write_text("Dear {{ name }},\n\n{{ text }}\n")
    (folder / "body.html").write_text('<p lang="{{ mail_language }}">Dear {{ name }},</p><p>{{ text }}</p>')
    app.jinja_loader.searchpath.append(str(tmp_path / "templates"))  # type: ignore[union-attr]


def queue(app: Flask, session: Session, **changes: str) -> Email:
    """A note to Suzie in the outbox, committed."""
    values = {"to": "suzie@example.org", "name": "Suzie", "text": "Hello.", "language": "en"} | changes
    context = {"name": values["name"], "text": values["text"]}
    with app.app_context():
        email = outbox.queue(
            session, "note", to=values["to"], language=values["language"], context=context, now=make.NOW
        )
    session.commit()
    return email


def deliver(session: Session, transport: outbox.Transport, *, later: timedelta = timedelta()) -> int:
    """Send what is due; afterwards `session` sees what came of it."""
    session.rollback()
    sessions = sessionmaker(session.get_bind(), class_=Session)
    count = outbox.deliver(sessions, transport, sender=SENDER, now=make.NOW + later)
    session.rollback()
    return count


pytestmark = pytest.mark.usefixtures("note")


def test_a_mail_lives_and_dies_with_the_transaction_that_caused_it(app: Flask, session: Session) -> None:
    with app.app_context():
        context = {"name": "Suzie", "text": "Hello."}
        outbox.queue(session, "note", to="suzie@example.org", language="en", context=context, now=make.NOW)
    session.flush()
    session.rollback()
    assert session.scalars(select(Email)).all() == []


def test_a_mail_speaks_its_readers_language(app: Flask, session: Session) -> None:
    email = queue(app, session, language="fr")
    assert (email.subject, email.text) == ("Bonjour Suzie", "Dear Suzie,\n\nHello.\n")
    assert 'lang="fr"' in email.html


def test_names_are_data_in_both_parts(app: Flask, session: Session) -> None:
    email = queue(app, session, name="<b>O'Brien</b> {{ config }}")
    assert email.text.startswith("Dear <b>O'Brien</b> {{ config }},")
    assert "Dear &lt;b&gt;O&#39;Brien&lt;/b&gt; {{ config }}," in email.html


def test_a_sent_mail_is_one_envelope_with_two_parts_and_leaves_no_text_behind(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording()
    assert deliver(session, transport) == 1
    [message] = transport.sent
    assert message["From"] == "Charlie’s campaigns <campaign@example.org>"
    assert message["To"] == "suzie@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert (email.state, email.text, email.html) == ("done", "", "")
    assert deliver(session, transport) == 0


HOSTILE = [
    "Bcc: mallory@example.com",
    "\r\nBcc: mallory@example.com",
    "\nBcc: mallory@example.com",
    "\rBcc: mallory@example.com",
    "\x0bBcc: mallory@example.com",
    "\x0cBcc: mallory@example.com",
    "\x85Bcc: mallory@example.com",
    "\u2028Bcc: mallory@example.com",
    "\u2029Bcc: mallory@example.com",
    "\x00Bcc: mallory@example.com",
    "%0d%0aBcc: mallory@example.com",
    "=?utf-8?q?=0D=0ABcc=3A_mallory=40example.com?=",
    "\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>x</b>",
    "\u202egro.elpmaxe@yrollam",
    "x" * 5000,
]
EXPECTED_HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language", "MIME-Version", "Content-Type",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_becomes_a_header_or_a_recipient(app: Flask, session: Session, text: str) -> None:
    queue(app, session, name=text.replace("\x00", ""), text=text.replace("\x00", ""))
    transport = Recording()
    deliver(session, transport)
    [message] = transport.sent
    lines = message.as_bytes().split(b"\n\n", 1)[0].decode().splitlines()
    names = {line.partition(":")[0] for line in lines if not line.startswith(" ")}
    assert names == EXPECTED_HEADERS
    assert len(message["Subject"]) <= outbox.LONGEST_SUBJECT


@pytest.mark.parametrize(
    "address",
    [
        "",
        "suzie",
        "suzie@localhost",
        "suzie@@example.org",
        "suzie@example.org, mallory@example.com",
        "suzie@example.org\r\nBcc: mallory@example.com",
        "Suzie <suzie@example.org>",
        "suzie@example.org\u2028",
        "suzie@exa mple.org",
        "suzie@example.org\x00",
        '"suzie"@example.org, mallory@example.com',
        "suzie;mallory@example.com",
        "=?utf-8?q?=0D=0ABcc=3A_mallory=40example.com?=@example.org",
    ],
)
def test_only_one_complete_address_is_written_to(app: Flask, session: Session, address: str) -> None:
    with pytest.raises(outbox.ImpossibleAddress):
        queue(app, session, to=address)


def test_a_passing_failure_is_tried_again_later(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording(SendingFailed("451 Come back later", permanent=False))
    deliver(session, transport)
    assert (email.state, email.last_error) == ("waiting", "451 Come back later")
    assert email.due_at > make.NOW
    assert deliver(session, transport) == 0  # not before its time
    assert deliver(session, transport, later=timedelta(hours=1)) == 1
    assert (email.state, email.last_error, len(transport.sent)) == ("done", "", 1)


def test_a_permanent_failure_is_not_tried_again(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording(SendingFailed("554 No such person", permanent=True))
    deliver(session, transport)
    assert (email.state, email.last_error) == ("failed", "554 No such person")
    assert deliver(session, transport, later=timedelta(days=9)) == 0


def test_one_bad_mail_does_not_keep_the_others_waiting(app: Flask, session: Session) -> None:
    queue(app, session)
    queue(app, session, to="charlie@example.org")
    transport = Recording(ZeroDivisionError("our own mistake"))
    deliver(session, transport)
    assert [message["To"] for message in transport.sent] == ["charlie@example.org"]


def test_a_mail_keeps_failing_in_the_open_and_is_given_up_after_days(app: Flask, session: Session) -> None:
    email = queue(app, session)
    for attempt in range(leases.MAX_ATTEMPTS):
        failing = Recording(SendingFailed("No connection", permanent=False))
        assert deliver(session, failing, later=timedelta(days=attempt)) == 1
    assert (email.state, email.attempts, email.last_error) == ("failed", leases.MAX_ATTEMPTS, "No connection")
    leases.retry(email, now=make.NOW)
    session.commit()
    deliver(session, Recording())
    assert email.state == "done"


def test_whom_we_wrote_to_is_forgotten_after_a_month(app: Flask, session: Session) -> None:
    queue(app, session)
    deliver(session, Recording())
    waiting = queue(app, session, to="charlie@example.org")
    assert outbox.forget_sent(session, now=make.NOW + timedelta(days=29)) == 0
    assert outbox.forget_sent(session, now=make.NOW + timedelta(days=31)) == 1
    assert session.scalars(select(Email)).all() == [waiting]


def test_a_sender_killed_in_the_middle_leaves_the_mail_to_the_next(app: Flask, session: Session) -> None:
    email = queue(app, session)
    url = session.get_bind().url.render_as_string(hide_password=False)  # type: ignore[union-attr]
    session.rollback()
    killed = multiprocessing.get_context("spawn").Process(target=send_and_die, args=(url,))
    killed.start()
    killed.join(30)
    assert killed.exitcode == -signal.SIGKILL

    transport = Recording()
    assert deliver(session, transport) == 0  # the lease still holds
    assert email.state == "working"
    assert deliver(session, transport, later=leases.LEASE + timedelta(seconds=1)) == 1
    assert [message["Message-ID"] for message in transport.sent] == [email.message_id]
    assert email.state == "done"


def send_and_die(url: str) -> None:
    """In a process of its own: dies after the mail went out and before it is marked."""

    class Deadly(Recording):
        def send(self, message: EmailMessage) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    outbox.deliver(sessionmaker(create_engine(url), class_=Session), Deadly(), sender=SENDER, now=make.NOW)
