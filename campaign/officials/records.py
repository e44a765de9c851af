"""What a source says, as plain values checked on their own, before anything is compared with the database."""

from dataclasses import dataclass, field
from datetime import date

from campaign.officials.models import EARLIEST

# The order in which identifiers decide who somebody is. Names never do.
SCHEMES = ("bioguide", "wikidata", "govtrack")


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with one row of a file, and how to mend it.

    row     as people count: "12", or "12 (Ada Lovelace)"; "" for the whole file
    field   the column or key; "" for the whole row
    blocks  True when nothing of the import may be written; False when the row is taken without this field
    """

    file: str
    row: str
    field: str
    text: str
    remedy: str
    blocks: bool = True

    def __str__(self) -> str:
        place = ", ".join(part for part in (f"row {self.row}" if self.row else "", self.field) if part)
        return f"{self.file}{': ' + place if place else ''}: {self.text} {self.remedy}".strip()


@dataclass(frozen=True)
class AreaRecord:
    id: str
    name: str
    classification: str
    country: str
    parent_id: str | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class OrganizationRecord:
    id: str
    name: str
    classification: str
    parent_id: str | None = None


@dataclass(frozen=True)
class ContactRecord:
    type: str
    value: str
    label: str = ""
    note: str = ""


@dataclass(frozen=True)
class PostRecord:
    """An office. What is "" or None here leaves a stored value as it is."""

    id: str
    organization_id: str
    label: str
    role: str
    title: str = ""
    area_id: str | None = None
    seat_key: str = ""
    salutation: str = ""
    envelope: str = ""
    max_holders: int = 1
    end_date: date | None = None
    contacts: tuple[ContactRecord, ...] = ()


@dataclass(frozen=True)
class TermRecord:
    """A person's time in one office: from `start` to, not including, `end`.

    start: None when the source does not say; then it is the day on which a source first has the person there.
    """

    row: str
    post_id: str
    start: date | None
    end: date | None
    end_kind: str = "recorded"
    acting: bool = False
    party: str = ""
    as_of: date | None = None  # the day this row speaks for, when it is not the file's
    contacts: tuple[ContactRecord, ...] = ()


@dataclass(frozen=True)
class PersonRecord:
    row: str
    identifiers: dict[str, str]
    name: str
    given_name: str
    family_name: str
    additional_name: str = ""
    honorific_suffix: str = ""
    nickname: str = ""
    terms: tuple[TermRecord, ...] = ()


@dataclass(frozen=True)
class KnownPersonRecord:
    """More about somebody who must already be in the directory: ways to reach them in Congress, further offices."""

    row: str
    identifiers: dict[str, str]
    contacts: tuple[ContactRecord, ...] = ()
    terms: tuple[TermRecord, ...] = ()


@dataclass
class Roster:
    """One file, read. `bodies` are the organizations whose members it lists completely.

    postcodes: country, postcode and area id, with the area's share of the postcode's land when the file knows it;
    valid_from, valid_to: when this table of postcodes holds.
    """

    kind: str
    file: str
    areas: dict[str, AreaRecord] = field(default_factory=dict)
    organizations: dict[str, OrganizationRecord] = field(default_factory=dict)
    posts: dict[str, PostRecord] = field(default_factory=dict)
    people: list[PersonRecord] = field(default_factory=list)
    known_people: list[KnownPersonRecord] = field(default_factory=list)
    postcodes: dict[tuple[str, str, str], float | None] = field(default_factory=dict)
    valid_from: date = EARLIEST
    valid_to: date | None = None
    says_congress: bool = True  # False: the file does not say for which Congress, and its date must tell
    bodies: tuple[str, ...] = ()
    as_of: date | None = None  # when the file says so itself
    source: str = ""
    licence: str = ""
    problems: list[RowProblem] = field(default_factory=list)

    def refuse(self, row: str, field: str, text: str, remedy: str) -> None:
        """Note what stops the import."""
        self.problems.append(RowProblem(self.file, row, field, text, remedy))

    def warn(self, row: str, field: str, text: str, remedy: str = "") -> None:
        """Note what was left out."""
        self.problems.append(RowProblem(self.file, row, field, text, remedy, blocks=False))

    @property
    def blocks(self) -> bool:
        return any(problem.blocks for problem in self.problems)

    @property
    def rows(self) -> int:
        """How much there is to store, for a progress bar."""
        return len(self.people) + len(self.known_people) + len(self.postcodes) + len(self.posts)
