"""This feature's share in a campaign (see campaign.campaigns.parts), and in its public data."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles.page import Page
from campaign.campaigns.models import Campaign
from campaign.campaigns.playbooks import Playbook
from campaign.delivery.ledger import handing_over, history, silence
from campaign.delivery.ledger.history import History
from campaign.delivery.models import Delivery
from campaign.errors import Finding
from campaign.i18n import ngettext
from campaign.web import absolute


class DeliveryPart:
    """What was handed over and what came of it. Nothing of it can be drafted, suggested, or put into a file."""

    name = "delivery"

    def __init__(self, no_news_days: Callable[[], int] = lambda: 0) -> None:
        """no_news_days: after which silence is pointed out."""
        self._no_news_days = no_news_days

    def draft(self, session: Session, campaign: Campaign, page: Page, playbook: Playbook, *, now: datetime) -> None:
        """Nothing has happened to a new campaign."""

    def pack(self, session: Session, campaign: Campaign, page: Page) -> None:
        """Another site delivers for itself."""

    def check(self, session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
        """Only that there should be news by now."""
        found = silence.of(session, campaign, days=self._no_news_days(), today=now.date())
        if found is None:
            return []
        text = ngettext(
            "There has been no news for %(num)s day, and readers are told so. Say what happened, or what came of it.",
            "There has been no news for %(num)s days, and readers are told so. Say what happened, or what came of it.",
            found.days,
        )
        return [Finding("no-news", text, "delivery", blocks=False)]

    def judge(self, session: Session, campaign: Campaign, page: Page, *, now: datetime) -> list[Finding]:
        """There are no texts of it to judge."""
        return []

    def suggest(
        self, session: Session, campaign: Campaign, page: Page, *, by: str, name: str, now: datetime
    ) -> bool | None:
        """No machine says what happened."""
        return None

    def show(self, session: Session, campaign: Campaign, *, now: datetime) -> History:
        """What became of the campaign."""
        return history.of(session, campaign, no_news_days=self._no_news_days(), now=now)

    def summaries(self, session: Session, campaigns: Sequence[Campaign], *, now: datetime) -> dict[int, Any]:
        """Lists show the outcome, which the campaign itself has."""
        return {}

    def words(self, session: Session, campaign: Campaign) -> str:
        """Nothing to find a campaign by that its own texts do not say."""
        return ""

    def numbers(self, session: Session, campaigns: Sequence[Campaign]) -> dict[int, dict[str, int | None]]:
        """None besides those of the petition."""
        return {}


def facts(session: Session, campaign: Campaign) -> list[dict[str, Any]]:
    """The ledger as data, the newest first: named as OSDI's and schema.org's properties where they have one."""
    return [_entry(delivery, campaign) for delivery in handing_over.of(session, campaign)]


def _entry(delivery: Delivery, campaign: Campaign) -> dict[str, Any]:
    url = f"{absolute('delivery.history', slug=campaign.slug)}#delivery-{delivery.id}"
    if delivery.removed_at:
        return {"url": url, "removed_at": delivery.removed_at.isoformat(), "note": delivery.note}
    holder = delivery.membership.person.name if delivery.membership else None
    return {
        "url": url,
        "delivered_date": delivery.handed_over_on.isoformat(),
        "target": {"id": delivery.post_id, "title": delivery.office or None, "name": holder},
        "total_signatures": delivery.signatures,
        "new_signatures": delivery.new_signatures,
        "sha256": delivery.sha256 or None,
        "sha256_of": "manifest" if delivery.is_package else "file",
        "image": _picture(delivery),
        "next_step": {"name": delivery.next_step, "date": delivery.next_on.isoformat() if delivery.next_on else None}
        if delivery.next_step
        else None,
        "replies": [
            {"kind": reply.kind, "text": reply.text, "date": reply.replied_on.isoformat()}
            for reply in delivery.replies
            if not reply.removed_at
        ],
        "corrections": delivery.corrections,
    }


def _picture(delivery: Delivery) -> dict[str, str] | None:
    if not delivery.proof_digest:
        return None
    address = absolute("delivery.proof_picture", digest=delivery.proof_digest)
    return {"contentUrl": address, "description": delivery.proof_alt}
