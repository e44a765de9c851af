"""Letters that say nearly the same wait for an organiser; letters in people's own words leave."""

import random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from campaign.letters.channels.email import alike
from campaign.letters.channels.email.models import LetterGroup, MailedLetter
from campaign.letters.models import LetterTemplate
from campaign.mail.models import Email
from tests.conftest import FULL, Visitor
from tests.letters.channels.test_email import NOW, Sink, arranged, queued, sender, states

URL = "/desk/campaigns/bridge/letters/alike"
WORDS = [f"word{number}" for number in range(600)]
COPIES, OWN = (60, 12) if FULL else (15, 6)


@pytest.fixture
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "LETTER_EMAIL": 1, "ROSTER_BLOCK_DAYS": 90, "LETTER_ALIKE": 3}


def body(chance: random.Random) -> str:
    return f"Dear President Ames,\n\nI urge you: {' '.join(chance.choices(WORDS, k=60))}.\n\nSuzie Signer"


def copies(session: Session, number: int, first: int = 0) -> LetterTemplate:
    template = arranged(session) if not first else session.scalars(select(LetterTemplate)).one()
    for one in range(first, first + number):
        queued(session, template, f"a{one}@example.org")
    session.commit()
    return template


def left(engine: Engine) -> int:
    with sender(engine, sink := Sink()) as sending_:
        while sending_.round(NOW):
            pass
    return len(sink.taken)


def test_copies_are_grouped_and_own_words_are_not(session: Session, app: Flask, engine: Engine) -> None:
    """R22: five texts under many names, a word or two changed, beside letters of people's own."""
    template = arranged(session)
    chance = random.Random(1)
    with app.app_context():
        common = [body(chance) for _ in range(5)]
        for number in range(COPIES):
            changed = common[number % 5].replace(chance.choice(WORDS) + " ", "changed ")
            queued(session, template, f"c{number}@example.org", body=changed)
        for number in range(OWN):
            queued(session, template, f"o{number}@example.org", body=body(chance))
        session.commit()
        sizes = sorted(session.scalars(select(LetterGroup.letters)), reverse=True)
        assert sum(sizes[:5]) >= 0.99 * COPIES and sizes[5:] == [1] * OWN
        # Those of a group that stand before the decision wait, too.
        assert left(engine) == OWN if COPIES // 5 > 3 else left(engine) == OWN + COPIES


@pytest.mark.parametrize(("decision", "expected"), [("released", "sent"), ("refused", "held")])
def test_an_organiser_lets_them_go_or_stops_them(
    session: Session, app: Flask, engine: Engine, sign_in: Any, decision: str, expected: str
) -> None:
    with app.app_context():
        copies(session, 3)
        assert left(engine) == 3, "few are nobody’s flood"
        copies(session, 2, first=3)
        assert left(engine) == 0
        browser: Visitor = sign_in()
        page = browser.page(URL)
        assert "2 wait for you" in page.main.text
        assert "I urge you to mend the bridge" in page.main.text and "Suzie Signer" not in page.main.text
        assert "waits for you" in browser.page("/desk/campaigns/bridge/letters").main.text
        group = page.select_one("input[name=group]")["value"]
        browser.submit(URL, {"group": group, "decision": decision})
        left(engine)
        assert states(session) == sorted(["sent"] * 3 + [expected] * 2)
        left(engine)
        told = session.scalars(select(Email.kind).where(Email.kind == "letter_returned")).all()
        assert len(told) == (2 if decision == "refused" else 0)
        session.commit()
        if decision == "released":
            copies(session, 3, first=5)
            assert left(engine) == 3, "decided once"
        else:
            with pytest.raises(alike.CannotSend, match="Write it in your own"):
                copies(session, 1, first=5)


@pytest.mark.parametrize("role", ["viewer", "deliverer", ""])
def test_mallory_decides_nothing(session: Session, app: Flask, client: Visitor, sign_in: Any, role: str) -> None:
    with app.app_context():
        copies(session, 4)
    browser = sign_in(role) if role else client
    group = session.scalars(select(LetterGroup.id)).one()
    session.rollback()
    assert browser.get(URL).status_code in (302, 303, 403)
    assert browser.post(URL, data={"group": group, "decision": "released"}).status_code in (302, 303, 403)
    session.commit()
    assert session.scalars(select(LetterGroup.state)).all() == ["waiting"]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"group": "1", "decision": "free"},
        {"group": "99", "decision": "released"},
        {"group": "9" * 30, "decision": "released"},
    ],
)
def test_an_unknown_decision_is_refused(session: Session, app: Flask, sign_in: Any, data: Any) -> None:
    with app.app_context():
        copies(session, 1)
    sign_in().submit(URL, data, status=400)


def test_letters_nobody_confirmed_count_in_no_group(session: Session, app: Flask) -> None:
    with app.app_context():
        template = copies(session, 1)
        assert alike.waiting(session, [template.campaign_id]) == {}
        assert session.scalars(select(MailedLetter.group_id)).all() == [1]
