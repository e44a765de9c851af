"""What each office has been handed of a petition, as the ledger says."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign.delivery import members
from campaign.delivery.members import Members
from campaign.delivery.models import Delivery, Export, ExportPart
from campaign.officials.models import Post
from campaign.petitions.models import Petition, Signature

AT_ONCE = 1000  # rows


def offices(session: Session, petition: Petition) -> dict[str, str]:
    """Who is, or was, handed lists of this petition: what they are called, by their ids."""
    found = {addressee.post_id: addressee.post.label for addressee in petition.addressees}
    had = select(Post).where(Post.id.in_(_standing(petition).with_only_columns(Delivery.post_id)))
    return found | {post.id: post.label for post in session.scalars(had.order_by(Post.label, Post.id))}


def to_each(session: Session, petition: Petition) -> dict[str, Members]:
    """Whose signatures each office has, by its id."""
    found: defaultdict[str, Members] = defaultdict(Members)
    known = offices(session, petition)
    for delivery in session.scalars(_standing(petition)):
        # What was noted before offices were went to the one there is; where there are more, nobody knows to which.
        post_id = delivery.post_id or (next(iter(known)) if len(known) == 1 else None)
        export = delivery.export
        if post_id and export and export.snapshot_at:
            whose = listed(session, export, delivery.post_id)
            found[post_id].update(whose or _confirmed(session, petition, by=export.snapshot_at))
    return found


def listed(session: Session, export: Export, post_id: str | None) -> Members:
    """Whose signatures an office got with a list; nobody where it was not noted yet."""
    part = session.get(ExportPart, (export.id, post_id)) if post_id else None
    held = part if part is not None else export
    session.refresh(held, ["members"])
    return members.unpack(held.members)


def _standing(petition: Petition) -> Select[tuple[Delivery]]:
    return select(Delivery).where(Delivery.campaign_id == petition.campaign_id, Delivery.removed_at.is_(None))


def _confirmed(session: Session, petition: Petition, *, by: datetime) -> Members:
    """Whom a list held of which it was not noted, as far as the clock tells."""
    found = Members()
    ids = select(Signature.id).where(Signature.petition_id == petition.id, Signature.confirmed_at <= by)
    with session.execute(ids.order_by(Signature.id).execution_options(yield_per=AT_ONCE)) as result:
        for part in result.scalars().partitions():
            found.extend(part)
    return found
