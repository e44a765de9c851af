"""What signers were told would be handed over: the form says it beside the button, and says something else later.

A signature keeps no copy. It was given under the notice of its instant, which the form could not outlive: whoever sends
a form that has changed meanwhile gets the new one to read. Who signed elsewhere was told what the organiser says of
their batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.petitions.models import Batch, Notice, Petition, PetitionText, Signature

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Untold:
    """Signatures whose signers were not told of a field: how many, under which version of the text, given when."""

    field: str
    text_version: int
    number: int
    first_at: datetime
    last_at: datetime


def note(session: Session, petition: Petition, *, before: Sequence[str], after: Sequence[str], now: datetime) -> None:
    """Keep what the form tells from now on, and, the first time, what it told until now."""
    if list(before) == list(after):
        return
    values = [{"petition_id": petition.id, "fields": list(after), "since": now}]
    if session.scalar(select(Notice.id).where(Notice.petition_id == petition.id).limit(1)) is None:
        values.insert(0, {"petition_id": petition.id, "fields": list(before), "since": BEGINNING})
    for one in values:
        row = dialects.insert(session, Notice).values(**one)
        session.execute(
            row.on_conflict_do_update(index_elements=["petition_id", "since"], set_={"fields": one["fields"]})
        )


def untold(
    session: Session, petition: Petition, fields: Sequence[str], *, told_now: Sequence[str], chosen: ColumnElement[bool]
) -> list[Untold]:
    """Which of these signatures were given without the form saying that these fields would be handed over.

    told_now: what the form says today; chosen: the signatures that are meant. [] when all were told of every field.
    """
    found = []
    notices = _notices(session, petition, told_now)
    for name in fields:
        spans = [span for told, span in notices if name not in told]
        if spans:
            found += _counted(session, name, and_(chosen, or_(*spans)))
    return found


def _notices(
    session: Session, petition: Petition, told_now: Sequence[str]
) -> list[tuple[frozenset[str], ColumnElement[bool]]]:
    """(the fields, which signatures were given while the form named them), the oldest first."""
    query = select(Notice).where(Notice.petition_id == petition.id).order_by(Notice.since)
    notices = session.scalars(query).all()
    taken_in = select(Batch).where(Batch.petition_id == petition.id, Batch.applied_at.is_not(None))
    spans = [(frozenset(batch.told), Signature.batch_id == batch.id) for batch in session.scalars(taken_in)]
    here = Signature.batch_id.is_(None) if spans else true()
    if not notices:
        return [(frozenset(told_now), here), *spans]
    for notice, following in zip(notices, [*notices[1:], None], strict=True):
        span = and_(here, Signature.created_at >= notice.since)
        if following is not None:
            span &= Signature.created_at < following.since
        spans.append((frozenset(notice.fields), span))
    return spans


def _counted(session: Session, field: str, chosen: ColumnElement[bool]) -> list[Untold]:
    query = (
        select(PetitionText.version, func.count(), func.min(Signature.created_at), func.max(Signature.created_at))
        .join(PetitionText, PetitionText.id == Signature.petition_text_id)
        .where(chosen)
        .group_by(PetitionText.version)
        .order_by(PetitionText.version)
    )
    return [Untold(field, *row) for row in session.execute(query).tuples()]
