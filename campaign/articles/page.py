"""What a reader found in a document: plain values, not yet a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from campaign.errors import Finding


@dataclass(frozen=True)
class Block:
    """One piece of the article's body, in reading order."""

    kind: Literal["paragraph", "subhead"]
    text: str


@dataclass(frozen=True)
class Link:
    url: str
    label: str = ""


@dataclass(frozen=True)
class KeyPoint:
    """A bullet of a summary.

    anchored: it rests on a sentence of the text, or an editor kept it; label: as printed, "AI generated"; rests_on:
    that sentence, where it is known.
    """

    text: str
    anchored: bool
    label: str = ""
    rests_on: str = ""


@dataclass(frozen=True)
class Picture:
    """url: where the outlet has it, and readers never load it from there; alt: for whoever cannot see it.

    licence: as campaign.articles.licences writes it.
    """

    caption: str = ""
    credit: str = ""
    url: str = ""
    alt: str = ""
    licence: str = ""


@dataclass(frozen=True)
class Related:
    headline: str
    outlet: str = ""
    url: str = ""
    published_on: date | None = None


@dataclass(frozen=True)
class ToDo:
    """One suggested act. kind: one of petition, contact, local, social, learn, donate, accountability, event.

    body is Markdown without the title; links, hashtags ("#StandWithUkraine") and organisations are those it names.
    details: what only its kind has, as campaign.campaigns.kinds names them: {"place": "Market square"}.
    """

    kind: str
    title: str
    body: str = ""
    links: tuple[Link, ...] = ()
    hashtags: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SampleLetter:
    """A letter the page offers. body has merge fields in place of the placeholders it was printed with.

    target: a post id or a rule of campaign.officials.targets; "" when the page does not say.
    language: "" for that of the page; talking_points: one per line; requires: fields the writer must fill in.
    """

    title: str
    body: str
    target: str = ""
    subject: str = ""
    language: str = ""
    talking_points: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class SamplePetition:
    """A petition as a campaign file gives it; pages of newspapers have none.

    addressees: post ids; goal: signatures; closes_on: the last day.
    """

    demand: str
    body: str = ""
    addressees: tuple[str, ...] = ()
    goal: int | None = None
    closes_on: date | None = None


@dataclass
class Page:
    """A document as read. Lists are empty and texts "" where the document has nothing of the kind."""

    headline: str
    outlet: str = ""
    url: str = ""
    published_at: datetime | None = None  # with the zone the outlet printed; None when the document does not say
    byline: str = ""
    dateline: str = ""
    agency: str = ""
    language: str = ""
    licence: str = ""
    licence_reason: str = ""
    archived_url: str = ""
    categories: list[str] = field(default_factory=list)
    article: list[Block] = field(default_factory=list)
    key_points: list[KeyPoint] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    opinion: list[str] = field(default_factory=list)  # paragraphs of Markdown
    opinion_author: str = ""
    action: list[str] = field(default_factory=list)
    action_author: str = ""  # "" = whoever wrote the opinion
    machine_made: list[str] = field(default_factory=list)  # of opinion and action, what a machine drafted
    todo_intro: str = ""
    todo: list[ToDo] = field(default_factory=list)
    letters: list[SampleLetter] = field(default_factory=list)
    petition: SamplePetition | None = None
    related: list[Related] = field(default_factory=list)
    slug: str = ""  # campaign files name theirs
    title: str = ""  # of the campaign; "" = the headline
    country: str = ""
    place: str = ""
    article_language: str = ""  # where it is not the campaign's
    is_complete: bool = False  # what is missing is meant to be; no playbook fills it
    warnings: list[Finding] = field(default_factory=list)
    source_text: str = ""
    bands: list[int] | None = field(default=None, compare=False, repr=False)  # see stories.py; None: not looked for yet

    @property
    def paragraphs(self) -> list[str]:
        """The article's paragraphs without its subheads."""
        return [block.text for block in self.article if block.kind == "paragraph"]
