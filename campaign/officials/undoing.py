"""Takes the last import back: every row is again what it was before."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.db import Base, UTCDateTime
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.officials import bulk
from campaign.officials.journal import Journal
from campaign.officials.models import Membership, Person, RosterImport


class NothingToUndo(Refused):
    """There is no import, or what undoing needs was not kept."""


class CannotUndo(Refused):
    """Something that came later leans on what the import brought."""


def remember(session: Session, imports: list[RosterImport], journal: Journal) -> None:
    """Keep what undoing this batch needs, and forget it of earlier batches: they can no longer be undone."""
    session.execute(update(RosterImport).where(RosterImport.batch < imports[0].batch).values(undo=None))
    imports[0].undo = journal.plain()


def last(session: Session) -> list[RosterImport]:
    """The files of the last batch; [] when there is none that can be undone."""
    newest = session.scalar(select(func.max(RosterImport.batch)))
    imports = list(session.scalars(select(RosterImport).where(RosterImport.batch == newest).order_by(RosterImport.id)))
    return imports if any(row.undo is not None for row in imports) else []


def undo(session: Session) -> list[str]:
    """Undo the last batch, and return the names of its files.

    Raises NothingToUndo; and CannotUndo when somebody edited a term since, or letters and petitions lean on an
    office that the import brought.
    """
    imports = last(session)
    if not imports:
        raise NothingToUndo(gettext("There is no import that can be undone. Only the last one can, and only once."))
    kept: dict[str, Any] = next(row.undo for row in imports if row.undo is not None)
    _refuse_if_edited(session, kept, max(row.imported_at for row in imports))
    names = [row.filename for row in imports]
    savepoint = session.begin_nested()
    try:
        _restore(session, kept)
        for row in imports:
            session.delete(row)  # one by one: the index of texts follows these rows
        savepoint.commit()
    except IntegrityError as error:
        savepoint.rollback()
        text = gettext("Letters or petitions already lean on an office that this import brought. Import a newer file.")
        raise CannotUndo(text) from error
    session.expire_all()
    return names


def _refuse_if_edited(session: Session, kept: dict[str, Any], since: datetime) -> None:
    spans = kept["inserted"].get("membership", [])
    ids = [id for id, _ in kept["before"].get("membership", [])]
    touched = or_(Membership.id.in_(ids), *(Membership.id.between(first, final) for first, final in spans))
    edited = session.scalars(
        select(Person.name).join(Membership).where(Membership.edited_at > since, touched).order_by(Person.name)
    ).all()
    if edited:
        text = gettext("%(names)s: edited by hand since. Release those edits first.", names=", ".join(edited))
        raise CannotUndo(text)


def _restore(session: Session, kept: dict[str, Any]) -> None:
    tables = Base.metadata.sorted_tables
    for table in tables:
        bulk.update(session, table, {id: _typed(table, values) for id, values in kept["before"].get(table.name, [])})
    for table in reversed(tables):
        _delete(session, table, kept["inserted"].get(table.name, []))
    for table in tables:
        if rows := kept["deleted"].get(table.name):
            session.execute(insert(table), [_typed(table, row) for row in rows])


def _delete(session: Session, table: Table, entries: list[Any]) -> None:
    if not entries:
        return
    key = table.primary_key.columns["id"]
    if isinstance(entries[0], str):
        if "parent_id" in table.columns:  # areas lie in areas, bodies belong to bodies: none must go before its parts
            session.execute(update(table).where(key.in_(entries)).values(parent_id=None))
        session.execute(delete(table).where(key.in_(entries)))
        return
    for first, final in entries:
        session.execute(delete(table).where(key.between(first, final)))


def _typed(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """Days and instants are texts in JSON."""
    typed = {}
    for key, value in values.items():
        kind = table.columns[key].type
        if isinstance(value, str) and isinstance(kind, UTCDateTime):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and kind.python_type is date:
            value = date.fromisoformat(value)
        typed[key] = value
    return typed
