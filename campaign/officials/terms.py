"""Writes the people of a roster and their terms: adds, corrects, ends; never deletes one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.officials.changes import SEEDS, Changes, write_contacts
from campaign.officials.directory import Directory, Row
from campaign.officials.models import Post, RosterImport
from campaign.officials.naming import comparable
from campaign.officials.records import KnownPersonRecord, PersonRecord, Roster, TermRecord

# A roster that empties more seats than this, and more than a tenth, at once was cut off on its way.
MANY = 50

CONGRESS_SEATS = ("us-house-", "us-senate-")  # how the ids of its posts begin
# Changes of these need nobody's eyes: there are thousands, and no letter is addressed to them.
UNREVIEWED_ROLES = frozenset({"committee_member"})


class People:
    """The people of a roster on their way into the directory, matched by identifier and never by name."""

    def __init__(
        self, session: Session, directory: Directory, roster: Roster, source: RosterImport, changes: Changes
    ) -> None:
        self.session, self.directory, self.roster = session, directory, roster
        self.source, self.changes = source, changes
        self.imports = {row.id: row for row in session.scalars(select(RosterImport))}
        self.is_first = not any(row.kind == source.kind and row is not source for row in self.imports.values())
        others = [row for row in self.imports.values() if row.kind == source.kind]
        self.is_outdated = any(row.as_of > source.as_of for row in others)
        self.seen: list[Row] = []

    def write(self, step: Callable[[int], None]) -> None:
        if not self.roster.people and not self.roster.known_people:
            return
        self.directory.read()
        for record in self.roster.people:
            if person := self._person(record):
                for term in record.terms:
                    self._write_term(person, term, record.row)
            step(1)
        self._write_known(step)

    def _write_known(self, step: Callable[[int], None]) -> None:
        """More about people who must be here already."""
        missing: list[KnownPersonRecord] = []
        posts = set(self.session.scalars(select(Post.id))) if self.roster.bodies else set()
        for record in self.roster.known_people:
            found = self._known(record)
            if not found:
                missing.append(record)
                continue
            for term in record.terms:
                if term.post_id in posts:
                    self._write_term(found[0], term, record.row)
                else:
                    text = f"The committee {term.row} is not in the directory."
                    self.roster.refuse(record.row, "", text, "Import committees-current.yaml with this file.")
            if record.contacts and (sitting := self._term_in_congress(found[0])):
                kind = self.source.kind
                write_contacts(self.directory, sitting.post_id, sitting, record.contacts, kind, self.changes)
            step(1)
        if len(missing) * 2 > len(self.roster.known_people):
            text = f"{len(missing)} of its {len(self.roster.known_people)} people are not in the directory."
            self.roster.refuse("", "", text, "Import legislators-current.yaml first, or together with it.")
            return
        for record in missing:
            self.roster.warn(record.row, "id", "This person is not in the directory and was left out.")

    def _known(self, record: PersonRecord | KnownPersonRecord) -> list[Row]:
        """Those of the directory with one of these identifiers."""
        known = self.directory.by_identifier
        return list(dict.fromkeys(known[key] for key in record.identifiers.items() if key in known))

    def _term_in_congress(self, person: Row) -> Row | None:
        terms = [term for term in person.terms if term.post_id.startswith(CONGRESS_SEATS)]
        return max(terms, key=lambda term: term.start_date, default=None)

    def _person(self, record: PersonRecord) -> Row | None:
        found = self._known(record)
        if len(found) > 1:
            names = " and ".join(sorted(person.name for person in found))
            text = f"The identifiers belong to two people of the directory, {names}."
            self.roster.refuse(record.row, "id", text, "Mend the one that is wrong.")
            return None
        person = next(iter(found), None)
        if person is None:
            person = self.directory.add_person(**_names(record))
            self.changes.added += 1
        elif self.source.kind != SEEDS and not self.is_outdated:
            self._rename(person, record)
        for scheme, identifier in record.identifiers.items():
            if (scheme, identifier) not in self.directory.by_identifier:
                self.directory.identify(person, scheme, identifier)
        return person

    def _rename(self, person: Row, record: PersonRecord) -> None:
        differing = {key: value for key, value in _names(record).items() if value and value != getattr(person, key)}
        if "name" in differing:
            self.changes.lines.append(f"{person.name} is now written {record.name}")
        self.directory.people.change(person, **differing)
        self.changes.changed += bool(differing)

    def _write_term(self, person: Row, record: TermRecord, row: str) -> None:
        as_of = record.as_of or self.source.as_of
        start = record.start or as_of
        values: dict[str, Any] = {
            "start_date": start,
            "end_date": record.end,
            "end_kind": record.end_kind,
            "acting": record.acting,
            "party": record.party,
        }
        term = _same_term(person, record.post_id, start, record.end)
        writable = term is None or self._may_change(term, as_of)
        if term is None:
            values |= {"post_id": record.post_id, "import_id": self.source.id, "first_seen_as_of": as_of}
            term = self.directory.add_term(person, **values)
            self.changes.added += 1
            self._tell_arrival(term, as_of)
        elif term.edited_at:
            self._keep_edited(term, values, row)
        elif writable:
            if record.start is None:
                del values["start_date"]
            self._change_term(term, values)
        self.seen.append(term)
        if not writable:
            return
        if not term.edited_at:
            self._note_seen(term, as_of)
        if record.contacts:
            write_contacts(self.directory, term.post_id, term, record.contacts, self.source.kind, self.changes)

    def _note_seen(self, term: Row, as_of: date) -> None:
        values: dict[str, Any] = {"last_seen_as_of": as_of}
        if self.source.kind != SEEDS and self._is_seeded(term):
            values["import_id"] = self.source.id  # a published source says the same: it is the one to name
        if term.first_seen_as_of is None or term.first_seen_as_of > as_of:
            values["first_seen_as_of"] = as_of
        self.directory.terms.change(term, **values)

    def _tell_arrival(self, term: Row, as_of: date) -> None:
        if term.end_date is not None and term.end_date <= as_of:
            return
        line = f"{term.post_id}: {term.person.name} from {term.start_date}"
        self.changes.lines.append(line)
        self.changes.posts.add(term.post_id)
        before = [other for other in term.person.terms if other is not term and other.post_id == term.post_id]
        goes_on = any(other.end_date is None or other.end_date >= term.start_date for other in before)
        # Of a first roster nobody has come; they were there.
        if self.roster.bodies and not self.is_first and not goes_on:
            self.changes.arrived.append(line)

    def _keep_edited(self, term: Row, values: Mapping[str, object], row: str) -> None:
        """What people found out by hand wins until they release it; they are told what the file says."""
        edited = ("start_date", "end_date", "acting")
        differing = [f"{key} {values[key]}" for key in edited if values[key] != getattr(term, key)]
        if differing:
            said = ", ".join(differing)
            text = f"{term.person.name} ({term.post_id}) was edited by hand and stays; the file says {said}."
            self.roster.warn(
                row, "terms", text, "Release the edit on the desk’s page of officials to take the file’s word."
            )

    def _change_term(self, term: Row, values: Mapping[str, object]) -> None:
        differing = {key: value for key, value in values.items() if value != getattr(term, key)}
        if not differing:
            return
        told = ", ".join(f"{key} {getattr(term, key)} → {value}" for key, value in differing.items())
        self.changes.lines.append(f"{term.post_id}: {term.person.name}: {told}")
        self.changes.changed += 1
        if differing.keys() - {"party"}:
            self.changes.posts.add(term.post_id)
        # Whoever had vanished is back, or the end is now known.
        self.directory.terms.change(term, import_id=self.source.id, needs_review=False, **differing)

    def _is_seeded(self, term: Row) -> bool:
        origin = self.imports.get(term.import_id or 0)
        return origin is not None and origin.kind == SEEDS

    def _may_change(self, term: Row, as_of: date) -> bool:
        """A newer source knows better; and the software's own data does not argue with an operator's."""
        origin = self.imports.get(term.import_id or 0)
        if self.source.kind == SEEDS and (origin is None or origin.kind != SEEDS):
            return False
        known_until = max(filter(None, (term.last_seen_as_of, origin.as_of if origin else None)), default=as_of)
        return known_until <= as_of


def _names(record: PersonRecord) -> dict[str, str]:
    words = (record.name, record.given_name, record.additional_name, record.family_name, record.nickname)
    return {
        "name": record.name,
        "given_name": record.given_name,
        "additional_name": record.additional_name,
        "family_name": record.family_name,
        "honorific_suffix": record.honorific_suffix,
        "nickname": record.nickname,
        "search_name": comparable(" ".join(dict.fromkeys(" ".join(words).split())))[:300],
    }


def _same_term(person: Row, post_id: str, start: date, end: date | None) -> Row | None:
    """The stored row of this term: the same first day, or days in common when a source corrected it."""
    on_post = [term for term in person.terms if term.post_id == post_id]
    exact = [term for term in on_post if term.start_date == start]
    overlapping = [
        term
        for term in on_post
        if (end is None or term.start_date < end) and (term.end_date is None or start < term.end_date)
    ]
    return next(iter(exact or overlapping), None)


def close_missing(
    session: Session,
    directory: Directory,
    roster: Roster,
    source: RosterImport,
    seen: Sequence[Row],
    changes: Changes,
) -> None:
    """End the terms of those whom a complete roster no longer has. When they left, it does not say."""
    roles = _roles(session, roster)
    listed = set(seen)
    sitting = [term for term in directory.all_terms if term.post_id in roles and term.start_date < source.as_of]
    open_terms = [term for term in sitting if _is_open(term, source.as_of)]
    missing = [term for term in open_terms if term not in listed]
    successors = {term.post_id: term.start_date for term in seen if _is_open(term, source.as_of)}
    # After an election many are new at once, but then their seats are filled.
    emptied = [term for term in missing if term.post_id not in successors]
    if len(emptied) > MANY and len(emptied) * 10 > len(open_terms):
        text = f"{len(emptied)} of {len(open_terms)} sitting members are not in it, so it was probably cut off."
        roster.refuse("", "", text, "Fetch the complete file again.")
        return
    for term in missing:
        if term.edited_at:
            text = f"{term.person.name} ({term.post_id}) is not in the file, and stays as edited by hand."
            roster.warn("", "", text, "Release the edit on the desk’s page of officials to take the file’s word.")
            continue
        successor = successors.get(term.post_id)
        last_day = successor if successor and successor > term.start_date else source.as_of
        ended_on = min(term.end_date or last_day, last_day)
        _close(directory, term, ended_on, roles[term.post_id], import_id=source.id)
        changes.ended += 1
        line = f"{term.post_id}: {term.person.name} is no longer in the roster"
        changes.lines.append(line)
        changes.departed.append(line)
        changes.posts.add(term.post_id)


def close_outdated(
    session: Session, directory: Directory, roster: Roster, source: RosterImport, changes: Changes
) -> None:
    """End terms that only an older roster has: the next one is complete, and does not have them any more."""
    newer = session.scalar(
        select(func.min(RosterImport.as_of)).where(RosterImport.kind == source.kind, RosterImport.as_of > source.as_of)
    )
    if newer is None or roster.blocks:
        return
    roles = _roles(session, roster)
    for term in directory.all_terms:
        only_here = term.import_id == source.id and term.last_seen_as_of == source.as_of
        goes_on = term.start_date < newer and (term.end_date is None or term.end_date > newer)
        if term.post_id in roles and only_here and goes_on:
            _close(directory, term, newer, roles[term.post_id])
            changes.lines.append(f"{term.post_id}: {term.person.name} is not in the roster of {newer}")
            changes.posts.add(term.post_id)


def _roles(session: Session, roster: Roster) -> dict[str, str]:
    """By id, the roles of the posts whose holders the roster lists completely."""
    posts = select(Post.id, Post.role).where(Post.organization_id.in_(roster.bodies))
    return dict(session.execute(posts).tuples().all())


def _close(directory: Directory, term: Row, ended_on: date, role: str, **values: int) -> None:
    needs_review = role not in UNREVIEWED_ROLES
    directory.terms.change(term, end_date=ended_on, end_kind="inferred", needs_review=needs_review, **values)


def _is_open(term: Row, as_of: date) -> bool:
    """In office as far as we know, or expected to have left without anybody having confirmed it."""
    if term.last_seen_as_of and term.last_seen_as_of > as_of:
        return False
    return term.start_date <= as_of and (term.end_kind == "expected" or term.end_date is None or term.end_date > as_of)
