"""What goes wrong with rosters in the world: each named by file, row and field with a remedy, and nothing written."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.officials import roster
from campaign.officials.models import Area, Person, Post, RosterImport
from campaign.officials.roster import RosterRefused
from tests import make
from tests.officials.documents import (
    CENSUS,
    COMMITTEES,
    DISTRICTS,
    LEGISLATORS,
    MEMBERS,
    OFFICES,
    SOCIAL,
    ZIPS,
    written,
)

SEAT = "state: VT, district: 0, party: Green, contact"
BOMB = "a: &a [x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
TWICE = OFFICES + "mayor-of-exampleton,,,,,Bob Babbage,Babbage,local:bob,2025-05-01,,2026-11-01,bob@example.org,\n"
SAME = OFFICES + "mayor-of-exampleton,,,,,Ada Lovelace,Lovelace,local:ada,2025-05-01,,2026-11-01,other@example.org,\n"
COPIED = OFFICES.replace("local:ada", "local:ada wikidata:Q1") + (
    "x-mayor,Mayor of X,mayor,Mayor,Town of X,Bob Babbage,Babbage,wikidata:Q1,2025-05-01,,2026-11-01,,\n"
)

CASES = [
    # file, text, what the message must hold
    ("a.yaml", LEGISLATORS.replace("'2025-01-21'", "2025-02-30"), "row 3 (Cleo Cruz), terms.start: “2025-02-30” is"),
    ("a.yaml", LEGISLATORS.replace("'2026-11-03'", "'2024-11-03'"), "row 3 (Cleo Cruz), terms.end: The term ends on"),
    ("a.csv", OFFICES.replace("2024-05-01,,", "2024-05-01,2023-05-01,"), "row 3, end: The term does not end after"),
    ("a.csv", TWICE, "row 4 (Bob Babbage), terms: mayor-of-exampleton is held by Bob Babbage and Ada Lovelace (row 3"),
    ("a.csv", SAME, "terms: mayor-of-exampleton is held by Ada Lovelace and Ada Lovelace"),
    ("a.csv", COPIED, "row 4 (Bob Babbage), id: wikidata Q1 stands in row 3 (Ada Lovelace) too."),
    ("a.yaml", LEGISLATORS.replace("{bioguide: C000001}", "{govtrack: 2}"), "id: govtrack 2 stands in row 2"),
    ("a.yaml", LEGISLATORS.replace(SEAT, SEAT.replace("0", "1")), "Vermont has no district 1"),
    ("a.yaml", LEGISLATORS.replace(SEAT, SEAT.replace("VT", "CA")), "California has no district 0"),
    ("a.csv", OFFICES.replace("ada@example.org", "a@b@c"), "row 3, email: “a@b@c” is not an e-mail address."),
    ("a.csv", "PK\x03\x04\x14\x00workbook", "It is a spreadsheet or another ZIP archive. Open it, and save"),
    ("a.csv", OFFICES.replace(",", ";"), "row 1: Its columns are separated by semicolons. Save it as CSV with commas."),
    ("a.csv", OFFICES.replace("post_id,", "id,"), "row 1: It has the columns id, post, role"),
    ("a.csv", OFFICES.replace(",role,", ",post,"), "row 1, post: Two columns have this name. Rename or remove one."),
    ("a.csv", ZIPS.replace("zcta", "zip"), "a table of postcodes has cd, state_abbr, zcta"),
    ("a.yaml", BOMB, "It has YAML aliases or deep nesting, which no roster needs."),
    ("a.yaml", "[" * 5_000, "It has YAML aliases or deep nesting"),
    ("a.yaml", "- name: 'never closed\n", "It is not valid YAML"),
    ("a.html", "<!DOCTYPE html><title>roster</title>", "It is a web page. Download the raw file"),
    ("a.yaml", "x" * (41 * 2**20), "a.yaml: It is larger than 40 MB. Import the original roster file."),
    ("a.csv", DISTRICTS.replace("cd:14,", "cd:014,"), "row 2, id: “ocd-division/country:us/state:ny/cd:014” is not"),
    ("a.csv", DISTRICTS.replace("2023-01-03", "2023-13-03"), "row 3, validThrough: “2023-13-03” is not a date."),
    ("a.txt", CENSUS.replace("|3614|", "|9914|"), "row 3, GEOID_CD119_20: “9914” is not a district."),
    ("a.txt", CENSUS.replace("|700|", "|many|"), "row 3, AREALAND_PART: “many” is not a whole number."),
    ("a.txt", CENSUS.replace("|700|", "||700|"), "row 3: It has 18 cells and the header 17. Download the file again"),
    ("a.yaml", SOCIAL, "1 of its 1 people are not in the directory. Import legislators-current.yaml first"),
    ("a.yaml", MEMBERS, "people are not in the directory. Import legislators-current.yaml first"),
    ("a.yaml", COMMITTEES.replace("type: house", "type: lodge"), "row 1 (HSAG), type: It is not a kind of committee."),
    ("a.yaml", "", "It is not a list of people with terms of office."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "content", "expected"), CASES, ids=[case[2][:40] for case in CASES])
def test_bad_input_is_named_with_its_remedy_and_nothing_is_written(
    session: Session, tmp_path: Path, file: str, content: str, expected: str
) -> None:
    good = written(tmp_path, zips_csv=ZIPS)
    path = tmp_path / file
    path.write_text(content, encoding="utf-8", newline="")

    with pytest.raises(RosterRefused) as caught:
        roster.load(session, [*good, path], as_of=None, now=make.NOW)
    session.commit()

    assert caught.value.message.startswith(f"Nothing was imported:\n  {file}: ")
    assert expected in caught.value.message
    for table in (RosterImport, Person, Post, Area):
        assert session.scalars(select(table)).first() is None


def test_of_five_thousand_rows_the_wrong_one_is_named(session: Session, tmp_path: Path) -> None:
    rows = [
        f"x-{n},Post {n},mayor,Mayor,Town,Ada {n},Lovelace,local:a{n},2024-05-01,,2026-11-01,," for n in range(5_000)
    ]
    rows[4_321] = rows[4_321].replace("2024-05-01", "2024-05-32")
    path = tmp_path / "long.csv"
    path.write_text(OFFICES.partition("\n")[0] + "\n" + "\n".join(rows), encoding="utf-8")

    with pytest.raises(RosterRefused, match=r"long\.csv: row 4323, start: “2024-05-32” is not a date"):
        roster.load(session, [path], now=make.NOW)


def test_a_roster_that_was_cut_off_is_refused(session: Session, tmp_path: Path) -> None:
    house = [
        f"- {{id: {{bioguide: T{n:06}}}, name: {{first: Ada, last: Nr{n}}}, terms: "
        f"[{{type: rep, start: '2025-01-03', end: '2027-01-03', state: TX, district: {n}}}]}}\n"
        for n in range(1, 39)
    ] + [
        f"- {{id: {{bioguide: C{n:06}}}, name: {{first: Bob, last: Nr{n}}}, terms: "
        f"[{{type: rep, start: '2025-01-03', end: '2027-01-03', state: CA, district: {n}}}]}}\n"
        for n in range(1, 53)
    ]
    whole, half = written(tmp_path, whole_yaml="".join(house), half_yaml="".join(house[:38]))
    roster.load(session, [whole], as_of=make.TODAY.replace(month=1), now=make.NOW)

    with pytest.raises(RosterRefused, match="52 of 90 sitting members are not in it, so it was probably cut off"):
        roster.load(session, [half], as_of=make.TODAY, now=make.NOW)
