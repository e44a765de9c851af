"""A file of signatures made at one instant."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.leases import Leased

FORMATS = ("csv", "pdf")
PROFILES = ("delivery",)


class Export(Leased, Base):
    """What was asked for, by whom, and what came of it. The file lies in the instance folder's exports/."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    format: Mapped[str] = mapped_column(String(10))
    profile: Mapped[str] = mapped_column(String(20), default="delivery")
    created_at: Mapped[datetime]
    snapshot_at: Mapped[datetime | None]  # the instant the rows are true of
    rows: Mapped[int | None]  # while it is being made: those that are done
    sha256: Mapped[str] = mapped_column(String(64), default="")
    filename: Mapped[str] = mapped_column(String(200), default="")

    campaign: Mapped[Campaign] = relationship()
