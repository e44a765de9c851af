"""What an organiser tells those who follow a campaign: written, dated, and taken back in the open."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import dialects, waking
from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.text import clean

LONGEST_TITLE, LONGEST_BODY, LONGEST_NOTE = 200, 20_000, 300
TASK = "news"  # the worker's, which mails updates to those who follow


class NotPublic(Refused):
    """Nobody reads the updates of a campaign that is not public."""


def write(
    session: Session, campaign: Campaign, *, title: str, body: str, is_mailed: bool = False, now: datetime
) -> CampaignUpdate:
    """Put an update on the campaign's page, and have it mailed. body: Markdown. Raises NotPublic for a draft.

    is_mailed: signers who want news at once get a mailing of their own about it.
    """
    if not campaign.is_readable:
        raise NotPublic(gettext("This campaign is not public. Publish it before you tell people news of it."))
    # Digests go by the time of updates: one that is dated earlier must not come in later.
    dialects.take_turns(session, TASK)
    update = CampaignUpdate(
        campaign_id=campaign.id,
        title=clean(title),
        body=clean(body),
        is_mailed=is_mailed,
        published_at=now,
        changed_at=now,
    )
    session.add(update)
    session.flush()
    waking.soon(session, TASK)
    return update


def withdraw(update: CampaignUpdate, *, note: str, now: datetime) -> None:
    """Show its text no more, and the note in its place; digests that are still to come leave it out."""
    update.withdrawn_at, update.note, update.changed_at = update.withdrawn_at or now, clean(note), now


def restore(update: CampaignUpdate, *, now: datetime) -> None:
    """Show it again, under its old date. Nobody is mailed twice."""
    update.withdrawn_at, update.note, update.changed_at = None, "", now


def find(session: Session, campaign: Campaign, id: int) -> CampaignUpdate:
    """One update of this campaign. Raises NotFound, also for one of another campaign."""
    found = session.get(CampaignUpdate, id)
    if found is None or found.campaign_id != campaign.id:
        raise NotFound(gettext("There is no such update of this campaign."))
    return found


def of(session: Session, campaign: Campaign, *, most: int | None = None) -> Sequence[CampaignUpdate]:
    """The campaign's updates, the newest first, withdrawn ones with their notes."""
    query = select(CampaignUpdate).where(CampaignUpdate.campaign_id == campaign.id)
    return session.scalars(
        query.order_by(CampaignUpdate.published_at.desc(), CampaignUpdate.id.desc()).limit(most)
    ).all()
