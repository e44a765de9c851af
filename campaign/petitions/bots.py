"""Telling programs from people: when the form was shown, and a little work that a browser does by itself.

Neither sets a cookie or asks another site, and both hold for pages that were cached. They stop programs that fill in
whatever form they find. Somebody who writes a program for this site gets past; then limits and confirmation count.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, TimestampSigner

GOOD_FOR = timedelta(days=30)  # so that pages may be cached, and a form may stay open over a holiday
# Who runs no scripts waits this long instead of working: a program that tries many addresses will not.
WAIT = timedelta(seconds=20)
MOST_BITS = 24


class _Signer(TimestampSigner):
    """With the time it is told."""

    def __init__(self, secrets: Sequence[str], now: datetime) -> None:
        super().__init__(list(secrets), salt="sign form")
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now.timestamp())


def stamp(secrets: Sequence[str], petition_id: int, *, now: datetime) -> str:
    """What the form carries to say when it was shown, and for which petition. secrets: the newest last."""
    return _Signer(secrets, now).sign(str(petition_id)).decode()


def age(secrets: Sequence[str], petition_id: int, stamped: str, *, now: datetime) -> timedelta | None:
    """How long ago the form was shown; None when the stamp is not ours, of another petition, or no longer good."""
    try:
        about, shown_at = _Signer(secrets, now).unsign(stamped, return_timestamp=True)
    except (BadSignature, ValueError):
        return None
    passed = now - shown_at.astimezone(UTC)
    is_good = about == str(petition_id).encode() and passed <= GOOD_FOR
    # Clocks of two machines may differ a little.
    return max(passed, timedelta()) if is_good and passed > -WAIT else None


def is_worked(stamped: str, email: str, work: str, *, bits: int) -> bool:
    """True when the SHA-256 of "stamp:address:work" begins with so many zero bits; of 2^bits tries one does.

    The address is part of it, so that each signature costs the work anew. email: as typed.
    """
    digest = hashlib.sha256(f"{stamped}:{email}:{work}".encode("utf-8", "replace")).digest()
    return len(work) <= 20 and int.from_bytes(digest) >> (256 - min(bits, MOST_BITS)) == 0
