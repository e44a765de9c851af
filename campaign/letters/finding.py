"""A campaign's letters: by address, in their order."""

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.letters.models import LetterTemplate


def of(session: Session, campaign: Campaign) -> list[LetterTemplate]:
    """The campaign's letters in their order."""
    query = select(LetterTemplate).where(LetterTemplate.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(LetterTemplate.position, LetterTemplate.id)))


def by_slug(session: Session, campaign: Campaign, slug: str) -> LetterTemplate:
    """One of the campaign's letters. Raises NotFound."""
    query = select(LetterTemplate).where(LetterTemplate.campaign_id == campaign.id, LetterTemplate.slug == slug)
    template = session.scalar(query)
    if template is None:
        raise NotFound(gettext("There is no letter at this address."))
    return template


def readable(session: Session, campaign_slug: str, slug: str) -> LetterTemplate:
    """A letter of a published or closed campaign. Raises NotFound; a draft is nobody's to guess."""
    return by_slug(session, finding.readable(session, campaign_slug), slug)


def counts(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """How many letters each campaign offers; campaigns without any are left out."""
    query = select(LetterTemplate.campaign_id, func.count()).where(LetterTemplate.campaign_id.in_(campaign_ids))
    return dict(session.execute(query.group_by(LetterTemplate.campaign_id)).tuples().all())
