"""How many have signed: counters that change in the transaction that changes a signature's state."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, delete, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaign import dialects
from campaign.petitions.models import Petition, Signature, SignatureCount
from campaign.petitions.origins import ONLINE, Origins
from campaign.statements import Statement

# People confirming at once would queue for one row on PostgreSQL. SQLite has one writer anyway.
SHARDS = 16

Key: TypeAlias = tuple[int, date, str, str, str]


@dataclass(frozen=True)
class Drift:
    """A petition's day, country, area and origin whose counter says another number than the rows."""

    petition_id: int
    day: date
    country: str
    area: str
    origin: str
    counted: int
    signatures: int


def add(
    session: Session, petition_id: int, *, day: date, country: str, area: str = "", origin: str = ONLINE, number: int
) -> None:
    """Change a counter by `number`, below zero to take away. The shards of one counter add up."""
    shard = random.randrange(SHARDS) if dialects.is_postgresql(session) else 0  # noqa: S311  # not a secret
    _upsert(session, (petition_id, day, country, area, origin), shard, number)


def add_all(session: Session, chosen: ColumnElement[bool], *, sign: int) -> None:
    """Change the counters by all chosen signatures that were ever confirmed. sign: 1 to count them, -1 to take away."""
    day = dialects.utc_day(session, Signature.confirmed_at)
    key = (Signature.petition_id, day, Signature.country, Signature.area, Signature.origin)
    # A shard that no single signature uses: nobody who confirms waits for the end of this.
    shard = SHARDS if dialects.is_postgresql(session) else 0
    delta = (
        select(*key, literal(shard), sign * func.count())
        .where(chosen, Signature.confirmed_at.is_not(None))
        .group_by(*key)
        .order_by(*key)
    )
    session.execute(_added(dialects.insert(session, SignatureCount).from_select(list(_COLUMNS), delta)))


def confirmed(session: Session, petition_ids: Collection[int]) -> dict[int, int]:
    """Confirmed signatures of each of these petitions."""
    query = (
        select(SignatureCount.petition_id, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.petition_id.in_(petition_ids))
        .group_by(SignatureCount.petition_id)
    )
    counted = {petition_id: int(number) for petition_id, number in session.execute(query)}
    return {petition_id: counted.get(petition_id, 0) for petition_id in petition_ids}


def origins(session: Session, petition_ids: Collection[int]) -> dict[int, Origins]:
    """Confirmed signatures of each of these petitions, by where they come from."""
    query = (
        select(SignatureCount.petition_id, SignatureCount.origin, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.petition_id.in_(petition_ids))
        .group_by(SignatureCount.petition_id, SignatureCount.origin)
        .order_by(SignatureCount.origin)
    )
    found: dict[int, dict[str, int]] = {petition_id: {} for petition_id in petition_ids}
    for petition_id, origin, number in session.execute(query):
        if number:
            found[petition_id][origin] = int(number)
    return {petition_id: Origins(by_source) for petition_id, by_source in found.items()}


def confirmed_since(session: Session, day: date) -> dict[str, int]:
    """Signatures confirmed since the beginning of this UTC day, by the group their mails belong to ("petition/3").

    Only those given here: nobody got a mail about the others.
    """
    query = (
        select(SignatureCount.petition_id, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.day >= day, SignatureCount.origin == ONLINE)
        .group_by(SignatureCount.petition_id)
    )
    return {f"petition/{petition_id}": int(number) for petition_id, number in session.execute(query)}


def by_day(session: Session, petition: Petition) -> list[tuple[date, int]]:
    """Confirmed signatures by the UTC day of their confirmation, the first day first; days without any are left out."""
    query = (
        select(SignatureCount.day, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.petition_id == petition.id)
        .group_by(SignatureCount.day)
        .order_by(SignatureCount.day)
    )
    return [(day, int(number)) for day, number in session.execute(query) if number]


def by_country(session: Session, petition: Petition) -> list[tuple[str, int]]:
    """Confirmed signatures by country, the most first; countries without any are left out."""
    return _by(session, petition, SignatureCount.country)


