from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from campaign.officials import lookup, roster
from campaign.officials.lookup import Lookup, Seats
from tests import make
from tests.conftest import begin_with
from tests.officials.documents import LEGISLATORS, written

TODAY = make.TODAY
ZIPS = """state_fips,state_abbr,zcta,cd
50,VT,05401,0
36,NY,10001,12
36,NY,10001,2
30,MT,57717,2
56,WY,57717,0
11,DC,20001,0
72,PR,00601,0
13,GA,30002,13
"""


@pytest.fixture
def directory(session: Session, tmp_path: Path) -> Session:
    def small_roster(session: Session) -> None:
        files = written(tmp_path, legislators_yaml=LEGISLATORS, zips_csv=ZIPS)
        roster.load(session, files, as_of=date(2026, 6, 15), now=make.NOW)

    begin_with(session, small_roster)
    return session


def look(session: Session, postcode: str, country: str = "US") -> Lookup:
    return lookup.areas(session, country, postcode, on=TODAY)


def seats(session: Session, postcode: str) -> Seats:
    return lookup.seats(session, look(session, postcode).areas, on=TODAY)


ANSWERS = [
    ("05401", "US", "found"),
    (" 05401 ", "us", "found"),
    ("05401-1234", "US", "found"),
    ("054011234", "US", "found"),
    ("05401–1234", "US", "found"),  # a dash as word processors make it
    ("٠٥٤٠١", "US", "found"),  # Arabic digits
    ("０５４０１", "US", "found"),  # full-width digits
    ("10001", "US", "ambiguous"),
    ("57717", "US", "ambiguous"),
    ("20500", "US", "not_found"),
    ("5401", "US", "invalid"),  # a spreadsheet ate the zero
    ("05401-12", "US", "invalid"),
    ("O5401", "US", "invalid"),
    ("", "US", "invalid"),
    ("' OR 1=1", "US", "invalid"),
    ("75001", "FR", "unavailable"),
]


def test_each_postcode_has_an_honest_answer(directory: Session) -> None:
    for postcode, country, status in ANSWERS:
        assert (postcode, look(directory, postcode, country).status) == (postcode, status)


def test_a_place_has_a_representative_and_two_senators(directory: Session) -> None:
    found = seats(directory, "05401")

    [candidate] = found.candidates
    assert (candidate.post.id, candidate.status) == ("us-house-vt-0", "filled")
    assert candidate.holding.person
    assert candidate.holding.person.name == "Bob Brown"
    assert [(seat.post.id, seat.status) for seat in found.senators] == [
        ("us-senate-vt-1", "filled"),
        ("us-senate-vt-3", "vacant"),
    ]
    assert look(directory, "05401").as_of == date(2026, 6, 15)


def test_several_districts_come_in_the_order_of_their_numbers(directory: Session) -> None:
    assert [area.id.rpartition(":")[2] for area in look(directory, "10001").areas] == ["2", "12"]
    assert [seat.post.id for seat in seats(directory, "10001").candidates] == ["us-house-ny-2", "us-house-ny-12"]


def test_two_states_are_named_and_senators_stay_with_theirs(directory: Session) -> None:
    assert [state.name for state in look(directory, "57717").states] == ["Montana", "Wyoming"]

    states = [seat.state.name for seat in seats(directory, "57717").senators]

    assert states == ["Montana", "Montana", "Wyoming", "Wyoming"]


def test_dc_and_territories_have_one_member_and_no_senators(directory: Session) -> None:
    dc, pr = seats(directory, "20001"), seats(directory, "00601")

    assert ([seat.post.role for seat in dc.candidates], dc.senators) == (["delegate"], [])
    assert ([seat.post.role for seat in pr.candidates], pr.senators) == (["resident_commissioner"], [])


def test_a_vacant_seat_stays_in_the_list(directory: Session) -> None:
    assert [(seat.post.id, seat.status) for seat in seats(directory, "30002").candidates] == [
        ("us-house-ga-13", "vacant")
    ]


def test_other_countries_postcodes_are_compared_without_spaces(session: Session) -> None:
    assert lookup.normalise("GB", " sw1a 1aa ") == "SW1A1AA"
    assert lookup.normalise("GB", "<script>") is None
