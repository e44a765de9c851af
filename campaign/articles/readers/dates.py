"""Days as newspapers print them, in the languages their names of months are known in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_day_names, get_month_names

from campaign.text import fold

LANGUAGES = ("en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "nb", "pl", "uk", "ru", "tr", "ar")

_YEARS = range(1800, 2200)
_FULL = re.compile(r"(?<![\d-])(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?![\d-])T?")
_EAST_ASIAN = re.compile(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日")
_NUMBERS = re.compile(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s-](?:de\s|of\s)?([^\W\d_]{3,12})\.?(?:,?[\s-](?:de\s|del\s)?(\d{4}))?(?!\d)"
)
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,12})\.?\s(\d{1,2})(?:st|nd|rd|th)?(?![\d:.])(?:,?\s(\d{4})(?!\d))?")


@dataclass(frozen=True)
class Day:
    """A day as printed. year: None where only day and month stand; other: the second reading of 03/04/2026."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    other: date | None = None

    @property
    def value(self) -> date | None:
        """The date; None without a year and for a day the month does not have."""
        return _day(self.year, self.month, self.day) if self.year else None


def find(text: str, *, month_first: bool = False) -> Day | None:
    """The first day printed in a text. month_first: read 03/04/2026 as the fourth of March."""
    return next(_found(text, month_first), None)


def weekdays() -> frozenset[str]:
    """Names of weekdays, folded, long and short."""
    return _weekdays()


def _found(text: str, month_first: bool) -> Iterator[Day]:
    for pattern in (_FULL, _EAST_ASIAN):
        for match in pattern.finditer(text):
            yield from _checked(match, match[1], int(match[2]), int(match[3]))
    for match in _NUMBERS.finditer(text):
        yield from _from_numbers(match, month_first)
    for match in _DAY_FIRST.finditer(text):
        yield from _checked(match, match[3], _months().get(fold(match[2]), 0), int(match[1]))
    for match in _MONTH_FIRST.finditer(text):
        yield from _checked(match, match[3], _months().get(fold(match[1]), 0), int(match[2]))


def _checked(match: re.Match[str], year: str | None, month: int, day: int) -> Iterator[Day]:
    if 1 <= month <= 12 and 1 <= day <= 31 and (year is None or int(year) in _YEARS):
        yield Day(match.start(), match.end(), int(year) if year else None, month, day)


def _from_numbers(match: re.Match[str], month_first: bool) -> Iterator[Day]:
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or first > 12:
        month_first = False  # points are only printed where the day comes first
    elif second > 12:
        month_first = True
    month, day = (first, second) if month_first else (second, first)
    ambiguous = match[2] != "." and first <= 12 and second <= 12 and first != second
    for found in _checked(match, match[4], month, day):
        other = _day(year, day, month) if ambiguous else None
        yield Day(found.start, found.end, found.year, found.month, found.day, other)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {"sept": 9}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(fold(name).rstrip("."), number)
    return names


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(
        fold(name).rstrip(".")
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", language).values()
    )
