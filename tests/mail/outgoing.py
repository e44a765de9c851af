"""Puts notes into the outbox and sends them, without a network."""

import os
import signal
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

from campaign import create_app
from campaign.db import now
from campaign.mail import breaker, outbox, sending
from campaign.mail.models import Email
from campaign.mail.transport import SmtpTransport, Transport
from tests import make

SENDER = Address(display_name="Charlie’s campaigns", addr_spec="campaign@example.org")

_number = count(1)


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


def queued(app: Flask, session: Session, *, now: datetime = make.NOW, **changes: Any) -> Email | None:
    """A note to Suzie in the outbox, committed; None when she may not be written to."""
    values = {"to": "suzie@example.org", "name": "Suzie", "text": "Hello.", "language": "en"} | changes
    context = {"name": values.pop("name"), "text": values.pop("text")}
    with app.app_context():
        number = outbox.queue(session, values.pop("kind", "note"), context=context, now=now, **values)
    session.commit()
    return session.get(Email, number) if number else None


def queue(app: Flask, session: Session, **changes: Any) -> Email:
    """As `queued`, for tests that know that it is."""
    email = queued(app, session, **changes)
    assert email is not None
    return email


def row(session: Session, **values: Any) -> Email:
    """A request to confirm, as it stands in the outbox; not committed."""
    number = next(_number)
    defaults: dict[str, Any] = {
        "kind": "confirm_signature",
        "message_id": f"<{number}@localhost>",
        "to_address": "suzie@example.org",
        "mailbox_key": f"{number:064}",
        "language": "en",
        "context": {
            "given_name": "Suzie",
            "demand": "Mend the bridge before winter. Not http://evil.example/ though.",
            "campaign_title": "Mend the bridge",
            "link": "http://localhost/signatures/abc",
            "code": "012345",
        },
        "state": "waiting",
        "created_at": make.NOW,
        "due_at": make.NOW,
        "attempts": 0,
    }
    email = Email(**(defaults | values))
    session.add(email)
    return email


def nobody(session: Session, day: date) -> dict[str, int]:
    """Nobody has confirmed anything."""
    return {}


def sender(session: Session, transport: Transport, **values: Any) -> sending.Sender:
    values = {"confirmed": nobody, "threshold": 1000} | values
    held = breaker.Breaker(values.pop("confirmed"), threshold=values.pop("threshold"))
    return sending.Sender(sessionmaker(session.get_bind(), class_=Session), transport, SENDER, held, **values)


def deliver(app: Flask, session: Session, transport: Transport, *, later: timedelta = timedelta()) -> int:
    """Send what is due; afterwards `session` sees what came of it."""
    session.rollback()
    with app.app_context():
        count = sender(session, transport).round(make.NOW + later)
    session.rollback()
    return count


def send_slowly(url: str, instance: str, port: int) -> None:
    """In a process of its own, so that it is killed in the middle."""
    app = create_app(Path(instance), environ={}, overrides={"DATABASE_URL": url, "SECRET_KEY": "x" * 40}, quiet=True)

    class Slow(SmtpTransport):
        def send(self, message: object) -> None:
            super().send(message)  # type: ignore[arg-type]
            Event().wait(0.02)

    with Session(create_engine(url)) as session, app.app_context():
        worker = sender(session, Slow(f"smtp://127.0.0.1:{port}"), batch=4)
        while worker.round(now()):
            pass


def send_and_die(url: str, instance: str, templates: list[str]) -> None:
    """In a process of its own: dies after the mail went out and before it is marked."""

    class Deadly(Recording):
        def send(self, message: EmailMessage) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

    app = create_app(Path(instance), environ={}, overrides={"DATABASE_URL": url, "SECRET_KEY": "x" * 40}, quiet=True)
    app.jinja_loader.searchpath[:] = templates  # type: ignore[union-attr]
    with Session(create_engine(url)) as session:
        deliver(app, session, Deadly())
