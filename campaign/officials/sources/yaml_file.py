"""YAML lists of people as congress-legislators publishes them, read without trusting them."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

import yaml

from campaign.officials.records import SCHEMES, PersonRecord, Roster, TermRecord

MAX_DEPTH = 12  # the real files have six levels

KIND = (
    "Import a YAML file of congress-legislators (legislators-current, executive, legislators-district-offices, "
    "legislators-social-media, committees-current, committee-membership-current), a ZIP table or a CSV of offices."
)


def load(text: str, roster: Roster) -> Any:
    """The document as lists, dicts, texts and whole numbers; what is wrong is noted in the roster, and it is None.

    Days stay texts, so that an impossible one can be named with its row.
    """
    try:
        return _build(text)
    except _Hostile:
        roster.refuse("", "", "It has YAML aliases or deep nesting, which no roster needs.", KIND)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else ""
        roster.refuse(line, "", f"It is not valid YAML: {getattr(error, 'problem', None) or 'unreadable'}.", KIND)
    return None


class _Hostile(Exception):
    """What could grow without end while it is read."""


def _build(text: str) -> Any:
    """Builds from the marks of the text in one pass: twice as fast as the loader, and nothing can grow."""
    root: list[Any] = []
    open_ones: list[Any] = [root]
    keys: list[Any] = [None]  # for each open mapping the key that waits for its value; _NO_KEY when none does
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _Hostile
        if isinstance(event, yaml.CollectionEndEvent):
            open_ones.pop()
            keys.pop()
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        value = _value(event)
        around = open_ones[-1]
        if isinstance(around, list):
            around.append(value)
        elif keys[-1] is _NO_KEY:
            if isinstance(value, dict | list):
                raise _Hostile
            keys[-1] = value
        else:
            around[keys[-1]] = value
            keys[-1] = _NO_KEY
        if isinstance(value, dict | list):
            open_ones.append(value)
            keys.append(_NO_KEY)
            if len(open_ones) > MAX_DEPTH:
                raise _Hostile
    return root[0] if root else None


_NO_KEY = object()
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


def _value(event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> Any:
    if isinstance(event, yaml.CollectionStartEvent):
        return {} if isinstance(event, yaml.MappingStartEvent) else []
    value = event.value
    if not event.implicit[0]:  # in quotes
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if _INTEGER.fullmatch(value) else value


def people_of(document: Any, roster: Roster) -> list[dict[str, Any]]:
    """The people of a list of people with terms of office; [] when it is no such list, which is noted."""
    if not isinstance(document, list) or not document or not all(_is_person(person) for person in document):
        roster.refuse("", "", "It is not a list of people with terms of office.", KIND)
        return []
    return document


def _is_person(person: Any) -> bool:
    return isinstance(person, dict) and isinstance(person.get("terms"), list)


def person(entry: dict[str, Any], row: str, roster: Roster, terms: Iterable[TermRecord]) -> PersonRecord | None:
    """Identifiers and names of one person; None when they are missing, which is noted."""
    identifiers = identifiers_of(entry)
    names = entry.get("name") if isinstance(entry.get("name"), dict) else {}
    values = {key: str(value).strip() for key, value in (names or {}).items() if value}
    if not identifiers:
        roster.refuse(row, "id", "The person has no identifier.", f"Give one of {', '.join(SCHEMES)}.")
    if not values.get("first") or not values.get("last"):
        roster.refuse(row, "name", "The first or the last name is missing.", "Give both.")
    if not identifiers or not values.get("first") or not values.get("last"):
        return None
    return PersonRecord(
        row=row,
        identifiers=identifiers,
        name=values.get("official_full") or f"{values.get('nickname') or values['first']} {values['last']}",
        given_name=values["first"],
        family_name=values["last"],
        additional_name=values.get("middle", ""),
        honorific_suffix=values.get("suffix", ""),
        nickname=values.get("nickname", ""),
        terms=tuple(terms),
    )


def identifiers_of(entry: dict[str, Any]) -> dict[str, str]:
    """Those of the identifiers that tell people apart; {} when there are none."""
    ids = entry.get("id") if isinstance(entry.get("id"), dict) else {}
    return {scheme: str(ids[scheme]) for scheme in SCHEMES if ids and ids.get(scheme)}


def row_name(number: int, entry: dict[str, Any]) -> str:
    """ "12 (Maria Cantwell)", to be found again in the file."""
    names = entry.get("name")
    who = " ".join(str(names.get(key, "")) for key in ("first", "last")).strip() if isinstance(names, dict) else ""
    return f"{number} ({who})" if who else str(number)


def term_dates(term: dict[str, Any], row: str, roster: Roster) -> tuple[date, date] | None:
    """Start and end of a term; None when one is bad, which is noted."""
    found = []
    for key in ("start", "end"):
        value = term.get(key)
        try:
            found.append(value if isinstance(value, date) else date.fromisoformat(str(value)))
        except ValueError:
            roster.refuse(row, f"terms.{key}", f"“{value}” is not a date.", "Write it as 2025-01-03.")
            return None
    start, end = found
    if end <= start:
        text = f"The term ends on {end}, not after it began on {start}."
        roster.refuse(row, "terms.end", text, "Mend one of the dates.")
        return None
    return start, end
