"""The public list of those who signed and let their names be shown."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from campaign.full_names import full_name
from campaign.pagination import Page
from campaign.petitions.models import SHOWN, Petition, Signature

# Nobody reads further, and whoever wants to copy all names gets no more of them.
MOST = 10_000


@dataclass(frozen=True)
class Shown:
    """One signer as everybody may see them. area: as in Signature, "" where unknown."""

    name: str
    country: str
    area: str


def signers(session: Session, petition: Petition, *, number: int, size: int = 50) -> Page[Shown]:
    """Page `number` of the newest confirmed signers who let their names be shown; of MOST at most."""
    shown = and_(Signature.petition_id == petition.id, SHOWN)
    newest = select(Signature.id).where(shown).order_by(Signature.confirmed_at.desc()).limit(MOST).subquery()
    total = session.scalar(select(func.count()).select_from(newest)) or 0
    number = min(max(1, number), max(1, -(-total // size)))
    query = (
        select(Signature.given_name, Signature.family_name, Signature.country, Signature.area)
        .where(shown)
        .order_by(Signature.confirmed_at.desc(), Signature.id.desc())
        .limit(min(size, total - (number - 1) * size))
        .offset((number - 1) * size)
    )
    found = session.execute(query)
    rows = [Shown(full_name(given, family, country), country, area) for given, family, country, area in found]
    return Page(rows, number, size, total)
