"""Many rows at once, past the ORM: as its objects they would cost ten times as much as all that is done with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import Table, bindparam, func, select, text
from sqlalchemy.orm import Session

from campaign import dialects

AT_ONCE = 500  # ids in one DELETE

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :number)")


def new_ids(session: Session, table: Table, number: int) -> list[int]:
    """So many numbers that no row has, ascending."""
    if dialects.is_postgresql(session):
        return sorted(session.scalars(_NEXT, {"table": table.name, "number": number}))
    last = session.scalar(select(func.max(table.c.id))) or 0  # SQLite has one writer: what is free now stays free
    return list(range(last + 1, last + 1 + number))


def blank(table: Table) -> dict[str, Any]:
    """Every column with its default, None without one."""
    return {column.name: getattr(column.default, "arg", None) for column in table.columns}


def insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """rows: with every column, as `blank` has them; other keys do not matter."""
    if not rows:
        return
    connection: Any = session.connection()
    names = [column.name for column in table.columns]
    if not dialects.is_postgresql(session):
        connection.execute(table.insert(), [{name: row[name] for name in names} for row in rows])
        return
    # Forty thousand rows as INSERT take the driver six seconds, as COPY a quarter of one.
    into = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
    with connection.connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def update(session: Session, table: Table, changes: Mapping[Any, Mapping[str, Any]]) -> None:
    """changes: by id, the new values. One statement for all rows in which the same columns change."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for id, values in changes.items():
        alike[tuple(sorted(values))].append({"row_id": id, **values})
    for columns, parameters in alike.items():
        named: dict[str, Any] = {column: bindparam(column) for column in columns}
        order = sqlalchemy.update(table).where(table.c.id == bindparam("row_id")).values(named)
        session.connection().execute(order, parameters)


def delete(session: Session, table: Table, ids: Sequence[Any]) -> None:
    for start in range(0, len(ids), AT_ONCE):
        session.execute(sqlalchemy.delete(table).where(table.c.id.in_(ids[start : start + AT_ONCE])))
