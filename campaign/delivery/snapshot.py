"""What a list is made of: the confirmed signatures of one petition at one instant."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.db import reading
from campaign.petitions import asking
from campaign.petitions.models import Petition, PetitionText, Signature

Sessions = Callable[[], Session]

# Rows fetched from the database at a time; a list of millions needs no more memory than one of thousands.
FETCHED_AT_ONCE = 1000
# The fields of a row that its petition may not ask.
NOT_ASKED: dict[str, Any] = {"family_name": "", "postcode": "", "comment": ""}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One confirmed signature as it is handed over: no e-mail address, and only what signers are told of.

    number: its place in the list, from 1; answers: by the id of the question.
    """

    number: int
    given_name: str
    family_name: str
    country: str
    postcode: str
    comment: str
    signed_on: date
    text_version: int
    organisation: str = ""
    city: str = ""
    phone: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """A list in numbers. first_on, last_on: days of signing, None for an empty list."""

    count: int
    first_on: date | None
    last_on: date | None
    has_comments: bool
    by_country: dict[str, int]  # the most first
    by_version: dict[int, int]


@contextmanager
def of(sessions: Sessions) -> Iterator[Session]:
    """A session that sees one state of the database from its first query on, whoever signs meanwhile.

    It only reads and stops nobody from signing: PostgreSQL keeps a snapshot per transaction when told so, SQLite's
    write-ahead log does for every reader.
    """
    with reading(), sessions() as session:
        if dialects.is_postgresql(session):
            session.connection(execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True})
        yield session


def rows(session: Session, petition: Petition, *, snapshot_at: datetime) -> Iterator[ExportRow]:
    """The signatures confirmed up to that instant and still confirmed, in the order in which they came in."""
    versions = {text.id: text.version for text in petition.texts}
    handed_over = asking.handed_over(petition)
    columns = [getattr(Signature, name) for name in handed_over]
    # Nobody who is asked no question has an answer; a JSON object for each of a million rows takes time.
    answers = [Signature.answers] if petition.questions else []
    query = (
        select(Signature.created_at, Signature.petition_text_id, *columns, *answers)
        .where(_confirmed(petition, snapshot_at))
        .order_by(Signature.id)
        .execution_options(yield_per=FETCHED_AT_ONCE)
    )
    # Closed even when a reader stops early: PostgreSQL keeps the cursor on its side.
    with session.execute(query) as found:
        for number, row in enumerate(found, 1):
            created_at, text_id, *values = row
            told = NOT_ASKED | dict(zip((*handed_over, "answers"), values, strict=False))
            yield ExportRow(number=number, signed_on=created_at.date(), text_version=versions[text_id], **told)


def count(session: Session, petition: Petition, *, snapshot_at: datetime) -> int:
    """How many rows `rows` gives in the same transaction."""
    return session.scalar(select(func.count()).select_from(Signature).where(_confirmed(petition, snapshot_at))) or 0


def summary(session: Session, petition: Petition, *, snapshot_at: datetime) -> Summary:
    """The same signatures in numbers."""
    chosen = _confirmed(petition, snapshot_at)
    extent = select(
        func.count(), func.min(Signature.created_at), func.max(Signature.created_at), func.max(Signature.comment)
    ).where(chosen)
    total, first_at, last_at, comment = session.execute(extent).one()
    number = func.count()
    countries = select(Signature.country, number).where(chosen).group_by(Signature.country)
    versions = select(PetitionText.version, number).join(Signature).where(chosen).group_by(PetitionText.version)
    return Summary(
        count=total,
        first_on=first_at.date() if first_at else None,
        last_on=last_at.date() if last_at else None,
        has_comments=bool(comment) and "comment" in asking.handed_over(petition),
        by_country=dict(session.execute(countries.order_by(number.desc(), Signature.country)).tuples().all()),
        by_version=dict(session.execute(versions.order_by(PetitionText.version)).tuples().all()),
    )


def _confirmed(petition: Petition, snapshot_at: datetime) -> ColumnElement[bool]:
    return and_(
        Signature.petition_id == petition.id, Signature.state == "confirmed", Signature.confirmed_at <= snapshot_at
    )
