"""Forgetting who signed: at once when they ask, and for everybody on the day promised beside the sign button.

Rows and waiting mails go in the caller's transaction. Files, and the database's own log of changes, are the worker's
work: each Erasure row tells it so.
"""

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.mail import outbox
from campaign.mail.models import Email
from campaign.petitions import wishes
from campaign.petitions.models import TRANSITIONS, Petition, Signature, SignatureLink
from campaign.petitions.transitions import move
from campaign.petitions.waves import unquoting
from campaign.scrubbing import Erasure

# What names a person, and what stands in its place. Country and area stay: the totals by area are kept, and must
# still agree with the rows.
BLANK: dict[str, Any] = {
    "email": "",
    "given_name": "",
    "family_name": "",
    "postcode": "",
    "city": "",
    "organisation": "",
    "phone": "",
    "answers": {},
    "comment": "",
    "domain": "",
    "network_key": "",
    "show_name": False,
    "subscribe": False,
    "subscribed_at": None,
    "consent_wording_id": None,
    "batch_row": None,  # whoever has the file would know them by it
}
# In place of the hash of their mailbox: whoever steals the database and the key must not be able to ask whether an
# address has signed. Real keys are hexadecimal, so all of them sort before LAST_KEY, and an index finds who is left.
FORGOTTEN = "forgotten-"
LAST_KEY = "fo"


def forget(session: Session, signature: Signature, *, now: datetime) -> None:
    """What names a person goes, and the mails to them. The row stays, so that their link says what became of it.

    The same person can still be known by the key of their mailbox when they sign again, and that the organiser took
    them out (see confirming.confirm).
    """
    clean_up(session, signature, now=now)
    wishes.ended(session, [signature.id])
    # Undoing the organiser's invalidation must not count somebody who is gone.
    _write(session, signature, BLANK | {"state_before": ""})


def erase(session: Session, signature: Signature, *, now: datetime) -> None:
    """Take the name off the petition and forget the signer for good; a second time changes nothing.

    What stays is a row without a name, by which nobody can be known again: petition, state, country, area and day.
    So whoever the organiser took out comes back as somebody new. Only a trace of them could stop that, and none is
    kept; the organiser can use the rule again.
    """
    # Whoever confirms or corrects at this moment does so before or after, never between the lines below.
    session.refresh(signature, with_for_update=True)
    if is_erased(signature):
        return
    if "withdrawn" in TRANSITIONS[signature.state]:
        move(session, signature, "withdrawn", now=now)
    forget(session, signature, now=now)
    _write(session, signature, _unrecognisable(signature) | {"invalidation_id": None})


def is_erased(signature: Signature) -> bool:
    """True once nobody can be known again from the row."""
    return signature.signer_key.startswith(FORGOTTEN)


def kept_until(petition: Petition, days: int) -> datetime | None:
    """The instant at which names and addresses go: the organiser's, else `days` days after the end.

    None while the petition has neither. Shown beside the form before anybody signs.
    """
    if petition.keep_until:
        return petition.keep_until
    return petition.ended_at + timedelta(days=days) if petition.ended_at else None


def over(*, now: datetime, days: int) -> Select[tuple[int]]:
    """The ids of petitions whose signers are to be forgotten by now (as `kept_until` says)."""
    ended_by = now - timedelta(days=days)
    closed_by_hand = and_(Campaign.state == "closed", Campaign.closed_at <= ended_by)
    by_default = and_(Petition.keep_until.is_(None), or_(Petition.closes_at <= ended_by, closed_by_hand))
    return select(Petition.id).join(Petition.campaign).where(or_(Petition.keep_until <= now, by_default))


def forget_ended(session: Session, *, now: datetime, days: int, limit: int = 1000) -> int:
    """Erase up to `limit` signers of petitions whose day has come; returns how many. All counts stay."""
    columns = (Signature.id, Signature.petition_id, Signature.created_at, Signature.confirmed_at)
    # In one order, as everybody who moves many at once: two of them wait for each other and never in a circle.
    due = select(*columns).where(_is_due(now=now, days=days)).limit(limit)
    found = sorted(session.execute(due).all(), key=lambda row: row.id)
    if not found:
        return 0
    # By their numbers and not as objects: there may be a million of them.
    session.execute(update(Signature), [{"id": row.id} | BLANK | _unrecognisable(row) for row in found])
    ids = [row.id for row in found]
    session.execute(delete(SignatureLink).where(SignatureLink.signature_id.in_(ids)))
    forget_mails(session, ids)
    wishes.ended(session, ids)
    for petition_id in sorted({row.petition_id for row in found}):
        # Their lists go as a whole, so none is to be looked for.
        session.add(Erasure(petition_id=petition_id, listed_since=None, at=now))
        unquoting.forget_all(session, petition_id)
    session.flush()
    session.expire_all()
    return len(found)


def has_more(session: Session, *, now: datetime, days: int) -> bool:
    """True while `forget_ended` has work."""
    return session.scalar(select(Signature.id).where(_is_due(now=now, days=days)).limit(1)) is not None


def clean_up(session: Session, signature: Signature, *, now: datetime) -> None:
    """Behind names that are going: mails to them go, too, and the worker removes lists and the log of changes."""
    outbox.forget(session, about=about(signature.id))
    if signature.email:
        unquoting.forget(session, signature)
        session.add(Erasure(petition_id=signature.petition_id, listed_since=signature.confirmed_at, at=now))
        session.flush()


def about(signature_id: int) -> str:
    """How the outbox calls this signature."""
    return f"signature/{signature_id}"


def _is_due(*, now: datetime, days: int) -> ColumnElement[bool]:
    return Signature.petition_id.in_(over(now=now, days=days)) & (Signature.signer_key < LAST_KEY)


def _unrecognisable(row: Any) -> dict[str, Any]:
    """Neither by their mailbox nor by the second in which they signed."""
    return {
        "signer_key": f"{FORGOTTEN}{row.id}",
        "created_at": _day(row.created_at),
        "confirmed_at": _day(row.confirmed_at) if row.confirmed_at else None,
        "mailed_at": None,
        "reminded_at": None,
        "asked_again_at": None,
        "agreed_at": None,
    }


def _day(instant: datetime) -> datetime:
    return datetime.combine(instant.astimezone(UTC).date(), time(), UTC)


def _write(session: Session, signature: Signature, values: dict[str, Any]) -> None:
    """All columns, whatever this session believes is in them: somebody may have changed one meanwhile."""
    statement = update(Signature).where(Signature.id == signature.id).values(**values)
    session.execute(statement, execution_options={"synchronize_session": False})
    session.refresh(signature)


def forget_mails(session: Session, signature_ids: Collection[int]) -> None:
    """Delete what is in the outbox about these signatures."""
    abouts = [about(id) for id in signature_ids]
    for known in session.scalars(select(Email.about).where(Email.about.in_(abouts)).distinct()).all():
        outbox.forget(session, about=known)
