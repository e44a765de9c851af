"""The demand, its numbered versions, the names under it, and how many there are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.officials.models import Post

# Every legal move of a signature. Only confirmed ones count.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "pending": ("confirmed", "expired", "withdrawn", "invalidated"),
    "confirmed": ("withdrawn", "invalidated"),
    "withdrawn": ("pending",),  # the same person changes their mind and signs again
    "expired": ("pending",),
    "invalidated": ("pending", "confirmed"),
}
STATES = tuple(TRANSITIONS)
_STATES_SQL = ", ".join(f"'{state}'" for state in STATES)


class Petition(Base):
    """What a campaign demands, of whom, until when."""

    __tablename__ = "petition"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), unique=True)
    goal: Mapped[int | None]
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
    texts: Mapped[list["PetitionText"]] = relationship(
        back_populates="petition", cascade="all, delete-orphan", order_by="PetitionText.version"
    )
    addressees: Mapped[list["Addressee"]] = relationship(
        back_populates="petition", cascade="all, delete-orphan", order_by="Addressee.position"
    )

    @property
    def text(self) -> "PetitionText | None":
        """The version people agree to when they sign now."""
        return self.texts[-1] if self.texts else None

    @property
    def ended_at(self) -> datetime | None:
        """The instant from which nobody can sign: the closing time, or earlier when the campaign was closed by hand."""
        closed_by_hand = self.campaign.closed_at if self.campaign.state == "closed" else None
        return min((instant for instant in (self.closes_at, closed_by_hand) if instant), default=None)

    def is_ended(self, *, now: datetime) -> bool:
        """True from the end on."""
        return self.campaign.state == "closed" or (self.ended_at is not None and now >= self.ended_at)

    def is_open(self, *, now: datetime) -> bool:
        """True while people can sign."""
        has_begun = self.opens_at is None or now >= self.opens_at
        return self.campaign.state == "published" and has_begun and not self.is_ended(now=now)


class PetitionText(Base):
    """One version of the demand. A signature keeps the version it agreed to."""

    __tablename__ = "petition_text"
    __table_args__ = (UniqueConstraint("petition_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    version: Mapped[int]
    demand: Mapped[str] = mapped_column(String(300))  # one sentence
    body: Mapped[str] = mapped_column(Text, default="")  # Markdown
    created_at: Mapped[datetime]

    petition: Mapped[Petition] = relationship(back_populates="texts")


class Addressee(Base):
    """An office the petition is addressed to."""

    __tablename__ = "addressee"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)

    petition: Mapped[Petition] = relationship(back_populates="addressees")
    post: Mapped[Post] = relationship()


class Signature(Base):
    """One person's name under one petition."""

    __tablename__ = "signature"
    __table_args__ = (
        # The unique key settles doubles, however many submits arrive at once.
        UniqueConstraint("petition_id", "signer_key"),
        CheckConstraint(f"state IN ({_STATES_SQL})", name="known_state"),
        # The campaign's page shows the newest names that may be shown, however many signatures there are.
        Index(
            "ix_signature_shown",
            "petition_id",
            "confirmed_at",
            sqlite_where=text("state = 'confirmed' AND show_name"),
            postgresql_where=text("state = 'confirmed' AND show_name"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    petition_text_id: Mapped[int] = mapped_column(ForeignKey("petition_text.id"))
    signer_key: Mapped[str] = mapped_column(String(64))  # keyed hash of the canonical address
    email: Mapped[str] = mapped_column(String(320))  # as typed, for sending
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100), default="")  # some people have one name
    country: Mapped[str] = mapped_column(String(2))
    postcode: Mapped[str] = mapped_column(String(16), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    show_name: Mapped[bool] = mapped_column(default=False)
    subscribe: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(10), default="en")
    state: Mapped[str] = mapped_column(String(12), default="pending", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    mailed_at: Mapped[datetime | None]  # the last time this address was written to about this petition
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    petition: Mapped[Petition] = relationship()
    petition_text: Mapped[PetitionText] = relationship()


class SignatureCount(Base):
    """Confirmed signatures of one petition, day and country; changed in the transaction that changes the state.

    `shard` spreads writers on PostgreSQL, where everybody confirming at once would queue for a single row.
    """

    __tablename__ = "signature_count"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # UTC day of confirmation
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    shard: Mapped[int] = mapped_column(primary_key=True, default=0, autoincrement=False)
    confirmed: Mapped[int] = mapped_column(default=0)
