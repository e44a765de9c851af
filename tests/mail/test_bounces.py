"""Bounces and complaints as mail servers write them."""

import mailbox
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign.mail import bounces
from campaign.mail.models import Suppression
from tests import make
from tests.mail.outgoing import Recording, deliver, queue

DSN = """\
From: MAILER-DAEMON@mx.example.org
To: campaign@example.org
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Sun, 22 Nov 2026 12:00:00 +0000

Final-Recipient: rfc822; {to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 <{to}>: unknown

--b
Content-Type: message/rfc822

From: campaign@example.org
To: {to}
Subject: Confirm your signature
Message-ID: {message_id}

Hello.
--b--
"""
ARF = """\
From: fbl@example.com
To: campaign@example.org
Subject: FW: Confirm your signature
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
{fields}
--b
Content-Type: message/rfc822

From: campaign@example.org
To: suzie@example.org
Subject: Confirm your signature

Hello.
--b--
"""


def dsn(to: str = "suzie@example.org", action: str = "failed", status: str = "5.1.1", message_id: str = "") -> bytes:
    return DSN.format(to=to, action=action, status=status, message_id=message_id).encode()


def test_a_bounce_names_the_mailbox_and_the_code() -> None:
    [report] = bounces.read(dsn(message_id="<7@localhost>"))
    assert report == bounces.Report("bounce", "suzie@example.org", "5.1.1", "<7@localhost>")
    assert bounces.read(dsn().replace(b"\n", b"\r\n")) == bounces.read(dsn())


def test_a_bounce_may_bring_along_the_headers_alone() -> None:
    returned = dsn(message_id="<7@localhost>").replace(b"message/rfc822", b"text/rfc822-headers")
    assert bounces.read(returned) == bounces.read(dsn(message_id="<7@localhost>"))


@pytest.mark.parametrize(
    ("action", "status", "reason"),
    [
        ("delayed", "4.4.1", "may still arrive"),
        ("failed", "4.2.2", "passes"),
        ("failed", "5.2.2", "the mailbox is full"),
        ("failed", "5.7.1", "they do not like us; the mailbox exists"),
        ("delivered", "2.0.0", "arrived"),
        ("relayed", "5.1.1", "not failed"),
        ("failed", "", "says nothing"),
    ],
)
def test_what_passes_or_is_about_us_stops_nobody(action: str, status: str, reason: str) -> None:
    assert [report for report in bounces.read(dsn(action=action, status=status)) if report.is_gone] == [], reason


IN_WORDS = """\
Return-Path: <>
From: {sender}
To: campaign@example.org
Subject: Undeliverable: Confirm your signature

Delivery has failed to these recipients:
suzie@example.org
Remote server returned '{answer} RESOLVER.ADR.RecipNotFound; not found'

Original message headers:
From: campaign@example.org
Message-ID: {number}
"""
NUMBER = f"<{'0a' * 16}@localhost>"


@pytest.mark.parametrize(
    ("sender", "answer", "is_gone"),
    [
        ("MicrosoftExchange329e@example.org", "550 5.1.1", True),
        ("postmaster@example.org", "550 5.1.10", True),
        ("MAILER-DAEMON@example.org", "550", True),
        ("MAILER-DAEMON@example.org", "550 5.7.1", False),
        ("MAILER-DAEMON@example.org", "552 5.2.2", False),
        ("MAILER-DAEMON@example.org", "451 4.4.1", False),
    ],
)
def test_a_bounce_in_words_is_read_by_its_code_and_the_number_of_our_mail(
    sender: str, answer: str, is_gone: bool
) -> None:
    [report] = bounces.read(IN_WORDS.format(sender=sender, answer=answer, number=NUMBER).encode())
    assert (report.kind, report.message_id, report.is_gone) == ("bounce", NUMBER, is_gone)


@pytest.mark.parametrize(
    ("sender", "number", "reason"),
    [
        ("suzie@example.org", NUMBER, "a person, or her holiday program, quotes us"),
        ("MAILER-DAEMON@example.org", "<7@elsewhere.example>", "nothing says which mail of ours it was"),
    ],
)
def test_words_that_are_no_bounce_stop_nobody(sender: str, number: str, reason: str) -> None:
    words = IN_WORDS.format(sender=sender, answer="550 5.1.1", number=number).replace("Return-Path: <>\n", "")
    with pytest.raises(bounces.NotAReport):
        bounces.read(words.encode())


def test_where_a_report_is_general_the_servers_own_words_count() -> None:
    general = dsn(status="5.0.0", message_id="<7@localhost>")
    [unknown] = bounces.read(general.replace(b"smtp; 550 <", b"smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound <"))
    [blocked] = bounces.read(general.replace(b"smtp; 550 <", b"smtp;550 5.7.1 blocked <"))
    assert (unknown.is_gone, blocked.is_gone) == (True, False)


