"""Putting a mail into words: the templates of its kind, in its reader's language, as it goes on the wire."""

import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy, default
from email.utils import format_datetime
from functools import lru_cache
from typing import Any, TypeVar

from flask import render_template

from campaign.i18n import speaking
from campaign.mail import stopping
from campaign.mail.models import Email
from campaign.mail.outbox import PLAIN
from campaign.text import hidden_characters

Part = TypeVar("Part", bound=MIMEPart)

LONGEST_SUBJECT = 200  # characters
LONGEST_LINE = 76  # characters of a header's name and text; what is longer is folded
# Quoted-printable stays nearly readable; of another script than Latin, base64 is a third shorter.
READABLE = 4 / 3

# What asks somebody to confirm is not a mailing: who wants no more of it stops it with the link in its text.
NOT_LISTS = frozenset({"confirm_signature", "confirm_subscription", "confirm_follow_up"})


class Registry(HeaderRegistry):
    """Remembers the class it made for each header: the parent makes a new one every time, a sixth of a mail's work."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        made = self._made.get(name)
        if made is None:
            # Only for names of our own; there are ten or so.
            made = self._made[name] = super().__getitem__(name)
        return made


POLICY = default.clone(header_factory=Registry())


class Written(str):
    """A header whose form on the wire is known: to parse each and fold it anew took a third of a mail's work."""

    name: str
    form: str

    def __new__(cls, name: str, text: str, form: str) -> "Written":
        header = super().__new__(cls, text)
        header.name, header.form = name, form
        return header

    def fold(self, *, policy: EmailPolicy) -> str:
        return self.form.replace("\n", policy.linesep)


@dataclass(frozen=True)
class Words:
    """What a mail says."""

    subject: str
    text: str
    html: str


def words(email: Email) -> Words:
    """The words of a mail that has not left yet; what it was about is erased afterwards."""
    with speaking(email.language):
        subject, text, html = (_rendered(email, part) for part in ("subject.txt", "body.txt", "body.html"))
    return Words(one_line(subject), text.strip() + "\n", html.strip() + "\n")


def subject(email: Email) -> str:
    """The subject alone, for lists: as it was sent, or as it will be."""
    if email.subject or not email.context:
        return email.subject
    with speaking(email.language):
        return one_line(_rendered(email, "subject.txt"))


def message(email: Email, sender: Address) -> EmailMessage:
    """A mail as it goes on the wire: one recipient, text with an HTML alternative."""
    said = words(email)
    headers = [
        _folded("From", str(sender)),
        _reader(email.to_address),
        _folded("Subject", said.subject),
        _whole("Date", format_datetime(email.created_at)),
        _whole("Message-ID", email.message_id),
        # Holiday replies to a mail nobody wrote by hand help nobody (RFC 3834).
        _whole("Auto-Submitted", "auto-generated"),
        _whole("Content-Language", email.language),
        _whole("MIME-Version", "1.0"),
        # What nobody can guess, no text contains.
        _whole("Content-Type", f'multipart/alternative; boundary="={secrets.token_hex(12)}="'),
    ]
    if email.kind not in NOT_LISTS:
        # Mail programs show a button for these two (RFC 8058).
        # Who has had enough of news need not miss the mail that confirms their next signature.
        way_out = email.context.get("unsubscribe_link") or stopping.link(email.mailbox_key)
        headers.append(_whole("List-Unsubscribe", f"<{way_out}>"))
        headers.append(_whole("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    wire = _with_headers(EmailMessage(policy=POLICY), headers)
    wire.set_payload([_part("plain", said.text), _part("html", said.html)])
    return wire


def one_line(subject: str) -> str:
    """A subject that is one line, however it was typed, and not too long."""
    line = " ".join(subject.split())
    line = "".join(character for character in line if not hidden_characters(character) or character in "\u200c\u200d")
    # EmailMessage decodes encoded words in what it is given, and a line break in one would begin a header of its own.
    line = line.replace("=?", "= ?")
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _rendered(email: Email, part: str) -> str:
    return render_template(
        f"mail/{email.kind}/{part}",
        mail_language=email.language,
        stop_link=stopping.link(email.mailbox_key),
        **email.context,
    )


def _whole(name: str, text: str) -> Any:
    """A header on one line. Folded, an address of a page becomes encoded words, and no mail program opens those."""
    if text.isascii() and text.isprintable() and "=?" not in text:
        return Written(name, text, f"{name}: {text}\n")
    return POLICY.header_factory(name, text)


@lru_cache(maxsize=256)
def _folded(name: str, text: str) -> Any:
    """A header that many mails have in common."""
    if text.isascii() and len(name) + len(text) <= LONGEST_LINE:
        return _whole(name, text)
    header = POLICY.header_factory(name, text)
    return Written(name, text, header.fold(policy=POLICY))


def _reader(address: str) -> Any:
    # What reads as most addresses do is one address. Others are looked at once more.
    if PLAIN.fullmatch(address):
        return _whole("To", address)
    return POLICY.header_factory("To", Address(addr_spec=address))


def _part(subtype: str, text: str) -> MIMEPart:
    """As `set_content` makes it, which tries several encodings and parses each header that it writes."""
    lines = b"\n".join(text.encode().splitlines()) + b"\n"
    quoted = b2a_qp(lines)
    encoding = "quoted-printable" if len(quoted) <= len(lines) * READABLE else "base64"
    headers = [
        _whole("Content-Type", f'text/{subtype}; charset="utf-8"'),
        _whole("Content-Transfer-Encoding", encoding),
    ]
    part = _with_headers(MIMEPart(policy=POLICY), headers)
    part.set_payload((quoted if encoding == "quoted-printable" else encodebytes(lines)).decode("ascii"))
    return part


def _with_headers(part: Part, headers: Iterable[Any]) -> Part:
    for header in headers:
        part[header.name] = header
    return part
