"""The outbox: mails are rows, written in the transaction that caused them and sent by the worker."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import structlog
from flask import current_app, render_template
from sqlalchemy import delete
from sqlalchemy.orm import Session

from campaign import leases
from campaign.errors import Refused
from campaign.i18n import gettext, speaking
from campaign.mail.models import Email
from campaign.mail.transport import SendingFailed, Transport
from campaign.text import hidden_characters

log = structlog.get_logger()

LONGEST_SUBJECT = 200  # characters
KEPT = timedelta(days=30)  # how long the desk can see that a mail was sent, and to whom


class ImpossibleAddress(Refused):
    """Not one address that a mail can be sent to."""


def queue(session: Session, kind: str, *, to: str, language: str, context: dict[str, Any], now: datetime) -> Email:
    """Put a mail in the outbox; it leaves when the caller's transaction is committed, and not otherwise.

    kind: the folder in templates/mail/ with its subject.txt, body.txt and body.html; context: what they need.
    Raises ImpossibleAddress.
    """
    refuse_impossible(to)
    with speaking(language):
        subject, text, html = (
            render_template(f"mail/{kind}/{part}", mail_language=language, **context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    email = Email(
        kind=kind,
        # Made once and stored: a mail sent again after a crash has the same number, and mail programs show it once.
        message_id=f"<{secrets.token_hex(16)}@{_domain(current_app.config['MAIL_FROM'])}>",
        to_address=to,
        language=language,
        subject=_one_line(subject),
        text=text.strip() + "\n",
        html=html.strip() + "\n",
        state="waiting",
        created_at=now,
        due_at=now,
        attempts=0,
    )
    session.add(email)
    return email


def refuse_impossible(to: str) -> None:
    """Raise ImpossibleAddress unless a mail can be queued to this address."""
    try:
        address = Address(addr_spec=to)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise ImpossibleAddress(gettext("Enter one complete e-mail address."), field="email") from error
    if address.addr_spec != to or "." not in address.domain or "=?" in to or hidden_characters(to):
        raise ImpossibleAddress(gettext("Enter one complete e-mail address."), field="email")


def deliver(
    sessions: Callable[[], Session], transport: Transport, *, sender: Address, now: datetime, limit: int = 10
) -> int:
    """Send up to `limit` mails that are due; returns how many were taken up, whatever came of each.

    limit: small enough that even a server that keeps us waiting for each mail is done before the lease ends.

    Each mail is claimed and committed, sent, marked and committed, so a sender that dies leaves one mail in doubt:
    its lease runs out and it is sent again, under the same Message-ID.
    """
    for taken in range(limit):
        with sessions() as session:
            claimed = leases.claim(session, Email, now=now)
            session.commit()
            if not claimed:
                return taken
            _send(claimed[0], transport, sender=sender, now=now)
            session.commit()
    return limit


def forget_sent(session: Session, *, now: datetime) -> int:
    """Delete mails that left a month ago: whom we wrote to is nobody's business for ever. Returns how many."""
    is_old = (Email.state == "done") & (Email.done_at <= now - KEPT)
    deleted: int = session.execute(delete(Email).where(is_old)).rowcount  # type: ignore[attr-defined]
    return deleted


def message(email: Email, sender: Address) -> EmailMessage:
    """A mail as it goes on the wire: one recipient, text with an HTML alternative."""
    wire = EmailMessage()
    wire["From"] = sender
    wire["To"] = Address(addr_spec=email.to_address)
    wire["Subject"] = email.subject
    wire["Date"] = email.created_at
    wire["Message-ID"] = email.message_id
    # Holiday replies to a mail nobody wrote by hand help nobody (RFC 3834).
    wire["Auto-Submitted"] = "auto-generated"
    wire.set_content(email.text)
    wire.add_alternative(email.html, subtype="html")
    wire["Content-Language"] = email.language  # last: Content-… headers of the text would move into its part
    return wire


def _send(email: Email, transport: Transport, *, sender: Address, now: datetime) -> None:
    try:
        transport.send(message(email, sender))
    except SendingFailed as failure:
        leases.fail(email, reason=failure.message, permanent=failure.permanent, now=now)
    except Exception as error:
        # Our own mistake with this one mail must not keep the others waiting.
        leases.fail(email, reason=type(error).__name__, permanent=False, now=now)
    else:
        leases.finish(email, now=now)
        email.text = email.html = ""
    log.info("mail", kind=email.kind, state=email.state, attempts=email.attempts)


def _one_line(subject: str) -> str:
    line = " ".join(subject.split())
    line = "".join(character for character in line if not hidden_characters(character) or character in "\u200c\u200d")
    # EmailMessage decodes encoded words in what it is given, and a line break in one would begin a header of its own.
    line = line.replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">") or "localhost"
