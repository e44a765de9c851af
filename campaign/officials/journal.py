"""Notes what an import changes while it changes it, so that it can be undone to the last byte."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table

Ids = list[Any]


class Journal:
    """What an import does to the directory, told by whatever writes.

    inserted: by table, the ids of new rows. before: by table and id, the former values of columns that changed.
    deleted: by table, rows as they were.
    """

    def __init__(self) -> None:
        self.inserted: dict[str, dict[Any, None]] = {}
        self.before: dict[str, dict[Any, dict[str, Any]]] = {}
        self.deleted: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: Table, ids: Iterable[Any]) -> None:
        self._new_ids(table).update(dict.fromkeys(ids))

    def change(self, table: Table, id: Any, former: Mapping[str, Any]) -> None:
        """former: the values that are about to be replaced."""
        if former and id not in self._new_ids(table):
            rows = self.before.setdefault(table.name, {})
            rows[id] = {**former, **rows.get(id, {})}  # of two changes, the earlier value counts

    def delete(self, table: Table, id: Any, row: Mapping[str, Any]) -> None:
        """row: all its columns, as they are before it goes."""
        if id in self._new_ids(table):
            del self.inserted[table.name][id]
            return
        former = {**row, **self.before.get(table.name, {}).pop(id, {})}
        self.deleted.setdefault(table.name, []).append(former)

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

    def _new_ids(self, table: Table) -> dict[Any, None]:
        return self.inserted.setdefault(table.name, {})


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
