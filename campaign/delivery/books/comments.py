"""Which comments stand in the signature book: those that the organiser has read and chosen, and no others."""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from campaign.delivery.models import ChosenComment
from campaign.petitions import asking
from campaign.petitions.models import Petition, Signature

LONGEST_ID = 10  # digits


def of(petition: Petition) -> Select[tuple[Signature]]:
    """The confirmed signatures with a comment, the oldest first; none where comments are not handed over."""
    return select(Signature).where(*_commented(petition)).order_by(Signature.id)


def mark(row: Signature) -> str:
    """What stands for a comment as it is now, on the page where it is read."""
    return f"{row.id}.{_sha256(row.comment)[:16]}"


def chosen(session: Session, petition: Petition) -> set[int]:
    """The ids of the signatures whose comment is printed. One that its signer has changed since is chosen no more."""
    query = (
        select(Signature.id, Signature.comment, ChosenComment.comment_sha256)
        .join(ChosenComment, ChosenComment.signature_id == Signature.id)
        .where(*_commented(petition))
    )
    return {id for id, comment, sha256 in session.execute(query).tuples() if _sha256(comment) == sha256}


def choose(
    session: Session, petition: Petition, *, shown: Collection[str], wanted: Collection[str], now: datetime
) -> bool:
    """Choose of the comments that were `shown` exactly those `wanted`; the others stay. True when that is a change.

    shown, wanted: marks; a comment that was changed since it was read is neither.
    """
    ids = [int(id) for id in (mark.partition(".")[0] for mark in shown) if id.isdecimal() and len(id) < LONGEST_ID]
    found = session.scalars(select(Signature).where(*_commented(petition), Signature.id.in_(ids)))
    rows = [row for row in found if mark(row) in shown]
    before = chosen(session, petition) & {row.id for row in rows}
    after = {row.id for row in rows if mark(row) in wanted}
    if before == after:
        return False
    session.execute(delete(ChosenComment).where(ChosenComment.signature_id.in_([row.id for row in rows])))
    session.add_all(
        ChosenComment(signature_id=row.id, comment_sha256=_sha256(row.comment), chosen_at=now)
        for row in rows
        if row.id in after
    )
    session.flush()
    return True


def forget_gone(session: Session) -> None:
    """Keep no hash of a comment that was deleted with its signer's name."""
    gone = select(Signature.id).where(Signature.comment == "", Signature.id == ChosenComment.signature_id)
    session.execute(delete(ChosenComment).where(gone.exists()), execution_options={"synchronize_session": False})


def _commented(petition: Petition) -> list[ColumnElement[bool]]:
    if "comment" not in asking.handed_over(petition):
        return [Signature.id.is_(None)]
    return [Signature.petition_id == petition.id, Signature.state == "confirmed", Signature.comment != ""]


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
