"""Files of signatures made at one instant, what became of them at the offices, and who is told of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.db import Base
from campaign.leases import Leased
from campaign.officials.models import Membership, Post

FORMATS = ("csv", "machine-csv", "xlsx", "json", "pdf")
PROFILES = ("delivery", "crm", "backup")
REPLIES = ("acknowledged", "answered", "promised", "accepted", "refused")
# draft → sending ⇄ paused → done, or stopped for good on the way.
MAILING_STATES = ("draft", "sending", "paused", "done", "stopped")


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
    manifest_sha256: Mapped[str] = mapped_column(String(64), default="")  # of a package

    campaign: Mapped[Campaign] = relationship()
    parts: Mapped[list["ExportPart"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="ExportPart.post_id"
    )


class ExportPart(Base):
    """One office's share of a package that was made by office."""

    __tablename__ = "export_part"

    export_id: Mapped[int] = mapped_column(ForeignKey("export.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    rows: Mapped[int]
    members: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # as those of an Export


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


class Delivery(Base):
    """One hand-over of a list to an office, for everybody to see. Numbers only: erasing a signer leaves it as it is."""

    __tablename__ = "delivery"
    __table_args__ = (
        # However often the button is pressed; an entry that was removed makes room for the right one.
        Index(
            "uq_delivery_export_id_post_id",
            "export_id",
            "post_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    export_id: Mapped[int | None] = mapped_column(ForeignKey("export.id", ondelete="SET NULL"))
    # None for what was noted before offices were; and for one that is no longer known here, whose label stays.
    post_id: Mapped[str | None] = mapped_column(ForeignKey("post.id", ondelete="SET NULL"), index=True)
    office: Mapped[str] = mapped_column(String(200), default="")
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id", ondelete="SET NULL"))
    handed_over_on: Mapped[date]
    signatures: Mapped[int]
    new_signatures: Mapped[int]  # not in any list that this office had before
    sha256: Mapped[str] = mapped_column(String(64), default="")
    is_package: Mapped[bool] = mapped_column(default=False)  # then sha256 is that of its manifest, else of the file
    proof_digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    proof_alt: Mapped[str] = mapped_column(String(500), default="")
    next_step: Mapped[str] = mapped_column(String(200), default="")
    next_on: Mapped[date | None]
    # What was mended since, the oldest first: [{"at", "note", "was": {"handed_over_on": "2026-11-20"}}]
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    removed_at: Mapped[datetime | None]  # it never happened; the note says how it came in
    note: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship()
    export: Mapped[Export | None] = relationship()
    post: Mapped[Post | None] = relationship()
    membership: Mapped[Membership | None] = relationship()
    replies: Mapped[list["OfficeReply"]] = relationship(
        back_populates="delivery",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="OfficeReply.replied_on, OfficeReply.id",
    )


class OfficeReply(Base):
    """What came back from an office."""

    __tablename__ = "office_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))  # one of REPLIES
    text: Mapped[str] = mapped_column(Text)  # as the organiser tells it
    replied_on: Mapped[date]
    removed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    delivery: Mapped[Delivery] = relationship(back_populates="replies")


class Mailing(Base):
    """One piece of news for the signers who asked for it. `position` and `told` move with each mail that is queued."""

    __tablename__ = "mailing"
    __table_args__ = (UniqueConstraint("campaign_id", "about"), UniqueConstraint("update_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    # What it tells of: "delivery/3"; nothing is told twice. None for what stands in no ledger.
    about: Mapped[str | None] = mapped_column(String(40))
    update_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_update.id", ondelete="SET NULL"))
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)  # {"fr": {"title", "body"}}
    state: Mapped[str] = mapped_column(String(10), default="draft", index=True)
    tested_at: Mapped[datetime | None]  # when its writer had it mailed to themselves, as it stands now
    position: Mapped[int] = mapped_column(default=0)  # signers up to this number are done
    total: Mapped[int] = mapped_column(default=0)  # whom it was for when it began
    told: Mapped[int] = mapped_column(default=0)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    update: Mapped[CampaignUpdate | None] = relationship()


class MailingSignature(Base):
    """Who was told: nobody twice, however many workers there are and whenever they die."""

    __tablename__ = "mailing_signature"

    mailing_id: Mapped[int] = mapped_column(ForeignKey("mailing.id", ondelete="CASCADE"), primary_key=True)
    signature_id: Mapped[int] = mapped_column(
        ForeignKey("signature.id", ondelete="CASCADE"), primary_key=True, index=True
    )
