"""One outlet's report, as it was read in, and the feeds that tell of more. Terms as in https://schema.org/NewsArticle."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.leases import Leased


class Story(Base):
    """One event that several outlets report. An article that nobody else has a version of has none.

    began_at: when the first of its reports appeared. What is written weeks later tells of another event, though it may
    repeat how it all began.
    """

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    began_at: Mapped[datetime]
    created_at: Mapped[datetime]


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
    # As campaign.articles.licences writes it; "" = we may only quote an excerpt
    licence: Mapped[str] = mapped_column(String(100), default="")
    licence_reason: Mapped[str] = mapped_column(String(500), default="")  # how somebody here knows that it holds
    archived_url: Mapped[str] = mapped_column(String(2000), default="")  # a copy that stays when the outlet's goes
    # [{"kind": "paragraph" | "subhead", "text": …}]
    body: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # As campaign.articles.key_points keeps them
    key_points: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"caption": …, "credit": …, "url": …, "alt": …, "licence": …}]; nobody's browser is sent to url
    images: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # [{"headline": …, "outlet": …, "url": …, "published_on": …}] as the page listed them
    related: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    source_text: Mapped[str] = mapped_column(Text, default="")  # the document as given, inert
    imported_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # when somebody here last mended it
    story_id: Mapped[int | None] = mapped_column(ForeignKey("story.id", ondelete="SET NULL"), index=True)
    # The article whose text this one repeats nearly word for word; never one that is itself such a copy.
    copy_of_id: Mapped[int | None] = mapped_column(ForeignKey("article.id", ondelete="SET NULL"), index=True)
    # By what a document is known again, as campaign.articles.seen makes them; "" is an article nobody has asked
    # this of, see adopting.py.
    document_key: Mapped[str] = mapped_column(String(64), default="", index=True)
    url_key: Mapped[str] = mapped_column(String(64), default="", index=True)

    pictures: Mapped[list["Picture"]] = relationship(
        back_populates="article", cascade="all, delete-orphan", passive_deletes=True, order_by="Picture.id"
    )


class Picture(Leased, Base):
    """A copy of a picture of an article, made by the worker and served by us: waiting, working, done or failed."""

    __tablename__ = "picture"
    __table_args__ = (Index("ix_picture_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2000))  # where the outlet has it
    caption: Mapped[str] = mapped_column(String(1000), default="")
    credit: Mapped[str] = mapped_column(String(300))
    alt: Mapped[str] = mapped_column(String(500))  # for whoever cannot see it
    licence: Mapped[str] = mapped_column(String(100))
    step: Mapped[str] = mapped_column(String(10), default="")  # while it is worked on: fetching, then drawing
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)  # SHA-256 of our file; "" until it is there
    width: Mapped[int] = mapped_column(default=0)  # pixels
    height: Mapped[int] = mapped_column(default=0)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    article: Mapped[Article] = relationship(back_populates="pictures")


class ArticleBand(Base):
    """By what articles that are alike are found without looking at all of them: they share a band.

    Without a foreign key: a million articles have 32 million rows, and an index to find those of one article would make
    them twice as large. A row that outlives its article leads nowhere.
    """

    __tablename__ = "article_band"
    __table_args__ = {"sqlite_with_rowid": False}

    band: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


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
