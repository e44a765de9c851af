"""The offices and districts of the United States: two senators a state, one representative a district.

Areas have Open Civic Data ids (https://github.com/opencivicdata/ocd-division-ids).
"""

import re
from dataclasses import dataclass
from datetime import date

from campaign.officials.records import AreaRecord, OrganizationRecord, PostRecord, Roster

COUNTRY = "ocd-division/country:us"
SENATE = OrganizationRecord("us-senate", "United States Senate", "chamber")
HOUSE = OrganizationRecord("us-house", "U.S. House of Representatives", "chamber")
WHITE_HOUSE = OrganizationRecord("us-white-house", "The White House", "executive")

# House seats by the census of 2020, in force from this day on until 2033. A district with a higher number is gone.
APPORTIONED_ON = date(2023, 1, 3)

_SEAT_ID = re.compile(r"us-(?P<chamber>house|senate)-(?P<state>[a-z]{2})-(?P<number>[0-9]{1,2})")


@dataclass(frozen=True)
class State:
    """A state, the District of Columbia or a territory.

    seats: members of the House, of whom a single one is at large; classes: its Senate seats, none outside the states.
    """

    code: str
    name: str
    seats: int
    classes: tuple[int, ...] = ()
    kind: str = "state"

    @property
    def area_id(self) -> str:
        return f"{COUNTRY}/{self.kind}:{self.code.lower()}"

    @property
    def with_article(self) -> str:
        """As it stands in a sentence: "the District of Columbia"."""
        return f"the {self.name}" if self.code in ("DC", "VI", "MP") else self.name


# Code, name, seats in the House, and the classes of the two senators (fixed when the state joined).
_STATES = """
AL Alabama 7 23, AK Alaska 1 23, AZ Arizona 9 13, AR Arkansas 4 23, CA California 52 13, CO Colorado 8 23,
CT Connecticut 5 13, DE Delaware 1 12, FL Florida 28 13, GA Georgia 14 23, HI Hawaii 2 13, ID Idaho 2 23,
IL Illinois 17 23, IN Indiana 9 13, IA Iowa 4 23, KS Kansas 4 23, KY Kentucky 6 23, LA Louisiana 6 23,
ME Maine 2 12, MD Maryland 8 13, MA Massachusetts 9 12, MI Michigan 13 12, MN Minnesota 8 12, MS Mississippi 4 12,
MO Missouri 8 13, MT Montana 2 12, NE Nebraska 3 12, NV Nevada 4 13, NH New Hampshire 2 23, NJ New Jersey 12 12,
NM New Mexico 3 12, NY New York 26 13, NC North Carolina 14 23, ND North Dakota 1 13, OH Ohio 15 13,
OK Oklahoma 5 23, OR Oregon 6 23, PA Pennsylvania 17 13, RI Rhode Island 2 12, SC South Carolina 7 23,
SD South Dakota 1 23, TN Tennessee 9 12, TX Texas 38 12, UT Utah 4 13, VT Vermont 1 13, VA Virginia 11 12,
WA Washington 10 13, WV West Virginia 2 12, WI Wisconsin 8 13, WY Wyoming 1 12
"""
_DISTRICT_AND_TERRITORIES = (
    State("DC", "District of Columbia", 1, (), "district"),
    State("AS", "American Samoa", 1, (), "territory"),
    State("GU", "Guam", 1, (), "territory"),
    State("MP", "Northern Mariana Islands", 1, (), "territory"),
    State("PR", "Puerto Rico", 1, (), "territory"),
    State("VI", "U.S. Virgin Islands", 1, (), "territory"),
)


def _read_states() -> dict[str, State]:
    states = {}
    for entry in _STATES.replace("\n", " ").split(","):
        code, *name, seats, classes = entry.split()
        states[code] = State(code, " ".join(name), int(seats), tuple(map(int, classes)))
    return states | {state.code: state for state in _DISTRICT_AND_TERRITORIES}


STATES = _read_states()

# The codes of the census, in the order of the alphabet of the states' names; some numbers were never given out.
_FIPS = """
01AL 02AK 04AZ 05AR 06CA 08CO 09CT 10DE 11DC 12FL 13GA 15HI 16ID 17IL 18IN 19IA 20KS 21KY 22LA 23ME 24MD 25MA 26MI
27MN 28MS 29MO 30MT 31NE 32NV 33NH 34NJ 35NM 36NY 37NC 38ND 39OH 40OK 41OR 42PA 44RI 45SC 46SD 47TN 48TX 49UT 50VT
51VA 53WA 54WV 55WI 56WY 60AS 66GU 69MP 72PR 78VI
"""
BY_FIPS = {entry[:2]: STATES[entry[2:]] for entry in _FIPS.split()}


def congress_begins(number: int) -> date:
    """The first day of a Congress: the 119th began on 3 January 2025."""
    return date(1787 + 2 * number, 1, 3)


