"""Mails leave the outbox once, whatever happens to the sender."""

import multiprocessing
import signal
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign import leases
from campaign.mail import sending
from campaign.mail.models import Email
from campaign.mail.transport import SendingFailed
from tests import make
from tests.mail.outgoing import Recording, deliver, queue, send_and_die

pytestmark = pytest.mark.usefixtures("note")


def test_a_sent_mail_is_one_envelope_with_two_parts_and_leaves_no_text_behind(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording()
    assert deliver(app, session, transport) == 1
    [message] = transport.sent
    assert message["From"] == "Charlie’s campaigns <campaign@example.org>"
    assert message["To"] == "suzie@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert (email.state, email.subject, email.context) == ("done", "Hello Suzie", {})
    assert deliver(app, session, transport) == 0


def test_a_passing_failure_is_tried_again_later(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording(SendingFailed("451 Come back later", permanent=False))
    deliver(app, session, transport)
    assert (email.state, email.last_error) == ("waiting", "451 Come back later")
    assert email.due_at > make.NOW
    assert deliver(app, session, transport) == 0  # not before its time
    assert deliver(app, session, transport, later=timedelta(hours=1)) == 1
    assert (email.state, email.last_error, len(transport.sent)) == ("done", "", 1)


def test_a_permanent_failure_is_not_tried_again(app: Flask, session: Session) -> None:
    email, transport = queue(app, session), Recording(SendingFailed("554 No such person", permanent=True))
    deliver(app, session, transport)
    assert (email.state, email.last_error) == ("failed", "554 No such person")
    assert deliver(app, session, transport, later=timedelta(days=9)) == 0


def test_one_bad_mail_does_not_keep_the_others_waiting(app: Flask, session: Session) -> None:
    queue(app, session)
    queue(app, session, to="charlie@example.org")
    transport = Recording(ZeroDivisionError("our own mistake"))
    deliver(app, session, transport)
    assert [message["To"] for message in transport.sent] == ["charlie@example.org"]


def test_a_mail_keeps_failing_in_the_open_and_is_given_up_after_days(app: Flask, session: Session) -> None:
    email = queue(app, session)
    for attempt in range(leases.MAX_ATTEMPTS):
        failing = Recording(SendingFailed("No connection", permanent=False))
        assert deliver(app, session, failing, later=timedelta(days=attempt)) == 1
    assert (email.state, email.attempts, email.last_error) == ("failed", leases.MAX_ATTEMPTS, "No connection")
    leases.retry(email, now=make.NOW)
    session.commit()
    deliver(app, session, Recording())
    assert email.state == "done"


def test_a_sender_killed_in_the_middle_leaves_the_mail_to_the_next(app: Flask, session: Session) -> None:
    email = queue(app, session)
    session.rollback()
    templates = app.jinja_loader.searchpath  # type: ignore[union-attr]
    killed = multiprocessing.get_context("forkserver").Process(
        target=send_and_die, args=(app.config["DATABASE_URL"], app.instance_path, templates)
    )
    killed.start()
    killed.join(30)
    assert killed.exitcode == -signal.SIGKILL

    transport = Recording()
    assert deliver(app, session, transport) == 0  # the lease still holds
    assert email.state == "working"
    assert deliver(app, session, transport, later=leases.LEASE + timedelta(seconds=1)) == 1
    assert [message["Message-ID"] for message in transport.sent] == [email.message_id]
    assert email.state == "done"


def test_few_that_left_wait_to_be_marked_and_none_locks_anything(app: Flask, session: Session) -> None:
    """Whoever dies repeats those. A failure is marked at once: what it wrote would lock SQLite until then."""
    for number in range(8):
        queue(app, session, to=f"signer{number}@example.org")
    marked: list[int] = []

    class Looking(Recording):
        def send(self, message: EmailMessage) -> None:
            with Session(session.get_bind()) as other:
                other.execute(update(Email).where(Email.state == "gone").values(attempts=0))
                marked.append(other.scalar(select(func.count()).where(Email.state.in_(("done", "failed")))) or 0)
            if message["To"] == "signer2@example.org":
                raise SendingFailed("550 5.1.1 Unknown", permanent=True, about="mailbox")

    assert deliver(app, session, Looking()) == 8
    assert marked[3] == 3
    assert all(before - now <= sending.TOGETHER for before, now in enumerate(marked))
    assert session.scalar(select(func.count()).where(Email.state == "done")) == 7
