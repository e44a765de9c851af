"""Nobody's name outlives the day promised beside the sign button; the numbers stay."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.petitions import counting, forgetting
from campaign.petitions.models import Petition, Signature
from tests import make

DAYS = 180


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
    for row in session.scalars(select(Signature)):
        kept = (row.email, row.given_name, row.family_name, row.postcode, row.comment, row.show_name)
        assert kept == ("", "", "", "", "", False)
        assert row.signer_key.startswith("forgotten-"), "nobody can be recognised by their address"


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
