"""Which addresses look like a slip of the finger."""

import pytest

from campaign.petitions.misspellings import better_address

CASES = [
    ("ann@gmial.con", "ann@gmail.com", "two slips: one in the name, one in the ending"),
    ("ann@gmail.con", "ann@gmail.com", "an ending that does not exist"),
    ("Ann.B@gmal.com", "Ann.B@gmail.com", "a letter too few; the name stays as typed"),
    ("ann@gmaill.com", "ann@gmail.com", "a letter too many"),
    ("ann@gnail.com", "ann@gmail.com", "a wrong letter"),
    ("ann@hotmial.com", "ann@hotmail.com", "two letters swapped"),
    ("ann@gmail.com", None, "right"),
    ("ann@Gmail.com", None, "right, with a capital"),
    ("ann@mail.com", None, "a provider of its own"),
    ("ann@ymail.com", None, "a provider of its own"),
    ("ann@example.org", None, "we know nothing about it"),
    ("ann@example.con", "ann@example.com", "the ending alone"),
    ("ann@gmx.de", None, "too short to guess from"),
]


@pytest.mark.parametrize(("typed", "meant", "reason"), CASES)
def test_a_better_address(typed: str, meant: str | None, reason: str) -> None:
    assert better_address(typed) == meant, reason
