"""Rules and notes about fake waves quote names; those of somebody who is being forgotten go with them.

Undoing an invalidation needs only who was taken out, so nothing else is lost.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.full_names import is_unspaced
from campaign.petitions.models import Invalidation, Signature


def forget(session: Session, signature: Signature) -> None:
    """Call it while the signature still has its name: it says what to look for."""
    for row in _held(session, signature.petition_id):
        kept = {part: said for part, said in row.rule.items() if not _is_about(session, signature, part, said)}
        if kept != row.rule:
            row.rule = kept
        if row.note and _is_named(row.note, signature, was_taken_out=signature.invalidation_id == row.id):
            row.note = ""
    session.flush()


def forget_all(session: Session, petition_id: int) -> None:
    """All rules and notes of a petition whose signers are forgotten."""
    for row in _held(session, petition_id):
        row.rule, row.note = {}, ""
    session.flush()


def _held(session: Session, petition_id: int) -> Sequence[Invalidation]:
    """In one order, so that two who forget wait for each other and never in a circle."""
    query = select(Invalidation).where(Invalidation.petition_id == petition_id).order_by(Invalidation.id)
    return session.scalars(query.with_for_update(), execution_options={"populate_existing": True}).all()


def _is_about(session: Session, signature: Signature, part: str, said: Any) -> bool:
    if part == "name":
        return _falls_under(str(said), signature.full_name)
    if part == "domain":
        return said == signature.domain and _is_alone(session, signature)
    return False


def _falls_under(pattern: str, name: str) -> bool:
    """As the rule's own search does: * stands for any characters, capital letters make no difference."""
    parts = (re.escape(part) for part in pattern.lower().split("*"))
    return re.fullmatch(".*".join(parts), name.lower(), re.DOTALL) is not None


def _is_alone(session: Session, signature: Signature) -> bool:
    """True when nobody else signed from this domain: then it is as good as a name."""
    others = select(Signature.id).where(
        Signature.petition_id == signature.petition_id,
        Signature.domain == signature.domain,
        Signature.id != signature.id,
    )
    return session.scalar(others.limit(1)) is None


def _is_named(note: str, signature: Signature, *, was_taken_out: bool) -> bool:
    """A single word is a name only where it is about them: else whoever signs as “Fake” could have notes deleted."""
    given, family = signature.given_name, signature.family_name
    names = [signature.email, signature.full_name, f"{given} {family}".strip(), f"{family} {given}".strip()]
    if was_taken_out:
        names += [given, family, signature.domain]
    found = (name for name in names if name and (was_taken_out or " " in name or "@" in name or name == family + given))
    return any(_stands_in(note, name) for name in found)


def _stands_in(note: str, name: str) -> bool:
    """As words of its own, in scripts that part words."""
    pattern = re.escape(name) if is_unspaced(name) else rf"(?<!\w){re.escape(name)}(?!\w)"
    return re.search(pattern, note, re.IGNORECASE) is not None
