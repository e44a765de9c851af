"""How many have signed: counters that change in the transaction that changes a signature's state."""

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.petitions.models import Petition, Signature, SignatureCount

# People confirming at once would queue for one row on PostgreSQL. SQLite has one writer anyway.
SHARDS = 16

Key: TypeAlias = tuple[int, date, str]


@dataclass(frozen=True)
class Drift:
    """A petition's day and country whose counter says another number than the rows."""

    petition_id: int
    day: date
    country: str
    counted: int
    signatures: int


def add(session: Session, petition_id: int, *, day: date, country: str, number: int) -> None:
    """Change a counter by `number`, below zero to take away. The shards of one counter add up."""
    shard = random.randrange(SHARDS) if dialects.is_postgresql(session) else 0  # noqa: S311  # not a secret
    _upsert(session, (petition_id, day, country), shard, number)


def confirmed(session: Session, petition_ids: Collection[int]) -> dict[int, int]:
    """Confirmed signatures of each of these petitions."""
    query = (
        select(SignatureCount.petition_id, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.petition_id.in_(petition_ids))
        .group_by(SignatureCount.petition_id)
    )
    counted = {petition_id: int(number) for petition_id, number in session.execute(query)}
    return {petition_id: counted.get(petition_id, 0) for petition_id in petition_ids}


def by_day(session: Session, petition: Petition) -> list[tuple[date, int]]:
    """Confirmed signatures by the UTC day of their confirmation, the first day first; days without any are left out."""
    query = (
        select(SignatureCount.day, func.sum(SignatureCount.confirmed))
        .where(SignatureCount.petition_id == petition.id)
        .group_by(SignatureCount.day)
        .order_by(SignatureCount.day)
    )
    return [(day, int(number)) for day, number in session.execute(query) if number]


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


def _upsert(session: Session, key: Key, shard: int, number: int) -> None:
    petition_id, day, country = key
    statement = dialects.insert(session, SignatureCount).values(
        petition_id=petition_id, day=day, country=country, shard=shard, confirmed=number
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["petition_id", "day", "country", "shard"],
            set_={"confirmed": SignatureCount.confirmed + number},
        )
    )


def _counted(session: Session) -> dict[Key, int]:
    key = (SignatureCount.petition_id, SignatureCount.day, SignatureCount.country)
    query = select(*key, func.sum(SignatureCount.confirmed)).group_by(*key)
    return {(petition_id, day, country): int(number) for petition_id, day, country, number in session.execute(query)}


def _signatures(session: Session) -> dict[Key, int]:
    key = (Signature.petition_id, dialects.utc_day(session, Signature.confirmed_at), Signature.country)
    query = select(*key, func.count()).where(Signature.state == "confirmed").group_by(*key)
    return {(petition_id, day, country): number for petition_id, day, country, number in session.execute(query)}


def _set(session: Session, drift: Drift) -> None:
    session.execute(
        delete(SignatureCount).where(
            SignatureCount.petition_id == drift.petition_id,
            SignatureCount.day == drift.day,
            SignatureCount.country == drift.country,
        )
    )
    if drift.signatures:
        _upsert(session, (drift.petition_id, drift.day, drift.country), 0, drift.signatures)
