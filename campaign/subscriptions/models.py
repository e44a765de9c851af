"""Who gets news by mail, of what and how often."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign, Category
from campaign.db import Base
from campaign.officials.models import Post

# Every legal move. Only "active" gets news; "ended" unsubscribed, and can come back for a while.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "pending": ("active",),
    "active": ("paused", "ended"),
    "paused": ("active", "ended"),
    "ended": ("active",),
}
STATES = tuple(TRANSITIONS)
FREQUENCIES = ("at_once", "daily", "weekly")


class Subscription(Base):
    """One mailbox that asked for news; of what stands in its followings."""

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="known_state"),
        # The worker asks for those whose news are due.
        Index("ix_subscription_due", "state", "frequency", "told_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_key: Mapped[str] = mapped_column(String(64), unique=True)  # as the outbox knows the mailbox
    email: Mapped[str] = mapped_column(String(320))  # as typed, for sending
    language: Mapped[str] = mapped_column(String(10))
    frequency: Mapped[str] = mapped_column(String(10), default="daily")
    state: Mapped[str] = mapped_column(String(10), default="pending")
    # News up to this instant were mailed, or never will be. Compared and set in the transaction that queues a digest,
    # so that none is sent twice, whatever crashes.
    told_until: Mapped[datetime]
    consent_wording_id: Mapped[int | None] = mapped_column(ForeignKey("consent_wording.id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]  # None: never on the page; signers who ticked the box confirmed elsewhere
    ended_at: Mapped[datetime | None]

    followings: Mapped[list["Following"]] = relationship(
        back_populates="subscription", cascade="all, delete-orphan", order_by="Following.id"
    )


class Following(Base):
    """One thing that a subscriber wants news of: a category, a campaign, or an office; exactly one of the three."""

    __tablename__ = "following"
    __table_args__ = (
        UniqueConstraint("subscription_id", "category_id"),
        UniqueConstraint("subscription_id", "campaign_id"),
        UniqueConstraint("subscription_id", "post_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[str | None] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    # The signature whose box was ticked for it; None when they chose it themselves. It goes with the signature.
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), index=True)
    consent_wording_id: Mapped[int | None] = mapped_column(ForeignKey("consent_wording.id"))
    since: Mapped[datetime]

    subscription: Mapped[Subscription] = relationship(back_populates="followings")
    category: Mapped[Category | None] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    post: Mapped[Post | None] = relationship()


class SubscriptionLink(Base):
    """A secret that was mailed to a subscriber. Only its hash is kept, and what it would have them follow."""

    __tablename__ = "subscription_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    wish: Mapped[str] = mapped_column(String(200), default="")  # "category/transport": not followed until they say so
    expires_at: Mapped[datetime] = mapped_column(index=True)

    subscription: Mapped[Subscription] = relationship()
