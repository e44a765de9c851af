"""What the holder of a mailed link can do: confirm, withdraw, say "this was not me". And who never did."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.db import touched
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.petitions import counting, forgetting, links, mailing, wishes
from campaign.petitions.models import TRANSITIONS, Invalidation, Petition, Signature, SignatureLink
from campaign.petitions.origins import ONLINE
from campaign.petitions.signers import signer_key
from campaign.petitions.signing import PetitionClosed
from campaign.petitions.transitions import move

# A mail may be late: who signed before the end may still confirm for this long after it.
GRACE = timedelta(days=3)
# Mail scanners may press a button. For this long after it whoever reads the mail can say that it was not them.
DISOWNED = timedelta(days=7)


class UnknownLink(NotFound):
    """No signature has this token."""


class WrongCode(Refused):
    """This code does not confirm a signature of this address; it says to nobody why."""


@dataclass(frozen=True)
class Confirmation:
    """`changed` is True for the one call that made the signature count."""

    signature: Signature
    changed: bool


@dataclass(frozen=True)
class Opened:
    """token: of a new link to the page that shows the entry and confirms it; None once the signature is confirmed."""

    signature: Signature
    token: str | None


def find(session: Session, token: str, *, hold: bool = False, now: datetime) -> Signature:
    """The signature a mailed link opens. Raises UnknownLink, also for a link that is too old.

    hold: nobody else changes the signature until the caller's transaction ends, and what is returned is as it is now.
    """
    query = select(Signature).join(SignatureLink, SignatureLink.signature_id == Signature.id)
    query = query.where(SignatureLink.token_hash == links.token_hash(token), SignatureLink.expires_at > now)
    if hold:
        session.execute(query.with_only_columns(Signature.id).with_for_update(of=Signature))
    # A second look: while we waited for the row, its links may have been revoked.
    signature = session.scalar(query, execution_options={"populate_existing": hold})
    if signature is None:
        message = gettext(
            "This link opens nothing here. Your mail program may have cut it short: copy the whole address. "
            "If you asked for a newer mail, use the link in that one."
        )
        raise UnknownLink(message)
    return signature


def confirm(session: Session, token: str, *, now: datetime) -> Confirmation:
    """Count the signature; a second time changes nothing. Raises UnknownLink, and PetitionClosed after the grace.

    One that the organiser took out is not counted by withdrawing it and signing again: confirmed, it is out as before.
    """
    return _confirm(session, find(session, token, hold=True, now=now), now=now)


def open_by_code(session: Session, petition: Petition, *, email: str, code: str, secret: str, now: datetime) -> Opened:
    """A link to the signature of whoever was mailed this code. The code alone confirms nothing.

    A stranger may have signed with somebody's address and words of their own: neither the mail nor the page that asks
    for the code shows those, so whoever types it in must see the entry before they confirm it.

    Raises WrongCode for a wrong or old code, for an address that has not signed, and after too many tries; commit
    then, too, so that the try is counted. Raises PetitionClosed after the grace.
    """
    ids = links.match_code(session, petition.id, signer_key(secret, email), code, secret=secret, now=now)
    counts = Signature.state.in_(("pending", "confirmed"))
    # Two who share a mailbox have a code each; "pending" sorts behind "confirmed" and is what somebody waits for.
    query = select(Signature).where(Signature.id.in_(ids), counts).order_by(Signature.state.desc()).limit(1)
    found = session.scalar(query, execution_options={"populate_existing": True}) if ids else None
    if found is None:
        text = gettext("This code is not right, or too old. Use the newest mail, or the link in it.")
        raise WrongCode(text, field="code")
    if found.state == "confirmed":
        return Opened(found, None)
    _check_time(found, now=now)
    return Opened(found, links.issue(session, found.id, secret=secret, has_code=False, now=now).token)


def can_confirm(signature: Signature, *, now: datetime) -> bool:
    """True while a pending signature may still be confirmed."""
    ended_at = signature.petition.ended_at
    return signature.state == "pending" and (ended_at is None or now < ended_at + GRACE)


def can_withdraw(signature: Signature) -> bool:
    """True while there is a name under the petition, counted or not."""
    return "withdrawn" in TRANSITIONS[signature.state]


def can_disown(signature: Signature, *, now: datetime) -> bool:
    """True while the link offers "this was not me"; later on a signature can still be withdrawn.

    Whom somebody else put in, from paper or another tool, may say so at any time.
    """
    if signature.batch_id is not None:
        return signature.state == "confirmed"
    if signature.state == "confirmed" and signature.confirmed_at:
        return now < signature.confirmed_at + DISOWNED
    return signature.state == "pending"


def withdraw(session: Session, token: str, *, now: datetime) -> Signature:
    """Take the name off the petition and forget who it was; a second time changes nothing. Raises UnknownLink.

    Also of a signature that the organiser took out: bringing those back brings back nobody who did not stay.
    """
    signature = find(session, token, hold=True, now=now)
    if can_withdraw(signature) and move(session, signature, "withdrawn", now=now):
        forgetting.forget(session, signature, now=now)
    return signature


def can_adopt(signature: Signature, *, now: datetime) -> bool:
    """True for a signature that was taken in from elsewhere, while its signer can give it here themselves."""
    is_taken_in = signature.state == "confirmed" and signature.batch_id is not None
    return is_taken_in and signature.petition.is_open(now=now)


def adopt(session: Session, token: str, *, now: datetime) -> Signature:
    """The signer says themselves that they signed: from now on it counts as given here, and stays if the batch goes.

    A second time changes nothing. Raises UnknownLink.
    """
    signature = find(session, token, hold=True, now=now)
    if can_adopt(signature, now=now):
        chosen = Signature.id == signature.id
        counting.add_all(session, chosen, sign=-1)
        own: dict[str, Any] = {"origin": ONLINE, "batch_id": None, "batch_row": None}
        own |= {"created_at": now, "confirmed_at": now}
        session.execute(update(Signature).where(chosen).values(**own), execution_options={"synchronize_session": False})
        counting.add_all(session, chosen, sign=1)
        session.refresh(signature)
    return signature


def disown(session: Session, token: str, *, now: datetime) -> None:
    """ "This was not me": nothing remains of a signature that was never confirmed, a confirmed one is withdrawn.

    Raises UnknownLink.
    """
    signature = find(session, token, hold=True, now=now)
    unconfirmed = delete(Signature).where(Signature.id == signature.id, Signature.state == "pending")
    result = session.execute(unconfirmed, execution_options={"synchronize_session": False})
    if touched(result):
        session.expunge(signature)
        forgetting.clean_up(session, signature, now=now)
        return
    forgetting.erase(session, signature, now=now)


def expire_pending(session: Session, *, now: datetime, days: int, limit: int = 1000) -> int:
    """Forget up to `limit` signatures that nobody confirmed within `days` days of the mail; returns how many.

    Nobody can answer a mail that has not left: while one waits, the days have not begun.
    """
    since = now - timedelta(days=days)
    query = (
        select(Signature)
        .where(Signature.state == "pending", Signature.created_at <= since, ~mailing.is_new(since))
        .order_by(Signature.id)
        .limit(limit)
        .with_for_update(of=Signature, skip_locked=True)  # somebody is just confirming or disowning it
    )
    expired = [signature for signature in session.scalars(query) if move(session, signature, "expired", now=now)]
    for signature in expired:
        forgetting.forget(session, signature, now=now)
    return len(expired)


def _confirm(session: Session, signature: Signature, *, now: datetime) -> Confirmation:
    if signature.state != "pending":
        return Confirmation(signature, changed=False)
    _check_time(signature, now=now)
    if _is_taken_out(session, signature):
        if move(session, signature, "invalidated", now=now):
            # Undone, it counts from now on.
            signature.state_before, signature.confirmed_at = "confirmed", now
            session.flush()
        return Confirmation(signature, changed=False)
    changed = move(session, signature, "confirmed", now=now)
    if changed:
        links.keep(session, signature, until=now + DISOWNED, now=now)
        wishes.begun(session, signature, now=now)
    return Confirmation(signature, changed=changed)


def _is_taken_out(session: Session, signature: Signature) -> bool:
    """True while the organiser's invalidation of this signature, from before it was withdrawn, is not undone."""
    if signature.invalidation_id is None:
        return False
    # The signature first and then this, as in `invalidating.undo`: that finds the signature, or we see it undone.
    found = session.get_one(Invalidation, signature.invalidation_id, with_for_update=True, populate_existing=True)
    if found.undone_at:
        signature.invalidation_id = None
        session.flush()
    return found.undone_at is None


def _check_time(signature: Signature, *, now: datetime) -> None:
    if not can_confirm(signature, now=now):
        raise PetitionClosed(gettext("This petition has closed, and the time for confirming is over."))
