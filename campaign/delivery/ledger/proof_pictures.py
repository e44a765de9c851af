"""Photos and receipts of hand-overs: made anew as the pictures of articles are, so no camera says where it stood."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.articles import child, picture_files
from campaign.campaigns.models import READABLE, Campaign
from campaign.delivery.models import Delivery
from campaign.errors import Refused
from campaign.i18n import gettext


class UnfitProof(Refused):
    """It cannot be shown to everybody."""


def folder(config: Mapping[str, Any]) -> Path:
    """Where they lie here: apart from pictures of articles, which are swept by other rules."""
    return Path(config["INSTANCE"]) / "proofs"


def keep(folder: Path, data: bytes) -> str:
    """Keep a picture, and return its digest. Raises UnfitProof, also for a PDF.

    A PDF can run scripts, load things from elsewhere, and hide names under black bars; a picture of it cannot.
    """
    if b"%PDF-" in data[:1024]:
        text = gettext(
            "This is a PDF, which can hold scripts and hidden text. Photograph the receipt, or save it as a picture."
        )
        raise UnfitProof(text, field="proof")
    try:
        drawn = child.parse("picture", data)
    except child.Unreadable as error:
        message = error.message
        if error.code == "too-much":
            message = gettext("The picture takes too long or too much memory to read. Choose a smaller version of it.")
        raise UnfitProof(message, field="proof") from error
    return picture_files.keep(folder, drawn["data"])


def is_public(session: Session, digest: str) -> bool:
    """True while the ledger of a campaign that can be read shows this picture."""
    shows = select(Delivery.id).join(Campaign).where(Delivery.proof_digest == digest, Delivery.removed_at.is_(None))
    return session.scalar(shows.where(Campaign.state.in_(READABLE)).limit(1)) is not None


def is_kept(session: Session, digest: str) -> bool:
    """True while an entry that stands, of whatever campaign, has this picture."""
    has = select(Delivery.id).where(Delivery.proof_digest == digest, Delivery.removed_at.is_(None))
    return session.scalar(has.limit(1)) is not None


def forget_unused(session: Session, folder: Path, *, now: datetime) -> int:
    """Delete the files that no entry shows any more; returns how many."""
    stands = (Delivery.proof_digest != "") & Delivery.removed_at.is_(None)
    return picture_files.forget(folder, but=set(session.scalars(select(Delivery.proof_digest).where(stands))), now=now)
