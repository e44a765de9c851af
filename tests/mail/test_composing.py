"""Mails say what they should, in their reader's language, and nothing typed becomes more than words."""

from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign.mail import composing, stopping
from campaign.mail.models import Email
from campaign.paths import TEMPLATES
from tests import make
from tests.conftest import either_database
from tests.mail.outgoing import SENDER, Recording, deliver, queue

pytestmark = pytest.mark.usefixtures("note")


def test_a_mail_speaks_its_readers_language(app: Flask, session: Session) -> None:
    email = queue(app, session, language="fr")
    with app.app_context():
        said = composing.words(email)
    assert (said.subject, said.text) == ("Bonjour Suzie", "Dear Suzie,\n\nHello.\n")
    assert 'lang="fr"' in said.html


def test_names_are_data_in_both_parts(app: Flask, session: Session) -> None:
    email = queue(app, session, name="<b>O'Brien</b> {{ config }}")
    with app.app_context():
        said = composing.words(email)
    assert said.text.startswith("Dear <b>O'Brien</b> {{ config }},")
    assert "Dear &lt;b&gt;O&#39;Brien&lt;/b&gt; {{ config }}," in said.html


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
    "List-Unsubscribe", "List-Unsubscribe-Post",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_becomes_a_header_or_a_recipient(app: Flask, session: Session, text: str) -> None:
    queue(app, session, name=text.replace("\x00", ""), text=text.replace("\x00", ""))
    transport = Recording()
    deliver(app, session, transport)
    [message] = transport.sent
    lines = message.as_bytes().split(b"\n\n", 1)[0].decode().splitlines()
    names = {line.partition(":")[0] for line in lines if not line.startswith(" ")}
    assert names == EXPECTED_HEADERS
    assert len(message["Subject"]) <= composing.LONGEST_SUBJECT


CONTEXT = {
    "given_name": "Suzie",
    "demand": "Mend the bridge before winter.",
    "campaign_title": "Mend the bridge",
    "link": "http://localhost/signatures/abc",
    "code": "012345",
    "note": "The council has named a date.\nWe now hold it to that.",
}
KINDS = ["confirm_signature", "remind_signature", "already_signed", "own_page", "text_changed"]


def mail(kind: str, language: str = "en") -> Email:
    return Email(
        kind=kind, message_id="<1@localhost>", to_address="suzie@example.org", mailbox_key="k" * 64, language=language,
        context=CONTEXT, created_at=make.NOW, subject="",
    )  # fmt: skip


WITH_CODE = {"confirm_signature", "remind_signature"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_each_mail_reads_well_as_text_alone(app: Flask, kind: str, language: str) -> None:
    with app.app_context():
        said = composing.words(mail(kind, language))
        stop = stopping.link("k" * 64)
    for text in (said.text, said.html):
        assert CONTEXT["link"] in text and stop in text and "Suzie" in text
        assert "Mend the bridge" in text and "None" not in text and "{{" not in text
    assert "<" not in said.text.replace("<>", "") and "\n\n\n" not in said.text
    assert ("012345" in said.text) == ("012345" in said.html) == (kind in WITH_CODE)


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("mail/*/body.html")), ids=lambda path: str(path.parent.name))
def test_every_mail_stands_in_the_frame_that_fits_a_phone(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith('{% extends "mail/_layout.html" %}')


def test_the_frame_lets_long_links_break_and_loads_nothing(app: Flask) -> None:
    with app.app_context():
        html = composing.words(mail("own_page", "ar")).html
    assert 'name="viewport"' in html and "overflow-wrap: anywhere" in html and 'dir="rtl"' in html
    assert not any(word in html for word in ("src=", "url(", "@import", "<script", "<link"))


@pytest.mark.parametrize("kind", KINDS)
def test_all_but_confirmations_can_be_stopped_from_the_mail_program(app: Flask, kind: str) -> None:
    with app.app_context():
        wire = composing.message(mail(kind), SENDER).as_bytes(policy=SMTP).decode()
        stop = stopping.link("k" * 64)
    is_list = kind != "confirm_signature"
    assert (f"\r\nList-Unsubscribe: <{stop}>\r\n" in wire) is is_list
    assert ("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire) is is_list


@either_database
def test_no_kind_of_mail_takes_a_header_from_any_of_its_words(app: Flask) -> None:
    """R15: every field of every kind at once, before and after honest words."""
    with app.app_context():
        for kind in KINDS:
            for text in HOSTILE:
                for pattern in ("{} Suzie", "Suzie{}"):
                    email = mail(kind)
                    email.context = dict.fromkeys(CONTEXT, pattern.format(text))
                    wire = composing.message(email, SENDER).as_bytes(policy=SMTP)
                    head = message_from_bytes(wire)
                    assert set(head.keys()) <= EXPECTED_HEADERS, (kind, text)
                    assert (head.get_all("To"), head.get_all("Subject") is not None) == (["suzie@example.org"], True)
