"""Petitions by their campaign, and the newest names under one."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, contains_eager

from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from campaign.full_names import full_name
from campaign.i18n import gettext
from campaign.petitions.models import SHOWN, Petition, Signature

# Made once: everybody who signs waits for it, and putting a query together takes longer than asking it.
_BY_SLUG = (
    select(Petition)
    .join(Petition.campaign)
    .options(contains_eager(Petition.campaign))
    .where(Campaign.slug == bindparam("slug"))
)


def of(session: Session, campaign: Campaign) -> Petition | None:
    """The campaign's petition."""
    return session.scalar(select(Petition).where(Petition.campaign_id == campaign.id))


def readable(session: Session, slug: str) -> Petition:
    """The petition of a published or closed campaign. Raises NotFound, also while it has no text."""
    petition = session.scalar(_BY_SLUG, {"slug": slug})
    if petition is None or not petition.campaign.is_readable:
        finding.readable(session, slug)  # says what is wrong with the campaign, if anything
    if petition is None or petition.text is None:
        raise NotFound(gettext("This campaign has no petition."))
    return petition


def state(petition: Petition, *, now: datetime) -> str:
    """open, closed, paused by the organiser, or waiting for its first day."""
    if petition.is_open(now=now):
        return "open"
    if petition.is_ended(now=now):
        return "closed"
    return "paused" if petition.paused_at else "waiting"


def recent_names(session: Session, petition: Petition, *, most: int = 5) -> list[str]:
    """The newest confirmed signers who let their names be shown."""
    query = (
        select(Signature.given_name, Signature.family_name, Signature.country)
        .where(Signature.petition_id == petition.id, SHOWN)
        .order_by(Signature.confirmed_at.desc())
        .limit(most)
    )
    return [full_name(*parts) for parts in session.execute(query)]
