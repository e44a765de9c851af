"""What happens outside of requests, and that nothing there stops the rest."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import limiting, worker
from campaign.accounts.models import SignIn
from campaign.db import now
from campaign.delivery.models import Export
from campaign.limiting import LimitCounter
from campaign.mail.models import Email
from campaign.petitions.models import Signature
from tests import make
from tests.mail.outgoing import row


def test_once_does_all_that_is_due_and_returns(app: Flask, session: Session, tmp_path: Path) -> None:
    for _ in range(60):  # more than one batch
        row(session)
    signature = make.signature(session, make.petition(session), state="pending", created_at=now() - timedelta(days=31))
    account = make.account(session)
    long_ago = now() - timedelta(days=1)
    session.add(SignIn(account=account, token_hash="x", created_at=long_ago, last_seen_at=long_ago))
    session.add(LimitCounter(key="x", ends_at=long_ago, count=3))
    session.commit()

    worker.run(app, once=True)

    assert len(list((tmp_path / "mail").glob("*.eml"))) == 60
    assert set(session.scalars(select(Email.state))) == {"done"}
    assert session.scalars(select(SignIn)).all() == []
    assert session.scalars(select(LimitCounter)).all() == []
    assert session.get(Signature, signature.id) is None or signature.state == "expired"


def test_what_is_not_over_yet_is_kept(app: Flask, session: Session) -> None:
    account = make.account(session)
    session.add(SignIn(account=account, token_hash="x", created_at=now(), last_seen_at=now()))
    session.add(LimitCounter(key="x", ends_at=now() + timedelta(minutes=5), count=3))
    session.commit()
    worker.run(app, once=True)
    assert len(session.scalars(select(SignIn)).all()) == 1
    assert len(session.scalars(select(LimitCounter)).all()) == 1


def test_one_failing_task_is_logged_and_the_others_go_on(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(now: datetime) -> int:
        raise OSError("suzie@example.org: disk full")

    row(session)
    session.commit()
    everything = worker.tasks()
    monkeypatch.setattr(worker, "tasks", lambda: [worker.Task("broken", fail), *everything])
    worker.run(app, once=True)
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


def test_it_works_beside_the_server_until_it_is_stopped(app: Flask, session: Session, tmp_path: Path) -> None:
    app.config["WORKER_SECONDS"] = 0.01
    row(session)
    session.commit()
    running = worker.start_in_thread(app)
    patience = Event()
    for _ in range(500):
        if list((tmp_path / "mail").glob("*.eml")):
            break
        patience.wait(0.01)
    running.stop()
    assert not running.thread.is_alive()
    assert len(list((tmp_path / "mail").glob("*.eml"))) == 1


def test_mail_leaves_while_a_long_list_is_made(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, has_left = Event(), Event()

    def long_list(*_: object, **__: object) -> None:
        begun.set()
        assert has_left.wait(10)

    monkeypatch.setattr(worker.exports, "run", long_list)
    campaign = make.petition(session).campaign
    account = make.account(session)
    session.add(Export(campaign=campaign, account_id=account.id, format="csv", created_at=now(), due_at=now()))
    session.commit()
    app.config["WORKER_SECONDS"] = 0.01
    running = worker.start_in_thread(app)
    try:
        assert begun.wait(10)
        row(session)
        session.commit()
        for _ in range(500):
            if list((tmp_path / "mail").glob("*.eml")):
                has_left.set()
                break
            sleep(0.01)
        assert has_left.is_set()
    finally:
        has_left.set()
        running.stop()


def test_a_limit_is_not_forgotten_while_it_holds(app: Flask) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        limiting.count("SIGN_LIMIT", limiting.client())
        assert worker.forget_limits(now()) == 0
        assert worker.forget_limits(now() + timedelta(hours=2)) == 2
