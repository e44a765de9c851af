"""What must be right before a campaign is public, and its moves between draft, published and closed."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.campaigns import checking, overriding
from campaign.campaigns.models import Campaign
from campaign.errors import Finding, Refused
from campaign.i18n import gettext


class NotReady(Refused):
    """The campaign has findings that block."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(gettext("This cannot be published yet: %(first)s", first=findings[0].text))
        self.findings = findings


class WrongState(Refused):
    """A campaign in this state cannot do that."""


def check(session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
    """What is missing or wrong, in the order of the page; what blocks has `blocks` set."""
    return overriding.applied(campaign, checking.findings(session, campaign, now=now))


def publish(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Make a draft public. Raises NotReady while a finding blocks, and WrongState unless it is a draft."""
    _require(session, campaign, "draft", gettext("This campaign is public already. Look at it, or close it."))
    blocking = [finding for finding in check(session, campaign, now=now) if finding.blocks]
    if blocking:
        raise NotReady(blocking)
    campaign.state, campaign.changed_at = "published", now
    campaign.published_at = campaign.published_at or now


def unpublish(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Take a published campaign off the site; it is a draft again."""
    _require(session, campaign, "published", gettext("Only a published campaign can be taken off the site."))
    campaign.state, campaign.changed_at = "draft", now


def close(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """End a campaign: it stays readable, and nobody can sign any more."""
    _require(session, campaign, "published", gettext("Only a published campaign can be closed."))
    campaign.state, campaign.changed_at, campaign.closed_at = "closed", now, now


def reopen(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Go on with a closed campaign."""
    _require(session, campaign, "closed", gettext("This campaign is not closed, so there is nothing to open again."))
    campaign.state, campaign.changed_at, campaign.closed_at = "published", now, None


def _require(session: Session, campaign: Campaign, state: str, message: str) -> None:
    # Two organisers who press at once go one after the other, and the second is told.
    session.flush()
    session.refresh(campaign, attribute_names=["state"], with_for_update=True)
    if campaign.state != state:
        raise WrongState(message)
