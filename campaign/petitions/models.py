"""The demand, its numbered versions, the names under it, and how many there are."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.db import Base
from campaign.full_names import full_name
from campaign.leases import Leased
from campaign.officials.models import Post
from campaign.petitions.opening import Opening

# Every legal move of a signature. Only confirmed ones count.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "pending": ("confirmed", "expired", "withdrawn", "invalidated"),
    "confirmed": ("withdrawn", "invalidated"),
    "withdrawn": ("pending",),  # the same person changes their mind and signs again
    "expired": ("pending",),
    # Back as they were when the organiser undoes it, or by the signer's own wish: that one is not undone.
    "invalidated": ("pending", "confirmed", "withdrawn"),
}
STATES = tuple(TRANSITIONS)
_STATES_SQL = ", ".join(f"'{state}'" for state in STATES)

# Whose name is shown. Queries say it in these very words: to SQLite "show_name = 1" is another thing than "show_name",
# and without its index a page looked through all signatures.
SHOWN = text("state = 'confirmed' AND show_name")


class Petition(Base):
    """What a campaign demands, of whom, until when."""

    __tablename__ = "petition"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), unique=True)
    goal: Mapped[int | None]
    raises_goal: Mapped[bool] = mapped_column(default=True)  # the next goal is shown once this one is reached
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]  # nobody can sign until the organiser goes on
    # The day promised beside the form for deleting names and addresses; None: RETENTION_DAYS after the end.
    keep_until: Mapped[datetime | None]
    # Which of the optional fields are asked: {"postcode": "optional", "city": "required", …}; see asking.py.
    asks: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Besides its addressees: each signer's own members, by a rule of officials/targets.py; "" for nobody else.
    addressee_rule: Mapped[str] = mapped_column(String(40), default="")
    addressee_rule_since: Mapped[datetime | None]  # who signed before was not told; None: nobody had signed
    sheets_printed: Mapped[int] = mapped_column(default=0)  # sheets of paper that were made so far: their last number

    campaign: Mapped[Campaign] = relationship()
    texts: Mapped[list["PetitionText"]] = relationship(
        back_populates="petition", cascade="all, delete-orphan", order_by="PetitionText.version"
    )
    addressees: Mapped[list["Addressee"]] = relationship(
        back_populates="petition", cascade="all, delete-orphan", order_by="Addressee.position"
    )
    questions: Mapped[list["Question"]] = relationship(
        back_populates="petition", cascade="all, delete-orphan", order_by="Question.position"
    )
    batches: Mapped[list["Batch"]] = relationship(back_populates="petition", order_by="Batch.id", passive_deletes=True)

    @property
    def text(self) -> "PetitionText | None":
        """The version people agree to when they sign now."""
        return self.texts[-1] if self.texts else None

    @property
    def opening(self) -> Opening:
        """When people can sign."""
        campaign = self.campaign
        return Opening(campaign.state, campaign.closed_at, self.opens_at, self.closes_at, self.paused_at)

    @property
    def has_batches(self) -> bool:
        """True when there are, or were, other signatures than those given here."""
        return any(batch.applied_at for batch in self.batches)

    @property
    def ended_at(self) -> datetime | None:
        """The instant from which nobody can sign: the closing time, or earlier when the campaign was closed by hand."""
        return self.opening.ended_at

    def is_ended(self, *, now: datetime) -> bool:
        """True from the end on."""
        return self.opening.is_ended(now=now)

    def is_open(self, *, now: datetime) -> bool:
        """True while people can sign."""
        return self.opening.is_open(now=now)


class PetitionText(Base):
    """One version of the demand. A signature keeps the version it agreed to."""

    __tablename__ = "petition_text"
    __table_args__ = (UniqueConstraint("petition_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    version: Mapped[int]
    demand: Mapped[str] = mapped_column(String(300))  # one sentence
    body: Mapped[str] = mapped_column(Text, default="")  # Markdown
    note: Mapped[str] = mapped_column(Text, default="")  # why it differs from the version before; public
    is_material: Mapped[bool] = mapped_column(default=False)  # who signed an earlier version is asked again
    created_at: Mapped[datetime]

    petition: Mapped[Petition] = relationship(back_populates="texts")


class Question(Base):
    """One thing the organiser asks of signers besides the usual fields; answered with a line of text."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(String(200))
    is_required: Mapped[bool] = mapped_column(default=False)
    is_retired: Mapped[bool] = mapped_column(default=False)  # asked no more; its answers stay

    petition: Mapped[Petition] = relationship(back_populates="questions")


