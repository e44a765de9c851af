"""Statements that many people wait for: put into words once, and run by the database's driver itself.

From a statement to its rows SQLAlchemy takes twenty times as long as the driver and SQLite together. What it does for
us besides is kept: the transaction, the types of columns, its own exceptions.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from campaign.db import UTCDateTime

Convert = Callable[[Any], Any] | None
LATER = "statements that go with the next one"
PARAMETER = re.compile(r"(?<!%)%\((\w+)\)")  # as psycopg writes it


class Statement:
    """One statement of fixed words. What differs from time to time are parameters, by name.

    >>> newest = Statement(lambda _insert: select(Signature.id).where(Signature.email == bindparam("email")))
    >>> newest.rows(session, {"email": "ann@example.org"})
    [Row(id=12)]
    """

    def __init__(self, build: Callable[[Any], Any], *columns: str) -> None:
        """build: makes the statement; it is given the `insert` that knows ON CONFLICT, as each database has its own.

        columns: of an INSERT that names no values, those that get one.
        """
        self._build, self._columns = build, columns
        self._words: dict[str, _Words] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """What it finds or returns, within the session's transaction. Columns are attributes of the rows."""
        session.flush()
        return self._run(session.connection(), values)

    def row(self, session: Session, values: Mapping[str, Any]) -> Any:
        """The first of its rows; None without any."""
        return next(iter(self.rows(session, values)), None)

    def later(self, session: Session, values: Mapping[str, Any]) -> None:
        """Run it within the session's transaction, for who need not know what it finds.

        On PostgreSQL it goes to the server with the next statement, or before the commit: everybody who signs waits for
        each way there and back. Neither of the two sees what the other changes.
        """
        session.flush()
        connection = session.connection()
        if connection.dialect.name != "postgresql" or connection.in_nested_transaction():
            self._run(connection, values)
        else:
            connection.info.setdefault(LATER, []).append((self, values))
            session.info[LATER] = connection

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        words = self._on(connection.dialect)
        sql, sent = words.sql, words.sent(values)
        others = [(other._on(connection.dialect), its) for other, its in connection.info.pop(LATER, ())]
        if others:
            sql = _as_one(sql, *(other.sql for other, _ in others))
            for number, (other, its) in enumerate(others):
                sent |= {f"later_{number}_{name}": value for name, value in other.sent(its).items()}
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, sent)
            found = cursor.fetchall() if words.has_rows else ()
        except connection.dialect.loaded_dbapi.Error as error:
            _refuse(connection, error, sql, cursor)
        finally:
            cursor.close()
        return [words.row(raw) for raw in found]

    def _on(self, dialect: Dialect) -> "_Words":
        return self._words.get(dialect.name) or self._put(dialect)

    def _put(self, dialect: Dialect) -> "_Words":
        insert = postgresql.insert if dialect.name == "postgresql" else sqlite.insert
        words = self._words[dialect.name] = _Words(self._build(insert), self._columns, dialect)
        return words


class _Words:
    """A statement as one database's driver takes it."""

    def __init__(self, statement: Any, columns: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns or None)
        self.sql = str(compiled)
        binds = {name: (_writer(bind.type, dialect), bind) for name, bind in compiled.binds.items()}
        self._fixed = {name: bind.effective_value for name, (_, bind) in binds.items() if not bind.required}
        self._order = [(name, binds[name][0]) for name in compiled.positiontup] if compiled.positiontup else None
        self._write = [(name, write) for name, (write, _) in binds.items()]
        found = statement.exported_columns
        self.has_rows = bool(found)
        self._read = [(at, read) for at, column in enumerate(found) if (read := _reader(column.type, dialect))]
        row = namedtuple("Row", [column.name for column in found])  # type: ignore[misc]  # known only now
        self._row: Any = row

    def sent(self, values: Mapping[str, Any]) -> Any:
        """The parameters, as columns of their types store them."""
        given = {**self._fixed, **values} if self._fixed else values
        if self._order:
            return [write(given[name]) if write else given[name] for name, write in self._order]
        return {name: write(given[name]) if write else given[name] for name, write in self._write}

    def row(self, raw: Any) -> Any:
        """A row as columns of these types are read."""
        values = list(raw)
        for at, read in self._read:
            values[at] = read(values[at])
        return self._row._make(values)


@lru_cache(maxsize=64)
def _as_one(last: str, *others: str) -> str:
    """Statements that change something, and one more whose rows are the whole's."""
    own = (PARAMETER.sub(rf"%(later_{number}_\1)", words) for number, words in enumerate(others))
    named = ", ".join(f"later_{number} AS ({words})" for number, words in enumerate(own))
    return f"WITH {named} {last}"


def _run_waiting(connection: Connection, *_of_event: Any) -> None:
    waiting = connection.info.get(LATER)
    if waiting:
        last, values = waiting.pop()
        last._run(connection, values)


event.listen(Engine, "before_cursor_execute", _run_waiting)


@event.listens_for(Session, "before_commit")
def _run_before_commit(session: Session) -> None:
    connection = session.info.pop(LATER, None)
    if connection is not None and not connection.closed:
        _run_waiting(connection)


@event.listens_for(Engine, "rollback")
def _forget_waiting(connection: Connection) -> None:
    if not connection.invalidated:  # else it went with what waited
        connection.info.pop(LATER, None)


def _writer(kind: Any, dialect: Dialect) -> Convert:
    if isinstance(kind, UTCDateTime):
        return _instant_writer(dialect)
    return kind.dialect_impl(dialect).bind_processor(dialect)  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def _instant_writer(dialect: Dialect) -> Convert:
    """One instant stands in many columns of what a request writes."""
    write: Convert = UTCDateTime().dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(maxsize=64)(write) if write else None


def _reader(kind: Any, dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)  # type: ignore[no-any-return]


def _refuse(connection: Connection, error: Exception, sql: str, cursor: DBAPICursor) -> None:
    """As SQLAlchemy does it: one of its exceptions, and a lost connection is not used again."""
    # Not a public name; the alternative is a copy of its forty lines. Without the parameters: they are people's data.
    connection._handle_dbapi_exception(error, sql, None, cursor, None)
