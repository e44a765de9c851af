"""Passwords: hashing, checking, and which ones are refused."""

import re
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.text import clean, fold

SHORTEST = 12  # characters
LONGEST = 200  # hashing costs time that grows with the length
LEAST_OF_ITS_OWN = 5  # different characters besides well-known words and the account's own address
LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
# Words and keyboard runs that passwords are most often made of, one per line.
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
    own_words = [part for part in re.split(r"[^a-z0-9]+", fold(email)) if len(part) > 3]
    known = sorted([*_well_known(), *own_words], key=len, reverse=True)
    if any(_is_made_of(known, spelling) for spelling in (fold(password), fold(password).translate(LOOKALIKES))):
        text = gettext("Others would guess this password. Use four or five words that do not belong together.")
        raise WeakPassword(text, field="password")


def _is_made_of(words: list[str], password: str) -> bool:
    """True when next to nothing is left of a password without these words: “P@ssword2026!” and “qwerty123456” fall."""
    for word in words:
        password = password.replace(word, "")
    return len(set(password)) < LEAST_OF_ITS_OWN


@cache
def _nobodys() -> str:
    return _hasher.hash("the password of nobody")


@cache
def _well_known() -> tuple[str, ...]:
    return tuple(WELL_KNOWN.read_text(encoding="utf-8").split())
