"""Signed-in browsers: each is a row, so that signing out, a new password or a new role really ends them."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from campaign.accounts.models import Account, SignIn
from campaign.db import touched

# A click is written down once a minute, not at every request: reading pages should not wait for the one writer.
SEEN_EVERY = timedelta(minutes=1)
# How long a password that was asked for again opens dangerous acts.
PROOF_LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Lifetime:
    """How long a browser stays signed in: `idle` without a click, `longest` in all."""

    idle: timedelta
    longest: timedelta


def start(session: Session, account: Account, *, now: datetime) -> str:
    """A new signed-in browser; returns its token of 256 random bits, of which only a hash is stored."""
    token = secrets.token_urlsafe(32)
    session.add(SignIn(account_id=account.id, token_hash=_hash(token), created_at=now, last_seen_at=now))
    return token


def find(session: Session, token: str, *, lifetime: Lifetime, now: datetime) -> SignIn | None:
    """The signed-in browser with this token; None when it is unknown or over, or its account disabled."""
    query = (
        select(SignIn)
        .join(SignIn.account)
        .options(joinedload(SignIn.account))
        .where(SignIn.token_hash == _hash(token), Account.disabled_at.is_(None))
        .where(SignIn.last_seen_at > now - lifetime.idle, SignIn.created_at > now - lifetime.longest)
    )
    return session.scalar(query)


def see(session: Session, token: str, *, now: datetime) -> None:
    """Write down that this browser was used just now."""
    session.execute(update(SignIn).where(SignIn.token_hash == _hash(token)).values(last_seen_at=now))


def prove(session: Session, token: str, *, now: datetime) -> None:
    """Write down that the password was asked for again in this browser just now, and was right."""
    session.execute(update(SignIn).where(SignIn.token_hash == _hash(token)).values(proved_at=now))


def end(session: Session, token: str) -> None:
    """Sign this browser out."""
    session.execute(delete(SignIn).where(SignIn.token_hash == _hash(token)))


def end_all(session: Session, account: Account, *, but: str = "") -> None:
    """Sign an account out everywhere, except in the browser with the token `but`."""
    session.execute(delete(SignIn).where(SignIn.account_id == account.id, SignIn.token_hash != _hash(but)))


def forget_ended(session: Session, *, lifetime: Lifetime, now: datetime) -> int:
    """Delete the rows of browsers whose time is over; returns how many."""
    is_over = or_(SignIn.last_seen_at <= now - lifetime.idle, SignIn.created_at <= now - lifetime.longest)
    return touched(session.execute(delete(SignIn).where(is_over)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
