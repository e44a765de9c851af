"""Signing: a row that waits for its confirmation, once per person, however many submits arrive at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.campaigns.models import Campaign
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions import links
from campaign.petitions.models import Petition, PetitionText, Signature
from campaign.petitions.signers import signer_key
from campaign.petitions.transitions import move

# One mail about one petition to one mailbox in this time, whoever types the address in how often.
MAIL_PAUSE = timedelta(hours=24)

Mail = Literal["confirm", "already"]


class PetitionNotOpen(Refused):
    """Nobody can sign yet."""


class PetitionClosed(Refused):
    """Nobody can sign any more."""


@dataclass(frozen=True)
class Signed:
    """What became of a submit. The person must be shown the same page in every case.

    token  opens the signature's page; worthless unless `mail` says that it is mailed
    mail   the mail to send: a confirmation, "you have signed already", or none as one went out just before
    """

    signature: Signature
    token: str
    mail: Mail | None


def sign(
    session: Session,
    petition: Petition,
    *,
    given_name: str,
    family_name: str = "",
    email: str,
    country: str,
    postcode: str = "",
    comment: str = "",
    show_name: bool = False,
    subscribe: bool = False,
    language: str,
    secret: str,
    now: datetime,
) -> Signed:
    """Put somebody's name under the petition's newest text, to be counted once they confirm.

    secret: keys the hash by which the same mailbox is known again. Raises PetitionNotOpen and PetitionClosed.
    """
    text = _text_to_sign(session, petition, now=now)
    token = links.new_token()
    values = {
        "petition_text_id": text.id,
        "email": email,
        "given_name": given_name,
        "family_name": family_name,
        "country": country,
        "postcode": postcode,
        "comment": comment,
        "show_name": show_name,
        "subscribe": subscribe,
        "language": language,
        "token_hash": links.token_hash(token),
        "mailed_at": now,
        "created_at": now,
    }
    key = signer_key(secret, email)
    while True:
        signature = _insert(session, petition, key, values)
        if signature:
            return Signed(signature, token, "confirm")
        signature = _find(session, petition, key)
        if signature:
            return Signed(signature, token, _sign_again(session, signature, values, now=now))
        # Somebody said "this was not me" between the two statements, and the row is gone: insert it after all.


def _text_to_sign(session: Session, petition: Petition, *, now: datetime) -> PetitionText:
    """The newest text, after a look at state and times within this transaction.

    The rows are locked against changes (not against other signers), so that once closing is committed no signature
    that still saw the petition open can follow.
    """
    query = select(Petition, Campaign).join(Petition.campaign).where(Petition.id == petition.id)
    session.execute(query.with_for_update(read=True), execution_options={"populate_existing": True}).one()
    if petition.is_ended(now=now):
        raise PetitionClosed(gettext("This petition is closed. It can no longer be signed."))
    text = session.scalar(
        select(PetitionText)
        .where(PetitionText.petition_id == petition.id)
        .order_by(PetitionText.version.desc())
        .limit(1)
    )
    if text is None or not petition.is_open(now=now):
        raise PetitionNotOpen(gettext("This petition is not open yet. Come back later."))
    return text


def _insert(session: Session, petition: Petition, key: str, values: dict[str, Any]) -> Signature | None:
    """A new pending signature; None when this person has one. The unique key decides, never a look beforehand."""
    statement = (
        dialects.insert(session, Signature)
        .values(petition_id=petition.id, signer_key=key, state="pending", **values)
        .on_conflict_do_nothing(index_elements=["petition_id", "signer_key"])
        .returning(Signature)
    )
    return session.scalars(statement).one_or_none()


def _find(session: Session, petition: Petition, key: str) -> Signature | None:
    query = select(Signature).where(Signature.petition_id == petition.id, Signature.signer_key == key)
    return session.scalar(query, execution_options={"populate_existing": True})


def _sign_again(session: Session, signature: Signature, values: dict[str, Any], *, now: datetime) -> Mail | None:
    """What was typed now replaces the older entry only together with a new mail.

    A link confirms what its reader was shown. Were the row changed while that mail is on its way, a stranger who
    knows the address could put words of theirs under it.
    """
    if signature.state == "pending":
        return "confirm" if _renew(session, signature, values, now=now) else None
    if signature.state == "confirmed":
        only = {name: values[name] for name in ("token_hash", "mailed_at")}
        return "already" if _renew(session, signature, only, now=now) else None
    if signature.state in ("withdrawn", "expired") and move(session, signature, "pending", now=now):
        for name, value in values.items():
            setattr(signature, name, value)
        session.flush()
        return "confirm"
    # Invalidated by the organiser, or somebody else was quicker.
    return None


def _renew(session: Session, signature: Signature, values: dict[str, Any], *, now: datetime) -> bool:
    """Write the values unless a mail went out just before; of two that arrive at once, one wins."""
    is_due = or_(Signature.mailed_at.is_(None), Signature.mailed_at <= now - MAIL_PAUSE)
    statement = update(Signature).where(Signature.id == signature.id, Signature.state == signature.state, is_due)
    result = session.execute(statement.values(**values), execution_options={"synchronize_session": False})
    session.refresh(signature)
    return bool(result.rowcount)  # type: ignore[attr-defined]
