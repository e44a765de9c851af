"""Rows of the database as its driver gives them, some at a time: for lists so long that each row's way counts.

From the driver to a row of SQLAlchemy's own takes half as long again as from the database to the driver. Here nothing
is done to a value, so queries ask for texts and numbers only.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count, islice
from select import select as select_ready
from typing import Any

from sqlalchemy import Connection, Executable, Select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ClauseElement

from campaign import dialects

Part = list[tuple[Any, ...]]

_numbers = count(1)


def parts(session: Session, query: Select[Any], *, size: int) -> Iterator[Part]:
    """What the query finds, `size` rows at a time. Memory stays the same, however many rows there are."""
    connection = session.connection()
    if dialects.is_postgresql(session):
        yield from _fetched_ahead(connection, query, size)
        return
    with connection.execute(query) as found:
        cursor: Any = found.cursor
        while part := cursor.fetchmany(size):
            yield part


def copied(session: Session, query: Select[Any], *, between: str, size: int) -> Iterator[bytes]:
    """From PostgreSQL, `size` rows at a time, each as a line with `between` its cells; NULL is an empty one.

    Its own way of copying a table out, which takes half as long as answering. It writes some signs with a backslash.
    The connection can do nothing else meanwhile.
    """
    connection = session.connection()
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    values = {name: _sent(compiled, name, value) for name, value in compiled.params.items()}
    copying = f"COPY ({compiled}) TO STDOUT (DELIMITER '{between}', NULL '')"
    with closing(connection.connection.cursor()) as cursor, cursor.copy(copying, values):
        coming = _rows(cursor.connection.pgconn, connection.dialect.loaded_dbapi)
        # To keep the driver's rows until the next ones are there takes four times as long.
        while part := b"".join(islice(coming, size)):
            yield part


def _rows(server: Any, psycopg: Any) -> Iterator[memoryview]:
    """What a COPY that was begun sends. The driver's own reading takes five times as long for each row."""
    while True:
        length, row = server.get_copy_data(1)
        if length > 0:
            yield row
        elif length == 0:  # it has not come yet
            select_ready([server.socket], [], [])
            server.consume_input()
        else:
            break
    while result := server.get_result():
        if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(result.get_error_message())


def _sent(compiled: Any, name: str, value: Any) -> Any:
    convert = compiled._bind_processors.get(name)
    return convert(value) if convert else value


class _Declared(Executable, ClauseElement):
    """A query that PostgreSQL answers by and by."""

    inherit_cache = False

    def __init__(self, name: str, query: Select[Any]) -> None:
        self.name, self.query = name, query


@compiles(_Declared)
def _declare(declared: _Declared, compiler: Any, **kwargs: Any) -> str:
    return f"DECLARE {declared.name} NO SCROLL CURSOR FOR {compiler.process(declared.query, **kwargs)}"


def _fetched_ahead(connection: Connection, query: Select[Any], size: int) -> Iterator[Part]:
    """While one part is worked on the server already makes the next: it and we each have a processor."""
    name = f"list_{next(_numbers)}"
    connection.execute(_Declared(name, query))
    with closing(connection.connection.cursor()) as cursor, ThreadPoolExecutor(1) as thread:

        def fetch() -> Part:
            cursor.execute(f"FETCH {size} FROM {name}")
            return list(cursor.fetchall())

        coming = thread.submit(fetch)
        while part := coming.result():
            coming = thread.submit(fetch)
            yield part
        cursor.execute(f"CLOSE {name}")