def by_area(session: Session, petition: Petition) -> list[tuple[str, int]]:
    """Confirmed signatures by area, as ISO 3166-2, the most first; those whose area is unknown are left out."""
    return [(area, number) for area, number in _by(session, petition, SignatureCount.area) if area]


def pending_by_day(session: Session, petition: Petition) -> list[tuple[date, int]]:
    """Signatures that still wait for their confirmation, by the UTC day on which they were given."""
    day = dialects.utc_day(session, Signature.created_at)
    query = (
        select(day, func.count())
        .where(Signature.petition_id == petition.id, Signature.state == "pending")
        .group_by(day)
        .order_by(day)
    )
    return [(day, number) for day, number in session.execute(query)]


def quick_confirmations(
    session: Session, petition: Petition, *, seconds: float = 3, since: datetime | None = None
) -> int:
    """Signatures that were confirmed so soon after their mail was written that a program may have pressed the button.

    For the organiser to look at; they count like any other. since: only of those signed from then on.
    """
    took = dialects.seconds_between(session, Signature.mailed_at, Signature.confirmed_at)
    query = select(func.count()).where(Signature.petition_id == petition.id, Signature.state == "confirmed")
    if since:
        query = query.where(Signature.created_at >= since)
    return session.scalar(query.where(took >= 0, took < seconds)) or 0


def check(session: Session, *, fix: bool = False) -> list[Drift]:
    """Compare all counters with the rows; returns where they differ. fix: True sets the counters right."""
    # Whoever changes a state changes a counter next. With the counters held still, both sides are read as of one
    # instant: a change that has its counter is committed, and one that waits for it is not yet seen in the rows.
    dialects.hold_still(session, SignatureCount)
    counted, signatures = _counted(session), _signatures(session)
    drifts = [
        Drift(*key, counted=counted.get(key, 0), signatures=signatures.get(key, 0))
        for key in sorted(counted.keys() | signatures.keys())
        if counted.get(key, 0) != signatures.get(key, 0)
    ]
    if fix:
        for drift in drifts:
            _set(session, drift)
    return drifts


def _by(session: Session, petition: Petition, column: InstrumentedAttribute[str]) -> list[tuple[str, int]]:
    number = func.sum(SignatureCount.confirmed)
    query = select(column, number).where(SignatureCount.petition_id == petition.id).group_by(column)
    return [(name, int(sum)) for name, sum in session.execute(query.order_by(number.desc(), column)) if sum]


def _upsert(session: Session, key: Key, shard: int, number: int) -> None:
    _ADD.rows(session, dict(zip(_COLUMNS, (*key, shard, number), strict=True)))


def _added(row: Any) -> Any:
    """Of an INSERT: added to the counter when there is one already."""
    number = SignatureCount.confirmed + row.excluded.confirmed
    return row.on_conflict_do_update(index_elements=_COLUMNS[:-1], set_={"confirmed": number})


_COLUMNS = ("petition_id", "day", "country", "area", "origin", "shard", "confirmed")
_ADD = Statement(lambda insert: _added(insert(SignatureCount)), *_COLUMNS)


def _counted(session: Session) -> dict[Key, int]:
    columns = SignatureCount
    key = (columns.petition_id, columns.day, columns.country, columns.area, columns.origin)
    query = select(*key, func.sum(columns.confirmed)).group_by(*key)
    return {tuple(key): int(number) for *key, number in session.execute(query)}


def _signatures(session: Session) -> dict[Key, int]:
    day = dialects.utc_day(session, Signature.confirmed_at)
    key = (Signature.petition_id, day, Signature.country, Signature.area, Signature.origin)
    query = select(*key, func.count()).where(Signature.state == "confirmed").group_by(*key)
    return {tuple(key): number for *key, number in session.execute(query)}


def _set(session: Session, drift: Drift) -> None:
    session.execute(
        delete(SignatureCount).where(
            SignatureCount.petition_id == drift.petition_id,
            SignatureCount.day == drift.day,
            SignatureCount.country == drift.country,
            SignatureCount.area == drift.area,
            SignatureCount.origin == drift.origin,
        )
    )
    if drift.signatures:
        key = (drift.petition_id, drift.day, drift.country, drift.area, drift.origin)
        _upsert(session, key, 0, drift.signatures)
