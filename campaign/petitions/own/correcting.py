"""What signers change of their own entry: how it reads, whether their name is shown, whether we write to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.db import touched
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions import wishes
from campaign.petitions.models import Signature

# Afterwards nothing is left to change.
CHANGEABLE = ("pending", "confirmed")


class NothingToChange(Refused):
    """The signature was withdrawn or has expired: there is no name under it."""


def correct(session: Session, signature: Signature, **typed: str) -> None:
    """Put what they typed in place of what they wrote. typed: given_name, family_name, comment, city.

    Lists that were handed over before keep what they had. Raises NothingToChange.
    """
    unknown = typed.keys() - {"given_name", "family_name", "comment", "city"}
    if unknown:
        raise TypeError(f"Not for signers to correct: {unknown}")
    _change(session, signature, typed)


def show_name(session: Session, signature: Signature, *, is_shown: bool) -> None:
    """Let their name stand among the public ones, or take it away from there. Raises NothingToChange."""
    _change(session, signature, {"show_name": is_shown})


def subscribe(session: Session, signature: Signature, *, consent_wording_id: int, now: datetime) -> None:
    """Write to them about the petition from now on; a second time keeps the first. Raises NothingToChange.

    consent_wording_id: the words they agreed to.
    """
    if not signature.subscribe:
        agreed = {"subscribe": True, "subscribed_at": now, "consent_wording_id": consent_wording_id}
        _change(session, signature, agreed)
        wishes.begun(session, signature, now=now)


def unsubscribe(session: Session, signature: Signature) -> None:
    """Write to them no more. Raises NothingToChange."""
    _change(session, signature, {"subscribe": False, "subscribed_at": None, "consent_wording_id": None})
    wishes.ended(session, [signature.id])


def _change(session: Session, signature: Signature, values: dict[str, Any]) -> None:
    """Only while there is something to change: nobody's name comes back who is being erased at this moment."""
    statement = update(Signature).where(Signature.id == signature.id, Signature.state.in_(CHANGEABLE)).values(**values)
    result = session.execute(statement, execution_options={"synchronize_session": False})
    # As it is now; not refreshed, for in another window they may just have said that it was not them.
    session.scalar(select(Signature).where(Signature.id == signature.id), execution_options={"populate_existing": True})
    if not touched(result):
        message = gettext("Your name is no longer under this petition, so there is nothing to change.")
        raise NothingToChange(message)
