"""What there is to tell: campaigns that became public, and updates of them; and whom each concerns."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from campaign import markup
from campaign.campaigns.models import READABLE, Campaign, CampaignUpdate
from campaign.letters.models import LetterTemplate
from campaign.petitions.models import Addressee, Petition
from campaign.subscriptions.models import Following, Subscription

LONGEST_TEXT = 600  # characters of an update in a mail; the rest is on the site


@dataclass(frozen=True)
class Item:
    """One piece of news. update_id: None for a new campaign; posts: the offices that its campaign turns to.

    is_mailed: its campaign's signers are mailed about it apart from digests.
    """

    kind: Literal["campaign", "update"]
    at: datetime
    title: str
    text: str
    campaign_id: int
    campaign_title: str
    slug: str
    language: str
    update_id: int | None = None
    categories: frozenset[int] = field(default_factory=frozenset)
    posts: frozenset[str] = field(default_factory=frozenset)
    is_mailed: bool = False

    def is_for(self, followings: Iterable[Following]) -> bool:
        """True when somebody who follows these wants to hear of it: what happened before they did is not news."""
        return any(self.at > following.since and self._concerns(following) for following in followings)

    def is_mailed_to(self, subscription: Subscription) -> bool:
        """True when a mailing to signers tells this subscriber, so that no digest needs to."""
        signed = (one for one in subscription.followings if one.campaign_id == self.campaign_id and one.signature_id)
        return self.is_mailed and subscription.frequency == "at_once" and any(signed)

    def _concerns(self, following: Following) -> bool:
        if following.campaign_id == self.campaign_id:
            # They know the campaign itself: they chose it on its page.
            return self.kind == "update"
        return following.category_id in self.categories or following.post_id in self.posts


def newest(session: Session, *, now: datetime) -> datetime | None:
    """The instant of the newest piece of news; None while there is none."""
    campaigns = select(func.max(Campaign.published_at)).where(
        Campaign.state.in_(READABLE), Campaign.published_at <= now
    )
    updates = select(func.max(CampaignUpdate.published_at)).where(CampaignUpdate.published_at <= now)
    instants = [instant for query in (campaigns, updates) if (instant := session.scalar(query))]
    return max(instants, default=None)


def between(session: Session, since: datetime, until: datetime) -> list[Item]:
    """What became public after `since` and up to `until`, the newest first, and can still be read."""
    is_readable = Campaign.state.in_(READABLE)
    campaigns = select(Campaign).where(is_readable, Campaign.published_at > since, Campaign.published_at <= until)
    updates = (
        select(CampaignUpdate, Campaign)
        .join(Campaign, Campaign.id == CampaignUpdate.campaign_id)
        .where(is_readable, CampaignUpdate.withdrawn_at.is_(None))
        .where(CampaignUpdate.published_at > since, CampaignUpdate.published_at <= until)
    )
    new = session.scalars(campaigns.options(selectinload(Campaign.categories))).all()
    told = session.execute(updates.options(selectinload(Campaign.categories))).tuples().all()
    posts = _posts(session, {campaign.id for campaign in [*new, *(campaign for _, campaign in told)]})
    demands = _demands(session, {campaign.id for campaign in new})
    items = [_of_campaign(campaign, demands, posts) for campaign in new]
    items += [_of_update(update, campaign, posts) for update, campaign in told]
    return sorted(items, key=lambda item: item.at, reverse=True)


def _of_campaign(campaign: Campaign, demands: dict[int, str], posts: dict[int, frozenset[str]]) -> Item:
    assert campaign.published_at  # noqa: S101  # it is readable
    return Item(
        kind="campaign",
        at=campaign.published_at,
        title=campaign.title,
        text=demands.get(campaign.id, ""),
        campaign_id=campaign.id,
        campaign_title=campaign.title,
        slug=campaign.slug,
        language=campaign.language,
        categories=frozenset(category.id for category in campaign.categories),
        posts=posts.get(campaign.id, frozenset()),
    )


def _of_update(update: CampaignUpdate, campaign: Campaign, posts: dict[int, frozenset[str]]) -> Item:
    text = markup.plain(update.body)
    return Item(
        kind="update",
        at=update.published_at,
        title=update.title,
        text=text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1].rstrip() + "…",
        campaign_id=campaign.id,
        campaign_title=campaign.title,
        slug=campaign.slug,
        language=campaign.language,
        update_id=update.id,
        is_mailed=update.is_mailed,
        categories=frozenset(category.id for category in campaign.categories),
        posts=posts.get(campaign.id, frozenset()),
    )


def _posts(session: Session, campaign_ids: Collection[int]) -> dict[int, frozenset[str]]:
    addressed = select(Petition.campaign_id, Addressee.post_id).join(Addressee)
    # A letter's target may also be a rule, such as "my senators"; no office has that as its number.
    written_to = select(LetterTemplate.campaign_id, LetterTemplate.target)
    found: dict[int, set[str]] = {}
    for query, campaign in ((addressed, Petition.campaign_id), (written_to, LetterTemplate.campaign_id)):
        for campaign_id, post_id in session.execute(query.where(campaign.in_(campaign_ids))):
            found.setdefault(campaign_id, set()).add(post_id)
    return {campaign_id: frozenset(posts) for campaign_id, posts in found.items()}


def _demands(session: Session, campaign_ids: Collection[int]) -> dict[int, str]:
    petitions = session.scalars(select(Petition).where(Petition.campaign_id.in_(campaign_ids)))
    return {petition.campaign_id: petition.text.demand for petition in petitions if petition.text}
