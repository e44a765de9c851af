"""The clock jumps back an hour or on by a day: counts stay exact, and nothing that was over comes back."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from campaign import limiting
from campaign.petitions import confirming, counting, signing
from campaign.petitions.confirming import UnknownLink
from campaign.petitions.models import Petition, Signature
from tests import make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JUMPS = (timedelta(0), -HOUR, DAY, DAY - HOUR, -2 * HOUR, timedelta(0))


def sign(session: Session, petition: Petition, number: int, now: datetime) -> str:
    """The token of the link that this person is mailed."""
    signed = signing.sign(
        session,
        petition,
        given_name="Zoë",
        email=f"signer{number}@example.org",
        country="US",
        postcode="99501",
        language="en",
        secret="s" * 32,
        now=now,
    )
    assert signed.secrets
    return signed.secrets.token


def test_counts_are_exact_however_the_clock_jumps(session: Session) -> None:
    petition = make.petition(session, opens_at=make.NOW - 2 * DAY)
    jumps = cycle(JUMPS)
    for number in range(30):
        token = sign(session, petition, number, make.NOW + next(jumps))
        if number % 3:
            confirming.confirm(session, token, now=make.NOW + next(jumps))
        if number % 5 == 0:
            confirming.withdraw(session, token, now=make.NOW + next(jumps))
        assert counting.check(session) == []
    confirmed = select(func.count()).select_from(Signature).where(Signature.state == "confirmed")
    assert counting.confirmed(session, [petition.id])[petition.id] == session.scalar(confirmed) == 16


@pytest.mark.parametrize("end", [confirming.withdraw, confirming.disown])
@pytest.mark.parametrize("jump", JUMPS)
def test_a_link_that_has_done_its_work_does_not_come_back(
    session: Session, end: Callable[..., Any], jump: timedelta
) -> None:
    petition = make.petition(session, opens_at=make.NOW - 2 * DAY)
    token = sign(session, petition, 1, make.NOW)
    end(session, token, now=make.NOW + HOUR)
    with suppress(UnknownLink):  # or it opens nothing at all
        assert not confirming.confirm(session, token, now=make.NOW + jump).changed
    assert counting.confirmed(session, [petition.id]) == {petition.id: 0}


def test_nobody_is_forgotten_early_or_twice(session: Session) -> None:
    petition = make.petition(session, opens_at=make.NOW - 2 * DAY)
    sign(session, petition, 1, make.NOW)
    late = make.NOW + 31 * DAY
    forgotten = [
        confirming.expire_pending(session, now=now, days=30)
        for now in (make.NOW - HOUR, make.NOW + DAY, late, make.NOW - HOUR, late + DAY)
    ]
    assert forgotten == [0, 0, 1, 0, 0]


def test_a_limit_is_not_lifted_for_an_hour_back_nor_kept_for_days(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SIGN_LIMIT"] = "3 per 2 hours"

    def is_allowed(now: datetime) -> bool:
        monkeypatch.setattr(limiting, "now", lambda: now)
        try:
            limiting.count_within(session, "SIGN_LIMIT", "somebody")
        except TooManyRequests:
            return False
        return True

    with app.app_context():
        assert [is_allowed(make.NOW) for _ in range(4)] == [True, True, True, False]
        assert not is_allowed(make.NOW - HOUR)
        assert is_allowed(make.NOW - DAY)  # the clock was wrong by days: nobody is shut out until it is that late again
        assert is_allowed(make.NOW + DAY)
