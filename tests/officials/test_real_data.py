"""The real rosters beside the seeds that come with the software, in both orders. Slow, so each import is used fully."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.db import Base
from campaign.officials import roster, seeds
from campaign.officials.holding import holder, holders
from campaign.officials.models import AreaPostcode, Membership, Person, Post
from campaign.officials.roster import Report
from campaign.paths import SEEDS
from tests import make

TODAY = make.TODAY
JUNE = date(2026, 6, 15)


def load(session: Session, *files: Path, as_of: date | None = JUNE) -> Report:
    report = roster.load(session, files, as_of=as_of, now=make.NOW)
    session.commit()
    return report


def load_seeds(session: Session) -> int:
    report = seeds.load(session, SEEDS / "offices", now=make.NOW)
    session.commit()
    return report.changes


def size(session: Session, table: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def president(session: Session, on: date) -> str:
    person = holder(session, session.get_one(Post, "us-president"), on=on).person
    return person.name if person else ""


def test_real_rosters_join_the_seeds_and_leave_no_doubt_but_the_true_ones(session: Session, shared: Path) -> None:
    congress = shared / "data/congress-legislators"
    files = [congress / "legislators-current.yaml", congress / "executive.yaml"]
    files.append(shared / "data/us-zipcodes-congress/zccd.csv")
    load_seeds(session)

    report = load(session, *files)

    assert [file.changes.changed for file in report.files] == [0, 0, 0], "the seeds say what the rosters say"
    assert size(session, AreaPostcode) == 42_033
    assert size(session, Person) == 537 + 80 + 3  # Congress, the White House since 1789, the ICC's prosecutors
    assert (president(session, TODAY), president(session, date(2024, 7, 1))) == ("Donald Trump", "Joe Biden")
    seats = session.scalars(select(Post).where(Post.end_date.is_(None), Post.id.startswith("us-"))).all()
    assert len(seats) == 435 + 6 + 100 + 2
    doubtful = {id: seat.status for id, seat in holders(session, seats, on=TODAY).items() if seat.status != "held"}
    assert doubtful == {
        "us-house-ca-14": "vacant",
        "us-house-fl-20": "vacant",
        "us-house-ga-13": "vacant",
        "us-house-tx-23": "vacant",
        "us-senate-fl-3": "unconfirmed",  # appointed until an election whose result the file does not know
        "us-senate-oh-3": "unconfirmed",
    }
    assert load(session, *files).changes == 0
    assert load_seeds(session) == 0


# What the files say does not depend on the database; the test above stores them on both.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_between_two_real_rosters_five_left_and_five_came(session: Session, shared: Path) -> None:
    congress = shared / "data/congress-legislators"
    load(session, congress / "snapshots/legislators-current.2026-01-13.1a1d8d9.yaml", as_of=None)

    changes = load(session, congress / "legislators-current.yaml", congress / "executive.yaml").files[0].changes

    assert changes.ended == 5
    assert len([line for line in changes.lines if " from 2026" in line]) == 5
    kiley = session.scalars(select(Person).where(Person.family_name == "Kiley")).one()
    assert kiley.memberships[-1].party == "Independent"
    people, terms = size(session, Person), size(session, Membership)
    load_seeds(session)
    assert (size(session, Person), size(session, Membership)) == (people + 3, terms + 3), "only the prosecutors are new"
