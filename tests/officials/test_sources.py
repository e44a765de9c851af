from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.officials import addressing, lookup, roster
from campaign.officials.holding import holder
from campaign.officials.models import AreaPostcode, Membership, Post, RosterImport
from campaign.officials.roster import Report
from tests import make
from tests.officials.documents import (
    CENSUS,
    COMMITTEES,
    DISTRICT_OFFICES,
    DISTRICTS,
    LEGISLATORS,
    MEMBERS,
    SOCIAL,
    ZIPS,
    written,
)

TODAY = make.TODAY
JUNE = date(2026, 6, 15)


def load(session: Session, *files: Path, as_of: date = JUNE) -> Report:
    report = roster.load(session, files, as_of=as_of, now=make.NOW)
    session.commit()
    return report


def test_district_offices_and_accounts_stand_behind_the_main_office(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, l_yaml=LEGISLATORS, offices_yaml=DISTRICT_OFFICES, social_yaml=SOCIAL))

    seat = holder(session, session.get_one(Post, "us-senate-vt-1"), on=TODAY)
    found = [(channel.label, channel.type, channel.value) for channel in addressing.channels(seat)]
    assert found[4:] == [
        ("Mastodon", "social", "https://example.social/@ada"),
        ("Newton", "postal", "Mill\n29 Crafts St., Suite 375\nNewton, VT 02458"),
        ("Newton", "phone", "617-332-3333"),
        ("Newton", "fax", "617-332-3334"),
        ("Twitter/X", "social", "https://twitter.com/SenAda"),
        ("YouTube", "social", "https://www.youtube.com/channel/UC123"),
    ]
    assert addressing.envelope(seat).endswith("1 Hart Senate Office Building\nWashington, DC 20510")


def test_a_new_roster_keeps_what_other_files_brought_and_what_we_know_of_a_channel(
    session: Session, tmp_path: Path
) -> None:
    load(session, *written(tmp_path, l_yaml=LEGISLATORS, social_yaml=SOCIAL))
    term = session.scalars(select(Membership).where(Membership.post_id == "us-senate-vt-1")).one()
    form = next(row for row in term.contact_details if row.type == "web_form")
    form.status = "broken"
    session.commit()

    report = load(session, *written(tmp_path, newer_yaml=LEGISLATORS.replace("202-555-0100", "202-555-0199")))

    assert report.changes == 1
    assert form.status == "broken"
    kinds = {row.type: row.value for row in term.contact_details}
    assert (kinds["phone"], kinds["social"]) == ("202-555-0199", "https://www.youtube.com/channel/UC123")


def test_committees_have_chairs_whose_letters_say_so(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, l_yaml=LEGISLATORS, committees_yaml=COMMITTEES, members_yaml=MEMBERS))

    chair = holder(session, session.get_one(Post, "us-committee-hsag-chair"), on=TODAY)
    ranking = holder(session, session.get_one(Post, "us-committee-hsag-ranking-member"), on=TODAY)
    member = session.get_one(Post, "us-committee-hsag15-member")
    assert addressing.salutation(chair) == "Dear Chair Álvarez"
    assert addressing.envelope(chair) == (
        "The Honorable Ada Álvarez\nChair of the House Committee on Agriculture\n1301 LHOB\nWashington, DC 20515-6001"
    )
    assert addressing.salutation(ranking) == "Dear Ranking Member Brown"
    assert member.label == "Member of the House Committee on Agriculture, Subcommittee on Forestry and Horticulture"


def test_who_leaves_a_committee_is_ended_and_who_stays_keeps_the_first_day(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, l_yaml=LEGISLATORS, committees_yaml=COMMITTEES, members_yaml=MEMBERS))
    newer = MEMBERS.replace("title: Chairman, bioguide: A000001", "bioguide: C000001")

    load(session, *written(tmp_path, newer_yaml=newer), as_of=date(2026, 9, 1))

    found = {
        (term.post_id, term.person.family_name): (term.start_date, term.end_date, term.end_kind)
        for term in session.scalars(select(Membership).where(Membership.post_id.startswith("us-committee-hsag-")))
    }
    assert found == {
        ("us-committee-hsag-chair", "Álvarez"): (JUNE, date(2026, 9, 1), "inferred"),
        ("us-committee-hsag-ranking-member", "Brown"): (JUNE, None, "unknown"),
        ("us-committee-hsag-member", "Cruz"): (date(2026, 9, 1), None, "unknown"),
    }


