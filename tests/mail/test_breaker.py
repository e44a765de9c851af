"""Strangers' addresses by the thousand are not written to; a petition that takes off is not held up."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.mail import breaker
from campaign.mail.models import Email
from tests import make
from tests.mail.outgoing import Recording, queue, row, sender


@pytest.fixture(autouse=True)
def look_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "LOOK", 0.0)


def wave(session: Session, number: int, *, group: str = "petition/1") -> None:
    for _ in range(number):
        row(session, group=group)
    session.commit()


def send_all(
    app: Flask, session: Session, confirmed: Callable[[Session, date], dict[str, int]], transport: Recording
) -> int:
    """Send round after round, with a threshold of 20; returns how many left."""
    held = sender(session, transport, confirmed=confirmed, threshold=20, batch=5)
    with app.app_context():
        while held.round(make.NOW):
            pass
    session.rollback()
    return len(transport.sent)


def waiting(session: Session) -> int:
    return session.scalar(select(func.count()).where(Email.state == "waiting")) or 0


def test_a_wave_that_nobody_confirms_is_held_and_nothing_is_lost(app: Flask, session: Session) -> None:
    """R14 at a fiftieth: with the threshold of 1,000 that is mail 1,000, half of what is allowed."""
    wave(session, 100)
    assert send_all(app, session, lambda session, day: {}, Recording()) == 20
    assert waiting(session) == 80


@pytest.mark.parametrize("kind", ["own_page", "confirm_letter", "confirm_follow_up"])
def test_other_mail_that_strangers_can_cause_is_held_alike(app: Flask, session: Session, kind: str) -> None:
    """Who signs and then asks for the link would else have every victim written to all the same."""
    words = {"given_name": "Suzie", "campaign_title": "Mend", "post_label": "Mayor", "link": "http://localhost/x"}
    words |= {"days": 7}
    for _ in range(30):
        row(session, group="petition/1", kind=kind, context=words)
    session.commit()
    assert send_all(app, session, lambda session, day: {}, Recording()) == 20
    assert waiting(session) == 10


def test_a_surge_of_which_seven_in_ten_confirm_is_never_held(app: Flask, session: Session) -> None:
    wave(session, 150)
    transport = Recording()
    # The newest ten have not looked at their mail yet.
    confirmed = lambda session, day: {"petition/1": max(0, len(transport.sent) - 10) * 7 // 10}  # noqa: E731
    assert send_all(app, session, confirmed, transport) == 150


def test_other_mail_and_other_petitions_go_on(app: Flask, session: Session, note: None) -> None:
    wave(session, 30)
    wave(session, 10, group="petition/2")
    queue(app, session)
    confirmed = lambda session, day: {"petition/2": 5}  # noqa: E731
    send_all(app, session, confirmed, Recording())
    left = session.execute(select(Email.group, func.count()).where(Email.state == "waiting").group_by(Email.group))
    assert list(left) == [("petition/1", 10)]


def test_many_small_waves_trip_it_for_the_whole_site(app: Flask, session: Session) -> None:
    for number in range(10):
        wave(session, 10, group=f"petition/{number}")
    assert send_all(app, session, lambda session, day: {}, Recording()) == 20


def test_it_goes_on_by_itself_as_confirmations_come(app: Flask, session: Session) -> None:
    wave(session, 60)
    transport = Recording()
    send_all(app, session, lambda session, day: {}, transport)
    assert send_all(app, session, lambda session, day: {"petition/1": 4}, transport) == 60


def test_an_owner_lets_some_go_for_this_day(app: Flask, session: Session) -> None:
    wave(session, 60)
    transport = Recording()
    send_all(app, session, lambda session, day: {}, transport)
    breaker.let_go(session, ["petition/1", breaker.SITE], 15, now=make.NOW)
    session.commit()
    assert send_all(app, session, lambda session, day: {}, transport) == 35


def test_a_mail_that_is_tried_again_counts_once(app: Flask, session: Session) -> None:
    wave(session, 1)
    for hours in range(3):
        failing = Recording(OSError("no connection"))
        with app.app_context():
            sender(session, failing).round(make.NOW + timedelta(hours=hours))
    session.rollback()
    assert breaker._tallied(session, now=make.NOW)["petition/1"].sent == 1
