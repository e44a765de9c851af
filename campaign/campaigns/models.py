"""What an organiser publishes. The petition and the letters hang on a campaign; their features own those tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.articles.models import Article
from campaign.campaigns.awaited import Awaited
from campaign.db import Base
from campaign.leases import Leased

# draft → published → closed; a closed campaign stays readable and can be opened again.
STATES = ("draft", "published", "closed")
READABLE = ("published", "closed")

# What came of it, as far as it is known; after the last three nothing more is to be expected.
OUTCOMES = ("delivered", "answered", "won", "lost", "closed")
FINAL = ("won", "lost", "closed")

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
    action_author: Mapped[str] = mapped_column(String(200), default="")  # "" = whoever wrote the opinion
    # Which of opinion and action a machine drafted: then the author is whoever approved it, and readers are told.
    machine_made: Mapped[list[str]] = mapped_column(JSON, default=list)
    todo_intro: Mapped[str] = mapped_column(Text, default="")
    # Who chose the categories: the page, a program ("suggested"), or an editor
    categories_from: Mapped[str] = mapped_column(String(10), default="")
    # What the reader of the article warned of: [{"code", "text", "where"}], with "done_by", "done_at" once dealt with
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # What nobody has looked at since it was drafted, see guessing.py: {"opinion": {"by": "playbook", "name": …}}
    guesses: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    # Why something is published although a check blocks it, see overriding.py
    overrides: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")  # one of OUTCOMES; "" while nobody has said
    outcome_text: Mapped[str] = mapped_column(Text, default="")
    outcome_by: Mapped[str] = mapped_column(String(200), default="")  # who says so
    outcome_on: Mapped[date | None]
    outcome_at: Mapped[datetime | None]  # when it was written down here
    # What was said before it, the oldest first: [{"outcome", "text", "by", "on", "at", "ended_at", "note"}]
    earlier_outcomes: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    silence_told_on: Mapped[date | None]  # since when there was no news, as the organiser was told

    article: Mapped[Article | None] = relationship()
    categories: Mapped[list[Category]] = relationship(secondary=campaign_category, order_by=Category.name)
    todo: Mapped[list["ToDoAction"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="ToDoAction.position"
    )

    @property
    def is_readable(self) -> bool:
        return self.state in READABLE


class CampaignSource(Base):
    """Another report of a campaign's event that an organiser cites, or has left out: then nobody proposes it again."""

    __tablename__ = "campaign_source"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_cited: Mapped[bool]
    changed_at: Mapped[datetime]

    article: Mapped[Article] = relationship()


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
    details: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # what its kind asks for, see kinds.py

    campaign: Mapped[Campaign] = relationship(back_populates="todo")
    checks: Mapped[list["LinkCheck"]] = relationship(
        back_populates="action", cascade="all, delete-orphan", passive_deletes=True, order_by="LinkCheck.id"
    )


class LinkCheck(Leased, Base):
    """What the worker found at one link of an action, and when it looks again. See links.py."""

    __tablename__ = "link_check"
    __table_args__ = (UniqueConstraint("action_id", "key"), Index("ix_link_check_state_due_at", "state", "due_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("todo_action.id", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(String(2000))
    key: Mapped[str] = mapped_column(String(64), index=True)  # of the address, the same in every action
    host: Mapped[str] = mapped_column(String(255), index=True)
    health: Mapped[str] = mapped_column(String(10), default="")  # one of links.HEALTH; "" = not checked
    title: Mapped[str] = mapped_column(String(300), default="")  # of the page, where its kind of action needs one
    moved_to: Mapped[str] = mapped_column(String(2000), default="")
    tried_at: Mapped[datetime | None]  # when its host was last asked for it
    checked_at: Mapped[datetime | None]  # when the health was found

    action: Mapped[ToDoAction] = relationship(back_populates="checks")


class CampaignUpdate(Base):
    """What the organiser tells those who follow a campaign: dated, and never quietly changed (see updating.py)."""

    __tablename__ = "campaign_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)  # Markdown
    published_at: Mapped[datetime] = mapped_column(index=True)
    changed_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]  # its text is shown no more; the note says why
    note: Mapped[str] = mapped_column(String(300), default="")
    # Signers who want news at once get a mailing of their own about it, and no digest.
    is_mailed: Mapped[bool] = mapped_column(default=False)

    campaign: Mapped[Campaign] = relationship()


class Fetch(Awaited, Base):
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


class Suggestion(Awaited, Base):
    """Texts for a draft that somebody asked the assistant for. See assistant/."""

    __tablename__ = "suggestion"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    open_key: Mapped[int | None] = mapped_column(unique=True)  # the campaign's id; None once it is over
    step: Mapped[str] = mapped_column(String(10), default="")  # while it is worked on: asking, then judging
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    model: Mapped[str] = mapped_column(String(200), default="")
    # Where its texts went, and what was refused: [{"part", "text", "reasons": […]}]
    saved: Mapped[list[str]] = mapped_column(JSON, default=list)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship()
