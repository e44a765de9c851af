from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign.officials import addressing, roster
from campaign.officials.holding import Holding, holder
from campaign.officials.models import AreaPostcode, Membership, Person, Post, RosterImport
from campaign.officials.roster import Report, RosterRefused
from tests import make
from tests.officials.documents import EXECUTIVE, LEGISLATORS, OFFICES, ZIPS, written

TODAY = make.TODAY
JUNE = date(2026, 6, 15)


def load(session: Session, *files: Path, as_of: date | None = JUNE, dry_run: bool = False) -> Report:
    report = roster.load(session, files, as_of=as_of, now=make.NOW, dry_run=dry_run)
    session.commit()
    return report


def holds(session: Session, post_id: str, on: date = TODAY) -> Holding:
    return holder(session, session.get_one(Post, post_id), on=on)


def name(session: Session, post_id: str, on: date = TODAY) -> str | None:
    found = holds(session, post_id, on).person
    return found.name if found else None


def refusal(session: Session, tmp_path: Path, **texts: str) -> str:
    with pytest.raises(RosterRefused) as caught:
        load(session, *written(tmp_path, **texts))
    assert session.scalar(select(func.count()).select_from(Person)) == 0, "nothing may be left"
    assert session.scalar(select(func.count()).select_from(Post)) == 0
    return caught.value.message


def test_members_of_congress_get_their_seats_terms_and_channels(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))

    assert name(session, "us-senate-vt-1") == "Ada Álvarez"
    assert name(session, "us-house-vt-0") == "Bob Brown"
    assert name(session, "us-house-vt-0", date(2020, 1, 1)) == "Ada Álvarez"
    fields = addressing.fields_of(holder(session, session.get_one(Post, "us-senate-vt-1"), on=TODAY))
    assert fields["official.envelope"] == (
        "The Honorable Ada Álvarez\nUnited States Senate\n1 Hart Senate Office Building\nWashington, DC 20510"
    )
    seat = holds(session, "us-senate-vt-1")
    assert [channel.type for channel in addressing.channels(seat)] == ["web_form", "url", "postal", "phone"]


def test_an_expected_end_is_not_a_fact(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))

    assert holds(session, "us-senate-oh-3").status == "unconfirmed"
    assert name(session, "us-senate-oh-3") is None
    assert name(session, "us-senate-oh-3", JUNE) == "Cleo Cruz"


def test_a_seat_that_no_row_names_is_vacant(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))

    assert holds(session, "us-house-ga-13").status == "vacant"
    assert session.get_one(Post, "us-house-ga-13").label == "Representative for Georgia’s 13th congressional district"
    assert session.get(Post, "us-house-ga-15") is None


def test_what_is_odd_but_harmless_is_told_and_left_out(session: Session, tmp_path: Path) -> None:
    report = load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))

    told = [str(problem) for problem in report.problems]
    assert told[0].startswith("legislators.yaml: row 2 (Robert Brown), contact_form: “hhttps://b” is not a web address")
    assert not any(problem.blocks for problem in report.problems)


def test_people_are_the_same_by_identifier_whichever_file_comes_first(session: Session, tmp_path: Path) -> None:
    files = written(tmp_path, executive_yaml=EXECUTIVE, legislators_yaml=LEGISLATORS)

    load(session, files[0])
    load(session, files[1])

    ada = session.scalars(select(Person).where(Person.family_name == "Álvarez")).one()
    assert {term.post_id for term in ada.memberships} == {"us-house-vt-0", "us-senate-vt-1", "us-vice-president"}
    assert {row.scheme for row in ada.identifiers} == {"bioguide", "govtrack", "wikidata"}
    assert name(session, "us-president", date(2024, 7, 1)) == "George W. Oak"
    assert name(session, "us-president", date(1990, 1, 1)) == "George H. W. Oak"


def test_the_same_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    files = written(tmp_path, legislators_yaml=LEGISLATORS, executive_yaml=EXECUTIVE, zips_csv=ZIPS, town_csv=OFFICES)
    assert load(session, *files).changes > 500

    assert load(session, *files).changes == 0
    same = written(tmp_path, legislators_yaml=LEGISLATORS + "\n# c", zips_csv=ZIPS + "\r\n", town_csv=OFFICES + "\n")
    assert load(session, *same).changes == 0


