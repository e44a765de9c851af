"""The few places where SQLite and PostgreSQL want different words for the same thing."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, func, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from campaign.db import Base


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def insert(session: Session, model: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT. Both databases spell it alike; SQLAlchemy has a construct for each."""
    return postgresql.insert(model) if is_postgresql(session) else sqlite.insert(model)


def utc_day(session: Session, column: InstrumentedAttribute[datetime | None]) -> ColumnElement[date]:
    """The UTC day of an instant. PostgreSQL would take the day of the connection's own zone."""
    instant = func.timezone("UTC", column) if is_postgresql(session) else column
    return func.date(instant, type_=Date)


def hold_still(session: Session, model: type[Base]) -> None:
    """Until this transaction ends nobody else writes to the table. Reading goes on.

    On SQLite a transaction that may write already keeps all other writers out.
    """
    if is_postgresql(session):
        session.execute(text(f'LOCK TABLE "{model.__tablename__}" IN SHARE ROW EXCLUSIVE MODE'))
