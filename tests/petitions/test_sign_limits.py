"""How many may sign from where: exact, shared by several processes, and not to be fooled by headers."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from campaign import create_app, limiting
from campaign.db import db
from campaign.errors import Refused
from campaign.petitions.models import Petition, Signature
from tests.conftest import COMPILED_TEMPLATES, FULL
from tests.petitions.crowd import crowd
from tests.petitions.test_sign_form import PATH, SUZIE, petition

__all__ = ["petition"]

POSTS = 200 if FULL else 60  # where the number matters; fewer where one more kind of address is enough
LIMIT = 30

Answers = Callable[..., Counter[int]]


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"SIGN_LIMIT": f"{LIMIT} per minute"}


_made: dict[str, list[Flask]] = {}


@pytest.fixture
def apps(app: Flask, tmp_path_factory: pytest.TempPathFactory, settings: dict[str, Any]) -> Iterator[list[Flask]]:
    """Three processes' worth of the app, on one database. Making one takes long; tests with the same settings share."""
    same = {"TESTING": True, "WTF_CSRF_ENABLED": False, "BASE_URL": "http://localhost", **settings}
    same |= {name: app.config[name] for name in ("DATABASE_URL", "SECRET_KEY")}
    if repr(same) not in _made:
        folder = tmp_path_factory.mktemp("others")
        _made[repr(same)] = [create_app(folder, environ={}, overrides=same, quiet=True) for _ in range(2)]
    others = _made[repr(same)]
    for other in others:
        other.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        other.config.update({name: app.config[name] for name in app.config if name.startswith("SIGN_")})
    yield [app, *others]
    for other in others:
        with other.app_context():
            for bound in db.engines.values():
                bound.dispose()


@pytest.fixture
def answers(apps: list[Flask], petition: Petition) -> Answers:
    """answers(address, number=…) → how often each status came; address: of the n-th post."""

    def answers(
        address: Callable[[int], str], *, number: int = POSTS, domain: str = "example.org", **headers: Any
    ) -> Counter[int]:
        def post(n: int) -> int:
            data = SUZIE | {"email": f"person{n}@{domain}"}
            sent = {name: value(n) for name, value in headers.items()}
            browser = apps[n % len(apps)].test_client()
            for _ in range(20):
                response = browser.post(PATH, data=data, environ_base={"REMOTE_ADDR": address(n)}, headers=sent)
                if response.status_code != 503:  # busy, as crowd() says: try again
                    break
            return response.status_code

        return Counter(crowd(post, range(number), at_once=4))

    return answers


def stored(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Signature)) or 0


# --- R06


def test_one_address_gets_exactly_its_limit_from_all_processes(answers: Answers, session: Session) -> None:
    assert answers(lambda n: "192.0.2.1") == {303: LIMIT, 429: POSTS - LIMIT}
    assert stored(session) == LIMIT


def test_one_ipv6_customer_gets_exactly_one_limit(answers: Answers, session: Session) -> None:
    assert answers(lambda n: f"2001:db8:7:7:{n:x}::1", number=60) == {303: LIMIT, 429: 30}
    assert stored(session) == LIMIT


def test_as_many_networks_as_there_are_people_all_sign(answers: Answers, session: Session) -> None:
    assert answers(lambda n: f"198.51.100.{n}" if n % 2 else f"2001:db8:0:{n:x}::1") == {303: POSTS}
    assert stored(session) == POSTS


def test_a_school_counts_as_a_whole_and_may_do_more(
    apps: list[Flask], answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiting, "SHARED_NETWORK", 2)
    for app in apps:
        app.config["SIGN_LIMIT_NETWORKS"] = ["203.0.113.0/24", "2001:db8:5::/48"]
    assert answers(lambda n: f"203.0.113.{n}", number=80) == {303: 2 * LIMIT, 429: 20}
    assert answers(lambda n: f"2001:db8:5:{n:x}::1", number=40) == {303: 40}
    assert answers(lambda n: "203.0.114.1", number=40) == {303: LIMIT, 429: 10}


def test_a_network_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="SIGN_LIMIT_NETWORKS"):
        create_app(tmp_path, environ={}, overrides={"SIGN_LIMIT_NETWORKS": ["the school"]}, quiet=True)


# --- R07


def chain(n: int) -> str:
    """A header as somebody makes it up."""
    chance = random.Random(n)
    return ", ".join(".".join(str(chance.randint(1, 254)) for _ in range(4)) for _ in range(chance.randint(1, 5)))


def test_made_up_headers_are_one_address_without_a_proxy(answers: Answers, session: Session) -> None:
    headers = {"X-Forwarded-For": chain, "X-Real-Ip": chain, "Forwarded": lambda n: f"for={chain(n)}"}
    assert answers(lambda n: "192.0.2.1", number=60, **headers) == {303: LIMIT, 429: 30}


class TestBehindOneProxy:
    @pytest.fixture
    def settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return settings | {"TRUSTED_PROXIES": 1}

    def test_only_what_our_proxy_wrote_counts(self, answers: Answers, session: Session) -> None:
        """The proxy adds the address it saw at the right; whatever stands before it was made up."""
        headers = {"X-Forwarded-For": lambda n: f"{chain(n)}, 192.0.2.1"}
        assert answers(lambda n: "10.0.0.1", number=60, **headers) == {303: LIMIT, 429: 30}
        apart = {"X-Forwarded-For": lambda n: f"{chain(n)}, 198.51.100.{n}"}
        assert answers(lambda n: "10.0.0.1", number=40, **apart) == {303: 40}


def test_an_unknown_proxy_is_told_of_once(own_app: Flask, petition: Petition) -> None:
    own_app.extensions.pop("warned of proxy", None)
    with capture_logs() as logs:
        for _ in range(3):
            own_app.test_client().post(PATH, data=SUZIE, headers={"X-Forwarded-For": "192.0.2.1"})
    assert [line["remedy"] for line in logs if line["event"] == "forwarded header ignored"] == [
        "Is there a proxy of yours? Then set TRUSTED_PROXIES=1."
    ]


# --- domains and petitions


def test_a_domain_gets_exactly_its_limit_unless_everybody_has_mail_there(
    apps: list[Flask], answers: Answers, session: Session
) -> None:
    for app in apps:
        app.config |= {"SIGN_LIMIT": "1000 per minute", "SIGN_DOMAIN_LIMIT": "20 per hour"}
    assert answers(lambda n: f"198.51.100.{n}", number=40, domain="farm.example") == {303: 20, 429: 20}
    assert stored(session) == 20
    assert answers(lambda n: f"198.51.100.{n}", number=40, domain="gmail.com") == {303: 40}


def test_a_petition_gets_exactly_its_limit(apps: list[Flask], answers: Answers, session: Session) -> None:
    for app in apps:
        app.config |= {"SIGN_LIMIT": "1000 per minute", "SIGN_PETITION_LIMIT": "20 per hour"}
    assert answers(lambda n: f"198.51.100.{n}", number=40) == {303: 20, 429: 20}
    assert stored(session) == 20
