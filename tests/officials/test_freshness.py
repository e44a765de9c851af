from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.officials import freshness
from campaign.officials.holding import holder
from campaign.officials.models import Organization, RosterImport
from tests import make

SEEN = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("days", "is_old", "blocks"),
    [(0, False, False), (30, False, False), (31, True, False), (90, True, False), (91, True, True)],
)
def test_old_knowledge_warns_first_and_then_stops_our_letters(
    session: Session, days: int, is_old: bool, blocks: bool
) -> None:
    post = make.make_post(session)
    make.membership(session, make.person(session), post, date(2024, 1, 1), None, last_seen_as_of=SEEN)
    on = SEEN + timedelta(days=days)

    found = freshness.of(session, holder(session, post, on=on), on=on, warn_days=30, block_days=90)

    assert (found.as_of, found.days, found.is_old, found.blocks) == (SEEN, days, is_old, blocks)


def test_a_day_on_which_congress_changes_stops_our_letters_at_once(session: Session) -> None:
    post = make.make_post(session, role="senator")
    make.membership(session, make.person(session), post, date(2023, 1, 3), None, last_seen_as_of=date(2027, 1, 2))

    def blocks(on: date) -> bool:
        held = holder(session, post, on=on)
        return freshness.of(session, held, on=on, warn_days=30, block_days=90).blocks

    assert (blocks(date(2027, 1, 2)), blocks(date(2027, 1, 3))) == (False, True)


def test_a_roster_of_congress_says_nothing_of_other_offices(session: Session) -> None:
    file = {"filename": "a.yaml", "sha256": "0" * 64, "imported_at": make.NOW}
    session.add(RosterImport(kind="legislators", as_of=SEEN, **file))
    house = Organization(id="us-house", name="House", classification="chamber")
    seat = make.make_post(session, "us-house-ga-13", role="representative", organization=house)
    mayor = make.make_post(session, "mayor")
    assert freshness.as_of(session, holder(session, seat, on=make.TODAY)) == SEEN
    assert freshness.as_of(session, holder(session, mayor, on=make.TODAY)) is None

    gone = {"last_seen_as_of": date(2026, 3, 1), "end_kind": "recorded"}
    make.membership(session, make.person(session), mayor, date(2024, 1, 1), date(2026, 2, 1), **gone)
    session.expire_all()
    assert freshness.as_of(session, holder(session, mayor, on=make.TODAY)) == date(2026, 3, 1)


def test_what_nobody_dated_is_old(session: Session) -> None:
    found = freshness.of_directory(session, on=make.TODAY, warn_days=30, block_days=90)

    assert (found.as_of, found.is_old, found.blocks) == (None, True, True)
