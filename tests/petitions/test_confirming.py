"""What the mailed link does, once, twice and at once."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from campaign.petitions import confirming, counting, links, signing
from campaign.petitions.models import Petition, Signature
from tests import make
from tests.petitions.crowd import crowd

DAY = timedelta(days=1)


def sign(session: Session, petition: Petition, email: str = "suzie@example.org") -> str:
    """The token in the mail."""
    signed = signing.sign(
        session, petition, given_name="Suzie", family_name="Smith", email=email, country="US", postcode="99501",
        comment="Soon, please", language="en", secret="secret", now=make.NOW,
    )  # fmt: skip
    return signed.token


def count(session: Session, petition: Petition) -> int:
    return counting.confirmed(session, [petition.id])[petition.id]


def test_confirming_counts_once(session: Session) -> None:
    petition = make.petition(session)
    token = sign(session, petition)

    changes = [confirming.confirm(session, token, now=make.NOW).changed for _ in range(3)]

    assert changes == [True, False, False]
    assert count(session, petition) == 1


def test_two_who_confirm_at_the_same_time_count_once(session: Session, database_url: str) -> None:
    petition = make.petition(session)
    tokens = [sign(session, petition, f"person{n}@example.org") for n in range(20)]
    session.commit()
    engine = create_engine(database_url, pool_size=8)

    def press(token: str) -> bool:
        with Session(engine) as own:
            changed = confirming.confirm(own, token, now=make.NOW).changed
            own.commit()
            return changed

    changes = crowd(press, [token for token in tokens for _ in range(4)], at_once=8)
    engine.dispose()

    assert changes.count(True) == 20
    assert count(session, petition) == 20
    assert counting.check(session) == []


@pytest.mark.parametrize(
    "altered",
    ["", "x", "{token}x", "{token:.42}", "\N{LATIN SMALL LETTER A WITH DIAERESIS}{token}", "' OR 1=1 --"],
)
def test_an_altered_token_opens_nothing(session: Session, altered: str) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    with pytest.raises(confirming.UnknownLink):
        confirming.confirm(session, altered.format(token=token), now=make.NOW)
    assert count(session, petition) == 0


def test_what_the_database_holds_is_no_token(session: Session) -> None:
    sign(session, make.petition(session))
    stored = session.scalar(select(Signature.token_hash))
    assert stored is not None
    with pytest.raises(confirming.UnknownLink):
        confirming.find(session, stored)


def test_a_token_is_bound_to_its_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    before = links.token_hash("token")
    monkeypatch.setattr(links, "PURPOSE", "unsubscribe")
    assert links.token_hash("token") != before


def test_withdrawing_takes_the_name_off_and_forgets_it(session: Session) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    confirming.confirm(session, token, now=make.NOW)

    confirming.withdraw(session, token, now=make.NOW)
    signature = confirming.withdraw(session, token, now=make.NOW)

    assert (signature.state, count(session, petition)) == ("withdrawn", 0)
    assert (signature.email, signature.given_name, signature.postcode, signature.comment) == ("", "", "", "")


def test_this_was_not_me_leaves_nothing_of_an_unconfirmed_signature(session: Session) -> None:
    token = sign(session, make.petition(session))

    confirming.disown(session, token, now=make.NOW)

    assert session.scalar(select(func.count()).select_from(Signature)) == 0
    with pytest.raises(confirming.UnknownLink):
        confirming.disown(session, token, now=make.NOW)


def test_this_was_not_me_withdraws_a_confirmed_signature(session: Session) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    confirming.confirm(session, token, now=make.NOW)

    confirming.disown(session, token, now=make.NOW)

    assert (confirming.find(session, token).state, count(session, petition)) == ("withdrawn", 0)


@pytest.mark.parametrize("state", ["withdrawn", "expired", "invalidated"])
def test_an_old_link_brings_no_signature_back(session: Session, state: str) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    signature = confirming.find(session, token)
    signature.state = state
    session.flush()

    assert not confirming.confirm(session, token, now=make.NOW).changed
    assert (signature.state, count(session, petition)) == (state, 0)


def test_who_signed_in_time_may_confirm_three_days_after_the_end(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW + DAY)
    tokens = [sign(session, petition, email) for email in ("suzie@example.org", "ann@example.org")]
    end = make.NOW + DAY + confirming.GRACE

    assert confirming.confirm(session, tokens[0], now=end - timedelta(seconds=1)).changed
    with pytest.raises(signing.PetitionClosed):
        confirming.confirm(session, tokens[1], now=end)


def test_what_nobody_confirms_is_forgotten(session: Session) -> None:
    petition = make.petition(session)
    token, kept = sign(session, petition), sign(session, petition, "ann@example.org")
    confirming.confirm(session, kept, now=make.NOW)

    early = confirming.expire_pending(session, now=make.NOW + 30 * DAY - timedelta(seconds=1), days=30)
    due = confirming.expire_pending(session, now=make.NOW + 30 * DAY, days=30)

    assert (early, due, count(session, petition)) == (0, 1, 1)
    signature = confirming.find(session, token)
    assert (signature.state, signature.email, signature.given_name) == ("expired", "", "")


def test_expiring_goes_in_portions(session: Session) -> None:
    petition = make.petition(session)
    for number in range(5):
        make.signature(session, petition, state="pending", email=f"p{number}@example.org")
    counts = [confirming.expire_pending(session, now=make.NOW + DAY, days=1, limit=2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]
