"""The directory as an import sees it: read once, compared in memory, written in bulk."""

from collections import defaultdict
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from campaign.db import Base
from campaign.officials import bulk
from campaign.officials.journal import Journal
from campaign.officials.models import ContactDetail, Membership, Person, PersonIdentifier


class Row(SimpleNamespace):
    """A row in memory, with what hangs on it: a person's `terms`, a term's `person` and `channels`."""

    __eq__ = object.__eq__
    __hash__ = object.__hash__  # type: ignore[assignment]


class Rows:
    """The rows of one table. What is added, changed and removed here is in the database after `write`."""

    def __init__(self, session: Session, journal: Journal, model: type[Base]) -> None:
        self.session, self.journal = session, journal
        self.table: Table = model.__table__  # type: ignore[assignment]
        self._names = [column.name for column in self.table.columns]
        self._blank = bulk.blank(self.table)
        self._new: dict[Row, None] = {}
        self._changed: dict[Any, dict[str, Any]] = {}
        self._removed: list[Any] = []

    def read(self, *order_by: Any) -> list[Row]:
        """All that are stored."""
        stored = self.session.execute(select(self.table).order_by(*order_by))
        return [Row(**dict(zip(self._names, row, strict=True))) for row in stored]

    def add(self, **values: Any) -> Row:
        row = Row(**{**self._blank, **values})
        self._new[row] = None
        return row

    def change(self, row: Row, **values: Any) -> None:
        differing = {name: value for name, value in values.items() if value != getattr(row, name)}
        if differing and row not in self._new:
            self.journal.change(self.table, row.id, {name: getattr(row, name) for name in differing})
            self._changed.setdefault(row.id, {}).update(differing)
        vars(row).update(differing)

    def remove(self, row: Row) -> None:
        if row in self._new:
            del self._new[row]
            return
        self.journal.delete(self.table, row.id, {name: getattr(row, name) for name in self._names})
        self._changed.pop(row.id, None)
        self._removed.append(row.id)

    @property
    def added(self) -> list[Row]:
        """Those that are not in the database yet."""
        return list(self._new)

    def write(self) -> None:
        """Rows that lean on others of their table must have been added after them."""
        new = self.added
        if new and new[0].id is None:
            for row, id in zip(new, bulk.new_ids(self.session, self.table, len(new)), strict=True):
                row.id = id
        bulk.insert(self.session, self.table, [vars(row) for row in new])
        self.journal.add(self.table, [row.id for row in new])
        bulk.update(self.session, self.table, self._changed)
        bulk.delete(self.session, self.table, self._removed)
        self._new, self._changed, self._removed = {}, {}, []


class Directory:
    """Everybody, with their terms and channels; all of it from the database at the first question."""

    def __init__(self, session: Session, journal: Journal) -> None:
        self.session, self.journal = session, journal
        self.people, self.identifiers, self.terms, self.channels = (
            Rows(session, journal, model) for model in (Person, PersonIdentifier, Membership, ContactDetail)
        )
        self.all_terms: list[Row] = []
        self.by_identifier: dict[tuple[str, str], Row] = {}
        self._of_posts: dict[str, list[Row]] = defaultdict(list)
        self._is_read = False

    def read(self) -> None:
        """Must come before anything else."""
        if self._is_read:
            return
        self._is_read = True
        people = {row.id: row for row in self.people.read()}
        for person in people.values():
            person.terms = []
        for row in self.identifiers.read():
            self.by_identifier[row.scheme, row.identifier] = people[row.person_id]
        terms = {row.id: row for row in self.terms.read(Membership.start_date, Membership.id)}
        for term in terms.values():
            self._hang(term, people[term.person_id])
        for row in self.channels.read(ContactDetail.id):
            held = terms.get(row.membership_id)
            (held.channels if held else self._of_posts[row.post_id]).append(row)

    def channels_of(self, post_id: str, term: Row | None) -> list[Row]:
        """Of the term, or the office's own without one."""
        return term.channels if term else self._of_posts[post_id]

    def add_person(self, **names: str) -> Row:
        return self.people.add(**names, terms=[])

    def identify(self, person: Row, scheme: str, identifier: str) -> None:
        self.by_identifier[scheme, identifier] = person
        self.identifiers.add(scheme=scheme, identifier=identifier, person=person)

    def add_term(self, person: Row, **values: Any) -> Row:
        term = self.terms.add(**values)
        self._hang(term, person)
        return term

    def replace_channels(
        self, post_id: str, term: Row | None, gone: Sequence[Row], new: Sequence[dict[str, str]]
    ) -> None:
        here = self.channels_of(post_id, term)
        for row in gone:
            here.remove(row)
            self.channels.remove(row)
        here += [self.channels.add(post_id=post_id, term=term, **values) for values in new]

    def write(self) -> None:
        """Bring the database up to what is here."""
        self.people.write()
        for row in self.identifiers.added:
            row.person_id = row.person.id
        self.identifiers.write()
        for term in self.terms.added:
            term.person_id = term.person.id
        self.terms.write()
        for row in self.channels.added:
            row.membership_id = row.term.id if row.term else None
        self.channels.write()

    def _hang(self, term: Row, person: Row) -> None:
        term.person, term.channels = person, []
        person.terms.append(term)
        self.all_terms.append(term)
