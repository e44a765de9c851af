"""What can go wrong between us and a mail server, with a real one: nothing is lost, and nothing is sent for ever."""

import multiprocessing
import socket
from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import leases
from campaign.db import now
from campaign.mail import sending
from campaign.mail.models import Email, Suppression
from campaign.mail.transport import SmtpTransport
from tests import make
from tests.conftest import shared_engine
from tests.mail.outgoing import row, send_slowly, sender
from tests.mail.server import Server, free_port

MAILS = 20


@pytest.fixture
def outbox(session: Session) -> list[Email]:
    emails = [row(session) for _ in range(MAILS)]
    session.commit()
    return emails


@pytest.fixture(autouse=True)
def rest_shortly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sending, "FIRST_REST", 0.0)
    monkeypatch.setattr(sending, "LONGEST_REST", 0.0)
    yield


def send(app: Flask, session: Session, port: int, *, later: timedelta = timedelta(), timeout: float = 5.0) -> None:
    """Everything that is due `later`."""
    session.rollback()
    worker = sender(session, SmtpTransport(f"smtp://127.0.0.1:{port}", timeout=timeout))
    with app.app_context():
        while worker.round(make.NOW + later):
            pass
    worker.close()
    session.rollback()


def states(session: Session) -> dict[str, int]:
    counted = session.execute(select(Email.state, func.count()).group_by(Email.state))
    return {state: number for state, number in counted}  # noqa: C416


RETRY = leases.FIRST_PAUSE * 1.3  # one period, with its jitter


def test_refused_connections_lose_nothing_and_all_goes_at_the_next_try(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    send(app, session, free_port())
    assert states(session) == {"waiting": MAILS}
    send(app, session, server.port, later=RETRY)
    assert states(session) == {"done": MAILS}
    assert len(mind.numbers) == len(set(mind.numbers)) == MAILS


def test_a_server_that_never_answers_costs_one_timeout_a_round(
    app: Flask, session: Session, outbox: list[Email], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FIRST_REST", 60.0)
    monkeypatch.setattr(sending, "LONGEST_REST", 60.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        worker = sender(session, SmtpTransport(f"smtp://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2))
        session.rollback()
        with app.app_context():
            assert [worker.round(make.NOW) for _ in range(3)] == [1, 0, 0]
    session.rollback()
    assert states(session) == {"waiting": MAILS}
    # Only the one that was tried pays with an attempt; the others did not have their turn.
    assert sorted(email.attempts for email in outbox) == [0] * (MAILS - 1) + [1]


def test_451_is_tried_again_and_delivered_once(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    mind.answers = ["451 Greylisted"] * MAILS
    send(app, session, server.port)
    assert states(session) == {"waiting": MAILS}
    assert mind.numbers == []
    send(app, session, server.port, later=RETRY)
    assert states(session) == {"done": MAILS}
    assert sorted(mind.numbers) == sorted(email.message_id for email in outbox)


def test_hung_up_after_data_each_mail_arrives_and_doubles_share_a_number(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    mind.answers = ["take and hang up", "hang up", "250 OK"]
    send(app, session, server.port)
    send(app, session, server.port, later=RETRY)
    assert states(session) == {"done": MAILS}
    assert set(mind.numbers) == {email.message_id for email in outbox}
    assert len(mind.numbers) == MAILS + 1  # the one it had taken when it hung up


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        ("554 No such person", MAILS),
        ("550 5.1.1 Unknown", MAILS),
        ("550 5.7.1 Your network is on our list", 0),  # about us: the reader's mailbox is well
        ("552 5.2.2 Mailbox full", 0),
    ],
)
def test_5xx_is_not_tried_again_and_stops_a_mailbox_that_does_not_exist(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller, answer: str, stopped: int
) -> None:
    mind.recipient_answer = answer
    send(app, session, server.port)
    mind.recipient_answer = "250 OK"
    send(app, session, server.port, later=timedelta(days=4))
    assert states(session) == {"failed": MAILS}
    assert mind.numbers == []
    assert session.scalar(select(func.count()).select_from(Suppression)) == stopped
    assert not session.scalars(select(Suppression).where(Suppression.detail.contains("@"))).all()


def test_one_mail_that_hangs_the_server_up_does_not_keep_the_others(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    mind.answers = ["hang up"]
    send(app, session, server.port)
    assert states(session) == {"done": MAILS - 1, "waiting": 1}


def test_one_poisoned_mail_in_ten_is_given_up_with_its_reason(
    app: Flask, session: Session, mind: Server, server: Controller
) -> None:
    """R58: what cannot be put into words fails alone."""
    for number in range(MAILS):
        row(session, **({"context": {}, "kind": "no_such_kind"} if number % 10 == 0 else {}))
    session.commit()
    for day in range(leases.MAX_ATTEMPTS):
        send(app, session, server.port, later=timedelta(days=day))
    assert states(session) == {"done": MAILS * 9 // 10, "failed": MAILS // 10}
    assert set(session.scalars(select(Email.last_error).where(Email.state == "failed"))) == {"TemplateNotFound"}


def test_a_mail_erased_while_it_is_sent_harms_nobody(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    session.rollback()

    class Erasing(SmtpTransport):
        def send(self, message: object) -> None:
            with Session(shared_engine(app.config["DATABASE_URL"])) as other, other.begin():
                other.delete(other.scalars(select(Email).where(Email.message_id == message["Message-ID"])).one())  # type: ignore[index]
            super().send(message)  # type: ignore[arg-type]

    worker = sender(session, Erasing(f"smtp://127.0.0.1:{server.port}"), batch=5)
    with app.app_context():
        assert worker.round(make.NOW) == 5
    worker.close()
    session.rollback()
    assert states(session) == {"waiting": MAILS - 5}


KILLS = 2


def test_killed_again_and_again_nothing_is_missing(
    app: Flask, session: Session, outbox: list[Email], mind: Server, server: Controller
) -> None:
    """R19 in small; benchmarks/mail.py --kill has it at any size."""
    expected = {email.message_id for email in outbox}
    session.rollback()
    forking, patience = multiprocessing.get_context("forkserver"), Event()
    for kill in range(1, KILLS + 1):
        process = forking.Process(target=send_slowly, args=(app.config["DATABASE_URL"], app.instance_path, server.port))
        process.start()
        for _ in range(2000):
            if len(mind.taken) >= kill * 3 or not process.is_alive():
                break
            patience.wait(0.01)
        process.kill()
        process.join()
    with app.app_context():
        last = sender(session, SmtpTransport(f"smtp://127.0.0.1:{server.port}"))
        while last.round(now() + 2 * leases.LEASE):
            pass
        last.close()
    session.rollback()
    assert set(mind.numbers) == expected
    assert len(mind.numbers) - len(expected) <= KILLS
    assert states(session) == {"done": MAILS}