def test_a_dry_run_tells_everything_and_writes_nothing(session: Session, tmp_path: Path) -> None:
    [path] = written(tmp_path, legislators_yaml=LEGISLATORS)

    planned = load(session, path, dry_run=True)

    assert session.scalar(select(func.count()).select_from(RosterImport)) == 0
    assert planned.changes == load(session, path).changes > 0


def test_who_is_missing_has_left_some_time_before(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=date(2026, 1, 13))
    without_bob = (
        LEGISLATORS[: LEGISLATORS.index("- id: {bioguide: B")] + LEGISLATORS[LEGISLATORS.index("- id: {bioguide: C") :]
    )

    report = load(session, *written(tmp_path, newer_yaml=without_bob))

    assert report.files[0].changes.lines == ["us-house-vt-0: Bob Brown is no longer in the roster"]
    days = {date(2026, 1, 13): "held", date(2026, 3, 1): "unconfirmed", TODAY: "vacant"}
    assert {on: holds(session, "us-house-vt-0", on).status for on in days} == days
    assert session.scalar(select(func.count()).select_from(Membership)) == 4, "nothing is deleted"


def test_a_successor_ends_the_term_of_who_is_missing(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=date(2026, 1, 13))
    newer = LEGISLATORS.replace("B000001, govtrack: 2", "D000001").replace(
        "Robert, nickname: Bob, last: Brown", "Dan, last: Dee"
    )
    newer = newer.replace("start: '2025-01-03', end: '2027", "start: '2026-04-20', end: '2027")

    load(session, *written(tmp_path, newer_yaml=newer))

    assert name(session, "us-house-vt-0") == "Dan Dee"
    gone = session.scalars(select(Membership).join(Person).where(Person.family_name == "Brown")).one()
    assert (gone.end_date, gone.end_kind) == (date(2026, 4, 20), "inferred")


def test_a_corrected_start_moves_the_term_and_is_told(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))

    report = load(session, *written(tmp_path, newer_yaml=LEGISLATORS.replace("'2025-01-21'", "'2025-01-20'")))

    assert report.changes == 1
    assert report.files[0].changes.lines == ["us-senate-oh-3: Cleo Cruz: start_date 2025-01-21 → 2025-01-20"]


def test_a_session_that_knew_the_former_rows_sees_the_new_ones(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))
    ada = session.scalars(select(Person).where(Person.family_name == "Álvarez")).one()
    files = written(tmp_path, newer_yaml=LEGISLATORS.replace("official_full: Ada Álvarez", "official_full: Ada A."))
    assert ada.name == "Ada Álvarez"

    roster.load(session, files, as_of=JUNE, now=make.NOW, dry_run=True)
    assert ada.name == "Ada Álvarez"
    roster.load(session, files, as_of=JUNE, now=make.NOW)
    assert ada.name == "Ada A."


