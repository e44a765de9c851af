"""The real rosters: January, then June with everything that is published beside it, and the seeds afterwards."""

import csv
from collections import defaultdict
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.db import Base
from campaign.officials import lookup, seeds, undoing
from campaign.officials.holding import CONGRESS_SEAT_ROLES, holder
from campaign.officials.models import Area, AreaPostcode, ContactDetail, Membership, Person, Post
from campaign.paths import SEEDS
from tests import make
from tests.officials.conftest import RealDirectory, fingerprint

pytestmark = pytest.mark.full

TODAY = make.TODAY
DOUBTFUL = {
    "us-house-ca-14": "vacant",
    "us-house-fl-20": "vacant",
    "us-house-ga-13": "vacant",
    "us-house-tx-23": "vacant",
    "us-senate-fl-3": "unconfirmed",  # appointed until an election whose result the file does not know
    "us-senate-oh-3": "unconfirmed",
}


@pytest.fixture
def directory(real: RealDirectory) -> Session:
    return Session(real.engine)


def size(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def names(lines: list[str]) -> set[str]:
    """The ids of the offices in lines of a report."""
    return {line.partition(":")[0] for line in lines}


def test_between_january_and_june_five_left_and_five_came(real: RealDirectory) -> None:
    assert names(real.june.departed) == {
        "us-house-ca-14",
        "us-house-fl-20",
        "us-house-ga-13",
        "us-house-tx-23",
        "us-senate-ok-2",
    }
    assert names(real.june.arrived) == {
        "us-house-ca-1",
        "us-house-ga-14",
        "us-house-nj-11",
        "us-house-tx-18",
        "us-senate-ok-2",
    }
    assert (len(real.june.departed), len(real.june.arrived)) == (5, 5)


def test_of_543_seats_four_are_vacant_and_two_unconfirmed(real: RealDirectory) -> None:
    assert real.june.doubtful == DOUBTFUL


def test_the_same_june_again_changes_no_row(real: RealDirectory, directory: Session) -> None:
    assert real.load(directory).changes == 0
    assert not directory.dirty


@pytest.mark.parametrize("real", ["sqlite"], indirect=True)
def test_everything_published_is_in_the_directory(directory: Session) -> None:
    assert size(directory, AreaPostcode) == 42_033
    assert size(directory, Person) == 537 + 5 + 80  # in Congress, gone since January, in the White House since 1789
    seats = select(func.count()).where(Post.end_date.is_(None), Post.role.in_(CONGRESS_SEAT_ROLES))
    assert directory.scalar(seats) == 435 + 6 + 100
    by_kind = select(ContactDetail.source, func.count()).group_by(ContactDetail.source)
    kinds = {row[0]: row[1] for row in directory.execute(by_kind)}
    assert kinds["district_offices"] > 3_000
    assert kinds["social_media"] > 1_700
    assert holder(directory, directory.get_one(Post, "us-committee-hsag-chair"), on=TODAY).status == "held"
    on_committees = select(func.count()).select_from(Membership).where(Membership.post_id.startswith("us-committee-"))
    assert directory.scalar(on_committees) == 3_879


def test_the_one_who_left_is_marked_for_review_and_kept(directory: Session) -> None:
    gone = directory.scalars(select(Membership).join(Person).where(Membership.needs_review)).all()

    assert {term.person.family_name for term in gone} == {
        "Swalwell",
        "Cherfilus-McCormick",
        "Scott",
        "Gonzales",
        "Mullin",
    }
    assert {term.end_kind for term in gone} == {"inferred"}


def test_names_parties_and_offices_come_out_right(directory: Session) -> None:
    def who(post_id: str, on: date = TODAY) -> str:
        person = holder(directory, directory.get_one(Post, post_id), on=on).person
        return person.name if person else ""

    assert (who("us-president"), who("us-president", date(2024, 7, 1))) == ("Donald Trump", "Joe Biden")
    assert (who("us-house-speaker"), who("us-vice-president")) == ("Mike Johnson", "J.D. Vance")
    kiley = directory.scalars(select(Person).where(Person.family_name == "Kiley")).one()
    assert [term.party for term in kiley.memberships if term.post_id == "us-house-ca-3"][-1] == "Independent"


def test_every_zip_code_has_exactly_the_districts_of_the_file(real: RealDirectory, directory: Session) -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    with real.files[-1].open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            expected[row["zcta"]].add(f"us-house-{row['state_abbr'].lower()}-{row['cd']}")
    assert len(expected) == 33_774
    codes = sorted(expected)

    found = lookup.many(directory, "US", codes, on=TODAY)

    for code in codes:
        answer = found[code]
        assert answer.status == ("found" if len(expected[code]) == 1 else "ambiguous"), code
        posts = {f"us-house-{area_number(area.id)}" for area in answer.areas}
        assert posts == expected[code], code


def test_of_every_place_the_seats_are_told_and_nobody_is_guessed(directory: Session) -> None:
    """Each district of the file: its one seat, and the two senators of its state or none; vacant and doubtful too."""
    areas = directory.scalars(select(Area).where(Area.id.in_(select(AreaPostcode.area_id)))).all()
    assert len(areas) == 435 + 2  # DC and Puerto Rico; the file has none of the other territories

    seats = lookup.seats(directory, areas, on=TODAY)

    assert {seat.area.id for seat in seats.candidates} == {area.id for area in areas}
    assert len(seats.candidates) == len(areas)
    assert len(seats.senators) == 100
    for seat in [*seats.candidates, *seats.senators]:
        assert (seat.status == "filled") == (len(seat.holding.confirmed) == 1), seat.post.id
    doubtful = {seat.post.id: seat.status for seat in [*seats.candidates, *seats.senators] if seat.status != "filled"}
    assert doubtful == DOUBTFUL


def area_number(id: str) -> str:
    """ocd-division/country:us/state:ny/cd:14 → ny-14."""
    state, _, district = id.removeprefix("ocd-division/country:us/").partition("/cd:")
    return f"{state.partition(':')[2]}-{district.replace('at-large', '0')}"


# The seeds are stored on both in test_seeds.
@pytest.mark.parametrize("real", ["sqlite"], indirect=True)
def test_the_seeds_change_nothing_that_an_operator_imported(directory: Session) -> None:
    people, terms = size(directory, Person), size(directory, Membership)

    seeds.load(directory, SEEDS / "offices", now=make.NOW)
    directory.flush()

    assert (size(directory, Person), size(directory, Membership)) == (people + 3, terms + 3), "only the ICC’s are new"
    directory.rollback()


def test_undoing_june_brings_every_row_of_january_back(real: RealDirectory, directory: Session) -> None:
    """Here at the end, for June is gone then."""
    assert len(undoing.undo(directory)) == len(real.files)
    directory.commit()

    assert fingerprint(directory) == real.in_january
