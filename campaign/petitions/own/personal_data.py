"""All that is kept about one signer, for themselves, in a form that programs can read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.mail.models import Email
from campaign.petitions import forgetting
from campaign.petitions.models import Batch, ConsentWording, Signature

AS_THEY_ARE = (
    "state",
    "given_name",
    "family_name",
    "email",
    "country",
    "area",
    "postcode",
    "city",
    "organisation",
    "phone",
    "comment",
    "show_name",
    "subscribe",
    "language",
    "origin",
)
TIMES = ("created_at", "confirmed_at", "subscribed_at", "mailed_at", "reminded_at", "asked_again_at", "agreed_at")
# Made of what they typed, or of where they came from, and kept to notice doubles and floods.
DERIVED = ("signer_key", "slot", "domain", "network_key", "is_disposable")

# Features that stand after this one add what they keep: name → what they know of a signature.
ALSO: dict[str, Callable[[Session, Signature], Any]] = {}
# And what they erase when a signer asks to be erased, besides the signature.
FORGET: dict[str, Callable[[Session, Signature, datetime], None]] = {}


def of(session: Session, signature: Signature, *, kept_until: datetime | None) -> dict[str, Any]:
    """Plain values for JSON. Times are ISO 8601 in UTC; what is empty is not known, or was not asked."""
    text = signature.petition_text
    return {
        "petition": {
            "campaign": signature.petition.campaign.title,
            "demand": text.demand,
            "text": text.body,
            "version": text.version,
            "written_at": _iso(text.created_at),
        },
        "signature": {name: getattr(signature, name) for name in AS_THEY_ARE}
        | {name: _iso(getattr(signature, name)) for name in TIMES}
        | {"answers": answers(signature), "invalidated_by_organiser": signature.invalidation_id is not None},
        "derived": {name: getattr(signature, name) for name in DERIVED},
        "consent_to_updates": _consent(session, signature),
        "taken_in": _taken_in(session, signature),
        "mails": _mails(session, signature),
        "kept_until": _iso(kept_until),
    } | {name: look(session, signature) for name, look in ALSO.items()}


def forget_elsewhere(session: Session, signature: Signature, *, now: datetime) -> None:
    """They asked to be erased: what other features keep by their mailbox goes, too."""
    for forget in FORGET.values():
        forget(session, signature, now)


def answers(signature: Signature) -> list[dict[str, str]]:
    """What they answered to the petition's own questions, in their order."""
    given = signature.answers or {}
    return [
        {"question": question.label, "answer": str(given[str(question.id)])}
        for question in signature.petition.questions
        if given.get(str(question.id))
    ]


def _consent(session: Session, signature: Signature) -> dict[str, Any] | None:
    if not signature.subscribe or signature.consent_wording_id is None:
        return None
    agreed = session.get_one(ConsentWording, signature.consent_wording_id)
    return {
        "wording": agreed.wording,
        "language": agreed.language,
        "version": agreed.version,
        "given_at": _iso(signature.subscribed_at),
    }


def _taken_in(session: Session, signature: Signature) -> dict[str, Any] | None:
    """For who did not sign here: from where, when, and what the organiser says of how they signed."""
    batch = session.get(Batch, signature.batch_id) if signature.batch_id else None
    if batch is None:
        return None
    return {
        "from": batch.source,
        "at": _iso(batch.applied_at),
        "how": batch.basis,
        "told_of": list(batch.told),
        "file": batch.file_name,
        "row": signature.batch_row,
    }


def _mails(session: Session, signature: Signature) -> list[dict[str, Any]]:
    query = select(Email).where(Email.about == forgetting.about(signature.id)).order_by(Email.id)
    return [
        {
            "kind": mail.kind,
            "to": mail.to_address,
            "subject": mail.subject,
            "state": mail.state,
            "written_at": _iso(mail.created_at),
            "sent_at": _iso(mail.done_at),
        }
        for mail in session.scalars(query)
    ]


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
