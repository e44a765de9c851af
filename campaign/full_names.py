"""Somebody's full name, its parts in the order in which they are said."""

import unicodedata

# Here the family name comes first, in Latin letters, too.
FAMILY_FIRST = frozenset({"HU", "VN"})
# Scripts in which it comes first and nothing stands between, by how the names of their characters begin.
UNSPACED = ("CJK", "IDEOGRAPHIC", "HANGUL", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "BOPOMOFO")


def full_name(given: str, family: str, country: str = "") -> str:
    """Either part may be empty. country: where they live, ISO 3166-1 alpha-2, as far as it is known.

    >>> full_name("Ada", "Lovelace"), full_name("小龍", "李"), full_name("János", "Kovács", "HU")
    ('Ada Lovelace', '李小龍', 'Kovács János')
    """
    if is_unspaced(given) and is_unspaced(family):
        return family + given
    first, last = (family, given) if country in FAMILY_FIRST else (given, family)
    return f"{first} {last}".strip()


def in_parts(name: str, country: str = "") -> tuple[str, str]:
    """(given, family) of a name that somebody wrote as one; family is "" where it has one word.

    >>> in_parts("Ada King Lovelace"), in_parts("Kovács János", "HU")
    (('Ada King', 'Lovelace'), ('János', 'Kovács'))
    """
    if country in FAMILY_FIRST or is_unspaced(name):
        family, _, given = name.partition(" ")
    else:
        given, _, family = name.rpartition(" ")
    return (given, family) if given and family else (name, "")


def is_unspaced(name: str) -> bool:
    """True when all of its letters are of such a script: also “龍.”, and “李*” of a pattern."""
    if name.isascii():
        return False  # nearly always
    letters = [character for character in name if character.isalpha()]
    return bool(letters) and all(unicodedata.name(letter, "").startswith(UNSPACED) for letter in letters)