def test_an_older_roster_is_refused(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS))
    [older] = written(tmp_path, older_yaml=LEGISLATORS + "\n# older")

    with pytest.raises(RosterRefused, match=r"speaks for 2026-01-13, and a roster of 2026-06-15 is already here"):
        load(session, older, as_of=date(2026, 1, 13))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("state: OH", "state: XX", "row 3 (Cleo Cruz), terms.state: “XX” is not a state or territory."),
        ("class: 3", "class: 2", "terms.class: Ohio has no senator of class “2”. Its classes are 1 and 3."),
        ("type: sen\n    start: '2025-01-21'", "type: king\n    start: '2025-01-21'", "It must be sen or rep."),
        ("district: 0, party: Green, contact", "district: 1, party: Green, contact", "Vermont has no district 1"),
        ("district: 0, party: Green, contact", "district: x, party: Green, contact", "“x” is not a district."),
        ("'2025-01-21'", "'2025-13-21'", "terms.start: “2025-13-21” is not a date. Write it as 2025-01-03."),
        ("'2025-01-21'", "2025-13-21", "row 3 (Cleo Cruz), terms.start: “2025-13-21” is not a date."),
        ("'2025-01-21'", "'2027-01-21'", "The term ends on 2026-11-03, not after it began on 2027-01-21."),
        ("{bioguide: C000001}", "{}", "row 3 (Cleo Cruz), id: The person has no identifier."),
        ("{bioguide: C000001}", "{bioguide: B000001}", "bioguide B000001 stands in row 2 (Robert Brown) too."),
        ("last: Cruz", "middle: X", "The first or the last name is missing."),
        ("'2019-01-03', end: '2025-01-03'", "'2019-01-03', end: '2025-06-03'", "is held by"),
        ("'2019-01-03', end: '2025-01-03'", "&a '2019-01-03', end: *a", "YAML aliases"),
        ("last: Cruz", "last: [[[[[[[[[[[[[[]]]]]]]]]]]]]]", "deep nesting"),
        ("- id: {bioguide: C000001}", "- id: {bioguide: C000001", "It is not valid YAML"),
    ],
)
def test_a_bad_row_stops_everything_and_says_how_to_mend_it(
    session: Session, tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in LEGISLATORS
    message = refusal(session, tmp_path, zips_csv=ZIPS, legislators_yaml=LEGISLATORS.replace(old, new))

    assert message.startswith("Nothing was imported:\n  legislators.yaml")
    assert expected in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ZIPS.replace("00601", "601"), "row 5, zcta: “601” is not a ZIP code. Write five digits"),
        (ZIPS.replace("VT,05401,0", "VT,05401,1"), "row 2, cd: Vermont has no district “1”."),
        (ZIPS.replace("PR", "XX"), "row 5, state_abbr: “XX” is not a state"),
        (ZIPS.partition("\r\n")[0], "It has a header and no rows."),
        ("", "It is not a list of people with terms of office."),
        ("a,b\n1,2\n", "row 1: It has the columns a, b, and no table we know has these. Mend the header"),
        (OFFICES.replace(",", ";"), "row 1: Its columns are separated by semicolons. Save it as CSV with commas."),
        ("PK\x03\x04 a workbook", "It is a spreadsheet or another ZIP archive. Open it, and save the sheet as CSV"),
        (OFFICES.replace("local:ada", ""), "identifiers: Names do not tell people apart."),
        (OFFICES.replace("2024-05-01", "1 May"), "row 3, start: “1 May” is not a date."),
        (OFFICES.replace("ada@example.org", "ada@@example.org"), "is not an e-mail address"),
        (OFFICES.replace(",role,", ",rôle,"), "row 1, rôle: No column has this name."),
        (OFFICES.replace("mayor-of-exampleton,M", "Mayor!,M"), "“Mayor!” is not an id."),
        (OFFICES.replace("Mayor of Exampleton,mayor", ",mayor"), "“mayor-of-exampleton” is new and lacks this."),
        (OFFICES + "x\n", "It has more or fewer cells than the header."),
        (OFFICES.replace("Ada L", "Ada\u202eL"), "It has control or invisible characters."),
    ],
)
def test_a_bad_table_is_refused_with_its_row(session: Session, tmp_path: Path, text: str, expected: str) -> None:
    assert expected in refusal(session, tmp_path, table_csv=text)


def test_bytes_that_are_no_text_are_refused(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "picture.yaml"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\xff")

    with pytest.raises(RosterRefused, match=r"It is not UTF-8 text\. Save it as UTF-8"):
        load(session, path)


def test_any_office_comes_from_a_table(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, town_csv=OFFICES), as_of=None)

    seat = holds(session, "mayor-of-exampleton")
    assert (seat.status, seat.person and seat.person.name) == ("held", "Ada Lovelace")
    assert [channel.value for channel in addressing.channels(seat)] == [
        "ada@example.org",
        "office@example.org",
        "Town Hall\nExampleton",
    ]
    assert roster.as_of(session) == date(2026, 11, 1)


