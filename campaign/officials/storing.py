"""Writes a checked roster into the tables: adds, changes, ends; never deletes a person or a term."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from campaign.db import Base
from campaign.officials.models import (
    Area,
    AreaPostcode,
    ContactDetail,
    Membership,
    Organization,
    Person,
    PersonIdentifier,
    Post,
    RosterImport,
)
from campaign.officials.naming import comparable
from campaign.officials.records import ContactRecord, PersonRecord, Roster, TermRecord

# A roster in which more members than this, and more than a tenth, vanish at once was cut off on its way.
MANY = 50
CHUNK = 5_000

SEEDS = "seeds"


@dataclass
class Changes:
    """What an import did, counted in rows; `lines` tells it office by office for people."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    lines: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.added + self.changed + self.ended


def write(
    session: Session, roster: Roster, source: RosterImport, *, step: Callable[[int], None] = lambda _: None
) -> Changes:
    """Write a roster that nothing blocks. What only shows beside the stored rows is noted in its problems.

    source: the import this is, already in the session. Data that comes with the software (kind "seeds") adds what
    is missing and corrects the terms it brought itself; it leaves alone what an operator imported.
    step: told how many rows are done.
    """
    changes = Changes()
    _write_places(session, roster, source, changes)
    step(len(roster.posts))
    people = _People(session, roster, source, changes)
    people.write(step)
    if roster.bodies and not roster.blocks:
        _close_missing(session, roster, source, people.seen, changes)
    _write_postcodes(session, roster, source, changes, step)
    session.flush()
    return changes


def _write_places(session: Session, roster: Roster, source: RosterImport, changes: Changes) -> None:
    """Areas, organizations, posts and the posts' own channels. What a record leaves empty stays as it is."""
    keep = source.kind == SEEDS
    # Parents before children: a country's id is the beginning of its states'.
    areas = sorted(roster.areas.values(), key=lambda area: area.id.count("/"))
    _upsert(session, Area, {area.id: vars(area) for area in areas}, changes, keep=keep)
    bodies = {body.id: vars(body) for body in roster.organizations.values()}
    _upsert(session, Organization, bodies, changes, keep=keep)
    _upsert(session, Post, {post.id: vars(post) for post in roster.posts.values()}, changes, keep=keep)
    for record in roster.posts.values():
        if record.contacts:
            post = session.get_one(Post, record.id)
            _write_contacts(session, post.id, None, post.contact_details, record.contacts, changes, keep=keep)


def _upsert(
    session: Session, model: type[Base], records: dict[str, dict[str, object]], changes: Changes, *, keep: bool
) -> None:
    """Insert or update rows by id. keep: only fill what is empty."""
    stored = {row.id: row for row in session.scalars(select(model))}  # type: ignore[attr-defined]
    new = []
    for id, record in records.items():
        values = {key: value for key, value in record.items() if key != "contacts"}
        row = stored.get(id)
        if row is None:
            new.append(values)
            continue
        differing = {
            key: value
            for key, value in values.items()
            if value not in ("", None) and value != getattr(row, key) and not (keep and getattr(row, key))
        }
        for key, value in differing.items():
            setattr(row, key, value)
        changes.changed += bool(differing)
    if new:
        session.execute(insert(model), new)
    changes.added += len(new)


def _write_contacts(
    session: Session,
    post_id: str,
    term: Membership | None,
    stored: Sequence[ContactDetail],
    records: Sequence[ContactRecord],
    changes: Changes,
    *,
    keep: bool,
) -> None:
    """Replace the channels of an office, or of one who holds it, when they differ. keep: only when there are none."""
    same = sorted((row.type, row.value) for row in stored) == sorted((record.type, record.value) for record in records)
    if same or (stored and keep):
        return
    changes.changed += bool(stored)
    changes.added += 0 if stored else len(records)
    for row in list(stored):
        session.delete(row)
    for record in records:
        session.add(ContactDetail(post_id=post_id, membership=term, **vars(record)))


