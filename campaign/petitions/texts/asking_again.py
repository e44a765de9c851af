"""After a material change of the text: writing to everybody who agreed to an earlier one, once each.

Whoever does nothing stays under the text they agreed to. Who has not confirmed yet gets no further mail, for the
address may be somebody else's; they are asked once they confirm.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from campaign.mail import messages
from campaign.mail.mailboxes import deliverable
from campaign.petitions import links
from campaign.petitions.models import Petition, PetitionText, Signature

BATCH = 500


def ask_again(
    session: Session, *, secret: str, address: Callable[[str], str], now: datetime, limit: int = BATCH
) -> int:
    """Put up to `limit` mails in the outbox; returns how many signers that were.

    address: makes the link in the mail from its token; secret: as in links.issue. Signers are marked in the caller's
    transaction: after a crash the next call goes on where the last commit was, and nobody is written to twice.
    """
    asked = 0
    for text in _material(session):
        petition = text.petition
        if asked == limit or petition.campaign.state != "published" or petition.is_ended(now=now):
            continue
        for signature in _unasked(session, text, limit=limit - asked):
            _ask(session, petition, signature, secret=secret, address=address, now=now)
            asked += 1
    session.flush()
    return asked


def _material(session: Session) -> Sequence[PetitionText]:
    """The newest material change of each petition that has one."""
    later = aliased(PetitionText)
    is_later = (later.petition_id == PetitionText.petition_id) & (later.version > PetitionText.version)
    has_later = select(later.id).where(is_later, later.is_material).exists()
    return session.scalars(select(PetitionText).where(PetitionText.is_material, ~has_later)).all()


def _unasked(session: Session, text: PetitionText, *, limit: int) -> Sequence[Signature]:
    query = (
        select(Signature)
        .join(Signature.petition_text)
        .where(
            Signature.petition_id == text.petition_id,
            Signature.state == "confirmed",
            Signature.email != "",
            Signature.batch_id.is_(None),  # who signed elsewhere gets no mail from here
            PetitionText.version < text.version,
            or_(Signature.asked_again_at.is_(None), Signature.asked_again_at < text.created_at),
        )
        .order_by(Signature.id)
        .limit(limit)
        .with_for_update(of=Signature, skip_locked=True)
    )
    return session.scalars(query).all()


def _ask(
    session: Session,
    petition: Petition,
    signature: Signature,
    *,
    secret: str,
    address: Callable[[str], str],
    now: datetime,
) -> None:
    issued = links.issue(session, signature.id, secret=secret, has_code=False, now=now)
    # A mailbox that may not be written to gets nothing, and is not tried again.
    messages.text_changed(
        session,
        to=deliverable(signature.email),
        language=signature.language,
        given_name=signature.given_name,
        demand=petition.texts[-1].demand,
        campaign_title=petition.campaign.title,
        note=_note(petition, signature),
        link=address(issued.token),
        about=f"signature/{signature.id}",
        group=f"petition/{petition.id}",
        now=now,
    )
    signature.asked_again_at = now


def _note(petition: Petition, signature: Signature) -> str:
    """Why the text differs from the one they signed: the notes of all versions since."""
    signed = signature.petition_text.version
    return "\n".join(text.note for text in petition.texts if text.version > signed and text.note)
