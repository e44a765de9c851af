"""What lets us show more of somebody's work than a quotation: a closed list of licences, and how each is written down.

A licence is kept as one line: "CC BY-SA 4.0", "CC0 1.0", "Public domain", "Own text", or
"Permission by Jane Doe on 2026-03-01". Anything else gives no right to anything.
"""

import re
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from campaign.i18n import gettext, language, lazy_gettext

PUBLIC_DOMAIN, OWN, PERMISSION = "Public domain", "Own text", "Permission"
LONGEST_NAME = 70  # of whoever gives permission

_CREATIVE_COMMONS = ("BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND")
_WRITTEN = re.compile(r"CC[ -](?P<kind>BY(?:-[A-Z]{2}){0,2}) (?P<version>[1-4]\.\d)", re.IGNORECASE)
_CC0 = re.compile(r"CC[ -]?0(?:[ -]1\.0)?", re.IGNORECASE)
_PERMISSION = re.compile(rf"{PERMISSION} by (?P<by>.{{1,{LONGEST_NAME}}}) on (?P<on>\d{{4}}-\d\d-\d\d)")

# What a form offers. Older versions are read, too.
CHOICES = (
    ("", lazy_gettext("None: show an excerpt and a link")),
    *((f"CC {kind} 4.0", f"Creative Commons {kind} 4.0") for kind in _CREATIVE_COMMONS),
    ("CC0 1.0", "Creative Commons Zero 1.0"),
    (PUBLIC_DOMAIN, lazy_gettext("Public domain")),
    (PERMISSION, lazy_gettext("Somebody gave us permission")),
    (OWN, lazy_gettext("It is our own")),
)


@dataclass(frozen=True)
class Licence:
    """One licence. by, on: who gave permission, and when; version: of a Creative Commons licence."""

    kind: str  # "BY-SA", "CC0", PUBLIC_DOMAIN, OWN or PERMISSION
    version: str = ""
    by: str = ""
    on: date | None = None

    def __str__(self) -> str:
        """As it is kept. Example: str(read("cc-by-sa 4.0")) == "CC BY-SA 4.0"."""
        if self.kind == PERMISSION and self.on:
            return f"{PERMISSION} by {self.by} on {self.on.isoformat()}"
        if self.kind == "CC0":
            return "CC0 1.0"
        return f"CC {self.kind} {self.version}" if self.version else self.kind

    @property
    def choice(self) -> str:
        """Which of `CHOICES` it is; itself for an older version."""
        return PERMISSION if self.kind == PERMISSION else str(self)

    @property
    def url(self) -> str:
        """Where its terms stand; "" where there are none to read."""
        if self.kind == "CC0":
            return "https://creativecommons.org/publicdomain/zero/1.0/"
        return f"https://creativecommons.org/licenses/{self.kind.lower()}/{self.version}/" if self.version else ""

    @property
    def words(self) -> str:
        """As readers see it, in their language."""
        if self.kind == PERMISSION and self.on:
            day = format_date(self.on, format="long", locale=language())
            return gettext("shown by permission of %(name)s, given on %(day)s", name=self.by, day=day)
        known = {PUBLIC_DOMAIN: gettext("in the public domain"), OWN: gettext("our own")}
        return known.get(self.kind, str(self))


def read(text: str) -> Licence | None:
    """The licence a line names; None for "" and for whatever is not on the list."""
    line = " ".join(text.split())
    permission = _PERMISSION.fullmatch(line)
    if permission:
        try:
            return Licence(PERMISSION, by=permission["by"].strip(), on=date.fromisoformat(permission["on"]))
        except ValueError:
            return None
    if _CC0.fullmatch(line):
        return Licence("CC0")
    for kind in (PUBLIC_DOMAIN, OWN):
        if line.casefold() == kind.casefold():
            return Licence(kind)
    written = _WRITTEN.fullmatch(line)
    if written and written["kind"].upper() in _CREATIVE_COMMONS:
        return Licence(written["kind"].upper(), version=written["version"])
    return None


def known(text: str) -> str:
    """A licence as it is kept; "" when the text names none of ours."""
    licence = read(text)
    return str(licence) if licence else ""


def permission(by: str, on: date) -> str:
    """The line for somebody's permission."""
    return str(Licence(PERMISSION, by=" ".join(by.split())[:LONGEST_NAME], on=on))
