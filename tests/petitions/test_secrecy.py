"""A stranger who types in somebody's address learns nothing: neither from the bytes nor from the work behind them."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from campaign.db import db, now
from campaign.mail.models import Email
from campaign.petitions import signing
from campaign.petitions.models import Petition, Signature
from campaign.petitions.signers import signer_key
from tests import make
from tests.conftest import FULL

FORM = {"given_name": "Mallory", "family_name": "Curious", "country": "US", "postcode": "99501"}
DAY = signing.MAIL_PAUSE
# What is drawn afresh for everybody, and what Mallory typed. Nothing else may differ.
RANDOM = re.compile(rb'(name="(?:csrf_token|ticket|seal|filled_at|opened)"[^>]* value=")[^"]*|(session=)[^;]*')


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    lots = "100000 per minute"
    limits = ("SIGN_LIMIT", "SIGN_DOMAIN_LIMIT", "SIGN_PETITION_LIMIT", "CODE_LIMIT", "OWN_PAGE_LIMIT")
    return settings | dict.fromkeys(limits, lots)


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"), closes_at=now() + 30 * DAY)
    session.commit()
    return row


def signed(app: Flask, session: Session, petition: Petition, emails: list[str], **values: Any) -> None:
    """These addresses have signed and confirmed, an hour ago."""
    secret = app.config["SECRET_KEY"]
    hour = DAY / 24
    for email in emails:
        defaults = {"email": email, "signer_key": signer_key(secret, email), "mailed_at": now() - hour}
        make.signature(session, petition, **defaults | values)
    session.commit()


def address(number: int, kind: str) -> str:
    """Of the same length for all, since what Mallory typed is on the page."""
    return f"{kind}{number:04}@example.org"


def masked(response: TestResponse, email: str) -> tuple[Any, ...]:
    """All that a browser gets, but for what is random and what was typed."""

    def mask(raw: bytes) -> bytes:
        return RANDOM.sub(rb"\1\2*", raw).replace(email.encode(), b"*")

    headers = [(name, mask(value.encode())) for name, value in response.headers]
    return response.status, tuple(headers), mask(response.data)


Probe = Callable[[str], tuple[Any, ...]]


@pytest.fixture
def probes(app: Flask) -> dict[str, Probe]:
    """What Mallory can ask about an address, each in a fresh browser."""

    def sign(email: str) -> tuple[Any, ...]:
        browser = app.test_client()
        posted = masked(browser.post("/campaigns/bridge/sign", data=FORM | {"email": email}), email)
        # What follows can differ only by the cookie, which was compared: it is enough to look at every tenth.
        return posted, *([masked(browser.get("/campaigns/bridge/signed"), email)] if "0@" in email else [])

    def code(email: str) -> tuple[Any, ...]:
        data = {"email": email, "code": "123456"}
        return (masked(app.test_client().post("/campaigns/bridge/code", data=data), email),)

    def own(email: str) -> tuple[Any, ...]:
        return (masked(app.test_client().post("/campaigns/bridge/my-signature", data={"email": email}), email),)

    return {"sign": sign, "code": code, "own": own}


@pytest.mark.parametrize("way", ["sign", "code"])
def test_a_thousand_signed_and_a_thousand_unsigned_addresses_get_the_same_bytes(
    app: Flask, session: Session, petition: Petition, probes: dict[str, Probe], way: str
) -> None:
    is_quick = session.get_bind().dialect.name == "sqlite" and way == "sign"
    number = (1_000 if is_quick else 100) if FULL else 30
    signed(
        app, session, petition, [address(n, "sgn") for n in range(number)], given_name="Mallory", family_name="Curious"
    )

    answers = {probes[way](address(n, kind)) for n in range(number) for kind in ("sgn", "new")}

    assert len({answer[:1] for answer in answers}) == 1
    assert len(answers) == (2 if way == "sign" else 1), "with and without the page that follows"
    session.rollback()
    assert session.scalar(select(func.count()).where(Signature.state == "confirmed")) == number


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL that the drivers of this app get while inside."""
    said: list[str] = []

    def note(statement: str) -> None:
        if not statement.startswith("NOTIFY"):  # sent ten times a second at most, whoever comes
            said.append(statement)

    def begin(connection: Any, *_: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(note)
        else:
            connection.cursor_factory = noting(connection.cursor_factory, note)

    def end(connection: Any, *_: Any) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.set_trace_callback(None)
        else:
            connection.cursor_factory = connection.cursor_factory.__base__

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    yield said
    event.remove(engine, "checkout", begin)
    event.remove(engine, "checkin", end)


def noting(cursor: Any, note: Callable[[str], None]) -> Any:
    """psycopg's cursor, telling what it is given."""

    def execute(self: Any, query: str, *args: Any, **kwargs: Any) -> Any:
        note(query)
        return cursor.execute(self, query, *args, **kwargs)

    return type("Noting", (cursor,), {"execute": execute})


BEFORE = [
    ({"mailed_at": now() - DAY / 2}, "was written to today, so no mail leaves"),
    ({"mailed_at": now() - 2 * DAY}, "gets a mail"),
    ({"state": "pending", "confirmed_at": None, "mailed_at": now() - DAY / 2}, "has not confirmed"),
    ({"state": "pending", "confirmed_at": None, "mailed_at": now() - 2 * DAY}, "has not confirmed for days"),
    ({"state": "invalidated", "mailed_at": now() - DAY / 2}, "was found to be fake"),
    ({"state": "withdrawn", "given_name": "", "email": ""}, "has taken it back"),
]


@pytest.mark.parametrize("way", ["sign", "code", "own"])
@pytest.mark.parametrize(("before", "reason"), BEFORE)
def test_a_signed_address_takes_as_many_statements_as_another(
    app: Flask, session: Session, petition: Petition, probes: dict[str, Probe], way: str,
    before: dict[str, Any], reason: str,
) -> None:  # fmt: skip
    signed(app, session, petition, [address(1, "sgn")], **{"given_name": "Mallory", "family_name": "Curious"} | before)
    probes[way](address(0, "new"))  # the first of a process also asks for the day's salt
    probes[way](address(0, "nex"))

    counted = []
    for kind in ("sgn", "new"):
        with statements(app) as said:
            probes[way](address(1, kind))
        counted.append(said)

    assert len(counted[0]) == len(counted[1]), (reason, counted)


def test_asking_for_ones_link_writes_to_the_disk_once_for_every_address(
    app: Flask, session: Session, petition: Petition, probes: dict[str, Probe]
) -> None:
    """Waiting for the disk takes longer than all the rest: a commit of its own would tell who has signed."""
    signed(app, session, petition, [address(1, "sgn")])
    commits: list[str] = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "commit", note := lambda _connection: commits.append(email))

    for email in (address(1, "sgn"), address(1, "new")):
        probes["own"](email)

    event.remove(engine, "commit", note)
    assert len(commits) == len(set(commits)) == 2


def test_a_wrong_code_is_answered_alike_whatever_the_reason(
    app: Flask, session: Session, petition: Petition, probes: dict[str, Probe]
) -> None:
    """Unknown, signed, waiting with a wrong code, and waiting with no try left."""
    probes["sign"](address(1, "wai"))
    signed(app, session, petition, [address(1, "sgn")])

    asked = [address(1, kind) for kind in ("new", "sgn", *["wai"] * 8)]
    answers = [probes["code"](email) for email in asked]

    assert len(set(answers)) == 1
    assert answers[0][0][0].startswith("422") and b"not right, or too old" in answers[0][0][2]


def test_a_mailbox_that_gets_no_more_mail_is_answered_alike(
    app: Flask, session: Session, petition: Petition, probes: dict[str, Probe]
) -> None:
    before = probes["sign"](address(1, "new"))
    app.config["MAILBOX_DAY_LIMIT"] = 0
    session.rollback()
    sent = session.scalar(select(func.count(Email.id)))
    session.execute(update(Signature).values(mailed_at=now() - 2 * DAY))
    session.commit()

    assert {probes["sign"](address(n, "new")) for n in (1, 2)} == {before}
    session.rollback()
    assert session.scalar(select(func.count(Email.id))) == sent == 1
