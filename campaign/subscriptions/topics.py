"""What can be followed: categories, campaigns, offices. In addresses and forms a topic is "kind/name"."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns import categorising, finding
from campaign.campaigns.models import READABLE, Campaign, Category
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.officials.models import Post
from campaign.petitions.models import Addressee, Petition
from campaign.subscriptions.models import Following, Subscription
from campaign.text import hidden_characters

KINDS = ("category", "campaign", "official")
MOST_OFFERED = 50  # of each kind on the page where people choose

Row = Category | Campaign | Post


@dataclass(frozen=True)
class Topic:
    """One thing to follow. value: "category/transport", as forms send it."""

    kind: str
    row: Row

    @property
    def value(self) -> str:
        return f"{self.kind}/{self.row.id if isinstance(self.row, Post) else self.row.slug}"

    def name_in(self, language: str) -> str:
        """As readers of this language know it."""
        if isinstance(self.row, Category):
            return self.row.name_in(language)
        return self.row.title if isinstance(self.row, Campaign) else self.row.label


def find(session: Session, value: str) -> Topic:
    """The topic with this value. Raises NotFound, also for a campaign that is not public."""
    kind, _, name = value.partition("/")
    row: Row | None = None
    if hidden_characters(value):
        kind = ""  # PostgreSQL cannot even look for some of them
    if kind == "category":
        row = finding.category(session, name)
    elif kind == "campaign":
        row = finding.readable(session, name)
    elif kind == "official":
        row = session.get(Post, name)
    if row is None:
        raise NotFound(gettext("There is nothing to follow at this address."))
    return Topic(kind, row)


def find_or_none(session: Session, value: str) -> Topic | None:
    """As `find`, for a wish that may be gone by now."""
    try:
        return find(session, value)
    except NotFound:
        return None


def of(following: Following) -> Topic:
    """What a subscriber follows."""
    if following.category:
        return Topic("category", following.category)
    if following.campaign:
        return Topic("campaign", following.campaign)
    assert following.post  # noqa: S101  # one of the three
    return Topic("official", following.post)


def followed(subscription: Subscription) -> list[Topic]:
    """All that a subscriber follows and may still see: a campaign that was taken off the site is not named."""
    found = [of(following) for following in subscription.followings]
    return [topic for topic in found if not isinstance(topic.row, Campaign) or topic.row.is_readable]


def offered(session: Session, chosen: Sequence[Topic], *, language: str) -> dict[str, list[Topic]]:
    """What people can choose from, by kind: what they chose already, all categories, the newest campaigns, and the
    offices that open campaigns are addressed to."""
    campaigns = select(Campaign).where(Campaign.state == "published").order_by(Campaign.published_at.desc())
    addressed = select(Addressee.post_id).join(Petition).join(Campaign).where(Campaign.state.in_(READABLE))
    posts = select(Post).where(Post.id.in_(addressed)).order_by(Post.label, Post.id)
    categories = categorising.everything(session)
    categories.sort(key=lambda category: categorising.as_read(category, language))
    rows: dict[str, Sequence[Row]] = {
        "category": categories,
        "campaign": session.scalars(campaigns.limit(MOST_OFFERED)).all(),
        "official": session.scalars(posts.limit(MOST_OFFERED)).all(),
    }
    return {kind: _first(kind, chosen, rows[kind]) for kind in KINDS}


def _first(kind: str, chosen: Sequence[Topic], rows: Sequence[Row]) -> list[Topic]:
    if kind == "category":  # few, and people know their order
        return [Topic(kind, row) for row in rows]
    mine = [topic for topic in chosen if topic.kind == kind]
    known = {topic.row.id for topic in mine}
    return mine + [Topic(kind, row) for row in rows if row.id not in known]
