"""What a list is made of: the confirmed signatures of one petition at one instant."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, LargeBinary, Select, case, cast, func, select
from sqlalchemy.orm import Session

from campaign import areas, dialects, leisure
from campaign.db import reading
from campaign.delivery import blocks, choosing, streaming
from campaign.delivery.blocks import Block
from campaign.delivery.choosing import Choice
from campaign.delivery.members import WORD, Members
from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.petitions import asking
from campaign.petitions.models import Petition, PetitionText, Signature

Sessions = Callable[[], Session]

# Rows fetched from the database at a time; a list of millions needs no more memory than one of thousands.
FETCHED_AT_ONCE = 1000
# The fields of a row that its petition may not ask.
NOT_ASKED: dict[str, Any] = {"family_name": "", "postcode": "", "comment": ""}
# What lists of contacts hold; the rest of what was asked was asked for the petition.
CONTACT = ("given_name", "family_name", "email", "country", "area", "postcode", "city", "language")
# What is left of a place where names are cut to their initials.
_PLACES = frozenset({"organisation", "postcode", "city", "phone"})
USUAL = Choice()
Shape = Literal["cells", "blocks"]


@dataclass(slots=True)  # not frozen: that takes three times as long to make, a million times over
class ExportRow:
    """One signature as it is handed over: no e-mail address, and only what signers are told of.

    number: its place in the list, from 1; answers: by the id of the question; the last fields only in lists of
    contacts.
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
    area: str = ""
    origin: str = ""  # see petitions/origins.py; "" where all were given here
    signature_id: int = 0
    home: str = ""  # the postcode by which its offices are found, handed over or not
    email: str = ""
    language: str = ""
    agreed_on: date | None = None
    agreed_to: str = ""


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


def fields(petition: Petition, choice: Choice = USUAL) -> tuple[str, ...]:
    """The columns about people."""
    if choice.profile == "crm":
        return CONTACT
    chosen = asking.handed_over(petition) if choice.fields is None else choice.fields
    found = tuple(name for name in asking.HANDED_OVER if name in chosen or name in ("given_name", "country"))
    # Whoever gets the list is told which signatures were not given here.
    apart = ("origin",) if petition.has_batches else ()
    if choice.name_form == "initials-place":
        return (*(name for name in found if name not in _PLACES), "area", *apart)
    return (*found, *apart)


def rows(
    session: Session,
    petition: Petition,
    *,
    snapshot_at: datetime,
    choice: Choice = USUAL,
    secret: str = "",
    only: int | None = None,
) -> Iterator[ExportRow]:
    """The signatures confirmed up to that instant and still confirmed, in the order in which they came in.

    secret: the installation's, to find the mailboxes that are not to be written to; only lists of contacts need it;
    only: this signature alone, if it is confirmed, whatever else was chosen.
    """
    versions = {text.id: text.version for text in petition.texts}
    names = tuple(dict.fromkeys((*fields(petition, choice), "area")))  # books count by area
    columns = [getattr(Signature, name) for name in names]
    # Nobody who is asked no question has an answer; a JSON object for each of a million rows takes time.
    answers = [Signature.answers] if petition.questions and choice.profile == "delivery" else []
    more = [Signature.subscribed_at, Signature.consent_wording_id] if choice.profile == "crm" else []
    query = (
        select(
            Signature.id,
            Signature.created_at,
            Signature.petition_text_id,
            Signature.postcode,
            *columns,
            *answers,
            *more,
        )
        .where(
            choosing.condition(session, petition, choice, snapshot_at=snapshot_at)
            if only is None
            else (Signature.id == only) & (Signature.petition_id == petition.id) & (Signature.state == "confirmed")
        )
        .order_by(Signature.id)
        .execution_options(yield_per=FETCHED_AT_ONCE)
    )
    keys = (*names, *(["answers"] if answers else []), *(["agreed_on", "agreed_to"] if more else []))
    shape = _shaper(session, choice)
    # Closed even when a reader stops early: PostgreSQL keeps the cursor on its side.
    with session.execute(query) as found:
        before = 0
        for part in found.partitions():
            wanted = _not_stopped(session, part, place=4 + keys.index("email"), secret=secret) if more else part
            for number, row in enumerate(wanted, before + 1):
                id, created_at, text_id, home, *values = row
                told = {**NOT_ASKED, **dict(zip(keys, values, strict=True))}
                if shape:
                    told = shape(told)
                told |= {"signed_on": created_at.date(), "text_version": versions[text_id]}
                yield ExportRow(number=number, signature_id=id, home=home, **told)
            before += len(wanted)


def shows_as_typed(petition: Petition, choice: Choice) -> bool:
    """True when nothing of a row is looked up, cut or taken apart, so that `as_typed` gives its table."""
    return choice.profile == "delivery" and choice.name_form == "full" and not petition.questions


def as_typed(
    session: Session,
    petition: Petition,
    *,
    snapshot_at: datetime,
    choice: Choice = USUAL,
    more: Sequence[str] = (),
    shape: Shape = "cells",
    whose: Members | None = None,
) -> Iterator[Block] | Iterator[list[tuple[Any, ...]]]:
    """The cells of the same rows some at a time, straight from the database's driver: three times as fast.

    Number, the columns of `fields`, day and version of the text, then the columns in `more`; shape: as "blocks"
    without the numbers, which go from 1, and all of them texts; whose: gets, on the way, whose signatures these are.
    """
    whose = Members() if whose is None else whose
    number: type[int] | type[str] = int if shape == "cells" else str
    versions = {text.id: number(text.version) for text in petition.texts}
    query = (
        select(
            *(getattr(Signature, name) for name in fields(petition, choice)),
            dialects.utc_moment(session, Signature.created_at, 10),
            case(versions, value=Signature.petition_text_id),
            *(getattr(Signature, name) for name in more),
            Signature.id,
        )
        .where(choosing.condition(session, petition, choice, snapshot_at=snapshot_at))
        .order_by(Signature.id)
    )
    return _blocks(session, query, whose) if shape == "blocks" else _numbered(session, query, whose)


