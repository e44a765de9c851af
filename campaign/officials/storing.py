"""Writes a checked roster into the tables: adds, changes, ends; never deletes a person or a term."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from campaign.db import Base
from campaign.officials import postcode_table
from campaign.officials.changes import SEEDS, Changes, write_contacts
from campaign.officials.journal import Journal
from campaign.officials.models import Area, Organization, Post, RosterImport
from campaign.officials.records import Roster
from campaign.officials.terms import People, close_missing, close_outdated


def write(
    session: Session,
    roster: Roster,
    source: RosterImport,
    journal: Journal,
    *,
    step: Callable[[int], None] = lambda _: None,
) -> Changes:
    """Write a roster that nothing blocks. What only shows beside the stored rows is noted in its problems.

    source: the import this is, already in the session. Data that comes with the software (kind "seeds") adds what
    is missing and corrects the terms it brought itself; it leaves alone what an operator imported.
    journal: notes what changes; already entered. step: told how many rows are done.
    """
    changes = Changes()
    _write_places(session, roster, source, journal, changes)
    step(len(roster.posts))
    people = People(session, roster, source, changes)
    people.write(step)
    if roster.bodies and not roster.blocks:
        close_missing(session, roster, source, people.seen, changes)
        close_outdated(session, roster, source, changes)
    added, changed, removed = postcode_table.write(
        session, roster, source, journal, step, only_new=source.kind == SEEDS
    )
    changes.added, changes.changed = changes.added + added, changes.changed + changed
    changes.ended += removed
    session.flush()
    return changes


def _write_places(session: Session, roster: Roster, source: RosterImport, journal: Journal, changes: Changes) -> None:
    """Areas, organizations, posts and the posts' own channels. What a record leaves empty stays as it is."""
    keep = source.kind == SEEDS
    # Parents before children: a country's id is the beginning of its states'.
    areas = sorted(roster.areas.values(), key=lambda area: area.id.count("/"))
    # Only the list of districts knows when a district of former maps ended; the others assume.
    keep_ends = keep or source.kind != "districts"
    upsert = _Upsert(session, journal, changes, keep=keep, keep_ends=keep_ends)
    upsert(Area, {area.id: vars(area) for area in areas})
    bodies = sorted(roster.organizations.values(), key=lambda body: len(body.id) if body.parent_id else 0)
    upsert(Organization, {body.id: vars(body) for body in bodies})
    upsert(Post, {post.id: vars(post) for post in roster.posts.values()})
    reachable = [record for record in roster.posts.values() if record.contacts]
    posts = {
        post.id: post
        for post in session.scalars(
            select(Post)
            .where(Post.id.in_([record.id for record in reachable]))
            .options(selectinload(Post.contact_details))
        )
    }
    for record in reachable:
        post = posts[record.id]
        write_contacts(session, post.id, None, post.contact_details, record.contacts, source.kind, changes)


@dataclass
class _Upsert:
    """Inserts or updates rows by id. keep: only fill what is empty; keep_ends: the same for ends alone."""

    session: Session
    journal: Journal
    changes: Changes
    keep: bool
    keep_ends: bool

    def __call__(self, model: type[Base], records: dict[str, dict[str, object]]) -> None:
        if not records:
            return
        stored = {row.id: row for row in self.session.scalars(select(model))}  # type: ignore[attr-defined]
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
                if value not in ("", None)
                and value != getattr(row, key)
                and not (getattr(row, key) and (self.keep or (self.keep_ends and key in ("end_date", "valid_to"))))
            }
            for key, value in differing.items():
                setattr(row, key, value)
            self.changes.changed += bool(differing)
        if new:
            self.session.execute(insert(model), new)
            self.journal.add(model.__table__, [row["id"] for row in new])  # type: ignore[arg-type]
        self.changes.added += len(new)
