"""Letters that people asked us to send, those that say nearly the same, and offices that want none of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.letters.models import Letter


class MailedLetter(Base):
    """What it takes to send one letter. Who wrote it and what it says are erased 28 days after it left."""

    __tablename__ = "mailed_letter"
    __table_args__ = (
        # One letter per person, office and campaign. The key is set when the link in the mail is used, so that nobody
        # uses up another person's turn by typing in their address.
        UniqueConstraint("campaign_id", "post_id", "confirmed_key"),
        Index("ix_mailed_letter_pace", "post_id", "left_at"),
    )

    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"))
    writer_key: Mapped[str] = mapped_column(String(64), index=True)  # of the mailbox, however its address is spelled
    confirmed_key: Mapped[str | None] = mapped_column(String(64))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # None once it was used
    message_id: Mapped[str] = mapped_column(String(200), index=True)  # servers name it when they return a letter
    holder: Mapped[str] = mapped_column(String(500))  # whom the text was written to, see rules.mark
    sender_name: Mapped[str] = mapped_column(String(201))
    reply_to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    left_at: Mapped[datetime | None]  # when we last began to hand it over
    told_at: Mapped[datetime | None]  # when the writer was told that it did not arrive
    confirmed_at: Mapped[datetime | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("letter_group.id", ondelete="SET NULL"), index=True)
    # {"template": hash of its words, "sender": …} while not a word of the writer's own is in it: then it can be written
    # anew to whoever holds the office next. None for a letter with own words, and once it was erased.
    made_from: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    letter: Mapped[Letter] = relationship()


class LetterGroup(Base):
    """Confirmed letters of one campaign that say nearly the same (see alike.py)."""

    __tablename__ = "letter_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    sketch: Mapped[list[int]] = mapped_column(JSON)  # of the first letter; no text can be read from it
    letters: Mapped[int] = mapped_column(default=0)
    # free       they leave       waiting   too many of them: an organiser decides
    # released   they leave, however many come       refused   none leaves
    state: Mapped[str] = mapped_column(String(10), default="free")
    created_at: Mapped[datetime]


class LetterBand(Base):
    """By what a group is found without looking at all of them: letters that are alike share a band."""

    __tablename__ = "letter_band"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[str] = mapped_column(String(20), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("letter_group.id", ondelete="CASCADE"), primary_key=True)


class Objection(Base):
    """An office that does not want letters from this site. Its other ways stay as they are."""

    __tablename__ = "letter_objection"

    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime]
