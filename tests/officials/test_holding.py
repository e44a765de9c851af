from datetime import date

import pytest
from sqlalchemy.orm import Session

from campaign.officials import holding
from campaign.officials.models import Organization, Post, RosterImport
from tests import make

TODAY = make.TODAY


def senate_seat(session: Session) -> Post:
    senate = Organization(id="us-senate", name="United States Senate", classification="legislature")
    return make.make_post(session, "us-senate-oh-3", organization=senate, role="senator")


def roster(session: Session, as_of: date) -> None:
    row = RosterImport(kind="legislators", filename="a.yaml", sha256="0" * 64, as_of=as_of, imported_at=make.NOW)
    session.add(row)
    session.flush()


def test_on_the_shared_day_the_later_term_holds(session: Session) -> None:
    post = make.make_post(session)
    make.membership(session, make.person(session, "Ada Early"), post, date(2021, 1, 20), date(2025, 1, 20))
    make.membership(session, make.person(session, "Bob Later"), post, date(2025, 1, 20), date(2029, 1, 20))

    names = [
        holding.holder(session, post, on=on).membership.person.name  # type: ignore[union-attr]
        for on in (date(2025, 1, 19), date(2025, 1, 20))
    ]

    assert names == ["Ada Early", "Bob Later"]


def test_an_expected_end_that_has_passed_is_unconfirmed_and_prints_no_name(session: Session) -> None:
    post = senate_seat(session)
    term = make.membership(
        session, make.person(session), post, date(2025, 1, 21), date(2026, 11, 3), end_kind="expected"
    )

    after = holding.holder(session, post, on=TODAY)

    assert holding.holder(session, post, on=date(2026, 11, 2)).status == "held"
    assert (after.status, after.memberships, after.membership, after.person) == ("unconfirmed", (term,), None, None)


def test_a_successor_settles_an_expected_end(session: Session) -> None:
    post = senate_seat(session)
    make.membership(session, make.person(session), post, date(2025, 1, 21), date(2026, 11, 3), end_kind="expected")
    elected = make.membership(session, make.person(session, "Eve Elected"), post, date(2026, 11, 20), None)

    assert holding.holder(session, post, on=TODAY).membership == elected


@pytest.mark.parametrize(
    ("role", "seen", "on", "status"),
    [
        ("senator", date(2026, 6, 15), date(2027, 1, 2), "held"),
        ("senator", date(2026, 6, 15), date(2027, 1, 3), "unconfirmed"),  # a new Congress
        ("senator", date(2027, 1, 3), date(2028, 12, 31), "held"),
        ("president", date(2025, 1, 21), date(2026, 11, 22), "held"),  # January 20 of other years changes nothing
        ("president", date(2028, 12, 1), date(2029, 1, 20), "unconfirmed"),
        ("mayor", date(2020, 1, 1), date(2029, 1, 20), "held"),  # we know of no day when all mayors change
        ("senator", None, date(2029, 1, 20), "held"),
    ],
)
def test_a_turnover_after_the_source_was_made_unsettles(
    session: Session, role: str, seen: date | None, on: date, status: str
) -> None:
    post = make.make_post(session, role=role)
    make.membership(session, make.person(session), post, date(2020, 1, 3), None, last_seen_as_of=seen)

    assert holding.holder(session, post, on=on).status == status


def test_two_holders_of_one_place_are_a_conflict(session: Session) -> None:
    post = make.make_post(session)
    make.membership(session, make.person(session, "Ada One"), post)
    make.membership(session, make.person(session, "Bob Two"), post)

    found = holding.holder(session, post, on=TODAY)

    assert (found.status, len(found.memberships), found.membership) == ("conflict", 2, None)


def test_those_who_stand_in_come_before_a_holder_on_leave(session: Session) -> None:
    post = make.make_post(session, role="prosecutor")
    make.membership(session, make.person(session, "Ada Away"), post, date(2021, 6, 16), date(2030, 6, 16))
    for name in ("Bob Deputy", "Eve Deputy"):
        values = {"acting": True, "end_kind": "expected"}
        make.membership(session, make.person(session, name), post, date(2025, 5, 16), date(2026, 1, 1), **values)

    before, during, after = (
        holding.holder(session, post, on=on) for on in (date(2025, 5, 1), date(2025, 8, 15), TODAY)
    )

    assert before.status == "held"
    assert (during.status, [term.person.name for term in during.confirmed]) == ("acting", ["Bob Deputy", "Eve Deputy"])
    assert (after.status, after.confirmed) == ("unconfirmed", ())


def test_a_seat_is_vacant_only_when_a_roster_of_that_time_leaves_it_out(session: Session) -> None:
    post = senate_seat(session)
    assert holding.holder(session, post, on=TODAY).status == "unconfirmed"

    roster(session, date(2026, 6, 15))

    days = {date(2022, 6, 1): "unconfirmed", TODAY: "vacant", date(2027, 2, 1): "unconfirmed"}
    assert {on: holding.holder(session, post, on=on).status for on in days} == days


def test_an_office_of_which_we_only_know_the_address_is_unconfirmed(session: Session) -> None:
    assert holding.holder(session, make.make_post(session), on=TODAY).status == "unconfirmed"


def test_between_the_last_sight_of_somebody_and_their_absence_we_are_not_sure(session: Session) -> None:
    post = senate_seat(session)
    roster(session, date(2026, 1, 13))
    roster(session, date(2026, 6, 15))
    values = {"end_kind": "inferred", "last_seen_as_of": date(2026, 1, 13)}
    make.membership(session, make.person(session), post, date(2023, 1, 3), date(2026, 6, 15), **values)

    days = {date(2026, 1, 13): "held", date(2026, 4, 1): "unconfirmed", date(2026, 6, 15): "vacant"}

    assert {on: holding.holder(session, post, on=on).status for on in days} == days


def test_terms_of_one_person_that_follow_each_other_are_one_tenure(session: Session) -> None:
    post, ron, ada = senate_seat(session), make.person(session, "Ron Long"), make.person(session, "Ada Short")
    for start, end in ((date(2005, 1, 4), date(2011, 1, 3)), (date(2011, 1, 5), date(2017, 1, 3))):
        make.membership(session, ron, post, start, end)
    make.membership(session, ada, post, date(2017, 1, 3), date(2017, 6, 1))
    last = make.membership(session, ron, post, date(2018, 1, 3), None)
    session.commit()

    found = [(tenure.person.name, tenure.start.year, tenure.end) for tenure in holding.tenures(post)]

    assert found == [
        ("Ron Long", 2018, None),
        ("Ada Short", 2017, date(2017, 6, 1)),
        ("Ron Long", 2005, date(2017, 1, 3)),
    ]
    assert holding.held_since(last) == date(2018, 1, 3)
    assert holding.held_since(ron.memberships[1]) == date(2005, 1, 4)
