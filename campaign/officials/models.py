"""Offices, who holds them from when to when, and how to reach them.

Names as in Popolo (https://www.popoloproject.com/specs/) and Open Civic Data. Only officeholders are Persons.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.db import Base
from campaign.leases import Leased

# What we know about the end of a term.
#   recorded  a fact      expected  announced, e.g. a special election      inferred  the row vanished from a roster
END_KINDS = ("recorded", "expected", "inferred", "unknown")

# What we know about a channel. Only those that are ok are offered; opted_out: the office asked us not to use it.
CHANNEL_STATUSES = ("ok", "bouncing", "broken", "opted_out")

EARLIEST = date(1, 1, 1)  # stands for "since ever" where a key needs a day


class RosterImport(Base):
    """One file that was read in: where it is from, who read it in, which date it speaks for, and what it changed."""

    __tablename__ = "roster_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(default=0, index=True)  # files read in together have one number
    kind: Mapped[str] = mapped_column(String(40))  # legislators, executive, postcodes, offices, …
    filename: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(500), default="")  # where it was published
    licence: Mapped[str] = mapped_column(String(100), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    # Of a table of postcodes: the country, and from when to when its districts hold.
    country: Mapped[str] = mapped_column(String(2), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(254), default="")  # an account's address, or how else it came
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # lines and problems, as people read them
    # What undoing needs, see `undoing`; only the last batch has it.
    undo: Mapped[dict[str, Any] | None] = mapped_column(JSON, deferred=True)


class RosterJob(Leased, Base):
    """Files that an organiser sent to be read in by the worker. They lie in the instance folder's rosters/."""

    __tablename__ = "roster_job"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    files: Mapped[list[str]] = mapped_column(JSON)  # their names
    as_of: Mapped[date | None]
    older: Mapped[bool] = mapped_column(default=False)  # an older roster than the newest, on purpose
    dry_run: Mapped[bool] = mapped_column(default=False)  # only look what would change
    created_at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # see `importing.told`


class Area(Base):
    """A division: a country, state, district, town. The id is its Open Civic Data id."""

    __tablename__ = "area"

    id: Mapped[str] = mapped_column(String(200), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    classification: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("area.id"), index=True)
    country: Mapped[str] = mapped_column(String(2))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    parent: Mapped["Area | None"] = relationship(remote_side=[id])


