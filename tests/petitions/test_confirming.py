"""What the mailed link does, once, twice and at once."""

import re
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from campaign.mail import stopping
from campaign.petitions import confirming, counting, links, reminding, signing
from campaign.petitions.models import Petition, Signature, SignatureLink
from campaign.petitions.own import correcting
from campaign.petitions.texts import versions
from campaign.petitions.waves import invalidating
from campaign.petitions.waves.invalidating import Rule
from tests import make
from tests.conftest import FULL
from tests.petitions.crowd import crowd

DAY = timedelta(days=1)
CROWD = 100 if FULL else 20


def sign(session: Session, petition: Petition, email: str = "suzie@example.org") -> str:
    """The token in the mail."""
    return mailed(session, petition, email=email).token


def mailed(session: Session, petition: Petition, **values: Any) -> links.Secrets:
    """What the mail holds."""
    typed = {"given_name": "Suzie", "family_name": "Smith", "email": "suzie@example.org", "postcode": "99501"} | values
    signed = signing.sign(
        session, petition, **typed, country="US", comment="Soon, please", language="en", secret="secret", now=make.NOW
    )
    assert signed.secrets
    return signed.secrets


def type_in(session: Session, petition: Petition, code: str, **values: Any) -> confirming.Confirmation:
    """The code, and then the button on the page that it opens."""
    typed = {"email": "suzie@example.org", "now": make.NOW} | values
    opened = confirming.open_by_code(session, petition, code=code, secret="secret", **typed)
    if opened.token is None:
        return confirming.Confirmation(opened.signature, changed=False)
    return confirming.confirm(session, opened.token, now=typed["now"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


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
    for stored in session.execute(select(SignatureLink.token_hash, SignatureLink.code_hash)).one():
        with pytest.raises(confirming.UnknownLink):
            confirming.find(session, stored, now=make.NOW)


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


def test_withdrawing_wins_over_a_confirmation_at_the_same_instant(session: Session) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as late:
        confirming.find(late, token, now=make.NOW)  # still pending
        late.commit()
        confirming.confirm(session, token, now=make.NOW)
        session.commit()

        confirming.withdraw(late, token, now=make.NOW)
        late.commit()

    [row] = session.scalars(select(Signature)).all()
    assert (row.state, row.email, count(session, petition)) == ("withdrawn", "", 0)


def test_who_acts_on_what_was_just_disowned_finds_a_dead_link(session: Session) -> None:
    token = sign(session, make.petition(session))
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as late:
        confirming.find(late, token, now=make.NOW)
        late.commit()
        confirming.disown(session, token, now=make.NOW)
        session.commit()

        for act in (confirming.confirm, confirming.withdraw, confirming.disown):
            with pytest.raises(confirming.UnknownLink):
                act(late, token, now=make.NOW)


def test_nothing_is_changed_of_what_was_just_disowned(session: Session) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    session.commit()
    with Session(session.get_bind(), expire_on_commit=False) as late:
        found = confirming.find(late, token, now=make.NOW)
        late.commit()
        confirming.disown(session, token, now=make.NOW)
        session.commit()

        with pytest.raises(correcting.NothingToChange):
            correcting.correct(late, found, given_name="Ann")
        with pytest.raises(versions.CannotAgree):
            versions.agree(late, found, version=1, now=make.NOW)


def test_who_was_taken_out_can_withdraw_and_is_not_brought_back(session: Session) -> None:
    petition = make.petition(session)
    tokens = [sign(session, petition, email=f"suzie{n}@fake.example") for n in range(2)]
    for token in tokens:
        confirming.confirm(session, token, now=make.NOW)
    wave = invalidating.invalidate(session, petition, Rule(domain="fake.example"), note="", now=make.NOW)

    gone = confirming.withdraw(session, tokens[0], now=make.NOW)

    assert (gone.state, gone.email, gone.state_before) == ("withdrawn", "", "")
    assert invalidating.undo(session, wave, now=make.NOW) == 1
    assert confirming.find(session, tokens[0], now=make.NOW).state == "withdrawn"
    assert (count(session, petition), counting.check(session)) == (1, [])


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

    assert (confirming.find(session, token, now=make.NOW).state, count(session, petition)) == ("withdrawn", 0)


@pytest.mark.parametrize("state", ["withdrawn", "expired", "invalidated"])
def test_an_old_link_brings_no_signature_back(session: Session, state: str) -> None:
    petition = make.petition(session)
    token = sign(session, petition)
    signature = confirming.find(session, token, now=make.NOW)
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
    signature = confirming.find(session, token, now=make.NOW)
    assert (signature.state, signature.email, signature.given_name) == ("expired", "", "")


def test_expiring_goes_in_portions(session: Session) -> None:
    petition = make.petition(session)
    for number in range(5):
        make.signature(session, petition, state="pending", email=f"p{number}@example.org")
    counts = [confirming.expire_pending(session, now=make.NOW + DAY, days=1, limit=2) for _ in range(4)]
    assert counts == [2, 2, 1, 0]


# --- the code


@pytest.mark.parametrize("typed", ["{}", " {} ", "{0:.3} {0[3]}{0[4]}{0[5]}", "{0:.3}-{0[3]}{0[4]}{0[5]}"])
def test_the_code_confirms_once_however_it_is_typed(session: Session, typed: str) -> None:
    petition = make.petition(session)
    code = typed.format(mailed(session, petition).code)
    assert [type_in(session, petition, code).changed for _ in range(3)] == [True, False, False]
    assert count(session, petition) == 1


def test_the_code_alone_counts_nothing(session: Session) -> None:
    petition = make.petition(session)
    code = mailed(session, petition).code
    confirming.open_by_code(session, petition, email="suzie@example.org", code=code, secret="secret", now=make.NOW)
    assert count(session, petition) == 0


def test_what_a_code_opened_cannot_confirm_what_replaced_it(session: Session) -> None:
    petition = make.petition(session)
    typed = {"email": "suzie@example.org", "code": mailed(session, petition).code}
    opened = confirming.open_by_code(session, petition, **typed, secret="secret", now=make.NOW)
    signing.sign(
        session, petition, email="suzie@example.org", given_name="Suzie", family_name="Smith", country="US",
        comment="EVIL", language="en", secret="secret", now=make.NOW + DAY,
    )  # fmt: skip

    assert opened.token
    with pytest.raises(confirming.UnknownLink):
        confirming.confirm(session, opened.token, now=make.NOW + DAY)
    assert count(session, petition) == 0


def test_the_digits_of_other_scripts_are_digits(session: Session) -> None:
    petition = make.petition(session)
    arabic = mailed(session, petition).code.translate({ord("0") + n: 0x660 + n for n in range(10)})
    assert type_in(session, petition, arabic).changed


def test_a_code_confirms_nobody_elses_signature(session: Session) -> None:
    petition, other = make.petition(session), make.petition(session)
    code = mailed(session, petition).code
    mailed(session, petition, email="ann@example.org")
    mailed(session, other)
    for where, email in ((petition, "ann@example.org"), (petition, "nobody@example.org"), (other, "suzie@example.org")):
        with pytest.raises(confirming.WrongCode):
            type_in(session, where, code, email=email)
    assert (count(session, petition), count(session, other)) == (0, 0)


def test_two_who_share_a_mailbox_have_a_code_each(session: Session) -> None:
    petition = make.petition(session)
    codes = [mailed(session, petition, given_name=name).code for name in ("Suzie", "Tom")]
    names = [type_in(session, petition, code).signature.given_name for code in codes]
    assert (names, count(session, petition)) == (["Suzie", "Tom"], 2)


def test_five_wrong_codes_use_the_tries_up_but_not_the_link(session: Session) -> None:
    petition = make.petition(session)
    secrets = mailed(session, petition)
    for code in [*[wrong(secrets.code)] * 5, secrets.code]:
        with pytest.raises(confirming.WrongCode):
            type_in(session, petition, code)
    assert confirming.confirm(session, secrets.token, now=make.NOW).changed


def test_right_codes_use_no_try_up(session: Session) -> None:
    petition = make.petition(session)
    secrets = mailed(session, petition)
    for _ in range(4):
        with pytest.raises(confirming.WrongCode):
            type_in(session, petition, wrong(secrets.code))
    assert [type_in(session, petition, secrets.code).changed for _ in range(8)] == [True, *[False] * 7]


def test_another_mail_brings_a_code_that_can_be_tried(session: Session) -> None:
    petition = make.petition(session)
    first = mailed(session, petition)
    for _ in range(6):
        with pytest.raises(confirming.WrongCode):
            type_in(session, petition, wrong(first.code))
    id = confirming.find(session, first.token, now=make.NOW).id
    reminder = reminding.remind(session, id, secret="secret", now=make.NOW)
    assert reminder
    with pytest.raises(confirming.WrongCode):
        type_in(session, petition, first.code)
    assert type_in(session, petition, reminder.secrets.code).changed


def test_of_many_guesses_at_once_five_are_compared(session: Session, database_url: str) -> None:
    petition_id = make.petition(session).id
    code = mailed(session, session.get_one(Petition, petition_id)).code
    session.commit()
    engine = create_engine(database_url, pool_size=8)

    def guess(number: int) -> bool:
        with Session(engine) as own:
            try:
                type_in(own, own.get_one(Petition, petition_id), f"{(int(code) + number) % 1_000_000:06}")
            except confirming.WrongCode:
                own.commit()
                return False
            own.commit()
            return True

    crowd(guess, range(1, 41), at_once=8)
    engine.dispose()
    assert session.scalars(select(SignatureLink.tries)).one() == 40
    with pytest.raises(confirming.WrongCode):
        type_in(session, session.get_one(Petition, petition_id), code)


@pytest.mark.parametrize("state", ["withdrawn", "expired", "invalidated"])
def test_a_code_brings_no_signature_back(session: Session, state: str) -> None:
    petition = make.petition(session)
    secrets = mailed(session, petition)
    confirming.find(session, secrets.token, now=make.NOW).state = state
    session.flush()
    with pytest.raises(confirming.WrongCode):
        type_in(session, petition, secrets.code)
    assert count(session, petition) == 0


def test_a_code_that_is_too_old_confirms_nothing(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    secrets = mailed(session, petition)
    with pytest.raises(confirming.WrongCode):
        type_in(session, petition, secrets.code, now=make.NOW + links.LIFE)


def test_after_the_grace_a_code_says_so(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW + DAY)
    secrets = mailed(session, petition)
    with pytest.raises(signing.PetitionClosed):
        type_in(session, petition, secrets.code, now=make.NOW + DAY + confirming.GRACE)


# --- taken out by the organiser, and signed again


@pytest.fixture
def again(session: Session) -> tuple[Petition, str]:
    """A petition, and the link of somebody who was taken out, withdrew and has just signed again."""
    petition = make.petition(session, closes_at=None)
    token = sign(session, petition)
    confirming.confirm(session, token, now=make.NOW)
    invalidating.invalidate(session, petition, Rule(domain="example.org"), note="", now=make.NOW)
    confirming.withdraw(session, token, now=make.NOW)
    signed = signing.sign(
        session, petition, email="suzie@example.org", given_name="Suzie", country="US", language="en",
        secret="secret", now=make.NOW,
    )  # fmt: skip
    assert signed.secrets
    return petition, signed.secrets.token


def test_withdrawing_and_signing_again_brings_nobody_back_who_was_taken_out(
    session: Session, again: tuple[Petition, str]
) -> None:
    petition, token = again
    changed = [confirming.confirm(session, token, now=make.NOW).changed for _ in range(2)]
    assert (changed, count(session, petition)) == ([False, False], 0)
    assert confirming.find(session, token, now=make.NOW).state == "invalidated"
    assert counting.check(session) == []


@pytest.mark.parametrize("undone", ["before", "after"])
def test_undone_whoever_signed_again_counts(session: Session, again: tuple[Petition, str], undone: str) -> None:
    petition, token = again
    steps = [
        lambda: confirming.confirm(session, token, now=make.NOW),
        lambda: invalidating.undo(session, invalidating.of(session, petition)[0], now=make.NOW),
    ]
    for step in reversed(steps) if undone == "before" else steps:
        step()
    signature = confirming.find(session, token, now=make.NOW)
    assert (signature.state, signature.invalidation_id, count(session, petition)) == ("confirmed", None, 1)
    assert counting.check(session) == []


# --- "this was not me", for a week


def test_a_week_after_confirming_it_may_still_have_been_somebody_else(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    token = sign(session, petition)
    late = make.NOW + links.LIFE - timedelta(seconds=1)
    signature = confirming.confirm(session, token, now=late).signature

    week = [late + 7 * DAY - timedelta(seconds=1), late + 7 * DAY]

    assert [confirming.can_disown(signature, now=instant) for instant in week] == [True, False]
    confirming.disown(session, token, now=week[0])  # the link, too, lives that long
    assert (signature.state, signature.email, count(session, petition)) == ("withdrawn", "", 0)


# --- guessing, age and purpose


def test_random_tokens_open_nothing(session: Session) -> None:
    sign(session, make.petition(session))
    hits = 0
    for _ in range(2_000 if FULL else 200):
        try:
            hits += confirming.find(session, token_urlsafe(32), now=make.NOW).id
        except confirming.UnknownLink:
            continue
    assert hits == 0


def test_expired_links_open_nothing(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    tokens = [sign(session, petition, f"person{number}@example.org") for number in range(CROWD)]
    for token in tokens:
        for act in (confirming.confirm, confirming.withdraw, confirming.disown):
            with pytest.raises(confirming.UnknownLink):
                act(session, token, now=make.NOW + links.LIFE)
    assert {state for (state,) in session.execute(select(Signature.state))} == {"pending"}


def test_tokens_made_for_anything_else_open_nothing(app: Flask, session: Session) -> None:
    """Links that stop mail, links of other signatures' codes, and what the database holds."""
    petition = make.petition(session)
    secrets = mailed(session, petition)
    with app.app_context():
        stop = re.sub(".*/", "", stopping.link("a" * 64))
    stored = session.execute(select(SignatureLink.token_hash, SignatureLink.code_hash)).one()
    key = session.scalars(select(Signature.signer_key)).one()
    for token in (stop, secrets.code, *stored, key):
        with pytest.raises(confirming.UnknownLink):
            confirming.confirm(session, token, now=make.NOW)
    with app.app_context(), pytest.raises(stopping.UnknownLink):
        stopping.key_of(secrets.token)


# --- clocks that jump


def test_a_clock_that_jumps_confirms_nobody_twice(session: Session) -> None:
    petition = make.petition(session, closes_at=None)
    jumps = [timedelta(), timedelta(hours=-2), DAY, timedelta(), timedelta(hours=-1)]
    tokens = [sign(session, petition, f"person{number}@example.org") for number in range(CROWD)]
    for number, token in enumerate(tokens * 3):
        instant = make.NOW + jumps[number % 5]
        confirming.confirm(session, token, now=instant)
        confirming.expire_pending(session, now=instant, days=30)
    assert count(session, petition) == CROWD
    assert counting.check(session) == []