def test_the_day_a_file_speaks_for_is_found_out(session: Session, tmp_path: Path) -> None:
    [dated] = written(tmp_path, **{"roster.2026-01-13_yaml": LEGISLATORS})
    [undated] = written(tmp_path, roster_yaml=LEGISLATORS + "\n# other")

    first = load(session, dated, as_of=None).files[0]
    second = load(session, undated, as_of=None).files[0]
    again = load(session, dated, as_of=None).files[0]

    assert (first.as_of, first.note) == (date(2026, 1, 13), "the date in its name")
    assert second.as_of == TODAY
    assert second.note.startswith("taken as of today")
    assert (again.as_of, again.note) == (date(2026, 1, 13), "already imported")
    with pytest.raises(RosterRefused, match="is in the future"):
        load(session, undated, as_of=date(2027, 1, 1))


def test_a_postcode_that_moved_is_replaced_as_a_whole(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, zips_csv=ZIPS))
    moved = "state_fips,state_abbr,zcta,cd\n36,NY,10001,11\n"

    load(session, *written(tmp_path, moved_csv=moved))

    rows = session.execute(select(AreaPostcode.postcode, AreaPostcode.area_id).order_by(AreaPostcode.postcode)).all()
    assert [tuple(row) for row in rows] == [
        ("00601", "ocd-division/country:us/territory:pr/cd:at-large"),
        ("05401", "ocd-division/country:us/state:vt/cd:at-large"),
        ("10001", "ocd-division/country:us/state:ny/cd:11"),
    ]


def test_an_import_that_breaks_off_in_the_middle_leaves_nothing(session: Session, tmp_path: Path) -> None:
    def break_off(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    files = written(tmp_path, legislators_yaml=LEGISLATORS, zips_csv=ZIPS, town_csv=OFFICES)

    with pytest.raises(KeyboardInterrupt):
        roster.load(session, files, as_of=JUNE, now=make.NOW, watch=break_off)
    session.commit()

    for table in (RosterImport, Person, Post, AreaPostcode):
        assert session.scalars(select(table)).first() is None


def test_what_an_import_did_is_kept_for_those_who_act_on_it(session: Session, tmp_path: Path) -> None:
    load(session, *written(tmp_path, legislators_yaml=LEGISLATORS), as_of=date(2026, 1, 13))
    newer = LEGISLATORS.replace("B000001, govtrack: 2", "D000001").replace("last: Brown", "last: Dee")
    load(
        session,
        *written(
            tmp_path, newer_yaml=newer.replace("start: '2025-01-03', end: '2027", "start: '2026-04-20', end: '2027")
        ),
    )

    kept = session.scalars(select(RosterImport).order_by(RosterImport.id.desc())).first()

    assert kept
    assert kept.report["posts"] == ["us-house-vt-0"], "the offices whose letters must be looked at"
    assert kept.report["departed"] == ["us-house-vt-0: Bob Brown is no longer in the roster"]
    assert kept.report["arrived"] == ["us-house-vt-0: Bob Dee from 2026-04-20"]


def test_an_older_roster_on_purpose_adds_history_and_contradicts_nothing(session: Session, tmp_path: Path) -> None:
    """Bob left before June. January's roster, read in afterwards, says that he was there, not that he still is."""
    in_june = (
        LEGISLATORS.replace("B000001, govtrack: 2", "D000001").replace("Robert", "Rob").replace("Álvarez", "Alvarez")
    )
    june, january = written(tmp_path, june_yaml=in_june, january_yaml=LEGISLATORS)
    load(session, june)

    roster.load(session, [january], as_of=date(2026, 1, 13), now=make.NOW, older=True)
    session.commit()

    bob = session.scalars(select(Membership).join(Membership.person).where(Person.given_name == "Robert")).one()
    assert (bob.end_date, bob.end_kind, bob.needs_review) == (JUNE, "inferred", True)
    assert [term.person.given_name for term in holds(session, "us-house-vt-0").confirmed] == ["Rob"]
    assert name(session, "us-senate-vt-1") == "Ada Alvarez", "the older spelling does not come back"
    assert roster.as_of(session) == JUNE