class AreaPostcode(Base):
    """A postcode that lies, wholly or partly, in an area. Text, never a number: 00601 is a postcode.

    Maps are redrawn: tables of two times stand side by side, each valid from a day to a day that does not count.
    """

    __tablename__ = "area_postcode"
    __table_args__ = (UniqueConstraint("country", "postcode", "area_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    postcode: Mapped[str] = mapped_column(String(16))
    area_id: Mapped[str] = mapped_column(ForeignKey("area.id"), index=True)
    share: Mapped[float | None]  # of the postcode's land, 0 to 1; orders a list, never chooses
    valid_from: Mapped[date] = mapped_column(default=EARLIEST)
    valid_to: Mapped[date | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roster_import.id"), index=True)


class Organization(Base):
    """A body that has posts: a chamber, a government, a council, a court."""

    __tablename__ = "organization"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    classification: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("organization.id"))


class Post(Base):
    """An office: what letters and petitions are addressed to, whoever holds it."""

    __tablename__ = "post"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)  # e.g. us-president, us-senate-ny-1, us-house-ny-14
    organization_id: Mapped[str] = mapped_column(ForeignKey("organization.id"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(60), index=True)
    area_id: Mapped[str | None] = mapped_column(ForeignKey("area.id"), index=True)
    seat_key: Mapped[str] = mapped_column(String(40), default="")  # senate class, district number
    title: Mapped[str] = mapped_column(String(100), default="")  # before a name in running text: "President"
    salutation: Mapped[str] = mapped_column(String(200), default="")  # with {family_name}; "" = the role's own
    envelope: Mapped[str] = mapped_column(Text, default="")  # lines, with {name}; "" = the role's own
    max_holders: Mapped[int] = mapped_column(default=1)
    start_date: Mapped[date | None]
    end_date: Mapped[date | None]

    organization: Mapped[Organization] = relationship()
    area: Mapped[Area | None] = relationship()
    memberships: Mapped[list["Membership"]] = relationship(back_populates="post", order_by="Membership.start_date")
    contact_details: Mapped[list["ContactDetail"]] = relationship(
        primaryjoin="and_(ContactDetail.post_id == Post.id, ContactDetail.membership_id.is_(None))",
        order_by="(ContactDetail.label, ContactDetail.id)",
    )


class Person(Base):
    """Somebody who holds or held an office."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))  # as the person is known
    given_name: Mapped[str] = mapped_column(String(100), default="")
    additional_name: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(100))
    honorific_suffix: Mapped[str] = mapped_column(String(40), default="")
    nickname: Mapped[str] = mapped_column(String(100), default="")
    search_name: Mapped[str] = mapped_column(String(300), default="", index=True)  # lower case, without accents
    gender: Mapped[str] = mapped_column(String(20), default="")

    identifiers: Mapped[list["PersonIdentifier"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", order_by="PersonIdentifier.scheme"
    )
    memberships: Mapped[list["Membership"]] = relationship(back_populates="person", order_by="Membership.start_date")


class PersonIdentifier(Base):
    """What a source calls a person; the only key by which two rows are the same person (names never are)."""

    __tablename__ = "person_identifier"
    __table_args__ = (UniqueConstraint("scheme", "identifier"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    scheme: Mapped[str] = mapped_column(String(40))
    identifier: Mapped[str] = mapped_column(String(100))

    person: Mapped[Person] = relationship(back_populates="identifiers")


class Membership(Base):
    """One person in one post from a day (counted) to a day (not counted)."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "post_id", "start_date"),
        CheckConstraint("end_date IS NULL OR end_date > start_date", name="end_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    start_date: Mapped[date]
    end_date: Mapped[date | None]
    end_kind: Mapped[str] = mapped_column(String(10), default="recorded")
    acting: Mapped[bool] = mapped_column(default=False)
    party: Mapped[str] = mapped_column(String(60), default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("roster_import.id"))
    first_seen_as_of: Mapped[date | None]  # the oldest roster that had this row
    last_seen_as_of: Mapped[date | None]  # the newest
    needs_review: Mapped[bool] = mapped_column(default=False)  # a person should find out what the roster did not say
    # Edited by hand: no import changes this row until the edit is released.
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[str] = mapped_column(String(254), default="")
    edit_reason: Mapped[str] = mapped_column(String(500), default="")

    person: Mapped[Person] = relationship(back_populates="memberships")
    post: Mapped[Post] = relationship(back_populates="memberships")
    contact_details: Mapped[list["ContactDetail"]] = relationship(
        back_populates="membership",
        cascade="all, delete-orphan",
        order_by="(ContactDetail.label, ContactDetail.id)",
    )


class ContactDetail(Base):
    """One way to reach an office, or the person while they hold it."""

    __tablename__ = "contact_detail"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("membership.id", ondelete="CASCADE"), index=True)
    type: Mapped[str] = mapped_column(String(20))  # web_form, email, postal, phone, fax, url, social, cwc_office
    value: Mapped[str] = mapped_column(String(500))
    label: Mapped[str] = mapped_column(String(100), default="")  # "" for the main office; else "Newton", "Mastodon"
    note: Mapped[str] = mapped_column(String(300), default="")  # hours
    source: Mapped[str] = mapped_column(String(40), default="")  # the kind of file it is from; that one may replace it
    status: Mapped[str] = mapped_column(String(10), default="ok")  # one of CHANNEL_STATUSES

    membership: Mapped[Membership | None] = relationship(back_populates="contact_details")


class OfficeReport(Base):
    """What a visitor says is wrong with an office. Gone as soon as an organiser has settled it."""

    __tablename__ = "office_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]

    post: Mapped[Post] = relationship()