def congress_on(day: date) -> int:
    """The number of the Congress that sits on a day."""
    number = (day.year - 1787) // 2
    return number if day >= congress_begins(number) else number - 1


def district_id(state: State, district: int) -> str:
    """The area of a House district; 0 is at large."""
    return f"{state.area_id}/cd:{district or 'at-large'}"


def house_post_id(state: State, district: int) -> str:
    return f"us-house-{state.code.lower()}-{district}"


def senate_post_id(state: State, seat_class: int) -> str:
    return f"us-senate-{state.code.lower()}-{seat_class}"


def is_seat(state: State, district: int) -> bool:
    """True for a district of the present apportionment. 0 stands for the only one of a state, never for the first."""
    return district == 0 if state.seats == 1 else 1 <= district <= state.seats


def add_country(roster: Roster) -> None:
    """The country itself, the parent of all."""
    roster.areas[COUNTRY] = AreaRecord(COUNTRY, "United States", "country", "US")


def add_state(roster: Roster, state: State) -> None:
    """A state's area under the country."""
    add_country(roster)
    kind = "state" if state.kind == "state" else "territory"
    roster.areas[state.area_id] = AreaRecord(state.area_id, state.name, kind, "US", COUNTRY)


def add_senate_seat(roster: Roster, state: State, seat_class: int) -> str:
    """The area and the post of a Senate seat; returns the post's id."""
    add_state(roster, state)
    roster.organizations[SENATE.id] = SENATE
    id = senate_post_id(state, seat_class)
    label = f"U.S. Senator for {state.name}"
    roster.posts[id] = PostRecord(id, SENATE.id, label, "senator", "Senator", state.area_id, str(seat_class))
    return id


def add_house_seat(roster: Roster, state: State, district: int, *, until: date | None = None) -> str:
    """The area and the post of a House seat; returns the post's id. A district of former days has an end."""
    add_state(roster, state)
    roster.organizations[HOUSE.id] = HOUSE
    id, area_id = house_post_id(state, district), district_id(state, district)
    gone = until or (None if is_seat(state, district) else APPORTIONED_ON)
    name = f"{state.name}’s {ordinal(district)} congressional district"
    roster.areas[area_id] = AreaRecord(area_id, name, "cd", "US", state.area_id, gone)
    role, title = _house_role(state)
    of = "of" if role == "resident_commissioner" else "for"
    label = f"{title} {of} {name if district else state.with_article}"
    roster.posts[id] = PostRecord(id, HOUSE.id, label, role, title, area_id, str(district), end_date=gone)
    return id


def add_all_seats(roster: Roster) -> None:
    """Every seat of both chambers: one that no roster names is vacant, and people must see that."""
    for state in STATES.values():
        for seat_class in state.classes:
            add_senate_seat(roster, state, seat_class)
        for district in [0] if state.seats == 1 else range(1, state.seats + 1):
            add_house_seat(roster, state, district)


def add_speaker(roster: Roster) -> str:
    """The post of the Speaker of the House; returns its id."""
    add_country(roster)
    roster.organizations[HOUSE.id] = HOUSE
    id = "us-house-speaker"
    roster.posts[id] = PostRecord(
        id, HOUSE.id, "Speaker of the House of Representatives", "speaker", "Speaker", COUNTRY
    )
    return id


def add_post(roster: Roster, id: str) -> bool:
    """Add the office with this id. False when the United States have none of that id today."""
    if id in ("us-president", "us-vice-president"):
        add_executive_post(roster, id.removeprefix("us-").replace("-", "_"))
        return True
    match = _SEAT_ID.fullmatch(id)
    state = STATES.get(match["state"].upper()) if match else None
    if match is None or state is None:
        return False
    number = int(match["number"])
    if match["chamber"] == "house" and is_seat(state, number):
        add_house_seat(roster, state, number)
    elif match["chamber"] == "senate" and number in state.classes:
        add_senate_seat(roster, state, number)
    return id in roster.posts


def add_executive_post(roster: Roster, role: str) -> str:
    """The post of President or Vice President; returns its id."""
    add_country(roster)
    roster.organizations[WHITE_HOUSE.id] = WHITE_HOUSE
    title = "President" if role == "president" else "Vice President"
    id = f"us-{title.lower().replace(' ', '-')}"
    roster.posts[id] = PostRecord(id, WHITE_HOUSE.id, f"{title} of the United States", role, title, COUNTRY)
    return id


def ordinal(number: int) -> str:
    """14 → "14th", 2 → "2nd"; 0 → "at-large"."""
    if number == 0:
        return "at-large"
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _house_role(state: State) -> tuple[str, str]:
    if state.kind == "state":
        return "representative", "Representative"
    return ("resident_commissioner", "Resident Commissioner") if state.code == "PR" else ("delegate", "Delegate")
