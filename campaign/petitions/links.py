"""The secrets in a mail to a signer: a link, and a code of six digits. The database has only their hashes.

Whoever has a link acts for the signer; whoever has a code is given a link. Every mail has a link of its own, so that a
reminder does not spoil the first.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from campaign import tokens
from campaign.db import touched
from campaign.petitions.models import Signature, SignatureLink
from campaign.statements import Statement

# Part of what is hashed, so that a token made for anything else opens no signature, and the other way round.
PURPOSE = "campaign signature"
LIFE = timedelta(days=30)
# Wrong codes, whoever types them; then only the links still open the signature, until another mail brings a new code.
MOST_TRIES = 5

NO_ID = 0  # no signature has it
# A code that nobody was mailed, compared where there is none.
_NOBODY = (NO_ID, "0" * 64, MOST_TRIES + 1)
_QUIET = {"synchronize_session": False}
_COLUMNS = ("token_hash", "signature_id", "code_hash", "tries", "expires_at")
_NEW = Statement(lambda insert: insert(SignatureLink.__table__), *_COLUMNS)
_REVOKE = Statement(lambda _insert: delete(SignatureLink).where(SignatureLink.signature_id == bindparam("revoked")))
_REVOKE_ONE = Statement(lambda _insert: delete(SignatureLink).where(SignatureLink.token_hash == bindparam("hash")))


@dataclass(frozen=True)
class Secrets:
    """What goes into one mail. token: 256 random bits, as they stand in the link; code: six digits, or none."""

    token: str
    code: str


def issue(session: Session, signature_id: int, *, secret: str, has_code: bool = True, now: datetime) -> Secrets:
    """A new link to a signature, beside those it has. secret: keys the hash of the code, which is short.

    has_code: False for a mail that tells none. Then none may be guessed: strangers can have many such mails written.
    """
    issued, row = _drawn(signature_id, secret=secret, has_code=has_code, now=now)
    _NEW.rows(session, row)
    return issued


def replace(
    session: Session, signature_id: int, *, secret: str, has_code: bool = True, instead: bool, now: datetime
) -> Secrets:
    """As `issue`. instead: no link or code that was mailed before opens the signature any more.

    It takes as long either way: who enters somebody's address does not learn by the clock which of the two it was.
    """
    issued, row = _drawn(signature_id, secret=secret, has_code=has_code, now=now)
    _REVOKE.later(session, {"revoked": signature_id if instead else NO_ID})
    _NEW.later(session, row)
    return issued


def replace_nobodys(session: Session, signer_key: str) -> None:
    """For somebody who gets no link, as many statements as `replace` takes, which find nothing."""
    _REVOKE.later(session, {"revoked": NO_ID})
    _REVOKE_ONE.later(session, {"hash": token_hash(signer_key)})


def _drawn(signature_id: int, *, secret: str, has_code: bool, now: datetime) -> tuple[Secrets, dict[str, Any]]:
    issued = Secrets(tokens.draw(), f"{secrets.randbelow(1_000_000):06}" if has_code else "")
    row = {
        "token_hash": token_hash(issued.token),
        "signature_id": signature_id,
        "code_hash": code_hash(secret, signature_id, issued.code) if has_code else "",
        "tries": 0,
        "expires_at": now + LIFE,
    }
    return issued, row


def take_back(session: Session, issued: Secrets) -> None:
    """Nobody will ever have this link: its mail could not be queued."""
    own = SignatureLink.token_hash == token_hash(issued.token)
    session.execute(delete(SignatureLink).where(own), execution_options=_QUIET)


def match_code(
    session: Session, petition_id: int, signer_key: str, code: str, *, secret: str, now: datetime
) -> list[int]:
    """The ids of a mailbox's signatures that were mailed this code; empty after too many wrong ones.

    Counting comes before comparing: of a thousand who guess at once, each has a number of their own. It holds once the
    caller commits. A mailbox that signed nothing costs the same.
    """
    mine = select(Signature.id).where(Signature.petition_id == petition_id, Signature.signer_key == signer_key)
    # The signature before its links, as everybody does: who confirms by the link at this moment waits, or we do.
    session.execute(mine.order_by(Signature.id).with_for_update())
    live = (SignatureLink.code_hash != "") & (SignatureLink.expires_at > now) & SignatureLink.signature_id.in_(mine)
    one_more = update(SignatureLink).where(live).values(tries=SignatureLink.tries + 1)
    columns = (SignatureLink.signature_id, SignatureLink.code_hash, SignatureLink.tries)
    found = session.execute(one_more.returning(*columns), execution_options=_QUIET).tuples().all()
    typed = digits(code)
    matched = [
        id
        for id, known, tries in [*found] or [_NOBODY]
        if hmac.compare_digest(known, code_hash(secret, id, typed)) and tries <= MOST_TRIES
    ]
    if matched:
        session.execute(
            update(SignatureLink).where(live).values(tries=SignatureLink.tries - 1), execution_options=_QUIET
        )
    return matched


def digits(code: str) -> str:
    """A code as it is hashed, however it was typed: with spaces or dashes, in the digits of any script."""
    return "".join(str(unicodedata.digit(sign, "")) for sign in code)


def keep(session: Session, signature: Signature, *, until: datetime, now: datetime) -> None:
    """The links that open a signature now do so at least until then."""
    mine = (SignatureLink.signature_id == signature.id) & (SignatureLink.expires_at > now)
    session.execute(update(SignatureLink).where(mine, SignatureLink.expires_at < until).values(expires_at=until))


def keep_for_pending(session: Session, *, now: datetime) -> int:
    """A link lives as long as its signature can be confirmed: a late mail, or many PENDING_DAYS, end none too early.

    Call it every hour or oftener. Returns how many links got another day.
    """
    ends_soon = (SignatureLink.expires_at > now) & (SignatureLink.expires_at <= now + timedelta(hours=2))
    is_pending = select(Signature.id).where(Signature.id == SignatureLink.signature_id, Signature.state == "pending")
    longer = update(SignatureLink).where(ends_soon, is_pending.exists()).values(expires_at=now + timedelta(days=1))
    result = session.execute(longer, execution_options=_QUIET)
    return touched(result)


def forget_expired(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` links that open nothing any more; returns how many."""
    old = select(SignatureLink.token_hash).where(SignatureLink.expires_at <= now).limit(limit)
    deleted = session.execute(delete(SignatureLink).where(SignatureLink.token_hash.in_(old)), execution_options=_QUIET)
    return touched(deleted)


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return tokens.hashed(PURPOSE, token)


def code_hash(secret: str, signature_id: int, code: str) -> str:
    """What the database keeps of a code: without the secret, trying out a million codes tells nothing."""
    return hmac.new(secret.encode(), f"{PURPOSE} code\0{signature_id}\0{code}".encode(), hashlib.sha256).hexdigest()