def _numbered(session: Session, query: Select[Any], whose: Members) -> Iterator[list[tuple[Any, ...]]]:
    before = 0
    for part in streaming.parts(session, query, size=FETCHED_AT_ONCE):
        whose.extend([row[-1] for row in part])
        yield [(number, *row[:-1]) for number, row in enumerate(part, before + 1)]
        before += len(part)


def _blocks(session: Session, query: Select[Any], whose: Members) -> Iterator[Block]:
    *cells, id = query.selected_columns
    if dialects.is_postgresql(session):
        copied = query.with_only_columns(*cells, maintain_column_froms=True)
        coming = streaming.copied(session, copied, between=blocks.BETWEEN, size=FETCHED_AT_ONCE)
        for rows in leisure.unhurried(coming):
            yield blocks.of_copied(rows)
        # To cut a number off each line takes longer.
        whose.add_words(streaming.parts(session, _words(query, id), size=FETCHED_AT_ONCE))
        return
    # As bytes: to make a thousand texts of them takes longer than to make one.
    query = query.with_only_columns(cast(func.json_array(*cells), LargeBinary), id, maintain_column_froms=True)
    for part in streaming.parts(session, query, size=FETCHED_AT_ONCE):
        whose.extend([id for _, id in part])
        yield blocks.of_arrays([array for array, _ in part])


def _words(query: Select[Any], id: ColumnElement[int]) -> Select[Any]:
    """The ids that a query on PostgreSQL finds, many to a row and in no order: to sort them takes longer.

    See Members.add_words.
    """
    bits = func.bit_or(cast(1, BigInteger).op("<<")(id % WORD))
    words = query.with_only_columns((id // WORD).label("word"), bits, maintain_column_froms=True)
    return words.group_by("word").order_by(None)


def count(
    session: Session,
    petition: Petition,
    *,
    snapshot_at: datetime,
    choice: Choice = USUAL,
    secret: str = "",
) -> int:
    """How many rows `rows` gives in the same transaction."""
    chosen = choosing.condition(session, petition, choice, snapshot_at=snapshot_at)
    if choice.profile == "crm":
        addresses = select(Signature.email).where(chosen).execution_options(yield_per=FETCHED_AT_ONCE)
        with session.execute(addresses) as result:
            parts = result.partitions()
            return sum(len(_not_stopped(session, part, place=0, secret=secret)) for part in parts)
    return session.scalar(select(func.count()).select_from(Signature).where(chosen)) or 0


def is_empty(
    session: Session, petition: Petition, *, snapshot_at: datetime, choice: Choice = USUAL, secret: str = ""
) -> bool:
    """True when there are no such rows. To count a million takes a while; to find one does not."""
    if choice.profile == "crm":
        return not count(session, petition, snapshot_at=snapshot_at, choice=choice, secret=secret)
    chosen = choosing.condition(session, petition, choice, snapshot_at=snapshot_at)
    return session.scalar(select(Signature.id).where(chosen).limit(1)) is None


def summary(session: Session, petition: Petition, *, snapshot_at: datetime, choice: Choice = USUAL) -> Summary:
    """The same signatures in numbers."""
    chosen = choosing.condition(session, petition, choice, snapshot_at=snapshot_at)
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
        has_comments=bool(comment) and "comment" in fields(petition, choice),
        by_country=dict(session.execute(countries.order_by(number.desc(), Signature.country)).tuples().all()),
        by_version=dict(session.execute(versions.order_by(PetitionText.version)).tuples().all()),
    )


def _not_stopped(session: Session, part: Sequence[Any], *, place: int, secret: str) -> list[Any]:
    """Without those who want no mail from here. place: of the address in a row."""
    keys = [mailbox_key(secret, row[place]) for row in part]
    stopped = stopping.stopped(session, keys)
    return [row for row, key in zip(part, keys, strict=True) if key not in stopped]


def _shaper(session: Session, choice: Choice) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """What is done to each row's values; None when nothing is."""
    if choice.profile == "crm":
        known = {row.id: name for name, row in choosing.consents(session).items()}
        return lambda told: (
            told
            | {
                "agreed_on": told["agreed_on"].date() if told["agreed_on"] else None,
                "agreed_to": known.get(told["agreed_to"], ""),
            }
        )
    if choice.name_form == "initial":
        return lambda told: told | {"given_name": initial(told["given_name"])}
    if choice.name_form == "initials-place":
        return _initials
    return None


def _initials(told: dict[str, Any]) -> dict[str, Any]:
    place = areas.name(told["area"]) if told["area"] else ""
    names = {name: initial(told[name]) for name in ("given_name", "family_name")}
    return told | names | {"city": place}


def initial(name: str) -> str:
    """The first letter of a name, with what is written above or below it.

    >>> initial("Ada"), initial("Jean-Luc"), initial("")
    ('A.', 'J.', '')
    """
    first = name[:1]
    for character in name[1:]:
        if not unicodedata.combining(character):
            break
        first += character
    return f"{first}." if first else ""
