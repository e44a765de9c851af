"""From which network somebody signed: a hash that says only which signatures of one day share it.

Fake waves often come from one network. Addresses themselves are never stored.
"""

import hmac
import secrets
from datetime import date, datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.db import touched
from campaign.limiting import network
from campaign.petitions.models import DailySalt

KEPT = timedelta(days=2)  # then nobody, and neither do we, can try out which address a hash stands for

# Each process remembers the newest salt it has read, so that signing asks for none.
_read: WeakKeyDictionary[Engine, tuple[date, str]] = WeakKeyDictionary()


def key(session: Session, address: str, *, now: datetime) -> str:
    """What stands today for the network of an IP address: an IPv4 address, or an IPv6 /64. Tomorrow it is another."""
    return hmac.digest(_salt(session, now.date()).encode(), network(address).encode(), "sha256").hex()


def forget_salts(session: Session, *, now: datetime) -> int:
    """Delete the salts of days long enough ago; returns how many."""
    old = delete(DailySalt).where(DailySalt.day < (now - KEPT).date())
    return touched(session.execute(old))


def _salt(session: Session, day: date) -> str:
    engine = session.get_bind().engine
    remembered = _read.get(engine)
    if remembered and remembered[0] == day:
        return remembered[1]
    salt = session.scalar(select(DailySalt.salt).where(DailySalt.day == day))
    if salt is None:
        # Not remembered yet: this transaction may still be rolled back, and the salt with it.
        return _made(session, day)
    _read[engine] = day, salt
    return salt


def _made(session: Session, day: date) -> str:
    """Of many who begin the day at once, the first decides; PostgreSQL lets the others wait for that one's commit."""
    made = dialects.insert(session, DailySalt).values(day=day, salt=secrets.token_hex(32))
    session.execute(made.on_conflict_do_nothing(index_elements=["day"]))
    return session.scalars(select(DailySalt.salt).where(DailySalt.day == day)).one()
