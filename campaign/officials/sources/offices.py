"""Any office of any country, as a CSV that people write by hand.

The columns, of which most may be missing:

post_id       us-president, gb-bristol-city-council-leader; an office of the United States needs no more than this
post          the office as it stands in a sentence: Leader of Bristol City Council
role          leader, mayor, minister …: offices of one role share their forms of address
title         what stands before a name: Mayor
organization  the body; organization_id and organization_kind when it matters
area_id, area, area_kind, area_parent, country
              where the office decides: an Open Civic Data id, a name, country or district or town, the id around it
seat, max_holders, salutation, envelope
              salutation may hold {family_name} or {name}; envelope has " / " between lines and may hold {name}
name, given_name, family_name, additional_name, nickname, suffix, identifiers
              the holder, and "wikidata:Q22686 govtrack:412733"; a row without a name is about the office itself
start, end, end_kind, acting, party
              dates as 2025-01-20, the end not counted; end_kind is recorded or expected; acting is yes or empty
web_form, url, email, phone, fax, postal
              channels of the holder, or of the office in a row without a name; postal has " / " between lines
as_of         the day this row is known to be true
source        where to check it; kept in the file only

The columns of an office stand in its first row; the rows of further holders repeat only post_id.
"""

import csv
import io
from datetime import date
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from campaign.officials import united_states
from campaign.officials.models import END_KINDS
from campaign.officials.records import (
    AreaRecord,
    ContactRecord,
    OrganizationRecord,
    PersonRecord,
    PostRecord,
    Roster,
    TermRecord,
)
from campaign.text import clean, hidden_characters, slug

REQUIRED = {"post_id"}
CHANNELS = ("web_form", "url", "email", "phone", "fax", "postal")
OFFICE = ("post_id", "post", "role", "title", "organization", "organization_id", "organization_kind")
PLACE = ("area_id", "area", "area_kind", "area_parent", "country")
FORMS = ("seat", "max_holders", "salutation", "envelope")
NAMES = ("name", "given_name", "family_name", "additional_name", "nickname", "suffix", "identifiers")
TERM = ("start", "end", "end_kind", "acting", "party", "as_of", "source")
COLUMNS = (*OFFICE, *PLACE, *FORMS, *NAMES, *TERM, *CHANNELS)
LONGEST = {"salutation": 200, "envelope": 1000, "postal": 500, "web_form": 500, "url": 500, "source": 1000}


def read(text: str, file: str) -> Roster:
    """The offices and their holders."""
    roster = Roster("offices", file)
    reader = csv.DictReader(io.StringIO(text), strict=True)
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or []]
    for name in sorted({name for name in reader.fieldnames if reader.fieldnames.count(name) > 1}):
        roster.refuse("1", name, "Two columns have this name.", "Rename or remove one.")
    for unknown in sorted(set(reader.fieldnames) - set(COLUMNS)):
        roster.refuse("1", unknown, "No column has this name.", f"Use some of: {', '.join(COLUMNS)}.")
    people: dict[frozenset[tuple[str, str]], PersonRecord] = {}
    try:
        for row in reader:
            values = _values(row, str(reader.line_num), roster)
            if values is not None and not roster.blocks:
                _read_row(values, str(reader.line_num), roster, people)
    except csv.Error as error:
        roster.refuse(str(reader.line_num), "", f"It is not valid CSV: {error}.", "Export it again as CSV.")
    roster.people = list(people.values())
    days = [term.as_of for person in roster.people for term in person.terms if term.as_of]
    roster.as_of = max(days, default=None)
    if not roster.posts and not roster.problems:
        roster.refuse("", "", "It has a header and no rows.", "Add an office.")
    return roster


def _values(row: dict[str, str | None], number: str, roster: Roster) -> dict[str, str] | None:
    if None in row or None in row.values():
        roster.refuse(number, "", "It has more or fewer cells than the header.", 'Put texts with commas in "quotes".')
        return None
    values = {key: clean(value or "") for key, value in row.items()}
    for key, value in values.items():
        if hidden_characters(value):
            roster.refuse(number, key, "It has control or invisible characters.", "Type it anew.")
        elif len(value) > LONGEST.get(key, 100 if key == "post_id" else 200):
            roster.refuse(number, key, "It is too long.", f"Use at most {LONGEST.get(key, 200)} characters.")
    return {key: value for key, value in values.items() if value}


def _read_row(
    values: dict[str, str], number: str, roster: Roster, people: dict[frozenset[tuple[str, str]], PersonRecord]
) -> None:
    post_id = values.get("post_id", "")
    if not post_id or post_id != slug(post_id, length=100):
        roster.refuse(number, "post_id", f"“{post_id}” is not an id.", "Use small letters, digits and hyphens.")
        return
    if post_id not in roster.posts and not _add_post(values, number, roster):
        return
    contacts = _contacts(values, number, roster)
    if "name" not in values and "family_name" not in values:
        post = roster.posts[post_id]
        _change_post(roster, post, values, contacts)
        return
    term = _term(values, number, roster, contacts)
    person = _person(values, number, roster)
    if term and person:
        key = frozenset(person.identifiers.items())
        earlier = people.get(key, person)
        people[key] = PersonRecord(**{**vars(earlier), "terms": (*earlier.terms, term)})


