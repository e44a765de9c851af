"""Presidents and Vice Presidents: executive.yaml of https://github.com/unitedstates/congress-legislators (CC0).

Not all of them have a bioguide id; those who were in Congress must become one person with their record there.
"""

from collections import Counter
from dataclasses import replace
from typing import Any

from campaign.officials import united_states
from campaign.officials.records import PersonRecord, Roster, TermRecord
from campaign.officials.sources import yaml_file

ROLES = {"prez": "president", "viceprez": "vice_president"}


def read(people: list[dict[str, Any]], file: str) -> Roster:
    """The file's people with their terms in the two offices; terms in Congress are the other file's."""
    roster = Roster("executive", file)
    roster.source, roster.licence = "https://github.com/unitedstates/congress-legislators", "CC0-1.0"
    for number, entry in enumerate(people, start=1):
        row = yaml_file.row_name(number, entry)
        terms = [_term(term, row, roster) for term in entry["terms"]]
        if person := yaml_file.person(entry, row, roster, (term for term in terms if term)):
            roster.people.append(person)
    roster.people = _told_apart(roster.people)
    return roster


def _term(term: Any, row: str, roster: Roster) -> TermRecord | None:
    kind = term.get("type") if isinstance(term, dict) else None
    if kind in ("rep", "sen"):
        return None
    if kind not in ROLES:
        roster.refuse(row, "terms.type", f"“{kind}” is not a kind of term.", "It must be prez or viceprez.")
        return None
    dates = yaml_file.term_dates(term, row, roster)
    if not dates:
        return None
    post_id = united_states.add_executive_post(roster, ROLES[kind])
    return TermRecord(row, post_id, dates[0], dates[1], party=str(term.get("party") or ""))


def _told_apart(people: list[PersonRecord]) -> list[PersonRecord]:
    """George Bush and George Bush → George H. W. Bush and George W. Bush."""
    times = Counter(person.name for person in people)
    return [person if times[person.name] == 1 else _with_initials(person) for person in people]


def _with_initials(person: PersonRecord) -> PersonRecord:
    initials = [f"{name[0]}." for name in person.additional_name.split()]
    words = [person.given_name, *initials, person.family_name, person.honorific_suffix]
    return replace(person, name=" ".join(word for word in words if word))
