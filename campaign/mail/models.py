"""Mails we send, waiting or sent; whom we do not write to; and what holds the sender back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base
from campaign.leases import Leased


class Email(Leased, Base):
    """A mail in the outbox, written in the transaction that caused it.

    What it says is put into words when it leaves: that spares the request the work. Once it has left, `context` is
    erased, for it holds a link that only its reader should have.
    """

    __tablename__ = "email"
    __table_args__ = (
        # The sender asks for the oldest that is due, the limit for what one mailbox got lately.
        Index("ix_email_state_due_at", "state", "due_at"),
        Index("ix_email_mailbox_key_created_at", "mailbox_key", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # the function in messages.py that wrote it
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to_address: Mapped[str] = mapped_column(String(320))
    mailbox_key: Mapped[str] = mapped_column(String(64))  # keyed hash of the canonical address
    about: Mapped[str] = mapped_column(String(40), default="", index=True)  # the row it speaks of: "signature/12"
    group: Mapped[str] = mapped_column(String(40), default="")  # whose budget it draws on: "petition/3"
    is_limited: Mapped[bool] = mapped_column(default=False)  # a stranger can cause it, so a mailbox gets only so many
    language: Mapped[str] = mapped_column(String(10))
    context: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what its words need
    subject: Mapped[str] = mapped_column(String(300), default="")  # written down as it leaves
    created_at: Mapped[datetime]


class Suppression(Base):
    """A mailbox that we do not write to. Nobody can read from the row whose it is."""

    __tablename__ = "suppression"

    mailbox_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(10))  # asked, bounced, complained
    detail: Mapped[str] = mapped_column(String(300), default="")  # what the mail server said; no address
    created_at: Mapped[datetime]


class MailTally(Base):
    """Mails that asked for a confirmation, by group and UTC day; the row of group "" is for the whole site."""

    __tablename__ = "mail_tally"

    group: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    sent: Mapped[int] = mapped_column(default=0)
    allowed: Mapped[int] = mapped_column(default=0)  # how many more an owner let go that day


class MailSwitch(Base):
    """One row, made when somebody first pauses the sending of mail."""

    __tablename__ = "mail_switch"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    paused_at: Mapped[datetime | None]  # None: mail is sent
    paused_by: Mapped[str] = mapped_column(String(320), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