@pytest.mark.usefixtures("note")
def test_a_forwarded_mail_that_comes_back_stops_the_mailbox_we_wrote_to(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    """Her old address sends on to a new one, which is gone; the report names the new one only."""
    email = queue(app, session)
    deliver(app, session, Recording())
    key, folder = email.mailbox_key, tmp_path / "Maildir"
    mailbox.Maildir(folder, create=True).add(dsn(to="other@elsewhere.example", message_id=email.message_id))
    session.rollback()
    with app.app_context():
        bounces.read_folder(sessionmaker(session.get_bind()), str(folder), now=make.NOW)
    assert session.scalars(select(Suppression.mailbox_key)).all() == [key]
    assert list(mailbox.Maildir(folder, create=False)) == []


@pytest.mark.parametrize("fields", ["Original-Rcpt-To: <suzie@example.org>\n", ""])
def test_a_complaint_names_the_reader_itself_or_in_the_mail(fields: str) -> None:
    [report] = bounces.read(ARF.format(fields=fields).encode())
    assert (report.kind, report.email) == ("complaint", "suzie@example.org")


@pytest.mark.parametrize("data", [b"", b"\0\xff" * 500, b"Subject: Out of office\n\nBack on Monday.", dsn()[:300]])
def test_other_mail_is_no_report(data: bytes) -> None:
    with pytest.raises(bounces.NotAReport):
        bounces.read(data)


# What the library's own parsers fail at, or are busy with for hours.
HOSTILE = [
    b"From: <\n\n550 5.1.1",
    b"From: a@[\n\n550 5.1.1",
    b"From: =?utf-8?q?a=0d=0a?= <a@b.example>\n\n550 5.1.1",
    b"From: " + b"(" * 5000 + b"\n\n550 5.1.1",
    b"Content-Type: " + b"a@b " * 250_000 + b"\n\n550 5.1.1",
    b"Content-Type: a/b; c=" + b'";' * 500_000 + b"\n\n550 5.1.1",
    b"Content-Type: message/rfc822\n\n" * 3000,
]


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize("data", [*HOSTILE, dsn(message_id="<").replace(b"MAILER-DAEMON@mx.example.org", b"<")])
def test_one_hostile_mail_keeps_no_bounce_waiting(app: Flask, session: Session, tmp_path: Path, data: bytes) -> None:
    """Anybody can write to the mailbox that bounces come to."""
    genuine = dsn(message_id=queue(app, session).message_id)
    deliver(app, session, Recording())
    maildir = mailbox.Maildir(tmp_path / "Maildir", create=True)
    for report in (data, genuine):
        maildir.add(report)
    began = time.process_time()
    with app.app_context():
        sessions = sessionmaker(session.get_bind())
        read = [bounces.read_folder(sessions, str(tmp_path / "Maildir"), now=make.NOW) for _ in range(2)]
    assert (read, time.process_time() - began < 3) == ([2, 0], True)
    assert session.scalars(select(Suppression.reason)).all() == ["bounced"]


@pytest.mark.parametrize(
    "data",
    [
        [{"kind": ["bounce"], "email": "a@example.org"}],
        [{"kind": "bounce", "email": "\ud800@example.org"}],
        [{"kind": "bounce", "email": "a@example.org"}, 7],
        {},
    ],
)
def test_a_list_of_something_else_is_no_report(data: Any) -> None:
    with pytest.raises(bounces.NotAReport):
        bounces.listed(data)


@pytest.mark.usefixtures("note")
def test_a_forged_bounce_stops_nobodys_mail(app: Flask, session: Session, tmp_path: Path) -> None:
    """Mallory can have us write to Suzie, and can write to our mailbox; she has not seen the mail."""
    genuine = dsn(message_id=queue(app, session).message_id)
    deliver(app, session, Recording())
    folder = tmp_path / "Maildir"
    maildir = mailbox.Maildir(folder, create=True)
    complaint = ARF.format(fields="Original-Rcpt-To: suzie@example.org\n").encode()

    reasons = []
    for reports in ([dsn(), dsn(message_id="<0@example.org>"), complaint], [genuine]):
        for report in reports:
            maildir.add(report)
        with app.app_context():
            assert bounces.read_folder(sessionmaker(session.get_bind()), str(folder), now=make.NOW) == len(reports)
        reasons.append(session.scalars(select(Suppression.reason)).all())
        session.rollback()

    assert reasons == [[], ["bounced"]]


@pytest.mark.usefixtures("note")
def test_the_worker_empties_the_folder_and_leaves_letters_from_people(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    email = queue(app, session)
    deliver(app, session, Recording())
    folder = tmp_path / "Maildir"
    maildir = mailbox.Maildir(folder, create=True)
    maildir.add(dsn(message_id=email.message_id))
    maildir.add(dsn(to="mallory@example.org"))  # we never wrote to her: a forgery, or a mistake
    maildir.add(b"Subject: A question\n\nMay I print your petition?\n")
    session.rollback()
    with app.app_context():
        read = [bounces.read_folder(sessionmaker(session.get_bind()), str(folder), now=make.NOW) for _ in range(2)]
    assert read == [3, 0]
    left = sorted(str(message["Subject"]) for message in mailbox.Maildir(folder, create=False))
    assert left == ["A question", "Undelivered Mail Returned to Sender"], "what fits no mail of ours is not lost"
    assert session.scalars(select(Suppression.reason)).all() == ["bounced"]


def test_a_folder_that_is_not_there_harms_nobody(app: Flask, session: Session, tmp_path: Path) -> None:
    assert bounces.read_folder(sessionmaker(session.get_bind()), str(tmp_path / "none"), now=make.NOW) == 0
