"""Notes what an import changes while it changes it, so that it can be undone to the last byte."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any

from sqlalchemy import Table, event, inspect
from sqlalchemy.orm import Session, UOWTransaction

from campaign.db import Base
from campaign.officials.models import RosterImport

Ids = list[Any]


class Journal:
    """Watches a session while it is entered.

    inserted: by table, the ids of new rows. before: by table and id, the former values of columns that changed.
    deleted: by table, rows as they were.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.inserted: dict[str, dict[Any, None]] = {}
        self.before: dict[str, dict[Any, dict[str, Any]]] = {}
        self.deleted: dict[str, list[dict[str, Any]]] = {}

    def __enter__(self) -> "Journal":
        event.listen(self.session, "after_flush", self._after_flush)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        event.remove(self.session, "after_flush", self._after_flush)

    def add(self, table: Table, ids: Iterable[Any]) -> None:
        """Rows that were inserted past the session."""
        self._new_ids(table.name).update(dict.fromkeys(ids))

    def _new_ids(self, table: str) -> dict[Any, None]:
        return self.inserted.setdefault(table, {})

    def change(self, table: Table, id: Any, former: dict[str, Any]) -> None:
        """A row that is about to be changed past the session."""
        if former and id not in self._new_ids(table.name):
            rows = self.before.setdefault(table.name, {})
            rows[id] = former | rows.get(id, {})  # of two changes, the earlier value counts

    def plain(self) -> dict[str, Any]:
        """All of it for a JSON column."""
        return {
            "inserted": {table: _spans(list(ids)) for table, ids in self.inserted.items()},
            "before": {
                table: [[id, {key: _plain(value) for key, value in values.items()}] for id, values in rows.items()]
                for table, rows in self.before.items()
            },
            "deleted": {
                table: [{key: _plain(value) for key, value in row.items()} for row in rows]
                for table, rows in self.deleted.items()
            },
        }

    def _after_flush(self, session: Session, _context: UOWTransaction) -> None:
        for row in session.new:
            if not isinstance(row, RosterImport):
                self._new_ids(row.__tablename__)[row.id] = None
        for row in session.dirty:
            if session.is_modified(row) and not isinstance(row, RosterImport):
                self._note_change(row)
        for row in session.deleted:
            self._note_deletion(row)

    def _note_change(self, row: Base) -> None:
        state = inspect(row)
        former = {
            column.key: history.deleted[0]
            for column in state.mapper.column_attrs
            if (history := state.attrs[column.key].history).deleted
        }
        self.change(row.__table__, row.id, former)  # type: ignore[arg-type, attr-defined]

    def _note_deletion(self, row: Base) -> None:
        state = inspect(row)
        id = row.id  # type: ignore[attr-defined]
        if id in self._new_ids(row.__tablename__):
            del self.inserted[row.__tablename__][id]
            return
        former = {column.key: getattr(row, column.key) for column in state.mapper.column_attrs}
        former |= self.before.get(row.__tablename__, {}).pop(id, {})
        self.deleted.setdefault(row.__tablename__, []).append(former)


def _spans(ids: Sequence[Any]) -> Ids:
    """[4, 5, 6, 9] → [[4, 6], [9, 9]]: forty thousand postcodes in a few numbers. Texts stay a list."""
    if not ids or not isinstance(ids[0], int):
        return list(ids)
    spans: list[list[int]] = []
    for id in sorted(ids):
        if spans and spans[-1][1] == id - 1:
            spans[-1][1] = id
        else:
            spans.append([id, id])
    return spans


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
