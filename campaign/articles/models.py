"""One outlet's report, as it was read in, and the feeds that tell of more. Terms as in https://schema.org/NewsArticle."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.leases import Leased


class Article(Base):
    """A news article: quoted from its outlet, never shown as our own reporting."""

    __tablename__ = "article"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    headline: Mapped[str] = mapped_column(String(300))
    outlet: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(2000), default="")
    published_at: Mapped[datetime | None]
    published_offset: Mapped[int | None]  # minutes east of UTC, as the outlet printed it
    byline: Mapped[str] = mapped_column(String(300), default="")
    dateline: Mapped[str] = mapped_column(String(200), default="")
    agency: Mapped[str] = mapped_column(String(100), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    licence: Mapped[str] = mapped_column(String(100), default="")  # "" = we may only quote an excerpt
    # [{"kind": "paragraph" | "subhead", "text": …}]
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"text": …, "anchored": bool, "label": "AI generated"}]
    key_points: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"caption": …, "credit": …, "url": …}]; nobody's browser is sent to url
    images: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"headline": …, "outlet": …, "url": …, "published_on": …}] as the page listed them
    related: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    source_text: Mapped[str] = mapped_column(Text, default="")  # the document as given, inert
    imported_at: Mapped[datetime]


class Feed(Leased, Base):
    """A feed this site reads again and again: waiting until due_at, then working; failed when it is gone for good.

    attempts: how often in a row it has failed.
    """

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(1000), unique=True)
    title: Mapped[str] = mapped_column(String(300), default="")
    minutes: Mapped[int] = mapped_column(default=60)  # between two looks
    etag: Mapped[str] = mapped_column(String(200), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]  # when it last answered

    items: Mapped[list["FeedItem"]] = relationship(
        back_populates="feed", cascade="all, delete-orphan", passive_deletes=True
    )


class FeedItem(Base):
    """One report of a feed. Forgotten a month after it has gone from the feed; campaigns made of it stay."""

    __tablename__ = "feed_item"
    __table_args__ = (UniqueConstraint("feed_id", "key"), Index("ix_feed_item_state_found_at", "state", "found_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))  # the same for the same report, however often it comes
    state: Mapped[str] = mapped_column(String(10), default="new")  # new → aside
    headline: Mapped[str] = mapped_column(String(300))
    outlet: Mapped[str] = mapped_column(String(200), default="")
    url: Mapped[str] = mapped_column(String(2000))
    summary: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime | None]
    found_at: Mapped[datetime]
    seen_at: Mapped[datetime]  # when it last stood in the feed: one that was forgotten before would come again

    feed: Mapped[Feed] = relationship(back_populates="items")
