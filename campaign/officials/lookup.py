"""Who represents a place: from a postcode to districts, and to the seats and people there. Never guesses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from campaign import countries
from campaign.officials.holding import Holding, holders
from campaign.officials.models import Area, AreaPostcode, Post, RosterImport
from campaign.officials.targets import REPRESENTATIVES, SENATORS, posts_of, states_of
from campaign.statements import Statement

# found        the postcode lies in one district
# ambiguous    in several, of one state or more; the person must choose
# not_found    well-formed, but not in the table (it has no post-office boxes, for one)
# invalid      not a postcode of that country
# unavailable  there is no table for that country, or none that holds on that day
STATUSES = ("found", "ambiguous", "not_found", "invalid", "unavailable")

CHUNK = 5_000  # postcodes asked for at once

# Countries of their own in ISO 3166, whose postcodes stand in another country's table: Puerto Rico's are ZIP codes.
PART_OF = {"AS": "US", "GU": "US", "MP": "US", "PR": "US", "VI": "US"}

# The part that names a district; the four digits after a ZIP code do not.
_US_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


@dataclass(frozen=True)
class Lookup:
    """The districts of a postcode, by share of land where known, else by number. as_of: the table's.

    country: the one whose table it is, "US" for Puerto Rico too.
    """

    status: str
    country: str
    postcode: str
    areas: tuple[Area, ...] = ()
    as_of: date | None = None

    @property
    def states(self) -> list[Area]:
        """The states the postcode lies in; with more than one, ask for the state first."""
        return states_of(self.areas)


@dataclass(frozen=True)
class Seat:
    """An office of a place on a day. status: filled, vacant or unconfirmed; no name is certain but in a filled one."""

    post: Post
    area: Area
    state: Area
    holding: Holding

    @property
    def status(self) -> str:
        if self.holding.confirmed:
            return "filled"
        return "vacant" if self.holding.status == "vacant" else "unconfirmed"


@dataclass(frozen=True)
class Seats:
    """candidates: one representative or delegate for each possible district; senators: by state, none for DC."""

    candidates: list[Seat]
    senators: list[Seat]


def areas(session: Session, country: str, postcode: str, *, on: date) -> Lookup:
    """The districts a postcode may lie in on that day."""
    return many(session, country, [postcode], on=on)[postcode]


def many(session: Session, country: str, postcodes: Sequence[str], *, on: date) -> dict[str, Lookup]:
    """The same for several postcodes of one country, by what was asked; a few queries for all of them."""
    country = represented_in(country.strip().upper())
    keys = {postcode: normalise(country, postcode) for postcode in postcodes}
    has_table, as_of = _table(session, country, on)
    wanted = sorted({key for key in keys.values() if key}) if has_table else []
    rows: dict[str, list[tuple[float | None, Area]]] = {}
    for start in range(0, len(wanted), CHUNK):
        values = {"country": country, "on": on, "postcodes": wanted[start : start + CHUNK]}
        for key, share, area in session.execute(_AREAS, values):
            rows.setdefault(key, []).append((share, area))
    return {
        postcode: _answer(country, postcode, key, rows.get(key or "", []), as_of, has_table=has_table)
        for postcode, key in keys.items()
    }


def represented_in(country: str) -> str:
    """The country whose parliament or congress people there have members of."""
    return PART_OF.get(country, country)


def seats(session: Session, areas: Sequence[Area], *, on: date) -> Seats:
    """The seats of these districts and of the states around them, empty ones too."""
    states = states_of(areas)
    by_id = {area.id: area for area in [*areas, *states]}
    posts = posts_of(session, (*REPRESENTATIVES, *SENATORS), list(by_id), on=on)
    districts = {area.id for area in areas}
    house = [post for post in posts if post.role in REPRESENTATIVES and post.area_id in districts]
    senate = [post for post in posts if post.role in SENATORS]
    holdings = holders(session, [*house, *senate], on=on)

    def seat(post: Post) -> Seat:
        area = by_id[post.area_id or ""]
        return Seat(post, area, states_of([area])[0], holdings[post.id])

    return Seats([seat(post) for post in house], [seat(post) for post in senate])


def normalise(country: str, postcode: str) -> str | None:
    """The form in which a postcode stands in the table: "٠٥٤٠١-1234" → "05401". None when it cannot be one."""
    text = countries.tidy_postcode(postcode)
    if country == "US":
        match = _US_ZIP.fullmatch(text)
        return match[1] if match else None
    if not text or countries.postcode_problem(country, text):
        return None
    return re.sub(r"[\s-]+", "", text)


def _answer(
    country: str,
    postcode: str,
    key: str | None,
    pairs: Sequence[tuple[float | None, Area]],
    as_of: date | None,
    *,
    has_table: bool,
) -> Lookup:
    if key is None:
        return Lookup("invalid", country, postcode, as_of=as_of)
    if not has_table:
        return Lookup("unavailable", country, postcode)
    ordered = [area for _, area in sorted(pairs, key=lambda pair: _by_share_and_number(*pair))]
    status = "not_found" if not pairs else "found" if len(pairs) == 1 else "ambiguous"
    return Lookup(status, country, key, tuple(ordered), as_of)


def _table(session: Session, country: str, on: date) -> tuple[bool, date | None]:
    """Whether there is a table that holds on a day, and the day the newest of those speaks for."""
    row = _TABLE.row(session, {"country": country, "on": on})
    return row.id is not None, row.as_of


def _by_share_and_number(share: float | None, area: Area) -> tuple[str, float, int, str]:
    """State by state; the largest share of the land first where it is known, else by number."""
    number = area.id.rpartition(":")[2]
    return (area.parent_id or "", -(share or 0.0), int(number) if number.isdigit() else 0, area.id)


def _holds(model: type[AreaPostcode | RosterImport]) -> list[ColumnElement[bool]]:
    return [
        model.country == bindparam("country"),
        model.valid_from <= bindparam("on"),
        or_(model.valid_to.is_(None), model.valid_to > bindparam("on")),
    ]


# Everybody who writes waits for these two; put together anew, they would take as long again as the database does.
_AREAS = (
    select(AreaPostcode.postcode, AreaPostcode.share, Area)
    .join(Area, Area.id == AreaPostcode.area_id)
    .where(*_holds(AreaPostcode), AreaPostcode.postcode.in_(bindparam("postcodes", expanding=True)))
    .where(or_(Area.valid_from.is_(None), Area.valid_from <= bindparam("on")))
    .where(or_(Area.valid_to.is_(None), Area.valid_to > bindparam("on")))
    .options(joinedload(Area.parent))
)
_TABLE = Statement(
    lambda _insert: select(
        select(AreaPostcode.id).where(*_holds(AreaPostcode)).limit(1).scalar_subquery().label("id"),
        # Of the imports, not of their rows: to ask forty thousand rows who brought them took PostgreSQL fifty ms.
        select(func.max(RosterImport.as_of)).where(*_holds(RosterImport)).scalar_subquery().label("as_of"),
    )
)
