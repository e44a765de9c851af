"""What became of a campaign, in the order in which it happened: public facts only, with what was corrected since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.campaigns import updating
from campaign.campaigns.models import Campaign
from campaign.delivery.ledger import handing_over, silence
from campaign.delivery.ledger.silence import Silence
from campaign.delivery.models import Delivery
from campaign.petitions import counting, finding, goals
from campaign.petitions.models import Petition

KINDS = ("opened", "goal", "text", "hand_over", "reply", "update", "closed", "outcome")


@dataclass(frozen=True)
class Happening:
    """One entry. kind: one of KINDS; row: what it is about; is_gone: taken back, and only its note is shown."""

    kind: str
    on: date
    row: Any
    is_gone: bool = False


@dataclass(frozen=True)
class EarlierOutcome:
    """What was said before. ended_on: when it was replaced or taken back; note: why."""

    outcome: str
    outcome_text: str
    outcome_by: str
    outcome_on: date
    ended_on: date
    note: str


@dataclass(frozen=True)
class History:
    """happenings: the newest first; next_steps: hand-overs whose next step is still to come, the nearest first."""

    happenings: list[Happening]
    silence: Silence | None
    next_steps: list[Delivery]
    deliveries: list[Delivery]

    @property
    def is_worth_showing(self) -> bool:
        """More than that it began."""
        return len(self.happenings) > 1 or self.silence is not None


def of(session: Session, campaign: Campaign, *, no_news_days: int, now: datetime) -> History:
    """Everything. no_news_days: after which silence is pointed out, 0 for never."""
    petition, today = finding.of(session, campaign), now.date()
    deliveries = list(handing_over.of(session, campaign))
    found = [*_of_petition(session, campaign, petition, now=now), *_of_ledger(deliveries)]
    found += [
        Happening("update", update.published_at.astimezone(UTC).date(), update, is_gone=bool(update.withdrawn_at))
        for update in updating.of(session, campaign)
    ]
    found += _outcomes(campaign)
    # Of one day: as KINDS has them, the last on top.
    found.sort(key=lambda one: (one.on, KINDS.index(one.kind)), reverse=True)
    standing = [one for one in deliveries if not one.removed_at]
    return History(
        found,
        silence.of(session, campaign, days=no_news_days, today=today),
        sorted((one for one in standing if one.next_on and one.next_on >= today), key=lambda one: one.next_on or today),
        standing,
    )


def _of_petition(
    session: Session, campaign: Campaign, petition: Petition | None, *, now: datetime
) -> Iterator[Happening]:
    if petition is None:
        if campaign.published_at:
            yield Happening("opened", campaign.published_at.date(), None)
        return
    opened = max((one for one in (campaign.published_at, petition.opens_at) if one), default=None)
    if opened and opened <= now:
        yield Happening("opened", opened.date(), petition)
    for text in petition.texts[1:]:
        yield Happening("text", text.created_at.date(), text)
    if petition.goal:
        by_day = list(counting.by_day(session, petition))
        for goal in _reached(petition.goal, sum(number for _, number in by_day), raises=petition.raises_goal):
            on = goals.reached_on(by_day, goal)
            if on:
                yield Happening("goal", on, goal)
    ended_at = petition.ended_at
    if ended_at and ended_at <= now:
        yield Happening("closed", ended_at.date(), petition)


def _reached(first: int, count: int, *, raises: bool) -> Iterator[int]:
    goal = first
    while goal <= count:
        yield goal
        if not raises:
            return
        goal = goals.following(goal)


def _of_ledger(deliveries: list[Delivery]) -> Iterator[Happening]:
    for delivery in deliveries:
        yield Happening("hand_over", delivery.handed_over_on, delivery, is_gone=bool(delivery.removed_at))
        if delivery.removed_at:
            continue
        for reply in delivery.replies:
            yield Happening("reply", reply.replied_on, reply, is_gone=bool(reply.removed_at))


def _outcomes(campaign: Campaign) -> Iterator[Happening]:
    if campaign.outcome and campaign.outcome_on:
        yield Happening("outcome", campaign.outcome_on, campaign)
    for said in campaign.earlier_outcomes or []:
        earlier = EarlierOutcome(
            said["outcome"],
            said["text"],
            said["by"],
            date.fromisoformat(said["on"]),
            datetime.fromisoformat(said["ended_at"]).date(),
            said["note"],
        )
        yield Happening("outcome", earlier.outcome_on, earlier, is_gone=True)
