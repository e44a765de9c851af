"""Checks a roster as a whole, before anything is written: who is who, and whether two people sit on one seat."""

from collections import defaultdict
from datetime import date

from campaign.officials import united_states
from campaign.officials.records import KnownPersonRecord, PersonRecord, Roster, TermRecord


def check(roster: Roster, *, as_of: date) -> None:
    """Note in the roster what no single row shows, and fill in what the day it speaks for decides."""
    if not roster.says_congress and roster.valid_to and as_of >= roster.valid_to:
        number = united_states.congress_on(as_of)
        roster.valid_from = united_states.congress_begins(number)
        roster.valid_to = united_states.congress_begins(number + 1)
    _check_identifiers(roster)
    _check_seats(roster)
    for person in roster.people:
        for term in person.terms:
            if term.end_kind == "expected" and term.end and term.end <= (term.as_of or as_of):
                text = f"The term was expected to end on {term.end}; until that is confirmed, no name is printed."
                roster.warn(person.row, "end", text, "Import a newer roster.")


def _check_identifiers(roster: Roster) -> None:
    rows: dict[tuple[str, str], str] = {}
    everybody: list[PersonRecord | KnownPersonRecord] = [*roster.people, *roster.known_people]
    for person in everybody:
        for scheme, identifier in person.identifiers.items():
            earlier = rows.setdefault((scheme, identifier), person.row)
            if earlier != person.row:
                text = f"{scheme} {identifier} stands in row {earlier} too."
                roster.refuse(person.row, "id", text, "One identifier means one person: mend or remove it.")


def _check_seats(roster: Roster) -> None:
    terms: dict[str, list[tuple[TermRecord, PersonRecord]]] = defaultdict(list)
    for person in roster.people:
        for term in person.terms:
            terms[term.post_id].append((term, person))
    for post_id, on_post in terms.items():
        on_post.sort(key=lambda pair: pair[0].start or date.min)
        regular = [pair for pair in on_post if not pair[0].acting]
        for index, (term, person) in enumerate(regular):
            start = term.start or date.max
            before = [pair for pair in regular[:index] if pair[0].end is None or pair[0].end > start]
            same = [pair for pair in before if pair[1] is person]
            if same or len(before) >= roster.posts[post_id].max_holders:
                other = (same or before)[0][1]
                text = f"{post_id} is held by {person.name} and {other.name} (row {other.row}) on {term.start}."
                roster.refuse(person.row, "terms", text, "Mend the dates of one of them.")
