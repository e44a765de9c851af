"""Mail that came back, and readers who complained: their mailboxes are not written to again."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from pathlib import Path
from typing import Any, Literal

import structlog
from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.mail.outbox import KEPT
from campaign.mail.transport import code_of, names_mailbox
from campaign.text import hidden_characters

log = structlog.get_logger()

Kind = Literal["bounce", "complaint"]
REASONS: dict[Kind, stopping.Reason] = {"bounce": "bounced", "complaint": "complained"}
LARGEST = 1024 * 1024  # bytes of a report that are read; the rest is the mail that came back
MOST = 200  # files read in one round
GENERAL = ("5.0.0", "5")
SERVERS = re.compile(r"mailer-daemon|postmaster|microsoftexchange", re.IGNORECASE)
# As servers write them: "550 5.1.1 …", "#5.1.1", "550 No such user"; and how the outbox numbers mails.
ANSWER = re.compile(r"\b[45]\d\d[ -](?:#?[45]\.\d{1,3}\.\d{1,3})?|#[45]\.\d{1,3}\.\d{1,3}")
OURS = re.compile(r"<[0-9a-f]{32}@[^<>\s]+>")
# To take one apart takes the library quadratic time, and anybody may send us a megabyte of it.
LONG_TYPE = re.compile(rb"^content-type[ \t]*:(?:[^\n]|\n[ \t]){4000}", re.IGNORECASE | re.MULTILINE)
SEEN = "S"  # in the name of a file in a Maildir


class NotAReport(Refused):
    """Neither a bounce nor a complaint that we can read."""


@dataclass(frozen=True)
class Report:
    """Somebody's mailbox, and why it should not be written to.

    message_id: of the mail of ours that the report brings along, "" without one; None when whoever reports is known.
    is_gone: False when that one mail came back, and others may still arrive.
    """

    kind: Kind
    email: str
    detail: str = ""
    message_id: str | None = None
    is_gone: bool = True


# returned(session, report, now=…) → how many things that are no mails of the outbox the report was about
Returned = Callable[..., int]


def init_app(app: Flask, returned: Returned) -> None:
    """returned: mail does not know what else is sent; a feature that sends says what came back of it."""
    app.extensions["mail returned"] = returned


def read(data: bytes) -> list[Report]:
    """What a mail says that a mail server sent us: a delivery status (RFC 3464) or a complaint (RFC 5965).

    Some servers say it in words only, and name the mail of ours that came back. Empty for a report of something that
    passes, as a delay. Raises NotAReport for any other mail.
    """
    data = data[:LARGEST]
    if LONG_TYPE.search(data):
        raise NotAReport("This is not a mail.")
    try:
        # Fields as they stand: the library's parsers of addresses fail at many that are wrong.
        message = message_from_bytes(data)
        parts = list(message.walk())
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise NotAReport("This is not a mail.") from error
    for part in parts:
        match part.get_content_type():
            case "message/delivery-status":
                found = _bounced(part)
            case "message/feedback-report":
                found = _complained(part, parts)
            case _:
                continue
        return [replace(report, message_id=_message_id(parts)) for report in found]
    if _is_from_server(message):
        return _told_in_words(data.decode("utf-8", "replace"))
    raise NotAReport("This mail reports neither a failed delivery nor a complaint.")


def listed(data: Any) -> list[Report]:
    """The same as a mail service's program tells it: [{"kind": "bounce", "email": "…", "detail": "550 …"}]."""
    if not isinstance(data, list):
        raise NotAReport('Send a list: [{"kind": "bounce", "email": "suzie@example.org", "detail": "550 5.1.1"}]')
    found = []
    for entry in data:
        kind, email = (entry.get("kind"), entry.get("email")) if isinstance(entry, dict) else (None, None)
        if kind not in [*REASONS] or not isinstance(email, str) or "@" not in email or hidden_characters(email):
            raise NotAReport("Each entry needs a kind, “bounce” or “complaint”, and an email.")
        found.append(Report(kind, email, code_of(str(entry.get("detail", "")))))
    return found


def record(session: Session, reports: Iterable[Report], *, now: datetime) -> int:
    """Stop mail to these mailboxes, and note what came back; returns how many reports told us something.

    Anybody can send a mail that looks like a bounce, and have us write to somebody first. So it must name a mail that
    we sent in the last 30 days by its Message-ID, which only its reader and mail servers know. Whose mailbox that was
    we know ourselves: a mail that was forwarded comes back from somebody else's.
    """
    number = 0
    for report in reports:
        number += current_app.extensions["mail returned"](session, report, now=now)
        if not report.is_gone:
            continue
        wrote = select(Email.mailbox_key).where(Email.created_at > now - KEPT, Email.attempts > 0)
        if report.message_id is None:
            wrote = wrote.where(Email.mailbox_key == mailbox_key(current_app.config["SECRET_KEY"], report.email))
        else:
            wrote = wrote.where(Email.message_id == report.message_id)
        key = session.scalar(wrote.limit(1))
        if key:
            stopping.stop(session, key, reason=REASONS[report.kind], detail=report.detail, now=now)
            number += 1  # also when it was stopped before
    return number