def test_the_list_of_districts_ends_those_of_former_maps(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, districts_csv=DISTRICTS))

    assert session.get_one(Post, "us-house-ny-27").end_date == date(2023, 1, 3)
    assert session.get_one(Post, "us-house-ny-14").end_date is None
    assert holder(session, session.get_one(Post, "us-house-vt-0"), on=TODAY).status == "unconfirmed", "no roster yet"


def test_the_census_table_orders_candidates_by_land_and_leaves_out_water(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, census_txt=CENSUS))

    rows = select(AreaPostcode.postcode, AreaPostcode.share).order_by(AreaPostcode.share.desc(), AreaPostcode.postcode)
    assert [tuple(row) for row in session.execute(rows)] == [("96910", 1.0), ("10003", 0.7), ("10003", 0.3)]
    found = lookup.areas(session, "US", "10003", on=TODAY)
    assert (found.status, [area.id[-5:] for area in found.areas]) == ("ambiguous", ["cd:14", "cd:10"])
    assert lookup.areas(session, "US", "96910", on=TODAY).areas[0].id.endswith("territory:gu/cd:at-large")


@pytest.mark.parametrize(
    ("on", "status", "districts"),
    [
        (date(2025, 1, 2), "unavailable", []),
        (date(2025, 1, 3), "ambiguous", ["14", "10"]),
        (date(2027, 1, 2), "ambiguous", ["14", "10"]),
        (date(2027, 1, 3), "found", ["12"]),  # the map of the 120th Congress
        (date(2029, 1, 3), "unavailable", []),
    ],
)
def test_two_maps_stand_side_by_side(
    session: Session, tmp_path: Path, on: date, status: str, districts: list[str]
) -> None:
    redrawn = CENSUS.replace("CD119", "CD120").replace("|3614|", "|3612|").replace("|3610|", "|3612|")
    load(session, *written(tmp_path, old_txt=CENSUS, new_txt=redrawn))

    found = lookup.areas(session, "US", "10003", on=on)

    assert (found.status, [area.id.rpartition(":")[2] for area in found.areas]) == (status, districts)


def test_the_census_table_replaces_what_another_said_of_the_same_time(session: Session, tmp_path: Path) -> None:
    both = ZIPS + "36,NY,10003,10\r\n36,NY,10003,12\r\n"
    load(session, *written(tmp_path, zips_csv=both, census_txt=CENSUS))

    districts = [area.id.rpartition(":")[2] for area in lookup.areas(session, "US", "10003", on=TODAY).areas]
    assert sorted(districts) == ["10", "14"]
    assert lookup.areas(session, "US", "05401", on=TODAY).status == "found", "what it does not list stays"


def test_a_seeded_channel_that_a_roster_confirms_stays_when_further_files_come(
    session: Session, tmp_path: Path
) -> None:
    """In June's files the senator had lost the form on which all depends: the list of accounts took it away."""
    seeded = (
        "post_id,name,family_name,identifiers,start,as_of,web_form\n"
        "us-senate-vt-1,Ada Álvarez,Álvarez,bioguide:A000001,2025-01-03,2026-01-01,https://alvarez.example.org/contact\n"
    )
    roster.load(session, written(tmp_path, seeds_csv=seeded), now=make.NOW, seeds=True)

    load(session, *written(tmp_path, l_yaml=LEGISLATORS, offices_yaml=DISTRICT_OFFICES, social_yaml=SOCIAL))

    seat = holder(session, session.get_one(Post, "us-senate-vt-1"), on=TODAY)
    main = {row.type: (row.value, row.source) for row in addressing.channels(seat) if not row.label}
    assert main["web_form"] == ("https://alvarez.example.org/contact", "legislators")
    assert set(main) == {"web_form", "url", "postal", "phone"}
    assert seat.membership
    origin = session.get_one(RosterImport, seat.membership.import_id)
    assert origin.kind == "legislators", "the page names a source that people can look at"


def test_further_files_alone_leave_what_came_with_the_software(session: Session, tmp_path: Path) -> None:
    seeded = (
        "post_id,name,family_name,identifiers,start,as_of,web_form\n"
        "us-senate-vt-1,Ada Álvarez,Álvarez,bioguide:A000001,2025-01-03,2026-01-01,https://seeded.example.org\n"
    )
    roster.load(session, written(tmp_path, seeds_csv=seeded), now=make.NOW, seeds=True)

    load(session, *written(tmp_path, social_yaml=SOCIAL))

    seat = holder(session, session.get_one(Post, "us-senate-vt-1"), on=TODAY)
    assert "https://seeded.example.org" in {row.value for row in addressing.channels(seat)}
