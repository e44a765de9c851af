"""How many letters one person sends and one office gets, however many ask at the same moment."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign.errors import Refused
from campaign.letters.channels.email import asking
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import Letter
from tests.letters.channels.test_email import NOW, Sink, arranged, asked, queued, sender, settings, states

__all__ = ["settings"]  # a fixture
AT_ONCE = 16


@pytest.fixture
def writers(database_url: str) -> Iterator[Engine]:
    """Connections that write, as a server has them."""
    engine = create_engine(database_url, pool_size=AT_ONCE)
    yield engine
    engine.dispose()


def at_once(app: Flask, acts: list[Callable[[], Any]]) -> list[Any]:
    """What each returned, or the Refused it raised; all begin together."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        with app.app_context():
            ready.wait(30)
            try:
                return act()
            except Refused as error:
                return type(error).__name__

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def confirming(writers: Engine, token: str) -> Callable[[], str]:
    def confirm() -> str:
        with Session(writers) as session:
            asking.confirm(session, asking.find(session, token, now=NOW), now=NOW)
            session.commit()
        return "queued"

    return confirm


def test_one_person_sends_five_letters_a_day(session: Session, app: Flask, writers: Engine) -> None:
    template = arranged(session, offices=AT_ONCE)
    posts = ["us-president", *(f"mayor-{number}" for number in range(1, AT_ONCE))]
    with app.app_context():
        tokens = [asked(session, template, "ann@gmail.com", post_id=post) for post in posts]
        session.commit()
    answers = at_once(app, [confirming(writers, token) for token in tokens])
    assert sorted(answers) == ["TooMany"] * 11 + ["queued"] * 5
    with app.app_context():
        left = tokens[answers.index("TooMany")]
        tomorrow = NOW + timedelta(days=1)
        asking.confirm(session, asking.find(session, left, now=tomorrow), now=tomorrow)
        assert states(session).count("queued") == 6


@pytest.mark.parametrize("spelling", ["ann@gmail.com", "A.n.n+{}@googlemail.com"])
def test_one_letter_per_person_office_and_campaign_at_once(
    session: Session, app: Flask, writers: Engine, spelling: str
) -> None:
    template = arranged(session)
    with app.app_context():
        tokens = [asked(session, template, spelling.format(number)) for number in range(AT_ONCE)]
        session.commit()
    answers = at_once(app, [confirming(writers, token) for token in tokens])
    assert (answers.count("queued"), states(session).count("queued")) == (1, 1)


def test_one_link_pressed_often_is_one_letter(session: Session, app: Flask, writers: Engine) -> None:
    template = arranged(session)
    with app.app_context():
        token = asked(session, template)
        session.commit()
    answers = at_once(app, [confirming(writers, token)] * AT_ONCE)
    assert answers.count("queued") == 1 and states(session) == ["queued"]


def test_many_workers_keep_one_offices_pace(session: Session, app: Flask, writers: Engine) -> None:
    template = arranged(session)
    app.config["LETTER_ALIKE"] = 0
    with app.app_context():
        for number in range(10):
            queued(session, template, f"a{number}@example.org")
        session.commit()
    sink = Sink()

    def work() -> int:
        with sender(writers, sink, per_hour=4) as sending_:
            return sending_.round(NOW)

    assert sum(at_once(app, [work] * 8)) == 4 == len(sink.taken)
    assert len({mail["Message-ID"] for mail in sink.taken}) == 4
    assert states(session) == ["queued"] * 6 + ["sent"] * 4


def test_the_ledger_has_no_letter_that_left_twice(session: Session, app: Flask, writers: Engine) -> None:
    template = arranged(session)
    app.config["LETTER_ALIKE"] = 0
    with app.app_context():
        for number in range(12):
            queued(session, template, f"a{number}@example.org")
        session.commit()
    sink = Sink()
    sessions = sessionmaker(writers)

    def work() -> int:
        with sender(writers, sink) as sending_:
            sending_.sessions = sessions
            return sending_.round(NOW)

    at_once(app, [work] * 4)
    assert len(sink.taken) == 12 == len({mail["Message-ID"] for mail in sink.taken})
    session.commit()
    assert set(session.scalars(select(MailedLetter.attempts).join(Letter))) == {1}