def read_folder(sessions: Callable[[], Session], folder: str, *, now: datetime) -> int:
    """Read the reports in a Maildir folder and remove them; returns how many.

    Letters from people stay, as seen; and reports that fit no mail of ours, for somebody to look at.
    """
    if not Path(folder).is_dir():
        log.error("no such maildir", setting="BOUNCE_MAILDIR")
        return 0
    new = _unseen(Path(folder))[:MOST]
    for path in new:
        try:
            with path.open("rb") as file:
                reports = read(file.read(LARGEST))
        except FileNotFoundError:  # somebody reads the folder, too
            continue
        except NotAReport:
            _leave(path)
            continue
        with sessions() as session, session.begin():
            stopped = record(session, reports, now=now)
        # Only now: killed before, we would read it again, and nothing is lost.
        if stopped or not any(report.is_gone for report in reports):
            path.unlink(missing_ok=True)
        else:
            _leave(path)
        log.info("mail report", reports=len(reports), stopped=stopped)
    return len(new)


def _unseen(folder: Path) -> list[Path]:
    """By their names alone: what cannot be read as a mail must not keep the others waiting."""
    files = [*folder.glob("new/*"), *folder.glob("cur/*")]
    return sorted(path for path in files if path.name[0] != "." and SEEN not in path.name.partition(":2,")[2])


def _leave(path: Path) -> None:
    """Marked as seen, so that it is not read at each round."""
    name, _, flags = path.name.partition(":2,")
    seen = path.parent.parent / "cur" / f"{name}:2,{''.join(sorted(flags + SEEN))}"
    seen.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):
        path.rename(seen)


def _bounced(part: Message) -> list[Report]:
    found = []
    for block in _blocks(part):
        recipient = _address(_field(block, "Final-Recipient") or _field(block, "Original-Recipient"))
        status = _field(block, "Status")
        has_failed = _field(block, "Action").lower() == "failed"
        if recipient and has_failed:
            # Of 5.x.x some are about us rather than about the reader, and 4.x.x was tried for too long.
            if status in GENERAL:
                # What the server itself said is more precise: "smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound".
                status = code_of(_field(block, "Diagnostic-Code").partition(";")[2].strip()) or status
            is_gone = status.startswith("5") and names_mailbox(status)
            found.append(Report("bounce", recipient, code_of(status), is_gone=is_gone))
    return found


def _is_from_server(message: Message) -> bool:
    """Programs that answer for people on holiday are no mail servers, and quote us, too."""
    sender = _field(message, "From")
    return bool(SERVERS.search(sender)) or _field(message, "Return-Path") == "<>"


def _told_in_words(said: str) -> list[Report]:
    """A report without fields: the codes and the number of the mail stand somewhere in the text."""
    answers = [found[0] for found in ANSWER.finditer(said)]
    number = OURS.search(said)
    if not number or not answers:
        raise NotAReport("This mail says neither what came back nor why.")
    # All of them: where one says that the mailbox exists, it does.
    is_gone = all(names_mailbox(answer) for answer in answers)
    return [Report("bounce", "", code_of(answers[0]), number[0], is_gone=is_gone)]


def _complained(part: Message, parts: list[Message]) -> list[Report]:
    for block in _blocks(part):
        recipient = _address(_field(block, "Original-Rcpt-To"))
        if recipient:
            return [Report("complaint", recipient)]
    # Some tell the reader only in the mail they complain of.
    for original in parts:
        if original is not parts[0] and (reader := _field(original, "To")):
            return [Report("complaint", reader)]
    return []


def _blocks(part: Message) -> list[Message]:
    """The groups of fields in a report. Read as mails of their own, or as text, by what the sender called them."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return [block for block in payload if isinstance(block, Message)]
    texts = str(payload).replace("\r\n", "\n").split("\n\n")
    return [message_from_bytes(text.encode()) for text in texts]


def _message_id(parts: list[Message]) -> str:
    """Of the mail that came back: servers return the whole of it, or its headers."""
    for part in parts[1:]:
        if number := _field(part, "Message-ID"):
            return number
        if part.get_content_type() == "text/rfc822-headers":
            headers = message_from_bytes(part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
            return _field(headers, "Message-ID")
    return ""


def _field(message: Message, name: str) -> str:
    """What a field says, on one line."""
    return " ".join(str(message.get(name, "")).split())


def _address(field: str) -> str:
    """ "rfc822; suzie@example.org" → the address."""
    address = field.rpartition(";")[2].strip().strip("<>")
    return address if "@" in address else ""
