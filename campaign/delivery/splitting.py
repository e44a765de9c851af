"""Which office gets whose signature: each representative the people of their district, a senator those of their state.

Everybody else whom a petition is addressed to, such as a president, gets all. Nobody's district is guessed: who cannot
be placed for certain is listed apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Protocol

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.i18n import gettext, lazy_gettext
from campaign.officials import lookup, targets
from campaign.officials.lookup import Lookup
from campaign.officials.models import Post
from campaign.petitions import finding
from campaign.petitions.models import Petition, Signature

# Stands for the list of those who cannot be placed; no office has this id.
UNKNOWN = "unknown"

# Why somebody cannot be placed, in the words of the list that holds them.
REASONS = {
    "no_postcode": lazy_gettext("gave no postcode"),
    "ambiguous": lazy_gettext("live where one postcode lies in several districts"),
    "not_found": lazy_gettext("gave a postcode that is not in our table of districts"),
    "elsewhere": lazy_gettext("live outside the districts of these offices"),
    "not_told": lazy_gettext("signed before the petition was addressed to their own representatives"),
}
_REASON_OF = {"invalid": "not_found", "not_found": "not_found", "ambiguous": "ambiguous", "unavailable": "elsewhere"}

Place = tuple[str, str]


class Placed(Protocol):
    """What must be known of a row to say to which offices it goes."""

    @property
    def country(self) -> str: ...
    @property
    def home(self) -> str: ...
    @property
    def signed_on(self) -> date: ...


@dataclass(frozen=True)
class Office:
    """One list. post_id: UNKNOWN for those who cannot be placed; areas: whose people it gets, None for everybody."""

    post_id: str
    label: str
    areas: tuple[str, ...] | None


@dataclass(frozen=True)
class Placement:
    """Where the signatures of one place go. posts: offices' ids; reason: why they are listed apart, "" when not.

    Both may be there: the state, and so its senators, can be known while the district is not.
    """

    posts: tuple[str, ...]
    reason: str = ""


@dataclass
class Split:
    """A petition's offices, and to which of them the people of each place go.

    told_after: whoever signed on that day or before was not told of `told_later`, and is not handed over to them.
    """

    offices: list[Office]
    placements: Mapping[Place, Placement]
    told_after: date | None = None
    told_later: frozenset[str] = frozenset()
    reasons: Counter[str] = field(default_factory=Counter)

    def office_of(self, row: Placed) -> tuple[str, ...]:
        """The ids of the offices whose lists this row belongs to, UNKNOWN among them; never empty."""
        placement = self._placement(row)
        return (*placement.posts, UNKNOWN) if placement.reason else placement.posts

    def reason_of(self, row: Placed) -> str:
        """Why this row is listed apart, one of REASONS; "" when it is not."""
        return self._placement(row).reason

    def _placement(self, row: Placed) -> Placement:
        placement = self.placements.get((row.country, row.home), Placement((), "elsewhere"))
        if self.told_after is None or row.signed_on > self.told_after:
            return placement
        told = tuple(post for post in placement.posts if post not in self.told_later)
        return Placement(told, "not_told" if self.told_later else placement.reason)


def by_office(session: Session, campaign: Campaign, *, on: date) -> list[Office]:
    """The offices that get a list of this campaign's petition today, in reading order; those apart come last."""
    petition = finding.of(session, campaign)
    return split(session, petition, on=on).offices if petition else []


