"""Who wants to hear what comes of a petition, for the feature that writes to them.

It stands after this one in the import order, so it puts its functions here.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy.orm import Session

from campaign.petitions.models import Signature

# name of a feature → what it does when a confirmed signer wants to hear from us, and when signers no longer do
BEGUN: dict[str, Callable[[Session, Signature, datetime], None]] = {}
ENDED: dict[str, Callable[[Session, Collection[int]], None]] = {}


def begun(session: Session, signature: Signature, *, now: datetime) -> None:
    """Call it when a signature was confirmed, or its signer ticked the box later. Others are passed over."""
    if signature.subscribe and signature.state == "confirmed":
        for follow in BEGUN.values():
            follow(session, signature, now)


def ended(session: Session, signature_ids: Collection[int]) -> None:
    """Call it when these signers want to hear no more, or are forgotten."""
    for stop in ENDED.values():
        stop(session, signature_ids)
