"""One mail we send, waiting or sent."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.db import Base
from campaign.leases import Leased


class Email(Leased, Base):
    """A mail in the outbox, written in the transaction that caused it.

    The text is erased once the mail has left: it holds a link that only its reader should have.
    """

    __tablename__ = "email"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))  # the function in messages.py that wrote it
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    to_address: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
