"""Who represents a place: from a postcode to districts, and to the seats and people there. Never guesses."""

import re
import unicodedata
from collections.abc import Collection, Sequence
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
# unavailable  there is no table for that country, or none that holds on that day
STATUSES = ("found", "ambiguous", "not_found", "invalid", "unavailable")

CHUNK = 5_000  # postcodes asked for at once

# The part that names a district; the four digits after a ZIP code do not.
_US_ZIP = re.compile(r"([0-9]{5})(?:[- ]?[0-9]{4})?")


@dataclass(frozen=True)
class Lookup:
    """The districts of a postcode, by share of land where known, else by number. as_of: the table's."""

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
    country = country.strip().upper()
    is_valid = (
        AreaPostcode.country == country,
        AreaPostcode.valid_from <= on,
        or_(AreaPostcode.valid_to.is_(None), AreaPostcode.valid_to > on),
    )
    if session.scalar(select(AreaPostcode.id).where(*is_valid).limit(1)) is None:
        return {postcode: Lookup("unavailable", country, postcode) for postcode in postcodes}
    as_of = _table_as_of(session, country, on)
    keys = {postcode: normalise(country, postcode) for postcode in postcodes}
    wanted = sorted({key for key in keys.values() if key})
    rows: dict[str, list[tuple[float | None, str]]] = {}
    for start in range(0, len(wanted), CHUNK):
        query = select(AreaPostcode.postcode, AreaPostcode.share, AreaPostcode.area_id)
        for key, share, area_id in session.execute(
            query.where(*is_valid, AreaPostcode.postcode.in_(wanted[start : start + CHUNK]))
        ):
            rows.setdefault(key, []).append((share, area_id))
    by_id = _existing(session, {area_id for pairs in rows.values() for _, area_id in pairs}, on)
    found = {}
    for postcode, key in keys.items():
        if key is None:
            found[postcode] = Lookup("invalid", country, postcode, as_of=as_of)
            continue
        pairs = [(share, by_id[area_id]) for share, area_id in rows.get(key, []) if area_id in by_id]
        ordered = [area for _, area in sorted(pairs, key=lambda pair: _by_share_and_number(*pair))]
        status = "not_found" if not pairs else "found" if len(pairs) == 1 else "ambiguous"
        found[postcode] = Lookup(status, country, key, tuple(ordered), as_of)
    return found


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


def _existing(session: Session, ids: Collection[str], on: date) -> dict[str, Area]:
    """Those of these areas that exist on that day."""
    query = (
        select(Area)
        .where(
            Area.id.in_(ids),
            or_(Area.valid_from.is_(None), Area.valid_from <= on),
            or_(Area.valid_to.is_(None), Area.valid_to > on),
        )
        .options(joinedload(Area.parent))
    )
    return {area.id: area for area in session.scalars(query)}


def _table_as_of(session: Session, country: str, on: date) -> date | None:
    """The day the newest of the tables speaks for that hold on a day."""
    brought = select(AreaPostcode.id).where(
        AreaPostcode.import_id == RosterImport.id,
        AreaPostcode.country == country,
        AreaPostcode.valid_from <= on,
        or_(AreaPostcode.valid_to.is_(None), AreaPostcode.valid_to > on),
    )
    return session.scalar(select(func.max(RosterImport.as_of)).where(brought.exists()))


def _by_share_and_number(share: float | None, area: Area) -> tuple[str, float, int, str]:
    """State by state; the largest share of the land first where it is known, else by number."""
    number = area.id.rpartition(":")[2]
    return (area.parent_id or "", -(share or 0.0), int(number) if number.isdigit() else 0, area.id)
