"""The stamp that says when a form was shown, and the work of a browser."""

import hashlib
from datetime import timedelta
from itertools import count

import pytest

from campaign.petitions import bots
from tests.make import NOW

SECRETS = ["only-for-tests"]
SECOND = timedelta(seconds=1)


def test_a_stamp_says_how_long_ago_the_form_was_shown() -> None:
    stamp = bots.stamp(SECRETS, 7, now=NOW)
    assert bots.age(SECRETS, 7, stamp, now=NOW + 5 * SECOND) == 5 * SECOND
    assert bots.age(SECRETS, 7, stamp, now=NOW + bots.GOOD_FOR) == bots.GOOD_FOR


def test_a_stamp_outlives_its_key() -> None:
    stamp = bots.stamp(["old"], 7, now=NOW)
    assert bots.age(["old", "new"], 7, stamp, now=NOW + SECOND) == SECOND


@pytest.mark.parametrize(
    ("petition_id", "secrets", "passed", "reason"),
    [
        (8, SECRETS, SECOND, "of another petition"),
        (7, ["another"], SECOND, "signed by somebody else"),
        (7, SECRETS, bots.GOOD_FOR + SECOND, "of long ago"),
        (7, SECRETS, -60 * SECOND, "from the future"),
    ],
)
def test_a_stamp_that_is_no_good(petition_id: int, secrets: list[str], passed: timedelta, reason: str) -> None:
    stamp = bots.stamp(SECRETS, 7, now=NOW)
    assert bots.age(secrets, petition_id, stamp, now=NOW + passed) is None, reason


@pytest.mark.parametrize("stamp", ["", "7", "7.x.y", "\0", "é" * 50, "." * 5000])
def test_what_is_no_stamp(stamp: str) -> None:
    assert bots.age(SECRETS, 7, stamp, now=NOW) is None


def work(stamp: str, email: str, bits: int) -> str:
    """As static/sign.js does it."""
    for number in count():
        digest = hashlib.sha256(f"{stamp}:{email}:{number}".encode()).digest()
        if int.from_bytes(digest[:4]) >> (32 - bits) == 0:
            return str(number)
    raise AssertionError


def test_work_is_for_one_address_and_one_form() -> None:
    done = work("stamp", "suzie@example.org", 12)
    assert bots.is_worked("stamp", "suzie@example.org", done, bits=12)
    assert not bots.is_worked("stamp", "susan@example.org", done, bits=12)
    assert not bots.is_worked("other", "suzie@example.org", done, bits=12)
    assert not bots.is_worked("stamp", "suzie@example.org", "", bits=12)
