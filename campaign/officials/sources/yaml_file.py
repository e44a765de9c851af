"""YAML lists of people as congress-legislators publishes them, read without trusting them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import yaml

from campaign.officials.records import SCHEMES, PersonRecord, Roster, TermRecord

MAX_DEPTH = 12  # the real files have six levels

KIND = "Import legislators-current.yaml, executive.yaml, a ZIP table (zccd.csv) or a CSV of offices."


def load(text: str, roster: Roster) -> list[dict[str, Any]]:
    """The people in a YAML list; what is wrong is noted in the roster, and then the list is empty."""
    try:
        if _is_hostile(text):
            roster.refuse("", "", "It has YAML aliases or deep nesting, which no roster needs.", KIND)
            return []
        people = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = str(mark.line + 1) if mark else ""
        roster.refuse(line, "", f"It is not valid YAML: {getattr(error, 'problem', None) or 'unreadable'}.", KIND)
        return []
    except ValueError:  # e.g. an unquoted 2025-13-45
        roster.refuse("", "", "It holds a date that does not exist.", "Mend the date.")
        return []
    if not isinstance(people, list) or not people or not all(_is_person(person) for person in people):
        roster.refuse("", "", "It is not a list of people with terms of office.", KIND)
        return []
    return people


def _is_hostile(text: str) -> bool:
    """Looks at the marks of the text without building anything, so that nothing can grow."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return True
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            return True
    return False


def _is_person(person: Any) -> bool:
    return isinstance(person, dict) and isinstance(person.get("terms"), list)


def person(entry: dict[str, Any], row: str, roster: Roster, terms: Iterable[TermRecord]) -> PersonRecord | None:
    """Identifiers and names of one person; None when they are missing, which is noted."""
    ids = entry.get("id") if isinstance(entry.get("id"), dict) else {}
    identifiers = {scheme: str(ids[scheme]) for scheme in SCHEMES if ids and ids.get(scheme)}
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
