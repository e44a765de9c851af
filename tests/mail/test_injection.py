"""R15: whatever is typed, a mail has one reader and the headers it always has."""

import random
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.mail.outbox import ImpossibleAddress, refuse_impossible
from tests.conftest import FULL, LARGEST
from tests.mail.outgoing import Recording, deliver, queue
from tests.mail.test_composing import EXPECTED_HEADERS

PAYLOADS = 2_000 if LARGEST else 100 if FULL else 40
BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "%0d%0a",
    "=0D=0A",
    "\r\n\r\n",
    ",",
    ";",
)
LINES = ("Bcc: v@example.com", "To: v@example.com", "Subject: win", "Content-Type: text/html", "=?utf-8?q?Bcc=3A_v?=")
AROUND = ("", "Suzie", "“O’Brien”", "نور", "=?utf-8?b?", "?=", '"', "\\", "<v@example.com>", "x" * 90)


def payload(number: int) -> str:
    chance = random.Random(number)
    pieces = (chance.choice(kind) for _ in range(chance.randint(1, 3)) for kind in (AROUND, BREAKS, LINES, AROUND))
    return "".join(pieces)


@pytest.mark.usefixtures("note")
def test_payloads_in_names_and_texts_add_no_header_and_no_reader(app: Flask, session: Session) -> None:
    for number in range(PAYLOADS):
        queue(app, session, name=payload(number), text=payload(-number))
    transport = Recording()
    while len(transport.sent) < PAYLOADS:
        before = len(transport.sent)
        deliver(app, session, transport)
        assert len(transport.sent) > before
    for sent in transport.sent:
        read = message_from_bytes(sent.as_bytes(), policy=default)
        assert set(read.keys()) == EXPECTED_HEADERS and len(read.keys()) == len(EXPECTED_HEADERS)
        assert len(read["To"].addresses) == 1 and "v@example.com" not in str(read["To"])
        assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


def test_payloads_in_addresses_are_no_address() -> None:
    tried = ["suzie" + text + "@example.org" for text in map(payload, range(PAYLOADS))]
    tried += ["suzie@example.org" + text for text in map(payload, range(PAYLOADS))]
    for address in tried:
        with pytest.raises(ImpossibleAddress):
            refuse_impossible(address)
