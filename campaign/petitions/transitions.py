"""The one way a signature changes its state, and the counter with it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from campaign.db import touched
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
    is_mine = touched(result) == 1
    session.refresh(signature)
    if is_mine and step and counted_at:
        where = {"country": signature.country, "area": signature.area, "origin": signature.origin}
        counting.add(session, signature.petition_id, day=counted_at.date(), **where, number=step)
    return is_mine


def move_all(
    session: Session,
    chosen: ColumnElement[bool],
    was: Collection[str],
    to: str,
    *,
    counted: ColumnElement[bool],
    **values: Any,
) -> int:
    """Move every chosen signature that is in one of the states `was`; returns how many that were.

    A few statements, however many they are. When they were confirmed stays as it is, so this is for taking signatures
    out and for bringing them back. values: further columns to set; counted: those of them that count, or counted,
    found while they do not (which `values` may have made easy). Raises IllegalMove.
    """
    for state in was:
        if to not in TRANSITIONS[state]:
            raise IllegalMove(f"Signatures that are {state} cannot become {to}.")
    # In one order, so that two who move many at once wait for each other and never in a circle. Who confirms one of
    # these now waits, and then finds that it has moved.
    ids = _in_order(and_(chosen, Signature.state.in_(was)))
    statement = update(Signature).where(Signature.id.in_(ids)).values(state=to, **values)
    if to == "confirmed":
        hold_all(session, and_(chosen, Signature.state.in_(was)))
        counting.add_all(session, counted, sign=1)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    if to != "confirmed" and "confirmed" in was:
        counting.add_all(session, counted, sign=-1)
    session.expire_all()
    return touched(result)


def hold_all(session: Session, chosen: ColumnElement[bool]) -> None:
    """Nobody else changes these until the transaction ends. For whoever moves them in more than one step."""
    session.execute(select(func.count()).select_from(_in_order(chosen).subquery()))


def _in_order(chosen: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(Signature.id).where(chosen).order_by(Signature.id).with_for_update()


def _confirmed_at(signature: Signature, to: str, *, now: datetime) -> datetime | None:
    """A signature that was invalidated by mistake comes back to the day on which it was confirmed."""
    if to == "pending":
        return None
    if to == "confirmed":
        return signature.confirmed_at or now
    return signature.confirmed_at
