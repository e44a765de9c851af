"""Members of Congress: legislators-current.yaml of https://github.com/unitedstates/congress-legislators (CC0).

A vacant seat has no row and somebody who left has none either, so the file is only right as a whole: see
`Roster.bodies`. Ends marked `end-type` are the day an election was expected, not a fact.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from campaign.officials import united_states
from campaign.officials.holding import CONGRESS_BODIES
from campaign.officials.records import ContactRecord, Roster, TermRecord
from campaign.officials.sources import yaml_file

_ZIP = re.compile(r"\b(20\d{3}(?:-\d{4})?)\s*$")
CAPITOL_ZIP = {"sen": "20510", "rep": "20515"}


def read(people: list[dict[str, Any]], file: str) -> Roster:
    """The file's people, their terms on every seat they had, and all seats of the House."""
    roster = Roster("legislators", file, bodies=CONGRESS_BODIES)
    roster.source, roster.licence = "https://github.com/unitedstates/congress-legislators", "CC0-1.0"
    united_states.add_all_seats(roster)
    for number, entry in enumerate(people, start=1):
        row = yaml_file.row_name(number, entry)
        terms = [_term(term, row, roster, is_last=term is entry["terms"][-1]) for term in entry["terms"]]
        terms += _as_speaker(entry, row, roster)
        person = yaml_file.person(entry, row, roster, (term for term in terms if term))
        if person:
            roster.people.append(person)
    return roster


def _term(term: Any, row: str, roster: Roster, *, is_last: bool) -> TermRecord | None:
    if not isinstance(term, dict):
        roster.refuse(row, "terms", "A term is not a list of keys and values.", "Mend the indentation.")
        return None
    post_id = _post(term, row, roster, is_last=is_last)
    dates = yaml_file.term_dates(term, row, roster)
    if not post_id or not dates:
        return None
    return TermRecord(
        row=row,
        post_id=post_id,
        start=dates[0],
        end=dates[1],
        # Of a former term the expected end has become a fact, or there would be no later one.
        end_kind="expected" if is_last and term.get("end-type") else "recorded",
        party=str(term.get("party") or ""),
        # The rooms and numbers of former terms belong to somebody else now.
        contacts=_contacts(term, row, roster) if is_last else (),
    )


def _as_speaker(entry: dict[str, Any], row: str, roster: Roster) -> list[TermRecord]:
    """Of the roles of leaders, only the Speaker's is an office that letters are written to."""
    terms = []
    roles = entry.get("leadership_roles")
    for role in roles if isinstance(roles, list) else []:
        if not isinstance(role, dict) or role.get("title") != "Speaker of the House":
            continue
        ends = bool(role.get("end"))
        dates = yaml_file.term_dates(role if ends else role | {"end": "9999-12-31"}, row, roster)
        if dates:
            post_id = united_states.add_speaker(roster)
            end, kind = (dates[1], "recorded") if ends else (None, "unknown")
            terms.append(TermRecord(row, post_id, dates[0], end, kind))
    return terms


def _post(term: dict[str, Any], row: str, roster: Roster, *, is_last: bool) -> str | None:
    state = united_states.STATES.get(str(term.get("state")))
    if state is None:
        remedy = "Use a postal code such as NY."
        roster.refuse(row, "terms.state", f"“{term.get('state')}” is not a state or territory.", remedy)
        return None
    if term.get("type") == "sen":
        if term.get("class") not in state.classes:
            text = f"{state.name} has no senator of class “{term.get('class')}”."
            remedy = f"Its classes are {' and '.join(map(str, state.classes)) or 'none'}."
            roster.refuse(row, "terms.class", text, remedy)
            return None
        return united_states.add_senate_seat(roster, state, term["class"])
    if term.get("type") == "rep":
        district = term.get("district")
        if not isinstance(district, int) or isinstance(district, bool) or district < 0:
            remedy = "Give its number, 0 for at large."
            roster.refuse(row, "terms.district", f"“{district}” is not a district.", remedy)
            return None
        if is_last and not united_states.is_seat(state, district):
            text = f"{state.name} has no district {district}; it has {state.seats}, and a single one is 0."
            roster.refuse(row, "terms.district", text, "Mend the number.")
            return None
        return united_states.add_house_seat(roster, state, district)
    roster.refuse(row, "terms.type", f"“{term.get('type')}” is not a kind of term.", "It must be sen or rep.")
    return None


def _contacts(term: dict[str, Any], row: str, roster: Roster) -> tuple[ContactRecord, ...]:
    contacts = []
    for key, type in (("contact_form", "web_form"), ("url", "url")):
        if value := str(term.get(key) or ""):
            if _is_web_address(value):
                contacts.append(ContactRecord(type, value))
            else:
                roster.warn(row, key, f"“{value}” is not a web address and was left out.", "Tell the source.")
    if office := str(term.get("office") or ""):
        found = _ZIP.search(str(term.get("address") or ""))
        code = found[1] if found else CAPITOL_ZIP[term["type"]]
        contacts.append(ContactRecord("postal", f"{office}\nWashington, DC {code}"))
    contacts += [ContactRecord(key, str(term[key])) for key in ("phone", "fax") if term.get(key)]
    if not contacts:
        roster.warn(row, "", "There is no way to reach this person yet.")
    return tuple(contacts)


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(value) <= 500
