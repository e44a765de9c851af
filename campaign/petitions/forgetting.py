"""Forgetting who signed: at once when they ask, and for everybody on the day promised beside the sign button."""

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.petitions.models import Petition, Signature


def forget(signature: Signature) -> None:
    """What names a person goes. The row stays, so that the link in the mail says what became of the signature."""
    signature.email = signature.given_name = signature.family_name = signature.postcode = signature.comment = ""
    signature.show_name = signature.subscribe = False


def ended_before(instant: datetime) -> Select[tuple[int]]:
    """The ids of petitions that ended at this instant or earlier (as Petition.ended_at says)."""
    closed_by_hand = and_(Campaign.state == "closed", Campaign.closed_at <= instant)
    return select(Petition.id).join(Petition.campaign).where(or_(Petition.closes_at <= instant, closed_by_hand))


def forget_ended(session: Session, *, now: datetime, days: int, limit: int = 1000) -> int:
    """Forget up to `limit` signers of petitions that ended `days` days ago; returns how many. All counts stay."""
    ended = ended_before(now - timedelta(days=days))
    query = select(Signature).where(Signature.petition_id.in_(ended), Signature.email != "").limit(limit)
    signatures = session.scalars(query).all()
    for signature in signatures:
        forget(signature)
        # Whoever steals the database and the key must not be able to ask whether an address has signed.
        signature.signer_key = signature.token_hash = f"forgotten-{signature.id}"
    session.flush()
    return len(signatures)
