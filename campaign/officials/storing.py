"""Writes a checked roster into the tables: adds, changes, ends; never deletes a person or a term."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.db import Base
from campaign.officials import postcode_table
from campaign.officials.changes import SEEDS, Changes, write_contacts
from campaign.officials.directory import Directory, Rows
from campaign.officials.models import Area, Organization, Post, RosterImport
from campaign.officials.records import Roster
from campaign.officials.terms import People, close_missing, close_outdated


def write(
    session: Session,
    roster: Roster,
    source: RosterImport,
    directory: Directory,
    *,
    step: Callable[[int], None] = lambda _: None,
) -> Changes:
    """Write a roster that nothing blocks. What only shows beside the stored rows is noted in its problems.

    source: the import this is, already in the session. Data that comes with the software (kind "seeds") adds what
    is missing and corrects the terms it brought itself; it leaves alone what an operator imported.
    directory: one for all files of an import. step: told how many rows are done.
    """
    changes = Changes()
    _write_places(session, roster, source, directory, changes)
    step(len(roster.posts))
    people = People(session, directory, roster, source, changes)
    people.write(step)
    if roster.bodies and not roster.blocks:
        close_missing(session, directory, roster, source, people.seen, changes)
        close_outdated(session, directory, roster, source, changes)
    directory.write()
    added, changed, removed = postcode_table.write(
        session, roster, source, directory.journal, step, only_new=source.kind == SEEDS
    )
    changes.added, changes.changed = changes.added + added, changes.changed + changed
    changes.ended += removed
    return changes


def _write_places(
    session: Session, roster: Roster, source: RosterImport, directory: Directory, changes: Changes
) -> None:
    """Areas, organizations, posts and the posts' own channels. What a record leaves empty stays as it is."""
    keep = source.kind == SEEDS
    # Parents before children: a country's id is the beginning of its states'.
    areas = sorted(roster.areas.values(), key=lambda area: area.id.count("/"))
    # Only the list of districts knows when a district of former maps ended; the others assume.
    keep_ends = keep or source.kind != "districts"
    upsert = _Upsert(session, directory, changes, keep=keep, keep_ends=keep_ends)
    upsert(Area, {area.id: vars(area) for area in areas})
    bodies = sorted(roster.organizations.values(), key=lambda body: len(body.id) if body.parent_id else 0)
    upsert(Organization, {body.id: vars(body) for body in bodies})
    upsert(Post, {post.id: vars(post) for post in roster.posts.values()})
    for record in roster.posts.values():
        if record.contacts:
            directory.read()
            write_contacts(directory, record.id, None, record.contacts, source.kind, changes)


@dataclass
class _Upsert:
    """Inserts or updates rows by id. keep: only fill what is empty; keep_ends: the same for ends alone."""

    session: Session
    directory: Directory
    changes: Changes
    keep: bool
    keep_ends: bool

    def __call__(self, model: type[Base], records: dict[str, dict[str, object]]) -> None:
        if not records:
            return
        rows = Rows(self.session, self.directory.journal, model)
        stored = {row.id: row for row in rows.read()}
        for id, record in records.items():
            values = {key: value for key, value in record.items() if key != "contacts"}
            row = stored.get(id)
            if row is None:
                rows.add(**values)
                self.changes.added += 1
                continue
            differing = {
                key: value
                for key, value in values.items()
                if value not in ("", None)
                and value != getattr(row, key)
                and not (getattr(row, key) and (self.keep or (self.keep_ends and key in ("end_date", "valid_to"))))
            }
            rows.change(row, **differing)
            self.changes.changed += bool(differing)
        rows.write()
