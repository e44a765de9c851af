"""The few places where SQLite and PostgreSQL want different words for the same thing."""

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    String,
    bindparam,
    case,
    cast,
    event,
    func,
    inspect,
    literal,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from campaign.db import Base
from campaign.statements import Statement


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def insert(session: Session, model: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT. Both databases spell it alike; SQLAlchemy has a construct for each."""
    return postgresql.insert(model) if is_postgresql(session) else sqlite.insert(model)


def utc_day(session: Session, column: InstrumentedAttribute[datetime | None]) -> ColumnElement[date]:
    """The UTC day of an instant. PostgreSQL would take the day of the connection's own zone."""
    instant = func.timezone("UTC", column) if is_postgresql(session) else column
    return func.date(instant, type_=Date)


def utc_moment(session: Session, column: InstrumentedAttribute[datetime], characters: int) -> ColumnElement[str]:
    """The beginning of an instant as text, in UTC: 13 characters are "2026-11-22 14", up to the hour; 16 the minute."""
    if is_postgresql(session):
        form = "YYYY-MM-DD HH24:MI"[: characters + 2 if characters > len("YYYY-MM-DD") else characters]
        return func.to_char(func.timezone("UTC", column), form, type_=String)
    return func.substr(type_coerce(column, String), 1, characters, type_=String)


def is_among(session: Session, number: InstrumentedAttribute[int], *, first: int, bits: bytes) -> ColumnElement[bool]:
    """Whether a bit is set: for numbers too many to name. first: which the lowest bit of the first byte stands for."""
    place = number - first
    if is_postgresql(session):
        found = func.get_bit(literal(bits, LargeBinary), place, type_=Integer) == 1
    else:
        # SQLite does not say what number a byte is, but where it stands among all of them.
        byte = func.instr(literal(_BYTES, LargeBinary), func.substr(literal(bits, LargeBinary), place // 8 + 1, 1)) - 1
        found = byte.op(">>")(place % 8).op("&")(1) == 1
    return case((number.between(first, first + 8 * len(bits) - 1), found), else_=False)


def seconds_between(
    session: Session, earlier: InstrumentedAttribute[datetime | None], later: InstrumentedAttribute[datetime | None]
) -> ColumnElement[float]:
    """From one instant to the other; below zero when they stand the other way round."""
    if is_postgresql(session):
        return cast(func.date_part("epoch", type_coerce(later, DateTime) - type_coerce(earlier, DateTime)), Float)
    days = func.julianday(later, type_=Float) - func.julianday(earlier, type_=Float)
    return func.round(days * 86_400, 3)  # no clock of SQLite's knows less than a millisecond


def lower(session: Session, value: ColumnElement[str]) -> ColumnElement[str]:
    """In small letters of every script; SQLite's own function knows only those of English."""
    return func.lower(value) if is_postgresql(session) else func.lower_any(value, type_=String)


@contextmanager
def reading_bad_text(session: Session) -> Iterator[None]:
    """Text that is no UTF-8 can be read inside, too: SQLite keeps whatever somebody wrote into its file."""
    connection: Any = session.connection().connection.driver_connection
    if not isinstance(connection, sqlite3.Connection):
        yield
        return
    usual = connection.text_factory
    connection.text_factory = lambda raw: raw.decode(errors="surrogateescape")
    try:
        yield
    finally:
        connection.text_factory = usual


def number(session: Session) -> None:
    """Give all rows that wait to be written the numbers they would get.

    SQLite does not say which of many rows got which number, so SQLAlchemy would write each by itself to learn it.
    There is but one writer: what is the next number stays so.
    """
    if is_postgresql(session):
        return
    waiting: dict[Any, list[Any]] = defaultdict(list)
    for state in sorted(map(inspect, session.new), key=lambda state: state.insert_order):
        if state.mapper.local_table.autoincrement_column is not None and state.object.id is None:
            waiting[state.mapper.class_].append(state.object)
    with session.no_autoflush:
        for model, rows in waiting.items():
            last = session.scalar(select(func.max(model.id))) or 0
            for id, row in enumerate(rows, start=last + 1):
                row.id = id


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Inside, PostgreSQL goes through no whole table where an index leads to the rows.

    For columns so long that they are kept beside their table: what it takes to fetch them all it does not reckon.
    """
    if not is_postgresql(session):
        yield
        return
    session.execute(text("SET LOCAL enable_seqscan = off"))
    yield
    session.execute(text("SET LOCAL enable_seqscan = on"))  # after an error the transaction ends, and this with it


@event.listens_for(Engine, "connect")
def _teach(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.create_function("lower_any", 1, str.lower, deterministic=True)


def hold_still(session: Session, model: type[Base]) -> None:
    """Until this transaction ends nobody else writes to the table. Reading goes on.

    On SQLite a transaction that may write already keeps all other writers out.
    """
    if is_postgresql(session):
        session.execute(text(f'LOCK TABLE "{model.__tablename__}" IN SHARE ROW EXCLUSIVE MODE'))


def take_turns(session: Session, key: str) -> None:
    """Until this transaction ends, others with the same key wait here. key: any text.

    On SQLite whoever writes is alone already.
    """
    if is_postgresql(session) and key not in session.info.get(TURNS, ()):
        _TURN.rows(session, {"turn": _number(key)})
        _keep_turn(session, key)


def go_together(session: Session, number: int, *, turn: str) -> None:
    """Until this transaction ends nobody goes alone with this number; any number may go together.

    turn: a key by which they `take_turns` all the same, without asking the database once more.
    """
    if is_postgresql(session):
        _TOGETHER.rows(session, {"number": number, "turn": _number(turn)})
        _keep_turn(session, turn)


def go_alone(session: Session, number: int) -> None:
    """Wait for those who go together, and let nobody else with this number pass until this transaction ends.

    A row's lock is not enough where many share it: PostgreSQL lets newcomers share on while somebody waits for the
    row, who may never get it. Here whoever comes later waits behind.
    """
    if is_postgresql(session):
        _ALONE.rows(session, {"number": number})


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], signed=True)


def _keep_turn(session: Session, key: str) -> None:
    session.info.setdefault(TURNS, set()).add(key)


@event.listens_for(Session, "after_transaction_end")
def _end_turns(session: Session, _transaction: Any) -> None:
    """Also after a savepoint: rolled back to it, PostgreSQL gives back what was taken since."""
    session.info.pop(TURNS, None)


_BYTES = bytes(range(256))
TURNS = "turns taken"
_OWN = func.pg_advisory_xact_lock(bindparam("turn", type_=BigInteger))
_TURN = Statement(lambda _insert: select(_OWN))
# Of two small numbers, so that they are never one of those above.
_TOGETHER = Statement(
    lambda _insert: select(func.pg_advisory_xact_lock_shared(1, bindparam("number", type_=Integer)), _OWN)
)
_ALONE = Statement(lambda _insert: select(func.pg_advisory_xact_lock(1, bindparam("number", type_=Integer))))
