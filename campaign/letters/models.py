"""What a campaign offers to send, and the ledger of what became of each person's letter."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.db import Base

# Honest words: preparing is not printing, and printing is not sending.
STATES = ("prepared", "opened", "printed", "self-sent")


class LetterTemplate(Base):
    """A letter with merge fields, addressed to an office or a rule that yields offices."""

    __tablename__ = "letter_template"
    __table_args__ = (UniqueConstraint("campaign_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str] = mapped_column(String(200))
    target: Mapped[str] = mapped_column(String(120))  # a post id, or a rule of campaign.officials.targets
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10), default="en")

    campaign: Mapped[Campaign] = relationship()


class Letter(Base):
    """That somebody prepared a letter to an office: which office, who held it, by which roster. Never the text."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("letter_template.id", ondelete="CASCADE"), index=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id"))
    state: Mapped[str] = mapped_column(String(10), default="prepared")
    roster_as_of: Mapped[date | None]
    text_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
