"""The one way a signature changes its state, and the counter with it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.petitions import counting
from campaign.petitions.models import TRANSITIONS, Signature


class IllegalMove(Refused):
    """TRANSITIONS does not lead from this state to that one."""


def move(session: Session, signature: Signature, to: str, *, now: datetime) -> bool:
    """Change the state. True when this call did it; False when somebody else moved the signature in the meantime.

    Raises IllegalMove.
    """
    was, confirmed_at = signature.state, _confirmed_at(signature, to, now=now)
    if to not in TRANSITIONS[was]:
        raise IllegalMove(f"A signature that is {was} cannot become {to}.")
    step = (to == "confirmed") - (was == "confirmed")
    counted_at = confirmed_at if to == "confirmed" else signature.confirmed_at
    # Compare and set: of two that arrive at once, one finds the old state, on both databases.
    statement = update(Signature).where(Signature.id == signature.id, Signature.state == was)
    statement = statement.values(state=to, confirmed_at=confirmed_at)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    is_mine: bool = result.rowcount == 1  # type: ignore[attr-defined]
    session.refresh(signature)
    if is_mine and step and counted_at:
        day = counted_at.date()
        counting.add(session, signature.petition_id, day=day, country=signature.country, number=step)
    return is_mine


def _confirmed_at(signature: Signature, to: str, *, now: datetime) -> datetime | None:
    """A signature that was invalidated by mistake comes back to the day on which it was confirmed."""
    if to == "pending":
        return None
    if to == "confirmed":
        return signature.confirmed_at or now
    return signature.confirmed_at
