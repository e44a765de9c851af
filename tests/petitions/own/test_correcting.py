"""Signers mend their own entry, by the rules of the form they signed with, and nobody else's."""

import pytest
from sqlalchemy.orm import Session

from campaign.petitions import forgetting
from campaign.petitions.models import Petition
from campaign.petitions.own import correcting
from tests import make
from tests.conftest import Visitor, read
from tests.petitions.own.test_views import petition, settings, signed

__all__ = ["petition", "settings"]

GOOD = {"given_name": "Susan", "family_name": "", "city": "Sitka", "comment": "At last"}


def test_a_correction_shows_at_once(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    assert client.submit(f"{page}/correct", GOOD).location == page
    session.refresh(row)
    assert {name: getattr(row, name) for name in GOOD} == GOOD
    assert "Susan" in client.page(page).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("given_name", ""),
        ("given_name", "https://example.org"),
        ("family_name", "=SUM(A1)"),
        ("family_name", "x" * 101),
        ("city", "<b>Sitka</b>"),
        ("comment", "hidden\u202etxt"),
        ("comment", "x" * 1001),
    ],
)
def test_what_the_sign_form_refuses_is_refused_here(
    client: Visitor, session: Session, petition: Petition, field: str, typed: str
) -> None:
    row, page = signed(session, petition)
    shown = read(client.submit(f"{page}/correct", GOOD | {field: typed}, status=422), 422)
    assert shown.find(id=f"{field}-error")
    session.refresh(row)
    assert (row.given_name, row.city) == ("Suzie", "Anchorage")


def test_nothing_else_changes(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition, "pending")
    more = {"email": "evil@example.org", "state": "confirmed", "country": "FR", "signer_key": "x", "postcode": "1"}
    client.submit(f"{page}/correct", GOOD | more)
    session.refresh(row)
    assert (row.state, row.country, row.postcode) == ("pending", "US", "99501")
    assert row.email != "evil@example.org" and row.signer_key != "x"


def test_who_is_gone_stays_gone(client: Visitor, session: Session, petition: Petition) -> None:
    row, page = signed(session, petition)
    client.submit(page, {"act": "withdraw"})
    assert client.submit(f"{page}/correct", GOOD).location == page
    session.refresh(row)
    assert row.given_name == ""


def test_a_correction_that_meets_an_erasure_brings_nobody_back(session: Session) -> None:
    row = make.signature(session, make.petition(session))
    forgetting.erase(session, row, now=make.NOW)
    with pytest.raises(correcting.NothingToChange):
        correcting.correct(session, row, given_name="Suzie")
    assert row.given_name == ""
