"""A worker hears of work at once where somebody can tell it, and finds it by itself where nobody can."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign import waking, worker
from campaign.db import db, now
from campaign.mail import messages
from campaign.mail.models import Email
from tests.conftest import shared_engine
from tests.own_redis import own_redis

SLOWLY = 30.0  # seconds between two looks of a worker: whoever is quicker was told


def sign_up(app: Flask) -> None:
    """What a request does: a mail in the outbox, committed."""
    with app.app_context():
        messages.own_page(
            db.session(), to="suzie@example.org", language="en", given_name="Suzie", campaign_title="Bridge",
            link="http://localhost/x", about="signature/1", group="petition/1", now=now(),
        )  # fmt: skip
        db.session.commit()


def is_sent(url: str, within: float) -> bool:
    """Whether all mail leaves in so many seconds."""
    until = monotonic() + within
    while monotonic() < until:
        with Session(shared_engine(url)) as session:
            if {email.state for email in session.query(Email)} == {"done"}:
                return True
        sleep(0.02)
    return False


@pytest.fixture
def working(app: Flask) -> Iterator[Callable[..., None]]:
    """Starts a worker that looks for work by itself only every SLOWLY seconds, and waits until it rests."""
    running: list[worker.Stoppable] = []

    def start(seconds: float = SLOWLY) -> None:
        app.config["WORKER_SECONDS"] = seconds
        resting, rest = Event(), app.extensions["waking"].rest

        def telling(stop: Event, seconds: float) -> None:
            resting.set()
            rest(stop, seconds)

        app.extensions["waking"].rest = telling
        running.append(worker.start_in_thread(app))
        assert resting.wait(10)
        del app.extensions["waking"].rest
        sleep(0.3)  # until it listens

    yield start
    for stoppable in running:
        stoppable.event.set()
        sleep(2 * waking.OFTEN_ENOUGH)  # or it would be one word too many
        with app.app_context():
            waking.for_app().call("mail")
        stoppable.thread.join(10)


def test_on_postgresql_a_worker_is_told_and_elsewhere_it_looks(app: Flask, working: Callable[..., None]) -> None:
    is_told = isinstance(app.extensions["waking"], waking.OverPostgreSQL)
    working(SLOWLY if is_told else 0.1)
    sign_up(app)
    assert is_sent(app.config["DATABASE_URL"], within=5)


def test_what_is_rolled_back_wakes_nobody(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(app.extensions["waking"], "call", told.append)
    with app.app_context():
        waking.soon(db.session(), "mail")
        db.session.connection()
        db.session.rollback()
        db.session.connection()
        db.session.commit()
        assert told == []
    sign_up(app)
    assert told == ["mail"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = free_port()


class TestRedisIsThere:
    @pytest.fixture
    def redis(self, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        with own_redis(PORT, tmp_path) as process:
            yield process

    @pytest.fixture
    def settings(self, redis: subprocess.Popen[bytes]) -> dict[str, Any]:
        return {"REDIS_URL": f"redis://127.0.0.1:{PORT}/0"}

    def test_dramatiq_runs_the_task_at_once(self, own_app: Flask, working: Callable[..., None]) -> None:
        working()
        sign_up(own_app)
        assert is_sent(own_app.config["DATABASE_URL"], within=5)

    def test_without_a_worker_words_do_not_pile_up_and_rows_wait(self, own_app: Flask) -> None:
        waker = own_app.extensions["waking"]
        for _ in range(waking.MOST_WAITING + 30):
            waker.say("mail")
        assert waker._broker.client.llen("dramatiq:campaign") == waking.MOST_WAITING
        waker._broker.client.flushall()  # a Redis that forgets everything
        sign_up(own_app)
        worker.run(own_app, once=True)
        assert is_sent(own_app.config["DATABASE_URL"], within=1)

    def test_when_redis_dies_mail_is_taken_and_leaves(
        self, own_app: Flask, working: Callable[..., None], redis: subprocess.Popen[bytes]
    ) -> None:
        working(0.2)
        redis.kill()
        redis.wait()
        began = monotonic()
        sign_up(own_app)
        assert monotonic() - began < 2 * waking.REDIS_TIMEOUT
        assert is_sent(own_app.config["DATABASE_URL"], within=5)
