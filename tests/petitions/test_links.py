"""The secrets in mails: how they are drawn, typed, kept and forgotten."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.petitions import links
from campaign.petitions.models import Signature, SignatureLink
from tests import make

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def issue(session: Session, signature: Signature, now: datetime = make.NOW) -> links.Secrets:
    return links.issue(session, signature.id, secret="secret", now=now)


def ends(session: Session) -> list[datetime]:
    return list(session.scalars(select(SignatureLink.expires_at).order_by(SignatureLink.expires_at)))


def test_no_two_mails_hold_the_same_secrets(session: Session) -> None:
    signature = make.signature(session, make.petition(session))
    issued = [issue(session, signature) for _ in range(50)]
    assert len({each.token for each in issued}) == 50
    assert len({each.code for each in issued}) > 45
    assert all(re.fullmatch(r"[0-9]{6}", each.code) for each in issued)


def test_one_code_has_another_hash_for_each_signature_and_each_key() -> None:
    hashes = {links.code_hash(secret, id, "123456") for secret in ("one key", "another") for id in (1, 2)}
    assert len(hashes) == 4


TYPED = [
    ("123456", "123456", "as it is written"),
    ("123 456", "123456", "as it stands in the mail"),
    (" 123–456\N{NO-BREAK SPACE}", "123456", "copied with what is around it"),
    ("١٢٣٤٥٦", "123456", "on an Arabic keyboard"),
    ("１２３４５６", "123456", "on a Japanese one"),
    ("½2345", "2345", "a fraction is no digit"),
    ("abc", "", "no code at all"),
]


@pytest.mark.parametrize(("typed", "digits", "reason"), TYPED)
def test_codes_are_read_however_they_are_typed(typed: str, digits: str, reason: str) -> None:
    assert links.digits(typed) == digits, reason


def test_keeping_links_never_shortens_one_and_revives_none(session: Session) -> None:
    signature = make.signature(session, make.petition(session))
    for days in (0, 28, 31):
        issue(session, signature, make.NOW - links.LIFE + days * DAY)
    links.keep(session, signature, until=make.NOW + 30 * DAY, now=make.NOW)
    assert [end - make.NOW for end in ends(session)] == [timedelta(), 30 * DAY, 31 * DAY]


@pytest.mark.parametrize(("state", "kept"), [("pending", 1), ("confirmed", 0), ("withdrawn", 0), ("expired", 0)])
def test_only_links_that_somebody_waits_for_get_another_day(session: Session, state: str, kept: int) -> None:
    issue(session, make.signature(session, make.petition(session), state=state))
    assert links.keep_for_pending(session, now=make.NOW + links.LIFE - HOUR) == kept


def test_expired_links_go_in_portions(session: Session) -> None:
    signature = make.signature(session, make.petition(session))
    for _ in range(5):
        issue(session, signature)
    issue(session, signature, make.NOW + HOUR)
    deleted = [links.forget_expired(session, now=make.NOW + links.LIFE, limit=2) for _ in range(4)]
    assert deleted == [2, 2, 1, 0]
    assert session.scalar(select(func.count()).select_from(SignatureLink)) == 1
