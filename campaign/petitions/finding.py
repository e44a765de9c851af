"""Petitions by their campaign, and the newest names under one."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.petitions.models import Petition, Signature


def of(session: Session, campaign: Campaign) -> Petition | None:
    """The campaign's petition."""
    return session.scalar(select(Petition).where(Petition.campaign_id == campaign.id))


def readable(session: Session, slug: str) -> Petition:
    """The petition of a published or closed campaign. Raises NotFound, also while it has no text."""
    petition = of(session, finding.readable(session, slug))
    if petition is None or petition.text is None:
        raise NotFound(gettext("This campaign has no petition."))
    return petition


def recent_names(session: Session, petition: Petition, *, most: int = 5) -> list[str]:
    """The newest confirmed signers who let their names be shown."""
    query = (
        select(Signature.given_name, Signature.family_name)
        .where(Signature.petition_id == petition.id, Signature.state == "confirmed", Signature.show_name)
        .order_by(Signature.confirmed_at.desc())
        .limit(most)
    )
    return [f"{given} {family}".strip() for given, family in session.execute(query)]
