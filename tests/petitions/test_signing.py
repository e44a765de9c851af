"""Signing once, again, and all at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, delete, func, select, text
from sqlalchemy.orm import Session

from campaign.campaigns import finding, publishing
from campaign.db import now
from campaign.mail import outbox
from campaign.petitions import confirming, counting, signing
from campaign.petitions.links import token_hash
from campaign.petitions.models import Petition, PetitionText, Signature, SignatureLink
from tests import make
from tests.petitions.crowd import crowd

SUZIE = {"given_name": "Suzie", "family_name": "O’Brien", "email": "suzie@example.org", "country": "US"}
SECRET = "a secret of this test"
DAY = timedelta(hours=24)


def sign(session: Session, petition: Petition, **values: Any) -> signing.Signed:
    """The way in, with a mail that is queued."""
    typed = {**SUZIE, "language": "en", "secret": SECRET, "now": make.NOW} | values
    return signing.sign(session, petition, **typed)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Signature)) or 0


def test_a_signature_waits_for_its_confirmation(session: Session) -> None:
    petition = make.petition(session)

    signed = sign(session, petition, comment="Please.", show_name=True)

    assert (signed.mail, signed.signature.state) == ("confirm", "pending")
    assert signed.signature.petition_text_id == petition.texts[0].id
    assert counting.confirmed(session, [petition.id]) == {petition.id: 0}


def test_only_a_hash_of_the_token_is_stored(session: Session) -> None:
    signed = sign(session, make.petition(session))
    stored = session.scalars(select(SignatureLink)).one()
    assert stored.token_hash == token_hash(signed.secrets.token) != signed.secrets.token
    assert len(signed.secrets.token) >= 43  # 256 bits
    assert signed.secrets.code not in stored.code_hash


def test_a_mail_that_tells_no_code_leaves_none_to_guess(session: Session) -> None:
    petition = make.petition(session)
    confirming.confirm(session, sign(session, petition).secrets.token, now=make.NOW)
    session.execute(delete(SignatureLink))

    already = sign(session, petition, now=make.NOW + DAY)

    assert (already.mail, already.secrets.code) == ("already", "")
    assert session.scalars(select(SignatureLink.code_hash)).all() == [""]


def test_signing_again_within_a_day_sends_nothing_and_changes_nothing(session: Session) -> None:
    petition = make.petition(session)
    first = sign(session, petition)

    second = sign(session, petition, comment="Rude words", now=make.NOW + DAY - timedelta(1e-5))

    assert second.mail is None
    assert (rows(session), second.signature.given_name, second.signature.comment) == (1, "Suzie", "")
    assert confirming.confirm(session, first.secrets.token, now=make.NOW).changed


def test_after_a_day_a_new_mail_replaces_the_old_link(session: Session) -> None:
    petition = make.petition(session)
    old = sign(session, petition)

    new = sign(session, petition, given_name="SUZIE", now=make.NOW + DAY)

    assert (new.mail, new.signature.given_name) == ("confirm", "SUZIE")
    with pytest.raises(confirming.UnknownLink):
        confirming.confirm(session, old.secrets.token, now=make.NOW + DAY)
    assert confirming.confirm(session, new.secrets.token, now=make.NOW + DAY).changed


@pytest.mark.parametrize("before", ["pending", "withdrawn", "expired"])
def test_without_a_new_mail_the_old_link_opens_what_it_always_did(session: Session, before: str) -> None:
    """Her mailbox gets no more mail today; Mallory knows the address, and types in words of her own."""
    petition = make.petition(session)
    old = sign(session, petition)
    if before == "withdrawn":
        confirming.withdraw(session, old.secrets.token, now=make.NOW)
    elif before == "expired":
        confirming.expire_pending(session, now=make.NOW + 30 * DAY, days=30)
    later = make.NOW + 1.5 * DAY

    again = sign(session, petition, given_name="SUZIE", comment="Rude words", most_mails=outbox.Most(0, 9), now=later)

    assert again.mail is again.secrets is None
    opened = confirming.find(session, old.secrets.token, now=later)
    session.refresh(opened)
    given_name = "Suzie" if before == "pending" else ""
    assert (opened.state, opened.given_name, opened.comment) == (before, given_name, "")
    assert opened.mailed_at == make.NOW, "so that the reminder comes in time"
    assert confirming.confirm(session, old.secrets.token, now=later).changed == (before == "pending")


@pytest.mark.parametrize("before", ["pending", "withdrawn"])
def test_of_eight_who_sign_again_at_once_one_has_a_mail(session: Session, database_url: str, before: str) -> None:
    petition = make.petition(session)
    first = sign(session, petition)
    if before == "withdrawn":
        confirming.withdraw(session, first.secrets.token, now=make.NOW)
    petition_id = petition.id
    session.commit()
    engine = create_engine(database_url, pool_size=8)

    def press(name: str) -> tuple[str, str] | None:
        with Session(engine) as own:
            signed = sign(own, own.get_one(Petition, petition_id), given_name=name, now=make.NOW + DAY)
            own.commit()
            return (name, signed.secrets.token) if signed.mail and signed.secrets else None

    # The same name to us, told apart by capital letters.
    names = ["Suzie", "SUZIE", "suzie", "SUzie", "SuZie", "SuziE", "sUzie", "suZIE"]
    won = [answer for answer in crowd(press, names, at_once=8) if answer]
    engine.dispose()

    [(name, token)] = won
    row = confirming.confirm(session, token, now=make.NOW + DAY).signature
    assert (row.given_name, row.state, rows(session)) == (name, "confirmed", 1)


def test_two_people_may_share_one_mailbox(session: Session) -> None:
    petition = make.petition(session)
    names = [("Suzie", "O’Brien"), ("Tom", "O’Brien"), ("O'Brien", "suzie"), ("Tóm", "O’BRIEN"), ("Third", "Person")]

    mails = [sign(session, petition, given_name=given, family_name=family).mail for given, family in names]

    assert mails == ["confirm", "confirm", None, None, None]
    assert [(row.slot, row.given_name) for row in session.scalars(select(Signature).order_by(Signature.slot))] == [
        (1, "Suzie"),
        (2, "Tom"),
    ]


def test_who_withdrew_leaves_room_for_somebody_else(session: Session) -> None:
    petition = make.petition(session)
    first, second = sign(session, petition), sign(session, petition, given_name="Tom")
    confirming.withdraw(session, first.secrets.token, now=make.NOW)

    third = sign(session, petition, given_name="Ann")

    assert (third.mail, third.signature.id) == ("confirm", first.signature.id)
    assert second.signature.given_name == "Tom"


def test_who_has_signed_is_told_so_once_a_day_and_by_mail_only(session: Session) -> None:
    petition = make.petition(session)
    confirming.confirm(session, sign(session, petition).secrets.token, now=make.NOW)

    mails = [sign(session, petition, now=make.NOW + hours * DAY / 24).mail for hours in (1, 24, 25, 48)]

    assert mails == [None, "already", None, "already"]
    assert counting.confirmed(session, [petition.id]) == {petition.id: 1}


def test_the_same_mailbox_spelt_otherwise_is_the_same_signer(session: Session) -> None:
    petition = make.petition(session)
    for email in ("su.zie@gmail.com", "suzie+news@gmail.com", "SUZIE@GoogleMail.com"):
        sign(session, petition, email=email)
    assert rows(session) == 1


def test_one_person_may_sign_two_petitions(session: Session) -> None:
    assert [sign(session, make.petition(session)).mail for _ in range(2)] == ["confirm", "confirm"]


@pytest.mark.parametrize("undo", ["withdraw", "expire"])
def test_who_withdrew_or_let_it_expire_may_sign_again(session: Session, undo: str) -> None:
    petition = make.petition(session)
    signed = sign(session, petition)
    if undo == "withdraw":
        confirming.confirm(session, signed.secrets.token, now=make.NOW)
        confirming.withdraw(session, signed.secrets.token, now=make.NOW)
    else:
        confirming.expire_pending(session, now=make.NOW + 30 * DAY, days=30)

    again = sign(session, petition, now=make.NOW + timedelta(hours=1))

    assert (again.mail, again.signature.state, again.signature.email) == ("confirm", "pending", "suzie@example.org")
    assert confirming.confirm(session, again.secrets.token, now=make.NOW).changed
    assert counting.confirmed(session, [petition.id]) == {petition.id: 1}


def test_an_invalidated_signature_stays_so_and_nobody_is_told(session: Session) -> None:
    petition = make.petition(session)
    signed = sign(session, petition)
    signed.signature.state = "invalidated"
    session.flush()

    again = sign(session, petition, now=make.NOW + 2 * DAY)

    assert (again.mail, again.signature.state) == (None, "invalidated")


def test_a_signature_keeps_the_text_it_agreed_to(session: Session) -> None:
    petition = make.petition(session)
    first = sign(session, petition)
    petition.texts.append(PetitionText(version=2, demand="Mend both bridges.", created_at=make.NOW))
    session.flush()

    second = sign(session, petition, email="ann@example.org")

    assert [row.signature.petition_text.version for row in (first, second)] == [1, 2]


def test_nobody_signs_a_text_they_have_not_read(session: Session) -> None:
    petition = make.petition(session)
    petition.texts.append(PetitionText(version=2, demand="Mend both bridges.", created_at=make.NOW))
    session.flush()

    with pytest.raises(signing.TextChanged):
        sign(session, petition, text_version=1)
    assert rows(session) == 0
    assert sign(session, petition, text_version=2).signature.petition_text.version == 2


CLOSED = [
    ({"closes_at": make.NOW}, {}, "the closing time is the first instant at which it is closed"),
    ({"closes_at": make.NOW - DAY}, {}, "closed yesterday"),
    ({}, {"state": "closed", "closed_at": make.NOW - DAY}, "closed by hand before its time"),
]


@pytest.mark.parametrize(("petition", "campaign", "reason"), CLOSED)
def test_nobody_signs_a_closed_petition(
    session: Session, petition: dict[str, Any], campaign: dict[str, Any], reason: str
) -> None:
    row = make.petition(session, make.campaign(session, **campaign), **petition)
    with pytest.raises(signing.PetitionClosed):
        sign(session, row)
    assert rows(session) == 0, reason


def test_closing_is_seen_although_the_row_was_loaded_before(session: Session, engine: Engine) -> None:
    petition = make.petition(session)
    id = petition.id
    session.commit()
    assert petition.is_open(now=make.NOW)
    if session.get_bind().dialect.name == "sqlite":
        session.commit()  # there a transaction that writes sees nobody else's changes: it keeps them out
    with Session(engine) as charlie:
        charlie.get_one(Petition, id).closes_at = make.NOW - DAY
        charlie.commit()
    with pytest.raises(signing.PetitionClosed):
        sign(session, petition)


@pytest.mark.parametrize(
    ("petition", "campaign"),
    [({"opens_at": make.NOW + DAY}, {}), ({}, {"state": "draft"})],
)
def test_nobody_signs_before_it_opens(session: Session, petition: dict[str, Any], campaign: dict[str, Any]) -> None:
    row = make.petition(session, make.campaign(session, **campaign), **petition)
    with pytest.raises(signing.PetitionNotOpen):
        sign(session, row)


def test_the_closing_time_itself_is_the_last_that_counts(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW)
    assert sign(session, petition, now=make.NOW - timedelta(seconds=1)).mail == "confirm"


def test_twenty_people_who_each_press_sixteen_times_sign_once(session: Session, database_url: str) -> None:
    petition_id = make.petition(session).id
    session.commit()
    # As the app's own: SQLite's transactions take the lock when they begin.
    engine = create_engine(database_url, pool_size=16)

    def press(email: str) -> str | None:
        with Session(engine) as own:
            mail = sign(own, own.get_one(Petition, petition_id), email=email).mail
            own.commit()
            return mail

    presses = [f"person{n}@example.org" for n in range(20) for _ in range(16)]
    mails = crowd(press, presses, at_once=16)
    engine.dispose()

    assert rows(session) == 20
    assert (mails.count("confirm"), mails.count(None)) == (20, 300)


@pytest.mark.parametrize("repeat", range(2))
def test_nobody_signs_after_the_instant_of_closing(session: Session, database_url: str, repeat: int) -> None:
    """A hundred people sign while Charlie closes the campaign: whoever is not told so signed before."""
    petition = make.petition(session, closes_at=None)
    petition_id, slug = petition.id, petition.campaign.slug
    session.commit()
    engine = create_engine(database_url, pool_size=8)

    def press(number: int) -> str:
        with Session(engine) as own:
            if number == 20:
                campaign = finding.by_slug(own, slug, to_change=True)
                publishing.close(own, campaign, now=now())
                own.commit()
                return "closes"
            try:
                sign(own, own.get_one(Petition, petition_id), email=f"person{number}@example.org", now=now())
            except signing.PetitionClosed:
                return "closed"
            own.commit()
            return "signed"

    said = crowd(press, range(100), at_once=8)
    engine.dispose()

    closed_at = session.get_one(Petition, petition_id).ended_at
    late = select(func.count()).where(Signature.created_at > closed_at)
    assert session.scalar(late) == 0
    assert rows(session) == said.count("signed") == 99 - said.count("closed")
    assert said.count("closed") > 0


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_nobody_else_is_looked_at_while_postgresql_has_not_counted_its_rows(session: Session) -> None:
    petition = make.petition(session)
    suzie = sign(session, petition).id
    for number in range(200):
        make.signature(session, petition, state="pending", email=f"signer{number}@example.org")
    session.commit()
    looked_at = "SELECT sum(idx_tup_fetch + seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname = 'signature'"

    again = sign(session, petition, now=make.NOW + 2 * DAY)

    assert again.id == suzie
    assert session.scalar(text(looked_at)) < 100  # hers, and what tests before left in the index
