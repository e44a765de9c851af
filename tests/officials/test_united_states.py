import csv
from pathlib import Path

import pytest

from campaign.officials import united_states
from campaign.officials.records import Roster


def all_seats() -> Roster:
    roster = Roster("legislators", "none")
    united_states.add_all_seats(roster)
    return roster


def test_there_are_435_districts_6_delegates_and_100_senators() -> None:
    roles = [post.role for post in all_seats().posts.values()]

    assert {role: roles.count(role) for role in sorted(set(roles))} == {
        "delegate": 5,
        "representative": 435,
        "resident_commissioner": 1,
        "senator": 100,
    }


def test_districts_have_the_ids_of_open_civic_data(shared: Path) -> None:
    path = shared / "data/ocd-division-ids/us_congressional_districts.csv"
    with path.open(encoding="utf-8") as file:
        live = {row["id"] for row in csv.DictReader(file) if not row["validThrough"]}

    assert {area.id for area in all_seats().areas.values() if area.classification == "cd"} == live


@pytest.mark.parametrize(
    ("id", "label"),
    [
        ("us-president", "President of the United States"),
        ("us-vice-president", "Vice President of the United States"),
        ("us-senate-ny-1", "U.S. Senator for New York"),
        ("us-house-ny-12", "Representative for New York’s 12th congressional district"),
        ("us-house-ak-0", "Representative for Alaska"),
        ("us-house-dc-0", "Delegate for the District of Columbia"),
        ("us-house-vi-0", "Delegate for the U.S. Virgin Islands"),
        ("us-house-gu-0", "Delegate for Guam"),
        ("us-house-pr-0", "Resident Commissioner of Puerto Rico"),
    ],
)
def test_an_office_is_known_by_its_id(id: str, label: str) -> None:
    roster = Roster("offices", "none")

    assert united_states.add_post(roster, id)
    assert roster.posts[id].label == label


@pytest.mark.parametrize("id", ["us-senate-ny-2", "us-senate-dc-1", "us-house-ny-0", "us-house-ak-1", "us-king", "x"])
def test_an_office_that_does_not_exist_is_not_made_up(id: str) -> None:
    roster = Roster("offices", "none")

    assert not united_states.add_post(roster, id)
    assert not roster.posts


@pytest.mark.parametrize(("number", "text"), [(0, "at-large"), (1, "1st"), (2, "2nd"), (11, "11th"), (22, "22nd")])
def test_ordinals(number: int, text: str) -> None:
    assert united_states.ordinal(number) == text
