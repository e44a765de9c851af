"""What the holder of a mailed link can do: confirm, withdraw, say "this was not me". And forgetting who never did."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.petitions import links
from campaign.petitions.forgetting import forget
from campaign.petitions.models import Signature
from campaign.petitions.signing import PetitionClosed
from campaign.petitions.transitions import move

# A mail may be late: who signed before the end may still confirm for this long after it.
GRACE = timedelta(days=3)


class UnknownLink(NotFound):
    """No signature has this token."""


@dataclass(frozen=True)
class Confirmation:
    """`changed` is True for the one call that made the signature count."""

    signature: Signature
    changed: bool


def find(session: Session, token: str) -> Signature:
    """The signature a mailed link opens. Raises UnknownLink."""
    signature = session.scalar(select(Signature).where(Signature.token_hash == links.token_hash(token)))
    if signature is None:
        message = gettext(
            "This link opens nothing here. Your mail program may have cut it short: copy the whole address. "
            "If you asked for a newer mail, use the link in that one."
        )
        raise UnknownLink(message)
    return signature


def confirm(session: Session, token: str, *, now: datetime) -> Confirmation:
    """Count the signature; a second time changes nothing. Raises UnknownLink, and PetitionClosed after the grace."""
    signature = find(session, token)
    if signature.state != "pending":
        return Confirmation(signature, changed=False)
    if not can_confirm(signature, now=now):
        raise PetitionClosed(gettext("This petition has closed, and the time for confirming is over."))
    return Confirmation(signature, changed=move(session, signature, "confirmed", now=now))


def can_confirm(signature: Signature, *, now: datetime) -> bool:
    """True while a pending signature may still be confirmed."""
    ended_at = signature.petition.ended_at
    return signature.state == "pending" and (ended_at is None or now < ended_at + GRACE)


def withdraw(session: Session, token: str, *, now: datetime) -> Signature:
    """Take the name off the petition and forget who it was; a second time changes nothing. Raises UnknownLink."""
    signature = find(session, token)
    _withdraw(session, signature, now=now)
    return signature


def disown(session: Session, token: str, *, now: datetime) -> None:
    """ "This was not me": nothing remains of a signature that was never confirmed, a confirmed one is withdrawn.

    Raises UnknownLink.
    """
    signature = find(session, token)
    unconfirmed = delete(Signature).where(Signature.id == signature.id, Signature.state == "pending")
    result = session.execute(unconfirmed, execution_options={"synchronize_session": False})
    if result.rowcount:  # type: ignore[attr-defined]
        session.expunge(signature)
        return
    session.refresh(signature)
    _withdraw(session, signature, now=now)


def expire_pending(session: Session, *, now: datetime, days: int, limit: int = 1000) -> int:
    """Forget up to `limit` signatures that nobody confirmed within `days` days; returns how many."""
    query = (
        select(Signature)
        .where(Signature.state == "pending", Signature.created_at <= now - timedelta(days=days))
        .order_by(Signature.id)
        .limit(limit)
    )
    expired = [signature for signature in session.scalars(query) if move(session, signature, "expired", now=now)]
    for signature in expired:
        forget(signature)
    session.flush()
    return len(expired)


def _withdraw(session: Session, signature: Signature, *, now: datetime) -> None:
    if signature.state in ("pending", "confirmed") and move(session, signature, "withdrawn", now=now):
        forget(signature)
        session.flush()
