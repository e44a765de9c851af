"""Rows of the database as its driver gives them, some at a time: for lists so long that each row's way counts.

From the driver to a row of SQLAlchemy's own takes half as long again as from the database to the driver. Here nothing
is done to a value, so queries ask for texts and numbers only.
"""

import re
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
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


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


def copied(session: Session, query: Select[Any], *, between: str, size: int) -> Iterator[str]:
    """From PostgreSQL, `size` rows at a time as one text: a line for each, `between` its cells, NULL an empty one.

    Its own way of copying a table out, which takes half as long as answering: see `copied_cells` for the signs that
    are written otherwise than they are. The connection can do nothing else meanwhile.
    """
    connection = session.connection()
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    values = {name: _sent(compiled, name, value) for name, value in compiled.params.items()}
    copying = f"COPY ({compiled}) TO STDOUT (DELIMITER '{between}', NULL '')"
    with closing(connection.connection.cursor()) as cursor, cursor.copy(copying, values):
        coming = _rows(cursor.connection.pgconn, connection.dialect.loaded_dbapi)
        while part := b"".join(islice(coming, size)):
            yield part.decode()


def _rows(server: Any, psycopg: Any) -> Iterator[bytes]:
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


def copied_cells(line: str, between: str) -> list[str]:
    r"""The cells of one such line, which `copied` gives with a backslash before each sign that has another meaning.

    >>> copied_cells(r"a\\b|c\|d|e\nf|", "|")
    ['a\\b', 'c|d', 'e\nf', '']
    """
    cell = rf"((?:[^\\{re.escape(between)}]|\\.)*){re.escape(between)}"
    return [_ESCAPED.sub(_meant, text) for text in re.findall(cell, line + between, re.DOTALL)]


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[1])


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
