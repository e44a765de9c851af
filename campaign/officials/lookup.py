"""Who represents a place: from a postcode to districts, and to the seats and people there. Never guesses."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from campaign.officials.holding import Holding, holders
from campaign.officials.models import Area, AreaPostcode, Post, RosterImport
from campaign.officials.targets import REPRESENTATIVES, SENATORS, posts_of, states_of

# found        the postcode lies in one district
# ambiguous    in several, of one state or more; the person must choose
# not_found    well-formed, but not in the table (it has no post-office boxes, for one)
# invalid      not a postcode of that country
# unavailable  there is no table for that country
STATUSES = ("found", "ambiguous", "not_found", "invalid", "unavailable")

# The part that names a district; the four digits after a ZIP code do not.
_US_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


@dataclass(frozen=True)
class Lookup:
    """The districts of a postcode, in the order of their numbers. as_of: the day the table speaks for."""

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
    country = country.strip().upper()
    table = select(AreaPostcode.id).where(AreaPostcode.country == country)
    if session.scalar(table.limit(1)) is None:
        return Lookup("unavailable", country, postcode)
    as_of = _table_as_of(session, country)
    key = normalise(country, postcode)
    if key is None:
        return Lookup("invalid", country, postcode, as_of=as_of)
    found = session.scalars(
        select(Area)
        .join(AreaPostcode, AreaPostcode.area_id == Area.id)
        .where(
            AreaPostcode.country == country,
            AreaPostcode.postcode == key,
            or_(Area.valid_from.is_(None), Area.valid_from <= on),
            or_(Area.valid_to.is_(None), Area.valid_to > on),
        )
        .options(joinedload(Area.parent))
    ).all()
    status = "not_found" if not found else "found" if len(found) == 1 else "ambiguous"
    return Lookup(status, country, key, tuple(sorted(found, key=_by_number)), as_of)


def seats(session: Session, areas: Sequence[Area], *, on: date) -> Seats:
    """The seats of these districts and of the states around them, empty ones too."""
    by_id = {area.id: area for area in [*areas, *states_of(areas)]}
    house = posts_of(session, REPRESENTATIVES, [area.id for area in areas], on=on)
    senate = posts_of(session, SENATORS, [state.id for state in states_of(areas)], on=on)
    holdings = holders(session, [*house, *senate], on=on)

    def seat(post: Post) -> Seat:
        area = by_id[post.area_id or ""]
        return Seat(post, area, states_of([area])[0], holdings[post.id])

    return Seats([seat(post) for post in house], [seat(post) for post in senate])


def normalise(country: str, postcode: str) -> str | None:
    """The form in which a postcode stands in the table: "٠٥٤٠١-1234" → "05401". None when it cannot be one."""
    text = "".join(_digit(character) for character in unicodedata.normalize("NFKC", postcode)).strip().upper()
    if country == "US":
        match = _US_ZIP.fullmatch(text.replace("–", "-"))
        return match[1] if match else None
    key = re.sub(r"[\s-]+", "", text)
    return key if key.isascii() and key.isalnum() and 2 <= len(key) <= 10 else None


def _digit(character: str) -> str:
    """Digits of any script as 0 to 9."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def _table_as_of(session: Session, country: str) -> date | None:
    newest = select(func.max(RosterImport.as_of)).where(
        RosterImport.id.in_(select(AreaPostcode.import_id).where(AreaPostcode.country == country))
    )
    return session.scalar(newest)


def _by_number(area: Area) -> tuple[str, int, str]:
    number = area.id.rpartition(":")[2]
    return (area.parent_id or "", int(number) if number.isdigit() else 0, area.id)
