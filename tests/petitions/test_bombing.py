"""Somebody signs again and again with one person's address: she gets three mails, and after “never” none at all."""

import random
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign.db import now
from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Email
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.conftest import FULL, LARGEST
from tests.petitions.test_views import DAY, SUZIE

# R13: spellings of one mailbox, from networks of their own, under so many petitions.
POSTS, PETITIONS = (2_000, 40) if LARGEST else (100, 10) if FULL else (16, 4)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return settings | {"TRUSTED_PROXIES": 1}


@pytest.fixture
def petitions(session: Session) -> list[Petition]:
    made = [
        make.petition(session, make.campaign(session, slug=f"bridge{n}"), closes_at=now() + 30 * DAY)
        for n in range(PETITIONS)
    ]
    session.commit()
    return made


def spelling(number: int) -> str:
    """Dots, tags, capital letters and both names of the provider: one mailbox."""
    chance = random.Random(number)
    letters = [char.upper() if chance.random() < 0.5 else char for char in "suziesmith"]
    dotted = "".join(char + ("." if chance.random() < 0.3 and place < 9 else "") for place, char in enumerate(letters))
    return f"{dotted}+{number}@{chance.choice(['gmail.com', 'GoogleMail.com'])}"


def bomb(app: Flask, numbers: range) -> Counter[tuple[int, str]]:
    """(status, where it leads without the campaign) of each post."""
    answers: Counter[tuple[int, str]] = Counter()
    for number in numbers:
        typed = SUZIE | {"email": spelling(number), "given_name": f"Suzie{'abcdefghij'[number % 10]}"}
        path, headers = (
            f"/campaigns/bridge{number % PETITIONS}",
            {"X-Forwarded-For": f"11.0.{number >> 8}.{number % 256}"},
        )
        answer = app.test_client().post(f"{path}/sign", data=typed, headers=headers)
        answers[answer.status_code, answer.headers.get("Location", "").removeprefix(path)] += 1
    return answers


def mails(session: Session) -> int:
    session.rollback()
    number = session.scalar(select(func.count()).select_from(Email)) or 0
    session.rollback()
    return number


@pytest.mark.usefixtures("petitions")
def test_a_mailbox_under_fire_gets_three_mails_and_after_never_none(app: Flask, session: Session) -> None:
    assert bomb(app, range(POSTS)) == {(303, "/signed"): POSTS}, "nobody is told anything"
    assert mails(session) == app.config["MAILBOX_DAY_LIMIT"] == 3
    assert session.scalar(select(func.count(Signature.signer_key.distinct()))) == 1

    with app.app_context():
        stopping.stop(session, mailbox_key(app.config["SECRET_KEY"], spelling(0)), reason="asked", now=now())
    for row in (Signature.mailed_at, Email.created_at):
        session.execute(update(row.class_).values({row: now() - 8 * DAY}))
    session.commit()
    assert bomb(app, range(POSTS, POSTS + 10)) == {(303, "/signed"): 10}
    assert mails(session) == 3
