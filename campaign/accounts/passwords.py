"""Passwords: hashing, checking, and which ones are refused."""

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.text import clean, fold

SHORTEST = 12  # characters
LONGEST = 200  # hashing costs time that grows with the length
WELL_KNOWN = Path(__file__).parent / "well_known_passwords.txt"

# The OWASP password storage cheat sheet's first choice for argon2id; about 22 ms.
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)


class WeakPassword(Refused):
    """Others would guess it."""


def hashed(password: str) -> str:
    """What is stored instead of the password."""
    return _hasher.hash(clean(password))


def matches(stored: str | None, password: str) -> bool:
    """True when the password belongs to the stored hash. None, for an unknown account, takes as long as a wrong one."""
    try:
        _hasher.verify(stored or _nobodys(), clean(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """True when a hash was made with other settings than today's, so it should be made anew at the next sign-in."""
    return _hasher.check_needs_rehash(stored)


def refuse_weak(password: str, *, email: str) -> None:
    """Raise WeakPassword for a password that is short, well known, or made of the account's own address."""
    password = clean(password)
    if len(password) < SHORTEST:
        text = gettext("Use %(least)s characters or more: four or five words are easy to keep.", least=SHORTEST)
        raise WeakPassword(text, field="password")
    if len(password) > LONGEST:
        raise WeakPassword(gettext("Use %(most)s characters at most.", most=LONGEST), field="password")
    own = [part for part in fold(email).replace("@", ".").split(".") if len(part) > 3]
    left = fold(password)
    for part in own:
        left = left.replace(part, "")
    if fold(password) in _well_known() or len(set(left)) < 5:
        text = gettext("Others would guess this password. Use four or five words that do not belong together.")
        raise WeakPassword(text, field="password")


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


@cache
def _well_known() -> frozenset[str]:
    return frozenset(WELL_KNOWN.read_text(encoding="utf-8").split("\n"))
