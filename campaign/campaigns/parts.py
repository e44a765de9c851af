"""What a campaign is made of besides its texts: parts that later features own.

A petition and letters hang on a campaign, but their features stand after this one in the import order. So each
registers a Part, and drafting, publishing and the campaign's page ask the parts without knowing them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from campaign.articles.page import Page
from campaign.campaigns.models import Campaign
from campaign.campaigns.playbooks import Playbook
from campaign.errors import Finding


class Part(Protocol):
    """A feature's share in a campaign. `name` is its key in templates: `parts.petition`, `parts.letters`."""

    name: str

    def draft(self, session: Session, campaign: Campaign, page: Page, playbook: Playbook, *, now: datetime) -> None:
        """Add this part's rows to a new campaign: what the page offers, else what the playbook starts with."""

    def pack(self, session: Session, campaign: Campaign, page: Page) -> None:
        """Put this part's rows into a page, so that `draft` could make them again."""

    def check(self, session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
        """What is missing or wrong before the campaign can be published."""

    def judge(self, session: Session, campaign: Campaign, page: Page, *, now: datetime) -> list[Finding]:
        """What would block in this part's share of suggested texts, were they saved."""

    def suggest(
        self, session: Session, campaign: Campaign, page: Page, *, by: str, name: str, now: datetime
    ) -> bool | None:
        """Take over this part's share of suggested texts in place of what nobody has saved yet.

        by, name: whose they are, as guessing.mark takes it. False when somebody has saved it; None when nothing is
        suggested.
        """

    def show(self, session: Session, campaign: Campaign, *, now: datetime) -> Any:
        """What the campaign's page needs to show this part."""

    def summaries(self, session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> dict[int, Any]:
        """What a list of campaigns shows of this part, by campaign id; one query for all of them."""

    def words(self, session: Session, campaign: Campaign) -> str:
        """What this part says to readers, as plain text: by these words they find the campaign."""

    def numbers(self, session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, int | None]]:
        """What `campaign list` says of each campaign, by its id. May count rows, so no page asks for it."""


PARTS: dict[str, Part] = {}


def register(part: Part) -> None:
    """Called once per feature when the app is put together."""
    PARTS[part.name] = part


def check(session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
    """The findings of all parts."""
    return [finding for part in PARTS.values() for finding in part.check(session, campaign, now=now)]


def show(session: Session, campaign: Campaign, *, now: datetime) -> dict[str, Any]:
    """What each part shows of one campaign, by the part's name."""
    return {name: part.show(session, campaign, now=now) for name, part in PARTS.items()}


def summaries(session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> dict[str, dict[int, Any]]:
    """What each part shows in a list of campaigns: part name, then campaign id."""
    return {name: part.summaries(session, campaigns, now=now) for name, part in PARTS.items()}


def words(session: Session, campaign: Campaign) -> list[str]:
    """What the parts say to readers."""
    return [part.words(session, campaign) for part in PARTS.values()]


def numbers(session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, int | None]]:
    """The numbers of all parts together, by campaign id."""
    together: dict[int, dict[str, int | None]] = {campaign.id: {} for campaign in campaigns}
    for part in PARTS.values():
        for id, values in part.numbers(session, campaigns).items():
            together[id] |= values
    return together
