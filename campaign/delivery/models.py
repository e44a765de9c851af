"""A file of signatures made at one instant."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.leases import Leased

FORMATS = ("csv", "machine-csv", "xlsx", "json", "pdf")
PROFILES = ("delivery", "crm", "backup")


class Export(Leased, Base):
    """What was asked for, by whom, and what came of it. The file lies in the instance folder's exports/."""

    __tablename__ = "export"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    format: Mapped[str] = mapped_column(String(100))  # one of FORMATS, or several with commas for a package
    profile: Mapped[str] = mapped_column(String(20), default="delivery")
    created_at: Mapped[datetime]
    snapshot_at: Mapped[datetime | None]  # the instant the rows are true of
    rows: Mapped[int | None]  # while it is being made: those that are done
    sha256: Mapped[str] = mapped_column(String(64), default="")
    filename: Mapped[str] = mapped_column(String(200), default="")
    options: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # see choosing.py; {}: what was usual
    secret: Mapped[str] = mapped_column(String(64), default="")  # what the salts of its rows are made of
    merkle_root: Mapped[str] = mapped_column(String(64), default="")
    members: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # whose signatures; see members.py
    delivered_at: Mapped[datetime | None]  # when an organiser said that it was handed over

    campaign: Mapped[Campaign] = relationship()


class ChosenComment(Base):
    """A comment that the organiser wants printed in the book. Changed by its signer, it is chosen no more."""

    __tablename__ = "chosen_comment"

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True)
    comment_sha256: Mapped[str] = mapped_column(String(64))
    chosen_at: Mapped[datetime]


class DownloadLink(Base):
    """A link with which one account can download one list, once. The link itself is only in that browser."""

    __tablename__ = "download_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    export_id: Mapped[int] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]

    export: Mapped[Export] = relationship()
