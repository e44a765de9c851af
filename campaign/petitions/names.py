"""What can be a person's name: any living script, one word or many; no links, formulas, markup."""

import re
import unicodedata
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from campaign.i18n import gettext

LONGEST = 100  # characters

# Lists of names are opened in spreadsheets, which run a cell that begins with one of these as a formula. A dash in
# front is refused with the rest, though it may be meant as one: the advice says how to write it.
FORMULA = re.compile(r"[=+\-@|%＝＋－＠‐‑‒–—−]")
LINK = re.compile(
    r"://|\bwww\.|\S@\S|\b[\w-]+\.(app|biz|click|com|example|info|io|link|net|online|org|ru|shop|site|test|top|xyz)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"[<>{}\[\]\\`]|&#?\w+;")


def problem(name: str) -> str | None:
    """What keeps this text from being a name, as a sentence for the person; None when nothing does."""
    if FORMULA.match(name):
        message = gettext("A name cannot begin with “%(sign)s”. Leave the sign out.", sign=name[0])
        return f"{_what_cannot_be_used()} {message}"
    if LINK.search(name) or MARKUP.search(name):
        return _what_cannot_be_used()
    if not any(unicodedata.category(character).startswith("L") for character in name):
        return str(gettext("Enter a name with at least one letter."))
    return None


class Name:
    """Refuses what is not a name; an empty field is no matter of this validator."""

    def __call__(self, form: Any, field: Field) -> None:
        found = problem(field.data) if field.data else None
        if found:
            raise StopValidation(found)


def _what_cannot_be_used() -> str:
    return str(gettext("Enter your name as text: links, formulas and tags cannot be used."))