def split(session: Session, petition: Petition, *, on: date, places: Iterable[Place] | None = None) -> Split:
    """Lay a petition's signatures apart.

    on: districts and offices are those of that day; places: (country, postcode) of the rows that count; None for all
    confirmed signatures.
    """
    wanted = sorted(set(_places(session, petition) if places is None else places))
    found = dict(_looked_up(session, wanted, on=on))
    fixed = [addressee.post for addressee in petition.addressees]
    ruled = _ruled(session, petition, found.values(), on=on)
    posts = list({post.id: post for post in [*fixed, *ruled]}.values())
    placements = _placements(found, posts, rule=petition.addressee_rule)
    later = frozenset(post.id for post in ruled) - {post.id for post in fixed}
    since = petition.addressee_rule_since.date() if petition.addressee_rule_since and petition.addressee_rule else None
    reached = {id for placement in placements.values() for id in placement.posts}
    # An office nobody writes to gets no empty book, unless the petition names it.
    offices = [
        Office(post.id, post.label, _areas(post)) for post in posts if post.id in reached or post.id not in later
    ]
    if any(placement.reason for placement in placements.values()) or since:
        offices.append(Office(UNKNOWN, gettext("District not known for certain"), ()))
    return Split(offices, placements, since, later if since else frozenset())


def represents(post: Post) -> bool:
    """True when this office stands for the people of an area, and not for everybody."""
    return post.role in (*targets.REPRESENTATIVES, *targets.SENATORS) and post.area_id is not None


def _places(session: Session, petition: Petition) -> list[Place]:
    chosen: ColumnElement[bool] = (Signature.petition_id == petition.id) & (Signature.state == "confirmed")
    query = select(Signature.country, Signature.postcode).where(chosen).distinct()
    return list(session.execute(query).tuples())


def _looked_up(session: Session, places: list[Place], *, on: date) -> Iterator[tuple[Place, Lookup | None]]:
    """The districts of each place, a few queries per country. None where no postcode was given."""
    for country, group in groupby(places, key=lambda place: place[0]):
        postcodes = [postcode for _, postcode in group]
        found = lookup.many(session, country, [postcode for postcode in postcodes if postcode], on=on)
        yield from (((country, postcode), found.get(postcode)) for postcode in postcodes)


def _ruled(session: Session, petition: Petition, found: Iterable[Lookup | None], *, on: date) -> list[Post]:
    """The offices that the rule “each signer’s own …” yields for these places, by state and district."""
    rule = petition.addressee_rule
    if not rule:
        return []
    districts = {area.id: area for one in found if one and one.status == "found" for area in one.areas}
    states = {state.id: state for one in found if one and len(one.states) == 1 for state in one.states}
    posts: list[Post] = []
    if rule != targets.MY_SENATORS:
        posts += targets.posts_of(session, targets.REPRESENTATIVES, list(districts), on=on)
    if rule != targets.MY_REPRESENTATIVE:
        posts += targets.posts_of(session, targets.SENATORS, list(states), on=on)
    return posts


def _placements(found: Mapping[Place, Lookup | None], posts: list[Post], *, rule: str) -> dict[Place, Placement]:
    everybody = tuple(post.id for post in posts if not represents(post))
    local: dict[str, list[str]] = {}
    has_districts = rule in (targets.MY_REPRESENTATIVE, targets.MY_REPRESENTATIVE_AND_SENATORS)
    for post in posts:
        if represents(post):
            local.setdefault(post.area_id or "", []).append(post.id)
            has_districts = has_districts or post.role in targets.REPRESENTATIVES
    if not local and not rule:
        return dict.fromkeys(found, Placement(everybody))
    return {place: _placement(one, everybody, local, has_districts=has_districts) for place, one in found.items()}


def _placement(
    found: Lookup | None,
    everybody: tuple[str, ...],
    local: Mapping[str, list[str]],
    *,
    has_districts: bool,
) -> Placement:
    """has_districts: some of the offices stand for districts, so that to know the state is not enough."""
    if found is None:
        return Placement(everybody, "no_postcode")
    sure = [*found.states] if len(found.states) == 1 else []
    if found.status == "found":
        sure += [area for area in found.areas if area not in sure]
    theirs = tuple(id for area in sure for id in local.get(area.id, ()))
    posts = (*everybody, *theirs)
    if found.status in ("found", "ambiguous") and (found.status == "found" or (sure and not has_districts)):
        return Placement(posts, "" if theirs else "elsewhere")
    return Placement(posts, _REASON_OF.get(found.status, "elsewhere"))


def _areas(post: Post) -> tuple[str, ...] | None:
    return (post.area_id,) if represents(post) and post.area_id else None
