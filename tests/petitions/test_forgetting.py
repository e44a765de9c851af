"""Nobody's name outlives the day promised beside the sign button; the numbers stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.mail.models import Email
from campaign.petitions import counting, forgetting, signing
from campaign.petitions.models import Invalidation, Petition, Signature
from campaign.scrubbing import Erasure
from tests import make
from tests.mail.outgoing import row

DAYS = 180
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def petition(session: Session) -> Petition:
    petition = make.petition(session, closes_at=make.NOW)
    for country in ("US", "US", "FR"):
        make.signature(session, petition, country=country, comment="A secret", show_name=True)
        counting.add(session, petition.id, day=make.TODAY, country=country, number=1)
    session.commit()
    return petition


def test_on_the_promised_day_names_and_addresses_go(session: Session, petition: Petition) -> None:
    assert forgetting.forget_ended(session, now=make.NOW + timedelta(days=DAYS), days=DAYS) == 3
    session.commit()
    for left in session.scalars(select(Signature)):
        assert {name: getattr(left, name) for name in forgetting.BLANK} == forgetting.BLANK
        assert left.signer_key == f"forgotten-{left.id}", "nobody can be recognised by their address"


def test_before_that_day_nothing_is_forgotten(session: Session, petition: Petition) -> None:
    assert forgetting.forget_ended(session, now=make.NOW + timedelta(days=DAYS, seconds=-1), days=DAYS) == 0


def test_the_count_and_its_countries_stay(session: Session, petition: Petition) -> None:
    forgetting.forget_ended(session, now=make.NOW + timedelta(days=DAYS), days=DAYS)
    assert counting.confirmed(session, [petition.id]) == {petition.id: 3}
    assert counting.check(session) == []


def test_a_campaign_closed_by_hand_ends_its_petition(session: Session) -> None:
    campaign = make.campaign(session, state="closed", closed_at=make.NOW - timedelta(days=10))
    petition = make.petition(session, campaign, closes_at=make.NOW + timedelta(days=300))
    make.signature(session, petition)
    assert forgetting.forget_ended(session, now=make.NOW, days=10) == 1


def test_open_petitions_and_a_second_run_change_nothing(session: Session, petition: Petition) -> None:
    make.signature(session, make.petition(session))
    later = make.NOW + timedelta(days=20)
    assert forgetting.forget_ended(session, now=later, days=20) == 3
    assert forgetting.forget_ended(session, now=later, days=20) == 0


def test_many_are_forgotten_in_pieces(session: Session, petition: Petition) -> None:
    later = make.NOW + timedelta(days=DAYS)
    assert [forgetting.forget_ended(session, now=later, days=DAYS, limit=2) for _ in range(3)] == [2, 1, 0]


def test_who_is_forgotten_is_written_to_no_more(session: Session, petition: Petition) -> None:
    first, second = session.scalars(select(Signature).limit(2)).all()
    for signer, state in ((first, "waiting"), (first, "done"), (second, "waiting")):
        row(session, about=forgetting.about(signer.id), state=state)
    forgetting.forget(session, first, now=make.NOW)
    left = session.execute(select(Email.state, Email.to_address != "").order_by(Email.id)).all()
    assert [tuple(mail) for mail in left] == [("done", False), ("waiting", True)]


def test_what_is_left_to_do_names_nobody(session: Session, petition: Petition) -> None:
    signature = session.scalars(select(Signature)).first()
    assert signature
    for _ in range(3):
        forgetting.erase(session, signature, now=make.NOW + DAY)
    left = session.scalars(select(Erasure)).one()
    assert (left.petition_id, left.listed_since, left.at) == (petition.id, make.NOW, make.NOW + DAY)


def test_an_erased_signer_signs_again_as_somebody_new(session: Session, petition: Petition) -> None:
    petition.closes_at = make.NOW + DAY
    typed = {"given_name": "Suzie", "email": "suzie@example.org", "country": "US", "language": "en", "secret": "s"}
    first = signing.sign(session, petition, **typed, now=make.NOW).signature
    forgetting.erase(session, first, now=make.NOW)
    again = signing.sign(session, petition, **typed, now=make.NOW)
    assert again.mail == "confirm" and again.signature.id != first.id
    assert counting.confirmed(session, [petition.id]) == {petition.id: 3}


def test_rules_against_fakes_quote_no_names_afterwards(session: Session, petition: Petition) -> None:
    rule = {"given_name": "Suzie"}
    fakes = Invalidation(petition_id=petition.id, rule=rule, number=1, created_at=make.NOW)
    session.add(fakes)
    session.flush()
    forgetting.forget_ended(session, now=make.NOW + DAYS * DAY, days=DAYS)
    assert fakes.rule == {}


def test_a_day_of_its_own_comes_before_the_default(session: Session, petition: Petition) -> None:
    petition.keep_until = make.NOW + 5 * DAY
    session.flush()
    assert forgetting.forget_ended(session, now=make.NOW + 5 * DAY - SECOND, days=1) == 0
    assert forgetting.forget_ended(session, now=make.NOW + 5 * DAY, days=DAYS) == 3
