from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy.orm import Session

from campaign.officials import targets
from campaign.officials.models import Area
from tests import make

TODAY = make.TODAY
US = "ocd-division/country:us"


@dataclass
class Places:
    ny10: Area
    ny2: Area
    vt: Area
    dc: Area


@pytest.fixture
def places(session: Session) -> Places:
    """Two districts of New York, the one of Vermont, and DC: the delegates' and senators' posts with them."""
    country = make.area(session)
    state = {"classification": "state", "parent": country}
    ny = make.area(session, f"{US}/state:ny", name="New York", **state)
    vt = make.area(session, f"{US}/state:vt", name="Vermont", **state)
    dc = make.area(session, f"{US}/district:dc", name="District of Columbia", **state)
    found = Places(
        make.area(session, f"{US}/state:ny/cd:10", name="NY-10", classification="cd", parent=ny),
        make.area(session, f"{US}/state:ny/cd:2", name="NY-2", classification="cd", parent=ny),
        make.area(session, f"{US}/state:vt/cd:at-large", name="VT", classification="cd", parent=vt),
        make.area(session, f"{US}/district:dc/cd:at-large", name="DC", classification="cd", parent=dc),
    )
    for name, area in {"ny-1": ny, "ny-3": ny, "vt-1": vt, "vt-3": vt}.items():
        make.make_post(session, f"us-senate-{name}", role="senator", area=area, seat_key=name[-1])
    make.make_post(session, "us-house-ny-10", role="representative", area=found.ny10, seat_key="10")
    make.make_post(session, "us-house-ny-2", role="representative", area=found.ny2, seat_key="2")
    make.make_post(session, "us-house-vt-0", role="representative", area=found.vt, seat_key="0")
    make.make_post(session, "us-house-dc-0", role="delegate", area=found.dc, seat_key="0")
    return found


def ids(session: Session, target: str, areas: list[Area]) -> list[str]:
    return [post.id for post in targets.resolve(session, target, areas, on=TODAY)]


def test_rules_yield_the_offices_of_whoever_writes(session: Session, places: Places) -> None:
    assert ids(session, targets.MY_SENATORS, [places.vt]) == ["us-senate-vt-1", "us-senate-vt-3"]
    assert ids(session, targets.MY_REPRESENTATIVE, [places.vt]) == ["us-house-vt-0"]
    assert ids(session, targets.MY_REPRESENTATIVE_AND_SENATORS, [places.vt]) == [
        "us-house-vt-0",
        "us-senate-vt-1",
        "us-senate-vt-3",
    ]


def test_several_districts_of_a_state_are_to_choose_from(session: Session, places: Places) -> None:
    assert ids(session, targets.MY_REPRESENTATIVE, [places.ny10, places.ny2]) == ["us-house-ny-2", "us-house-ny-10"]
    assert ids(session, targets.MY_SENATORS, [places.ny10, places.ny2]) == ["us-senate-ny-1", "us-senate-ny-3"]


def test_nobody_has_senators_of_two_states(session: Session, places: Places) -> None:
    with pytest.raises(targets.AmbiguousArea, match="Choose yours first"):
        targets.resolve(session, targets.MY_SENATORS, [places.ny2, places.vt], on=TODAY)


def test_dc_has_a_delegate_and_no_senators(session: Session, places: Places) -> None:
    assert ids(session, targets.MY_REPRESENTATIVE_AND_SENATORS, [places.dc]) == ["us-house-dc-0"]
    assert ids(session, targets.MY_SENATORS, [places.dc]) == []


def test_a_state_is_enough_for_its_senators(session: Session, places: Places) -> None:
    assert places.vt.parent
    assert ids(session, targets.MY_SENATORS, [places.vt.parent]) == ["us-senate-vt-1", "us-senate-vt-3"]


def test_an_office_that_was_abolished_gets_no_letters(session: Session, places: Places) -> None:
    make.make_post(session, "old", role="representative", area=places.vt, end_date=date(2023, 1, 3))

    assert ids(session, targets.MY_REPRESENTATIVE, [places.vt]) == ["us-house-vt-0"]


def test_a_post_is_a_target_too(session: Session, places: Places) -> None:
    assert ids(session, "us-house-dc-0", []) == ["us-house-dc-0"]
    assert ids(session, "nobody", []) == []
    assert not targets.needs_area("us-house-dc-0")
    assert targets.needs_area(targets.MY_SENATORS)
    assert [targets.exists(session, target) for target in ("us-house-dc-0", "my_senators", "x")] == [True, True, False]
    assert targets.describe(session, "us-house-dc-0") == "Mayor of Exampleton"
    assert targets.describe(session, "my_senators") == "My senators"