def _add_post(values: dict[str, str], number: str, roster: Roster) -> bool:
    post_id = values["post_id"]
    if united_states.add_post(roster, post_id):
        _change_post(roster, roster.posts[post_id], values, ())
        return True
    for column in ("post", "role", "organization"):
        if column not in values:
            roster.refuse(number, column, f"“{post_id}” is new and lacks this.", "Fill it in the first row of a post.")
            return False
    organization_id = values.get("organization_id") or slug(values["organization"], length=100)
    kind = values.get("organization_kind", "government")
    roster.organizations[organization_id] = OrganizationRecord(organization_id, values["organization"], kind)
    area_id = values.get("area_id")
    if area_id and not _add_area(values, area_id, number, roster):
        return False
    roster.posts[post_id] = PostRecord(post_id, organization_id, values["post"], values["role"], area_id=area_id)
    _change_post(roster, roster.posts[post_id], values, ())
    return True


def _add_area(values: dict[str, str], area_id: str, number: str, roster: Roster) -> bool:
    for column in ("area", "area_kind", "country"):
        if column not in values and area_id not in roster.areas:
            roster.refuse(number, column, f"“{area_id}” is new and lacks this.", "Fill it in, or remove area_id.")
            return False
    parent = values.get("area_parent")
    if parent and parent not in roster.areas:
        roster.refuse(number, "area_parent", f"“{parent}” stands in no row above.", "Add a row of an office there.")
        return False
    if area_id not in roster.areas:
        country = values["country"].upper()
        roster.areas[area_id] = AreaRecord(area_id, values["area"], values["area_kind"], country, parent)
    return True


def _change_post(roster: Roster, post: PostRecord, values: dict[str, str], contacts: tuple[ContactRecord, ...]) -> None:
    """What a row says about the office itself."""
    said = {"salutation": values.get("salutation"), "title": values.get("title"), "seat_key": values.get("seat")}
    if "envelope" in values:
        said["envelope"] = _lines(values["envelope"])
    changes = {key: value for key, value in said.items() if value}
    holders = values.get("max_holders", "")
    roster.posts[post.id] = PostRecord(
        **{
            **vars(post),
            **changes,
            "max_holders": int(holders) if holders.isascii() and holders.isdigit() else post.max_holders,
            "contacts": (*post.contacts, *contacts),
        }
    )


def _person(values: dict[str, str], number: str, roster: Roster) -> PersonRecord | None:
    identifiers = dict(part.partition(":")[::2] for part in values.get("identifiers", "").split())
    if not identifiers or not all(identifiers.values()):
        remedy = "Give one such as wikidata:Q22686, or one of your own such as local:ada-lovelace."
        roster.refuse(number, "identifiers", "Names do not tell people apart.", remedy)
        return None
    for column in ("name", "family_name"):
        if column not in values:
            roster.refuse(number, column, "It is missing.", "Give both name and family_name.")
            return None
    return PersonRecord(
        row=f"{number} ({values['name']})",
        identifiers=identifiers,
        name=values["name"],
        given_name=values.get("given_name", ""),
        family_name=values["family_name"],
        additional_name=values.get("additional_name", ""),
        honorific_suffix=values.get("suffix", ""),
        nickname=values.get("nickname", ""),
    )


def _term(
    values: dict[str, str], number: str, roster: Roster, contacts: tuple[ContactRecord, ...]
) -> TermRecord | None:
    days: dict[str, date | None] = {}
    for column in ("start", "end", "as_of"):
        try:
            days[column] = date.fromisoformat(values[column]) if column in values else None
        except ValueError:
            roster.refuse(number, column, f"“{values[column]}” is not a date.", "Write it as 2025-01-20.")
            return None
    start, end = days["start"], days["end"]
    if start is None:
        roster.refuse(number, "start", "It is missing.", "Give the first day in office.")
        return None
    if end is not None and end <= start:
        roster.refuse(number, "end", "The term does not end after it began.", "Mend one of the dates.")
        return None
    end_kind = values.get("end_kind") or "recorded"
    if end_kind not in END_KINDS:
        roster.refuse(number, "end_kind", f"“{end_kind}” is not a kind of end.", f"Use one of {', '.join(END_KINDS)}.")
        return None
    acting = values.get("acting", "").lower() in ("yes", "true", "1")
    party = values.get("party", "")
    return TermRecord(number, values["post_id"], start, end, end_kind, acting, party, days["as_of"], contacts)


def _contacts(values: dict[str, str], number: str, roster: Roster) -> tuple[ContactRecord, ...]:
    contacts = []
    for type in CHANNELS:
        if type not in values:
            continue
        value = _lines(values[type]) if type == "postal" else values[type]
        if type in ("web_form", "url") and urlsplit(value).scheme not in ("http", "https"):
            roster.refuse(number, type, f"“{value}” is not a web address.", "Begin with https://")
        elif type == "email" and not _is_email(value):
            roster.refuse(number, type, f"“{value}” is not an e-mail address.", "Write it as name@example.org.")
        else:
            contacts.append(ContactRecord(type, value))
    return tuple(contacts)


def _is_email(value: str) -> bool:
    try:
        validate_email(value, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _lines(value: str) -> str:
    return "\n".join(part.strip() for part in value.split(" / "))
