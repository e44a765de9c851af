"""What can be a name, of a person, a place or an organisation: any living script, no links, formulas, markup."""

import re
import unicodedata
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from campaign.i18n import gettext

LONGEST = 100  # characters
LONGEST_ORGANISATION = 200

# Lists of names are opened in spreadsheets, which run a cell that begins with one of these as a formula. A dash in
# front is refused with the rest, though it may be meant as one: the advice says how to write it.
FORMULA = re.compile(r"[=+\-@|%‐‑‒–—−]")
SCHEME = re.compile(r"//|\b(https?|ftp|file|mailto|tel|sms|data|javascript|vbscript):", re.IGNORECASE)
# Endings of hosts that end no name: “pills.shop” is a link, but “St.John”, “Md.Karim”, “R.Link” and “U.Win” are names.
LINK = re.compile(
    r"(?i:\bwww\.|\S@\S|\b[\w-]+\.(biz|com|co\.uk|edu|example|gov|info|net|org|xyz)\b)"
    r"|\b[\w-]+\.(app|blog|cc|click|club|cn|dev|icu|io|link|live|online|page|ru|shop|site|store|su|test|tk|top|vip"
    r"|website|win|world)\b|\b\w[\w-]*\.[a-z]{2,}/"
)
MARKUP = re.compile(r"[<>{}\[\]\\`]|&#?\w+;|%[0-9a-f]{2}", re.IGNORECASE)
# Letters by their category that print nothing.
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# They choose a form of the letter before, as in Mongolian and in Japanese family names (葛󠄀); elsewhere they only hide.
# With how the names of those letters begin.
SELECTORS = {
    re.compile("[\u180b-\u180d\u180f]"): ("MONGOLIAN",),
    re.compile("[\ufe00-\ufe02\U000e0100-\U000e01ef]"): ("CJK", "MYANMAR", "PHAGS-PA"),
    re.compile("[\ufe03-\ufe0f]"): (),
}
MOST_MARKS = 8  # on one letter: Tibetan stacks are high, what climbs over the lines around it is no name


def problem(name: str) -> str | None:
    """What keeps this text from being a name, as a sentence for the person; None when nothing does."""
    # What only looks like another sign does what that sign does: full-width letters make links, too.
    plain = unicodedata.normalize("NFKC", name).replace("。", ".")
    if FORMULA.match(plain):
        message = gettext("A name cannot begin with “%(sign)s”. Leave the sign out.", sign=name[0])
        return f"{_what_cannot_be_used()} {message}"
    if SCHEME.search(plain) or LINK.search(plain) or MARKUP.search(plain):
        return _what_cannot_be_used()
    if _hides(name):
        return gettext("There are hidden characters in this. Type it in again by hand.")
    if not any(unicodedata.category(character).startswith("L") for character in name):
        return gettext("Enter a name with at least one letter.")
    return None


class Name:
    """Refuses what is not a name; an empty field is no matter of this validator.

    Digits, commas and & are fine: “Tom & Ann”, “38 Degrees”, “Paris, 14e”.
    """

    def __call__(self, form: Any, field: Field) -> None:
        found = problem(field.data) if field.data else None
        if found:
            raise StopValidation(found)


def _hides(name: str) -> bool:
    """Beyond what no field takes (see text.hidden_characters): blanks, selectors without a letter, towers of marks."""
    if name.replace(" ", "").isalpha():  # nearly always
        return not BLANKS.isdisjoint(name)
    marks = 0
    for index, character in enumerate(name):
        category = unicodedata.category(character)
        marks = marks + 1 if category.startswith("M") else 0
        if character in BLANKS or marks > MOST_MARKS:
            return True
        scripts = next((scripts for selector, scripts in SELECTORS.items() if selector.match(character)), None)
        if scripts is not None and not unicodedata.name(name[index - 1 : index] or " ", "").startswith(scripts):
            return True
        if category == "Cf" and character not in "\u200c\u200d":
            return True
    return False


def _what_cannot_be_used() -> str:
    return gettext("Write this as plain text: links, formulas and tags cannot be used.")
