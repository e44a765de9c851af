"""All public addresses for search engines, in files of at most so many, each with the instant of its last change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from sqlalchemy import ColumnElement, Select, func, null, select
from sqlalchemy.orm import Session

from campaign.articles.models import Article
from campaign.campaigns.models import READABLE, Campaign, CampaignUpdate, Category, campaign_category
from campaign.officials.models import Post

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000  # addresses in a file, as the protocol says

_readable: ColumnElement[bool] = Campaign.state.in_(READABLE)
# Which page, and a query of (what its address takes, last change), in an order that stays.
KINDS: tuple[tuple[str, Select[Any]], ...] = (
    ("campaigns.show", select(Campaign.slug, Campaign.changed_at).where(_readable).order_by(Campaign.id)),
    (
        "campaigns.updates",
        select(Campaign.slug, func.max(CampaignUpdate.changed_at))
        .join(CampaignUpdate, CampaignUpdate.campaign_id == Campaign.id)
        .where(_readable)
        .group_by(Campaign.id)
        .order_by(Campaign.id),
    ),
    (
        "campaigns.category",
        select(Category.slug, func.max(Campaign.changed_at))
        .join(campaign_category, campaign_category.c.category_id == Category.id)
        .join(Campaign, Campaign.id == campaign_category.c.campaign_id)
        .where(_readable)
        .group_by(Category.id)
        .order_by(Category.id),
    ),
    (
        "campaigns.article",
        select(Article.slug, func.max(func.coalesce(Article.changed_at, Article.imported_at)))
        .join(Campaign, Campaign.article_id == Article.id)
        .where(_readable)
        .group_by(Article.id)
        .order_by(Article.id),
    ),
    # Whoever holds an office may change by the calendar alone, so nothing is said of when its page did.
    ("officials.show", select(Post.id, null()).where(Post.end_date.is_(None)).order_by(Post.id)),
)


@dataclass(frozen=True)
class Address:
    """A page: what makes its address, and when it last changed, None where that is not known."""

    endpoint: str
    name: str
    changed_at: datetime | None


def count(session: Session) -> int:
    """How many addresses there are."""
    return sum(_count(session, query) for _, query in KINDS)


def addresses(session: Session, *, first: int, most: int) -> Iterator[Address]:
    """`most` of them from number `first` on, counted from 0."""
    for endpoint, query in KINDS:
        if most <= 0:
            return
        total = _count(session, query)
        if first >= total:
            first -= total
            continue
        found = session.execute(query.offset(first).limit(most)).all()
        for name, changed_at in found:
            yield Address(endpoint, name, changed_at)
        first, most = 0, most - len(found)


def written(rows: Sequence[tuple[str, datetime | None]], *, is_index: bool = False) -> bytes:
    """The file with these addresses and the instants of their last change; or the index of such files."""
    root = etree.Element(f"{{{NAMESPACE}}}{'sitemapindex' if is_index else 'urlset'}", nsmap={None: NAMESPACE})
    for url, changed_at in rows:
        entry = etree.SubElement(root, f"{{{NAMESPACE}}}{'sitemap' if is_index else 'url'}")
        etree.SubElement(entry, f"{{{NAMESPACE}}}loc").text = url
        if changed_at:
            instant = changed_at.astimezone(UTC).isoformat(timespec="seconds")
            etree.SubElement(entry, f"{{{NAMESPACE}}}lastmod").text = instant
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
