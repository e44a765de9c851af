"""This feature's share in a campaign (see campaign.campaigns.parts)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles.page import Page
from campaign.campaigns.models import Campaign
from campaign.campaigns.playbooks import Playbook
from campaign.errors import Finding


class PetitionPart:
    name = "petition"

    def draft(self, session: Session, campaign: Campaign, page: Page, playbook: Playbook, *, now: datetime) -> None:
        pass

    def check(self, session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
        return []

    def show(self, session: Session, campaign: Campaign, *, now: datetime) -> Any:
        return None

    def summaries(self, session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> dict[int, Any]:
        return {}
