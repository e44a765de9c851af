"""What offices answer to a hand-over: noted, and taken back in the open."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from campaign.delivery.ledger.handing_over import AHEAD, NotHandedOver
from campaign.delivery.models import REPLIES, Delivery, OfficeReply
from campaign.errors import NotFound
from campaign.i18n import gettext

LONGEST_TEXT = 5_000


def note(
    session: Session,
    delivery: Delivery,
    *,
    kind: str,
    text: str,
    replied_on: date,
    account_id: int | None,
    now: datetime,
) -> OfficeReply:
    """Put a reply beside its hand-over. Raises NotHandedOver for a day that cannot be."""
    if kind not in REPLIES:
        raise NotHandedOver(gettext("Choose what kind of reply it is."), field="kind")
    if replied_on > (now + AHEAD).date():
        raise NotHandedOver(gettext("This day is still to come."), field="replied_on")
    if replied_on < delivery.handed_over_on:
        raise NotHandedOver(gettext("No office answers what it does not have yet."), field="replied_on")
    reply = OfficeReply(
        delivery=delivery, kind=kind, text=text, replied_on=replied_on, account_id=account_id, created_at=now
    )
    session.add(reply)
    session.flush()
    return reply


def find(session: Session, delivery: Delivery, id: int) -> OfficeReply:
    """One of this hand-over that stands. Raises NotFound."""
    reply = session.get(OfficeReply, id)
    if reply is None or reply.delivery_id != delivery.id or reply.removed_at:
        raise NotFound(gettext("There is no such reply to this hand-over."))
    return reply


def remove(reply: OfficeReply, *, note: str, now: datetime) -> None:
    """It was not their reply, or not this one: the note stands in its place."""
    reply.removed_at, reply.note = now, note
