"""What a real mail server answers, and what that means for the mail."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from campaign.mail import transport
from campaign.mail.transport import FileTransport, SendingFailed, SmtpTransport
from tests.mail.server import Server, free_port


@pytest.fixture
def smtp(server: Controller) -> Iterator[SmtpTransport]:
    smtp = SmtpTransport(f"smtp://127.0.0.1:{server.port}")
    yield smtp
    smtp.close()


def mail(to: str = "suzie@example.org", subject: str = "Hello", number: str = "1a2b") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "campaign@example.org", to, subject
    message["Message-ID"], message["Date"] = f"<{number}@example.org>", "Sun, 22 Nov 2026 12:00:00 +0000"
    message.set_content("Hello Suzie.\n")
    return message


def failure(way_out: transport.Transport, message: EmailMessage | None = None) -> SendingFailed:
    with pytest.raises(SendingFailed) as caught:
        way_out.send(message or mail())
    return caught.value


def test_mails_go_over_one_connection_each_in_its_own_envelope(smtp: SmtpTransport, mind: Server) -> None:
    smtp.send(mail("suzie@example.org"))
    smtp.send(mail("charlie@example.org"))
    assert [envelope.rcpt_tos for envelope in mind.taken] == [["suzie@example.org"], ["charlie@example.org"]]
    assert len(mind.connections) == 1


@pytest.mark.parametrize(
    ("answer", "is_permanent"),
    [
        ("451 Greylisted, come back later", False),
        ("452 Mailbox full", False),
        ("550 No such mailbox", True),
        ("554 We do not like this", True),
        ("421 Closing", False),
    ],
)
def test_4xx_passes_and_5xx_is_for_good(smtp: SmtpTransport, mind: Server, answer: str, is_permanent: bool) -> None:
    mind.answers = [answer]
    failed = failure(smtp)
    assert (failed.message, failed.permanent) == (answer, is_permanent)
    smtp.send(mail())  # the next mail is not harmed
    assert len(mind.taken) == 1


@pytest.mark.parametrize(("answer", "is_permanent"), [("450 Busy", False), ("550 No such person", True)])
def test_a_refused_reader_is_treated_alike(smtp: SmtpTransport, mind: Server, answer: str, is_permanent: bool) -> None:
    mind.recipient_answer = answer
    assert (failure(smtp).message, failure(smtp).permanent) == (answer, is_permanent)


def test_a_server_that_hangs_up_is_tried_again(smtp: SmtpTransport, mind: Server) -> None:
    mind.answers = ["hang up"]
    assert failure(smtp).permanent is False
    smtp.send(mail())
    assert len(mind.taken) == 1


def test_a_server_that_is_away_is_tried_again() -> None:
    failed = failure(SmtpTransport(f"smtp://127.0.0.1:{free_port()}"))
    assert "No connection" in failed.message
    assert failed.permanent is False


def test_a_server_that_never_answers_is_left_after_a_while() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failed = failure(SmtpTransport(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2))
    assert (failed.permanent, failed.about) == (False, "server")


def test_a_password_is_never_sent_unencrypted(server: Controller, mind: Server) -> None:
    failed = failure(SmtpTransport(f"smtp://charlie:secret@127.0.0.1:{server.port}"))
    assert "offers no encryption" in failed.message
    assert failed.permanent is False
    assert mind.taken == []


@pytest.mark.parametrize(
    ("url", "port", "username"),
    [
        ("smtp://mail.example.org", 25, ""),
        ("smtp://charlie%40example.org:p%3Ass@mail.example.org", 587, "charlie@example.org"),
        ("smtps://charlie:pass@mail.example.org", 465, "charlie"),
        ("smtp://mail.example.org:2525", 2525, ""),
    ],
)
def test_the_url_says_where_and_as_whom(url: str, port: int, username: str) -> None:
    smtp = SmtpTransport(url)
    assert (smtp.host, smtp.port, smtp.username) == ("mail.example.org", port, username)


def test_without_a_server_mails_are_files_that_sort_by_time(tmp_path: Path) -> None:
    way_out = transport.for_settings({"SMTP_URL": "", "INSTANCE": str(tmp_path)})
    way_out.send(mail(subject="Grüße"))
    [path] = (tmp_path / "mail").iterdir()
    assert path.name == "20261122T120000-1a2b.eml"
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Subject"] == "Grüße"


def test_the_same_mail_written_again_is_one_file(tmp_path: Path) -> None:
    way_out = FileTransport(tmp_path)
    way_out.send(mail())
    way_out.send(mail())
    assert len(list(tmp_path.iterdir())) == 1


def test_a_message_id_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    FileTransport(tmp_path / "mail").send(mail(number="../../../etc/passwd"))
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["20261122T120000-etcpasswd.eml"]


def test_a_folder_that_cannot_be_written_is_a_passing_failure(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file where the folder should be")
    assert failure(FileTransport(tmp_path / "mail")).permanent is False
