"""One reminder after a day, and when a signature that nobody confirms is forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import worker
from campaign.mail.models import Email
from campaign.petitions import confirming, links, reminding, signing
from campaign.petitions.models import Petition, Signature, SignatureLink
from tests import make
from tests.mail import outgoing
from tests.petitions.crowd import crowd

SECRET = "a secret of this test"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sign(session: Session, petition: Petition, email: str = "suzie@example.org", **values: Any) -> signing.Signed:
    return signing.sign(
        session, petition, given_name="Suzie", email=email, country="US", language="en", secret=SECRET,
        **{"now": make.NOW, **values},
    )  # fmt: skip


def due(session: Session, later: timedelta, hours: int = 24) -> list[int]:
    return reminding.due(session, hours=hours, now=make.NOW + later)


def mail(session: Session, signature: Signature, **values: Any) -> None:
    """What the outbox has about a signature."""
    outgoing.row(session, about=f"signature/{signature.id}", **values)
    session.flush()


def test_a_reminder_is_due_a_day_after_the_mail(session: Session) -> None:
    id = sign(session, make.petition(session)).signature.id
    assert due(session, DAY - timedelta(seconds=1)) == []
    assert due(session, DAY) == [id]
    assert due(session, 3 * HOUR, hours=3) == [id]
    assert due(session, 20 * DAY, hours=0) == [], "0 hours mean never"


def test_there_is_one_reminder_and_it_leaves_the_first_link_good(session: Session) -> None:
    petition = make.petition(session)
    first = sign(session, petition)

    reminders = [reminding.remind(session, first.signature.id, secret=SECRET, now=make.NOW + DAY) for _ in range(2)]

    assert reminders[0] and reminders[1] is None
    assert due(session, 2 * DAY) == []
    for secrets in (first.secrets, reminders[0].secrets):
        assert confirming.find(session, secrets.token, now=make.NOW + DAY).id == first.signature.id


def test_signing_again_brings_no_second_reminder(session: Session) -> None:
    petition = make.petition(session)
    first = sign(session, petition)
    reminding.remind(session, first.signature.id, secret=SECRET, now=make.NOW + DAY)
    sign(session, petition, now=make.NOW + 2 * DAY)
    assert due(session, 4 * DAY) == []


NOT_REMINDED = [
    ({"state": "confirmed"}, {}, {}, "has confirmed"),
    ({"state": "withdrawn"}, {}, {}, "has withdrawn"),
    ({}, {"closes_at": make.NOW - 3 * DAY}, {}, "the time for confirming is over"),
    ({}, {}, {"state": "closed", "closed_at": make.NOW - 3 * DAY}, "closed by hand, and the time is over"),
    ({}, {}, {"state": "draft"}, "taken off the site"),
]


@pytest.mark.parametrize(("signature", "petition", "campaign", "reason"), NOT_REMINDED)
def test_who_cannot_confirm_is_not_reminded(
    session: Session, signature: dict[str, Any], petition: dict[str, Any], campaign: dict[str, Any], reason: str
) -> None:
    row = make.petition(session, make.campaign(session, **campaign), **petition)
    make.signature(session, row, **{"state": "pending", "mailed_at": make.NOW - DAY} | signature)
    assert due(session, timedelta()) == [], reason


def test_in_the_days_of_grace_people_are_still_reminded(session: Session) -> None:
    petition = make.petition(session, closes_at=make.NOW + HOUR)
    assert due(session, 3 * DAY) == [] != [sign(session, petition).signature.id] == due(session, 2 * DAY)


MAILS = [
    ({"state": "waiting"}, False, "the first mail has not left"),
    ({"state": "working"}, False, "it is leaving just now"),
    ({"state": "failed"}, False, "it never will"),
    ({"state": "done", "done_at": make.NOW + HOUR}, False, "it left less than a day ago"),
    ({"state": "done", "done_at": make.NOW}, True, "it left a day ago"),
]


@pytest.mark.parametrize(("email", "is_due", "reason"), MAILS)
def test_the_day_begins_when_the_first_mail_leaves(
    session: Session, email: dict[str, Any], is_due: bool, reason: str
) -> None:
    mail(session, sign(session, make.petition(session)).signature, **email)
    assert bool(due(session, DAY)) == is_due, reason


def test_many_workers_remind_once(app: Flask, session: Session) -> None:
    petition = make.petition(session)
    for number in range(30):
        sign(session, petition, f"person{number}@example.org")
    session.commit()

    def work(_: int) -> int:
        with app.app_context():
            return worker.remind_signers(make.NOW + DAY)

    reminded = crowd(work, range(4), at_once=4)

    assert sum(reminded) == 30
    kinds = session.scalars(select(Email.kind).order_by(Email.to_address).group_by(Email.to_address, Email.kind)).all()
    assert kinds == ["remind_signature"] * 30
    assert len(session.scalars(select(Email)).all()) == 30


def test_the_reminder_has_a_link_and_a_code_that_confirm(app: Flask, session: Session) -> None:
    petition = make.petition(session)
    sign(session, petition)
    session.commit()
    with app.app_context():
        worker.remind_signers(make.NOW + DAY)

    email = session.scalars(select(Email)).one()
    token = email.context["link"].rpartition("/")[2]
    assert len(email.context["code"]) == 6
    assert (email.kind, email.group) == ("remind_signature", f"petition/{petition.id}")
    confirming.confirm(session, token, now=make.NOW + DAY)
    confirming.disown(session, token, now=make.NOW + 7 * DAY)
    assert session.scalars(select(Signature.state, Signature.email)).all() == ["withdrawn"]


def test_a_mailbox_with_too_many_mails_is_not_tried_again(app: Flask, session: Session) -> None:
    app.config["MAILBOX_DAY_LIMIT"] = 0
    sign(session, make.petition(session))
    session.commit()
    with app.app_context():
        assert [worker.remind_signers(make.NOW + DAY) for _ in range(2)] == [1, 0]
    assert session.scalars(select(Email)).all() == []


# --- expiry

EXPIRY = [
    ({"state": "waiting"}, 0, "nobody can answer a mail that has not left"),
    ({"state": "working"}, 0, "or that is leaving"),
    ({"state": "done", "done_at": make.NOW + DAY}, 0, "it came a day late"),
    ({"state": "done", "done_at": make.NOW}, 1, "it came at once"),
    ({"state": "failed"}, 1, "it never will be answered"),
]


@pytest.mark.parametrize(("email", "expired", "reason"), EXPIRY)
def test_the_days_begin_when_the_mail_leaves(
    session: Session, email: dict[str, Any], expired: int, reason: str
) -> None:
    mail(session, sign(session, make.petition(session)).signature, **email)
    assert confirming.expire_pending(session, now=make.NOW + 30 * DAY, days=30) == expired, reason


def test_the_link_lives_as_long_as_its_signature_waits(session: Session) -> None:
    signed = sign(session, make.petition(session))
    for hours in range(24 * 29, 24 * 40, 2):
        links.keep_for_pending(session, now=make.NOW + hours * HOUR)
        links.forget_expired(session, now=make.NOW + hours * HOUR)
    assert confirming.find(session, signed.secrets.token, now=make.NOW + 40 * DAY).state == "pending"


def test_links_that_open_nothing_any_more_go(app: Flask, session: Session) -> None:
    petition = make.petition(session)
    for number in range(3):
        confirming.confirm(session, sign(session, petition, f"p{number}@example.org").secrets.token, now=make.NOW)
    session.commit()
    with app.app_context():
        deleted = [worker.forget_links(make.NOW + 30 * DAY + later) for later in (-HOUR, timedelta(), HOUR)]
    assert deleted == [0, 3, 0]
    assert session.scalars(select(SignatureLink)).all() == []


@pytest.mark.parametrize("act", ["expire", "disown", "withdraw"])
def test_mails_about_a_signature_that_is_gone_never_leave(session: Session, act: str) -> None:
    signed = sign(session, make.petition(session))
    mail(session, signed.signature, state="failed")
    if act == "expire":
        confirming.expire_pending(session, now=make.NOW + 30 * DAY, days=30)
    elif act == "disown":
        confirming.disown(session, signed.secrets.token, now=make.NOW)
    else:
        confirming.withdraw(session, signed.secrets.token, now=make.NOW)
    assert session.scalars(select(Email)).all() == []
