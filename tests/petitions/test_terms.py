"""What a process remembers of a petition never decides: the transaction that signs looks again."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.db import db, now
from campaign.petitions import terms
from campaign.petitions.models import Petition, Question, Signature
from tests import make
from tests.conftest import Visitor

PATH = "/campaigns/bridge/sign"
SUZIE = {"given_name": "Suzie", "email": "suzie@example.org", "country": "US", "postcode": "99501"}
ZOE = SUZIE | {"given_name": "Zoë", "email": "zoe@example.org"}


@pytest.fixture
def petition(session: Session, client: Visitor) -> Petition:
    """Its terms are remembered, since somebody has signed."""
    row = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    client.submit(PATH, SUZIE)
    return row


def names(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Signature.id))) or 0


def test_terms_are_asked_for_once(app: Flask, session: Session, petition: Petition) -> None:
    with app.app_context():
        first = terms.remembered(db.session(), "bridge", now=now())
        assert terms.remembered(db.session(), "bridge", now=now()) is first
        assert terms.readable(db.session(), "bridge") == first


def test_who_closed_it_is_obeyed_at_once(client: Visitor, session: Session, petition: Petition) -> None:
    petition.closes_at = now()
    session.commit()
    client.submit(PATH, ZOE, status=409)
    assert names(session) == 1


def test_what_is_asked_from_now_on_is_asked_at_once(client: Visitor, session: Session, petition: Petition) -> None:
    petition.asks = {"city": "required"}
    session.commit()
    client.submit(PATH, ZOE, status=422)
    assert names(session) == 1
    client.submit(PATH, ZOE | {"city": "Anchorage"})


def test_what_is_no_longer_asked_keeps_nobody_out(client: Visitor, session: Session, petition: Petition) -> None:
    petition.asks = {"postcode": "no"}
    session.commit()
    client.submit(PATH, {name: typed for name, typed in ZOE.items() if name != "postcode"})
    assert names(session) == 2


def test_own_questions_are_read_each_time(app: Flask, session: Session, petition: Petition) -> None:
    petition.questions.append(Question(label="Which bus?", position=1))
    session.commit()
    with app.app_context():
        terms.forget(db.session(), "bridge")
        first = terms.remembered(db.session(), "bridge", now=now())
        assert terms.remembered(db.session(), "bridge", now=now()) is not first
