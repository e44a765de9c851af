"""Where a writer lives, as far as the letter needs it: a state for senators, a district for a representative.

Nothing is guessed: whenever more than one place is possible, the writer chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.i18n import gettext
from campaign.officials import addressing, lookup, targets
from campaign.officials.models import Area, Post

ROLES = (*targets.SENATORS, *targets.REPRESENTATIVES)


@dataclass(frozen=True)
class Option:
    """A place to choose. words: its name and who represents it."""

    area: Area
    words: str


def countries_served(session: Session) -> list[str]:
    """Codes of the countries whose members of parliament or congress we know."""
    query = select(Area.country).join(Post, Post.area_id == Area.id).where(Post.role.in_(ROLES)).distinct()
    return sorted(session.scalars(query))


def everywhere(session: Session, country: str, *, on: date) -> list[Area]:
    """Every district and state of a country that has members today, for those who choose by hand."""
    query = (
        select(Area)
        .join(Post, Post.area_id == Area.id)
        .where(Area.country == country, Post.role.in_(ROLES))
        .where((Post.end_date.is_(None)) | (Post.end_date > on))
        .options(joinedload(Area.parent))
        .distinct()
    )
    return sorted(session.scalars(query), key=_by_number)


def narrowed(areas: Sequence[Area], target: str) -> list[Area]:
    """What is left to choose from: states first, then districts; one area means that it is decided. [] stays []."""
    states = targets.states_of(areas)
    if len(states) != 1 or target == targets.MY_SENATORS:
        return states
    districts = [area for area in areas if area.id != states[0].id]
    return districts or states


def options(session: Session, areas: Sequence[Area], *, on: date) -> list[Option]:
    """The places with the names of their members, so that people recognise theirs; vacant seats stay in the list."""
    seats = {seat.area.id: seat for seat in lookup.seats(session, areas, on=on).candidates}
    if not seats:
        return [Option(area, area.name) for area in areas]
    return [Option(area, f"{area.name} – {_member(seats.get(area.id))}") for area in areas]


def _member(seat: lookup.Seat | None) -> str:
    if seat is None:
        return gettext("nobody known")
    names = addressing.fields_of(seat.holding)["official.name"]
    if names:
        return names
    return gettext("vacant") if seat.status == "vacant" else gettext("nobody confirmed")


def _by_number(area: Area) -> tuple[str, int, str]:
    """Districts in the order of their numbers: 2 before 10."""
    number = area.id.rpartition(":")[2]
    return (area.parent_id or "", int(number) if number.isdigit() else 0, area.name)