class Notice(Base):
    """Which fields of theirs would be handed over, as the form told people from that instant until the next notice.

    Written when that changes (see telling.py); a petition without one has told everybody the same.
    """

    __tablename__ = "notice"
    __table_args__ = (UniqueConstraint("petition_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    fields: Mapped[list[str]] = mapped_column(JSON)  # names as in asking.HANDED_OVER
    since: Mapped[datetime]


class ConsentWording(Base):
    """What somebody agreed to when they ticked a box, in the words of that day and language."""

    __tablename__ = "consent_wording"
    __table_args__ = (UniqueConstraint("purpose", "language", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))  # "updates"
    language: Mapped[str] = mapped_column(String(10))
    version: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


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
        # The unique key settles doubles, however many submits arrive at once. `slot` lets two people share a mailbox.
        UniqueConstraint("petition_id", "signer_key", "slot"),
        CheckConstraint(f"state IN ({_STATES_SQL})", name="known_state"),
        # The desk looks for fake waves in the last hour or day. Rows come in this order, so keeping it costs little.
        Index("ix_signature_petition_id_created_at", "petition_id", "created_at"),
        # The campaign's page shows the newest names that may be shown, however many signatures there are.
        Index(
            "ix_signature_shown",
            "petition_id",
            "confirmed_at",
            sqlite_where=SHOWN,
            postgresql_where=SHOWN,
        ),
        # A batch is counted and undone as a whole. Who signs here is in none, and pays nothing for it.
        Index(
            "ix_signature_batch",
            "batch_id",
            sqlite_where=text("batch_id IS NOT NULL"),
            postgresql_where=text("batch_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    petition_text_id: Mapped[int] = mapped_column(ForeignKey("petition_text.id"))
    signer_key: Mapped[str] = mapped_column(String(64))  # keyed hash of the canonical address
    slot: Mapped[int] = mapped_column(default=1)  # which of the people who share this mailbox
    email: Mapped[str] = mapped_column(String(320))  # as typed, for sending
    given_name: Mapped[str] = mapped_column(String(100))
    family_name: Mapped[str] = mapped_column(String(100), default="")  # some people have one name
    country: Mapped[str] = mapped_column(String(2))
    postcode: Mapped[str] = mapped_column(String(16), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # by the question's id, as text
    comment: Mapped[str] = mapped_column(Text, default="")
    area: Mapped[str] = mapped_column(String(10), default="")  # ISO 3166-2, as far as the postcode tells
    show_name: Mapped[bool] = mapped_column(default=False)
    subscribe: Mapped[bool] = mapped_column(default=False)
    subscribed_at: Mapped[datetime | None]
    consent_wording_id: Mapped[int | None] = mapped_column(ForeignKey("consent_wording.id"))
    language: Mapped[str] = mapped_column(String(10), default="en")
    domain: Mapped[str] = mapped_column(String(255), default="")  # of the address; fake waves often share one
    network_key: Mapped[str] = mapped_column(String(64), default="")  # hash of the network, salted afresh each day
    is_disposable: Mapped[bool] = mapped_column(default=False)  # an address of a throw-away service
    state: Mapped[str] = mapped_column(String(12), default="pending", index=True)
    mailed_at: Mapped[datetime | None]  # the last time this address was written to about this petition
    reminded_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]  # when they were told of a material change of the text
    agreed_at: Mapped[datetime | None]  # when they agreed to a later text than the one they first signed
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    # What invalidating changed, so that undoing it restores exactly that. Who was taken out, withdraws and signs again
    # is taken out as soon as they confirm, unless it was undone meanwhile.
    invalidation_id: Mapped[int | None] = mapped_column(ForeignKey("invalidation.id"), index=True)
    state_before: Mapped[str] = mapped_column(String(12), default="")
    # The database's default, so that signing here need not name it. See origins.py.
    origin: Mapped[str] = mapped_column(String(20), server_default="online")
    # No constraint: SQLite would copy the whole table to get it, and a batch never goes before its signatures.
    batch_id: Mapped[int | None]
    batch_row: Mapped[int | None]  # its row in the batch's file, until the signer is forgotten

    petition: Mapped[Petition] = relationship()
    petition_text: Mapped[PetitionText] = relationship()

    @property
    def full_name(self) -> str:
        return full_name(self.given_name, self.family_name, self.country)


class Batch(Leased, Base):
    """Signatures that were given elsewhere: on a sheet of paper, or with another tool. They come in and go together.

    Its file lies in the instance folder's batches/ until they are in.
    """

    __tablename__ = "signature_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(20))  # one of origins.SOURCES
    stage: Mapped[str] = mapped_column(String(10))  # see batches.STAGES
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    file_name: Mapped[str] = mapped_column(String(200), default="")  # or the number of the sheet
    sha256: Mapped[str] = mapped_column(String(64), default="")
    header: Mapped[list[str]] = mapped_column(JSON, default=list)
    fields: Mapped[list[str]] = mapped_column(JSON, default=list)  # what each column is, see columns.py
    country: Mapped[str] = mapped_column(String(2), default="")  # of rows that name none
    signed_on: Mapped[date | None]  # of rows without a day
    petition_text_id: Mapped[int | None] = mapped_column(ForeignKey("petition_text.id"))  # what they agreed to
    basis: Mapped[str] = mapped_column(Text, default="")  # how these people signed and what they were told
    told: Mapped[list[str]] = mapped_column(JSON, default=list)  # fields they knew would be handed over
    consent_wording_id: Mapped[int | None] = mapped_column(ForeignKey("consent_wording.id"))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)  # see placing.Counts
    percent: Mapped[int] = mapped_column(default=0)  # of the file, while it is at work
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    petition: Mapped[Petition] = relationship(back_populates="batches")
    petition_text: Mapped[PetitionText | None] = relationship()
    account: Mapped[Account | None] = relationship()


class BatchProblem(Base):
    """A row that was not taken, and how to mend it. Without what stands in it: the file has that."""

    __tablename__ = "batch_problem"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("signature_batch.id", ondelete="CASCADE"), index=True)
    row: Mapped[int]  # the first row below the header is 1
    line: Mapped[int]  # of the file, where the row begins
    column: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(String(500))


class SignatureLink(Base):
    """A secret that was mailed to a signer: a link, and a code for people who follow no links. Only hashes are kept."""

    __tablename__ = "signature_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes so far
    expires_at: Mapped[datetime] = mapped_column(index=True)

    signature: Mapped[Signature] = relationship()


class Invalidation(Base):
    """Signatures that the organiser found to be fake and took out by one rule; undone, they are as they were."""

    __tablename__ = "invalidation"

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(300), default="")
    number: Mapped[int] = mapped_column(default=0)  # signatures taken out
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship()


class DailySalt(Base):
    """What the network addresses of one day are hashed with. Deleted soon after, so nobody can try addresses out."""

    __tablename__ = "daily_salt"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[str] = mapped_column(String(64))


class SignatureCount(Base):
    """Confirmed signatures of one petition, day, country, area and origin; changed together with the state.

    `shard` spreads writers on PostgreSQL, where everybody confirming at once would queue for a single row.
    """

    __tablename__ = "signature_count"

    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # UTC day of confirmation
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    area: Mapped[str] = mapped_column(String(10), primary_key=True, default="")  # ISO 3166-2; "" where unknown
    origin: Mapped[str] = mapped_column(String(20), primary_key=True, default="online")  # as in Signature
    shard: Mapped[int] = mapped_column(primary_key=True, default=0, autoincrement=False)
    confirmed: Mapped[int] = mapped_column(default=0)
