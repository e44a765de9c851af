"""Somebody else holds the database: a moment is waited out, and beyond that people keep what they typed."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from benchmarks import visiting
from campaign import db as database
from campaign.db import db
from campaign.petitions.models import Signature
from tests import make
from tests.conftest import Visitor, read

PERSON = {**visiting.PERSON, "email": "suzie@example.org"}


@pytest.fixture
def path(session: Session) -> str:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return f"/campaigns/{petition.campaign.slug}/sign"


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """SQLite's only lock, or on PostgreSQL the petition's row; by a connection that knows nothing of our queue."""
    if engine.dialect.name == "sqlite":
        connection = sqlite3.connect(engine.url.database or "", isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.close()
        return
    with engine.connect() as other:
        other.execute(text("SELECT id FROM petition FOR UPDATE"))
        yield


def patient(app: Flask, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Connections made from now on wait so long."""
    monkeypatch.setattr(database, "PATIENCE", seconds)
    with app.app_context():
        db.engine.dispose()


def signatures(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Signature)) or 0


def test_a_second_is_waited_out(client: Visitor, session: Session, engine: Engine, path: str) -> None:
    statuses: list[int] = []
    with held(engine):
        signing = threading.Thread(target=lambda: statuses.append(client.post(path, data=PERSON).status_code))
        signing.start()
        time.sleep(1)
        assert statuses == [] and signatures(session) == 0
    signing.join()
    assert (statuses, signatures(session)) == ([303], 1)


def test_who_waits_in_vain_keeps_what_they_typed(
    app: Flask, client: Visitor, session: Session, engine: Engine, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient(app, monkeypatch, 0.2)
    with held(engine):
        response = client.post(path, data=PERSON)
        page = read(response, 503)
        assert "Try again in a minute" in page.text and response.headers["Retry-After"]
        assert page.select_one("#email")["value"] == PERSON["email"]  # type: ignore[index]
        assert client.get(path).status_code == 200
    assert signatures(session) == 0
    client.submit(path, PERSON)
    assert signatures(session) == 1


def test_a_queue_that_does_not_move_is_left_in_time(
    app: Flask, session: Session, engine: Engine, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen at once behind somebody else's lock: nobody waits for all who stand before them."""
    patient(app, monkeypatch, 1.0)
    statuses: list[int] = []

    def sign(number: int) -> None:
        data = {**PERSON, "email": f"signer{number}@example.org"}
        statuses.append(app.test_client().post(path, data=data).status_code)

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(16)]
    started = time.monotonic()
    with held(engine):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(statuses) == {503} and signatures(session) == 0
    assert time.monotonic() - started < 12  # one after the other they would take sixteen seconds