class _People:
    """The people of a roster on their way into the directory, matched by identifier and never by name."""

    def __init__(self, session: Session, roster: Roster, source: RosterImport, changes: Changes) -> None:
        self.session, self.roster, self.source, self.changes = session, roster, source, changes
        self.imports = {row.id: row for row in session.scalars(select(RosterImport))}
        self.seen: list[Membership] = []

    def write(self, step: Callable[[int], None]) -> None:
        if not self.roster.people:
            return
        everybody = select(Person).options(
            selectinload(Person.identifiers),
            selectinload(Person.memberships).selectinload(Membership.contact_details),
        )
        people = self.session.scalars(everybody).all()
        known = {(row.scheme, row.identifier): person for person in people for row in person.identifiers}
        with self.session.no_autoflush:
            for record in self.roster.people:
                if person := self._person(record, known):
                    for term in record.terms:
                        self._write_term(person, term)
                step(1)
        self.session.flush()

    def _person(self, record: PersonRecord, known: dict[tuple[str, str], Person]) -> Person | None:
        found = {person.id: person for key in record.identifiers.items() if (person := known.get(key))}
        if len(found) > 1:
            names = " and ".join(sorted(person.name for person in found.values()))
            text = f"The identifiers belong to two people of the directory, {names}."
            self.roster.refuse(record.row, "id", text, "Mend the one that is wrong.")
            return None
        person = next(iter(found.values()), None)
        if person is None:
            person = Person(identifiers=[], memberships=[], **_names(record))
            self.session.add(person)
            self.changes.added += 1
        elif self.source.kind != SEEDS:
            self._rename(person, record)
        self._identify(person, record, known)
        return person

    def _rename(self, person: Person, record: PersonRecord) -> None:
        differing = {key: value for key, value in _names(record).items() if value and value != getattr(person, key)}
        if "name" in differing:
            self.changes.lines.append(f"{person.name} is now written {record.name}")
        for key, value in differing.items():
            setattr(person, key, value)
        self.changes.changed += bool(differing)

    def _identify(self, person: Person, record: PersonRecord, known: dict[tuple[str, str], Person]) -> None:
        for scheme, identifier in record.identifiers.items():
            if (scheme, identifier) not in known:
                person.identifiers.append(PersonIdentifier(scheme=scheme, identifier=identifier))
                known[scheme, identifier] = person

    def _write_term(self, person: Person, record: TermRecord) -> None:
        as_of = record.as_of or self.source.as_of
        values = {
            "start_date": record.start,
            "end_date": record.end,
            "end_kind": record.end_kind,
            "acting": record.acting,
            "party": record.party,
        }
        term = _same_term(person, record)
        writable = term is None or self._may_change(term, as_of)
        if term is None:
            term = Membership(person=person, post_id=record.post_id, contact_details=[], **values)
            term.import_id = self.source.id
            self.session.add(term)
            self.changes.added += 1
            if record.end is None or record.end > as_of:
                self.changes.lines.append(f"{record.post_id}: {person.name} from {record.start}")
        elif writable:
            self._change_term(term, values)
        self.seen.append(term)
        if not writable:
            return
        term.last_seen_as_of = as_of
        if record.contacts:
            stored = term.contact_details
            _write_contacts(self.session, term.post_id, term, stored, record.contacts, self.changes, keep=False)

    def _change_term(self, term: Membership, values: Mapping[str, object]) -> None:
        differing = {key: value for key, value in values.items() if value != getattr(term, key)}
        if not differing:
            return
        told = ", ".join(f"{key} {getattr(term, key)} → {value}" for key, value in differing.items())
        self.changes.lines.append(f"{term.post_id}: {term.person.name}: {told}")
        self.changes.changed += 1
        term.import_id = self.source.id
        for key, value in differing.items():
            setattr(term, key, value)

    def _may_change(self, term: Membership, as_of: date) -> bool:
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


def _same_term(person: Person, record: TermRecord) -> Membership | None:
    """The stored row of this term: the same first day, or days in common when a source corrected it."""
    on_post = [term for term in person.memberships if term.post_id == record.post_id]
    exact = [term for term in on_post if term.start_date == record.start]
    overlapping = [
        term
        for term in on_post
        if (record.end is None or term.start_date < record.end)
        and (term.end_date is None or record.start < term.end_date)
    ]
    return next(iter(exact or overlapping), None)


def _close_missing(
    session: Session, roster: Roster, source: RosterImport, seen: Sequence[Membership], changes: Changes
) -> None:
    """End the terms of those whom a complete roster no longer has. When they left, it does not say."""
    sitting = session.scalars(
        select(Membership)
        .join(Membership.post)
        .where(Post.organization_id.in_(roster.bodies), Membership.start_date < source.as_of)
        .options(selectinload(Membership.person))
    ).all()
    ids = {term.id for term in seen}
    open_terms = [term for term in sitting if _is_open(term, source.as_of)]
    missing = [term for term in open_terms if term.id not in ids]
    if len(missing) > MANY and len(missing) * 10 > len(open_terms):
        text = f"{len(missing)} of {len(open_terms)} sitting members are not in it, so it was probably cut off."
        roster.refuse("", "", text, "Fetch the complete file again.")
        return
    successors = {term.post_id: term.start_date for term in seen if _is_open(term, source.as_of)}
    for term in missing:
        successor = successors.get(term.post_id)
        last_day = successor if successor and successor > term.start_date else source.as_of
        term.end_date = min(term.end_date or last_day, last_day)
        term.end_kind, term.import_id = "inferred", source.id
        changes.ended += 1
        changes.lines.append(f"{term.post_id}: {term.person.name} is no longer in the roster")


def _is_open(term: Membership, as_of: date) -> bool:
    """In office as far as we know, or expected to have left without anybody having confirmed it."""
    if term.last_seen_as_of and term.last_seen_as_of > as_of:
        return False
    return term.start_date <= as_of and (term.end_kind == "expected" or term.end_date is None or term.end_date > as_of)


def _write_postcodes(
    session: Session, roster: Roster, source: RosterImport, changes: Changes, step: Callable[[int], None]
) -> None:
    """The areas of a postcode in the file replace those it had; postcodes that are not in the file stay."""
    if not roster.postcodes:
        return
    stored = {
        (country, postcode, area_id): id
        for id, country, postcode, area_id in session.execute(
            select(AreaPostcode.id, AreaPostcode.country, AreaPostcode.postcode, AreaPostcode.area_id)
        )
    }
    listed = {(country, postcode) for country, postcode, _ in roster.postcodes}
    if source.kind == SEEDS:
        known = {(country, postcode) for country, postcode, _ in stored}
        new = sorted(pair for pair in roster.postcodes if pair[:2] not in known)
        gone = []
    else:
        new = sorted(roster.postcodes - stored.keys())
        gone = [id for pair, id in stored.items() if pair[:2] in listed and pair not in roster.postcodes]
    for start in range(0, len(new), CHUNK):
        rows = [
            {"country": country, "postcode": postcode, "area_id": area_id, "import_id": source.id}
            for country, postcode, area_id in new[start : start + CHUNK]
        ]
        # RETURNING makes SQLAlchemy send a thousand rows in one statement; without it PostgreSQL takes thrice as long.
        session.execute(insert(AreaPostcode).returning(AreaPostcode.id), rows)
        step(len(rows))
    for id in gone:
        session.delete(session.get_one(AreaPostcode, id))
    changes.added += len(new)
    changes.ended += len(gone)
