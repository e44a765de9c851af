"""What an organiser publishes. The petition and the letters hang on a campaign; their features own those tables."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.articles.models import Article
from campaign.db import Base
from campaign.leases import Leased

# draft → published → closed; a closed campaign stays readable and can be opened again.
STATES = ("draft", "published", "closed")
READABLE = ("published", "closed")

TODO_KINDS = ("petition", "contact", "local", "social", "learn", "donate", "accountability", "event")

campaign_category = Table(
    "campaign_category",
    Base.metadata,
    Column("campaign_id", ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True),
    Column("category_id", ForeignKey("category.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class Category(Base):
    """A subject under which campaigns are found."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(500), default="")
    names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # in other languages: {"fr": "Transports"}

    def name_in(self, language: str) -> str:
        """The name as readers of this language know it; the plain name where nobody translated it."""
        return self.names.get(language, self.name)


class Campaign(Base):
    """An article, what we think of it, and what people can do about it."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    title: Mapped[str] = mapped_column(String(300))
    language: Mapped[str] = mapped_column(String(10), default="en")
    country: Mapped[str] = mapped_column(String(2), default="")  # whose actions these are; "" = anyone's
    place: Mapped[str] = mapped_column(String(120), default="")  # as a reader would say it: "Vermont", "Marseille"
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), index=True)
    opinion: Mapped[str] = mapped_column(Text, default="")  # Markdown, as all texts an organiser writes
    opinion_author: Mapped[str] = mapped_column(String(200), default="")
    action: Mapped[str] = mapped_column(Text, default="")
    todo_intro: Mapped[str] = mapped_column(Text, default="")
    # What the reader of the article warned of: [{"code", "text", "where"}]
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]

    article: Mapped[Article | None] = relationship()
    categories: Mapped[list[Category]] = relationship(secondary=campaign_category, order_by=Category.name)
    todo: Mapped[list["ToDoAction"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="ToDoAction.position"
    )

    @property
    def is_readable(self) -> bool:
        return self.state in READABLE


class ToDoAction(Base):
    """One suggested act."""

    __tablename__ = "todo_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")  # Markdown
    links: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)  # [{"url", "label"}]
    hashtags: Mapped[list[str]] = mapped_column(JSON, default=list)
    organisations: Mapped[list[str]] = mapped_column(JSON, default=list)

    campaign: Mapped[Campaign] = relationship(back_populates="todo")


class Fetch(Leased, Base):
    """An address that somebody wants a campaign of. While it is waiting or worked on, nobody asks for it twice."""

    __tablename__ = "fetch"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    open_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the address; None once it is over
    step: Mapped[str] = mapped_column(String(10), default="")  # while it is worked on: fetching, then reading
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]

    campaign: Mapped[Campaign | None] = relationship()
