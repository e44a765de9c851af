"""Limits are exact, shared by a whole network, and never say who was counted."""

import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from campaign import access, acts, create_app, limiting
from campaign.db import db, now
from campaign.errors import Refused
from campaign.limiting import LimitCounter
from tests.own_redis import own_redis


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


PORT = free_port()


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"SIGN_LIMIT": "3 per minute; 5 per hour"}


@pytest.fixture(autouse=True)
def knock(own_app: Flask) -> None:
    """A page that only counts, POST /knock, and then writes."""

    @own_app.route("/knock", methods=["GET", "POST"])
    @access.public
    @limiting.limited("SIGN_LIMIT")
    def knock() -> str:
        db.session.execute(text("SELECT 1"))  # begins the request's own transaction, on SQLite with the lock
        return "come in"


def knocks(app: Flask, times: int, *, address: str = "192.0.2.1", **headers: str) -> list[int]:
    browser = app.test_client()
    return [
        browser.post("/knock", environ_base={"REMOTE_ADDR": address}, headers=headers).status_code for _ in range(times)
    ]


def test_what_is_beyond_the_limit_gets_429_and_when_to_try_again(app: Flask) -> None:
    assert knocks(app, 4) == [200, 200, 200, 429]
    response = app.test_client().post("/knock", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert b"<h1>" in response.data


def test_looking_is_not_counted(app: Flask) -> None:
    browser = app.test_client()
    assert {browser.get("/knock").status_code for _ in range(9)} == {200}


@pytest.mark.parametrize(
    ("first", "second", "are_one"),
    [
        ("192.0.2.1", "192.0.2.2", False),  # every IPv4 address counts alone
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),  # one customer's /64
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),  # the same machine on a socket for both
        ("fe80::1%eth0", "fe80::2%eth1", True),
    ],
)
def test_a_network_is_counted_as_one(first: str, second: str, are_one: bool) -> None:
    assert (limiting.network(first) == limiting.network(second)) is are_one


def test_an_ipv6_customer_shares_one_limit(app: Flask) -> None:
    answers = [knocks(app, 1, address=f"2001:db8::{number:x}")[0] for number in range(1, 7)]
    assert answers.count(200) == 3


def test_forwarded_headers_are_ignored_without_a_proxy_of_ours(app: Flask) -> None:
    answers = [knocks(app, 1, **{"X-Forwarded-For": f"198.51.100.{number}"})[0] for number in range(6)]
    assert answers.count(200) == 3


def test_thirty_of_a_hundred_at_once_are_exactly_thirty(app: Flask) -> None:
    app.config["SIGN_LIMIT"] = "30 per hour"
    with ThreadPoolExecutor(10) as threads:
        answers = [answer for part in threads.map(lambda _: knocks(app, 10), range(10)) for answer in part]
    assert answers.count(200) == 30
    assert answers.count(429) == 70


def test_what_is_rolled_back_was_not_counted(app: Flask, session: Session) -> None:
    with app.app_context():
        for _ in range(9):
            with Session(db.engine) as mine:
                limiting.count_within(mine, "SIGN_LIMIT", "somebody")
        assert session.scalars(select(LimitCounter)).all() == []
        with Session(db.engine) as mine, mine.begin():
            for _ in range(3):
                limiting.count_within(mine, "SIGN_LIMIT", "somebody")
            with pytest.raises(TooManyRequests):
                limiting.count_within(mine, "SIGN_LIMIT", "somebody")


def test_counters_do_not_say_who_was_counted(app: Flask, session: Session) -> None:
    knocks(app, 1, address="192.0.2.77")
    counters = session.scalars(select(LimitCounter)).all()
    assert len(counters) == 2  # by minute and by hour
    assert all("192.0.2.77" not in str(vars(counter)) for counter in counters)


def test_a_window_that_is_over_begins_anew(app: Flask, session: Session) -> None:
    knocks(app, 4)
    for counter in session.scalars(select(LimitCounter)):
        counter.ends_at = now() - timedelta(seconds=1)
    session.commit()
    assert knocks(app, 4) == [200, 200, 200, 429]


def test_ended_windows_are_forgotten(app: Flask, session: Session) -> None:
    knocks(app, 1)
    assert limiting.forget_ended(session, now=now() + timedelta(minutes=2)) == 1
    assert limiting.forget_ended(session, now=now() + timedelta(hours=2)) == 1


def test_a_limit_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="SIGN_LIMIT must look like"):
        create_app(tmp_path, environ={}, overrides={"SIGN_LIMIT": "thirty per minute"})


class TestRedisIsAway:
    """Nothing listens at this address: the database counts, as exactly as ever."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"SIGN_LIMIT": "3 per minute", "REDIS_URL": "redis://127.0.0.1:1/0"}

    def test_the_limit_still_holds(self, app: Flask) -> None:
        assert knocks(app, 4) == [200, 200, 200, 429]


class TestRedisIsThere:
    """A Redis of this test's own. It may die at any moment: the limit does not die with it."""

    @pytest.fixture
    def redis(self, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
        with own_redis(PORT, tmp_path) as process:
            yield process

    @pytest.fixture
    def settings(self, redis: subprocess.Popen[bytes]) -> dict[str, Any]:
        return {"SIGN_LIMIT": "3 per minute", "REDIS_URL": f"redis://127.0.0.1:{PORT}/0"}

    def test_it_counts_and_the_database_is_left_alone(self, app: Flask, session: Session) -> None:
        assert knocks(app, 4) == [200, 200, 200, 429]
        assert session.scalars(select(LimitCounter)).all() == []

    def test_when_it_dies_the_database_goes_on_counting(
        self, app: Flask, session: Session, redis: subprocess.Popen[bytes]
    ) -> None:
        assert knocks(app, 2) == [200, 200]
        redis.kill()
        redis.wait()
        assert knocks(app, 4) == [200, 200, 200, 429]
        assert len(session.scalars(select(LimitCounter)).all()) == 1


def test_a_large_limit_of_everybodys_is_counted_in_shares(app: Flask, session: Session) -> None:
    app.config["SIGN_PETITION_LIMIT"] = f"{acts.SHARES * acts.LEAST_SHARE} per hour"
    act = acts.Act("SIGN_PETITION_LIMIT", "petition 1", is_everybodys=True)

    accepted = 0
    with app.app_context(), pytest.raises(TooManyRequests), db.session.begin():
        for _ in range(acts.SHARES * acts.LEAST_SHARE + 1):
            limiting.count_all_within(db.session(), [act])
            accepted += 1
    assert acts.LEAST_SHARE < accepted <= acts.SHARES * acts.LEAST_SHARE
    with app.app_context():
        assert len({act.windows()[0].whose for _ in range(1000)}) == acts.SHARES


def test_a_small_limit_of_everybodys_is_exact(app: Flask) -> None:
    app.config["SIGN_PETITION_LIMIT"] = "20 per hour"
    with app.app_context():
        [window] = acts.Act("SIGN_PETITION_LIMIT", "petition 1", is_everybodys=True).windows()
    assert (window.item.amount, window.whose[1]) == (20, "petition 1")
