import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from campaign.errors import NotFound
from campaign.officials.cli import officials
from campaign.officials.roster import RosterRefused
from campaign.officials.undoing import NothingToUndo
from tests.officials.documents import LEGISLATORS, written

ZIPS = "state_fips,state_abbr,zcta,cd\n50,VT,05401,0\n36,NY,10001,10\n36,NY,10001,12\n"


def run(app: Flask, *words: str | Path) -> Result:
    return app.test_cli_runner().invoke(officials, [str(word) for word in words])


def answer(app: Flask, *words: str) -> dict[str, Any]:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


@pytest.fixture
def directory(app: Flask, tmp_path: Path) -> Flask:
    result = run(
        app, "import", *written(tmp_path, legislators_yaml=LEGISLATORS, zips_csv=ZIPS), "--as-of", "2026-06-15"
    )
    assert result.exit_code == 0, result.output
    return app


def test_import_tells_what_changed(app: Flask, tmp_path: Path) -> None:
    [path] = written(tmp_path, legislators_yaml=LEGISLATORS)

    planned = run(app, "import", path, "--as-of", "2026-06-15", "--dry-run")
    done = run(app, "import", path, "--as-of", "2026-06-15")
    again = run(app, "import", path, "--as-of", "2026-06-15")

    assert "us-senate-vt-1: Ada Álvarez from 2025-01-03" in done.output
    assert "Would change " in planned.output
    assert "legislators.yaml: legislators, as of 2026-06-15 (already imported)" in again.output
    assert "Changed 0 rows." in again.output


def test_import_refuses_with_row_field_and_remedy(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", *written(tmp_path, bad_yaml=LEGISLATORS.replace("state: OH", "state: XX")))

    assert result.exit_code == 1
    assert isinstance(result.exception, RosterRefused)
    assert "row 3 (Cleo Cruz), terms.state: “XX” is not a state or territory. Use a postal code" in str(
        result.exception
    )


def test_lookup_answers_programs(directory: Flask) -> None:
    found = answer(directory, "lookup", "05401", "--on", "2026-11-22")

    assert set(found) == {"status", "as_of", "candidates", "senators"}
    assert (found["status"], found["as_of"]) == ("found", "2026-06-15")
    assert found["candidates"] == [
        {
            "division": "ocd-division/country:us/state:vt/cd:at-large",
            "state": "VT",
            "district": 0,
            "role": "representative",
            "seat": "filled",
            "member": {
                "name": "Bob Brown",
                "identifiers": {"bioguide": "B000001", "govtrack": "2"},
                "term_start": "2025-01-03",
                "term_end": "2027-01-03",
            },
        }
    ]
    assert [(seat["seat"], seat["member"] and seat["member"]["name"]) for seat in found["senators"]] == [
        ("filled", "Ada Álvarez"),
        ("vacant", None),
    ]


def test_lookup_answers_people(directory: Flask) -> None:
    assert "10001: ambiguous. It lies in several districts" in run(directory, "lookup", "10001").output
    assert "This is not a postcode" in run(directory, "lookup", "1").output
    assert "There is no table of postcodes" in run(directory, "lookup", "75001", "--country", "FR").output


def test_who_answers_for_a_day(directory: Flask) -> None:
    found = answer(directory, "who", "us-senate-oh-3", "--on", "2026-11-22")

    assert {key: found[key] for key in ("post", "on", "status")} == {
        "post": "us-senate-oh-3",
        "on": "2026-11-22",
        "status": "unconfirmed",
    }
    assert [holder["name"] for holder in found["holders"]] == ["Cleo Cruz"]
    assert answer(directory, "who", "us-senate-oh-3", "--on", "2026-06-15")["status"] == "held"


def test_who_knows_no_such_office(directory: Flask) -> None:
    result = run(directory, "who", "us-king")

    assert result.exit_code == 1
    assert isinstance(result.exception, NotFound)


def test_undo_takes_the_last_import_back(directory: Flask) -> None:
    done, again = run(directory, "undo"), run(directory, "undo")

    assert done.output == "Undone: legislators.yaml, zips.csv.\n"
    assert isinstance(again.exception, NothingToUndo)
    assert isinstance(run(directory, "who", "us-house-vt-0").exception, NotFound)


def test_import_tells_who_came_and_left_and_what_is_vacant(directory: Flask, tmp_path: Path) -> None:
    newer = LEGISLATORS.replace("B000001, govtrack: 2", "D000001").replace(
        "'2025-01-03', end: '2027", "'2026-07-01', end: '2027"
    )

    done = run(directory, "import", *written(tmp_path, newer_yaml=newer), "--as-of", "2026-11-01")

    assert "1 departures: us-house-vt-0: Bob Brown is no longer in the roster" in done.output
    assert "1 arrivals: us-house-vt-0: Bob Brown\n" in done.output
    assert "1 unconfirmed: us-senate-oh-3" in done.output
    assert " vacant: us-house-ak-0, us-house-al-1" in done.output


def test_lookup_has_five_answers_for_programs(directory: Flask) -> None:
    asked = {
        "found": ("05401",),
        "ambiguous": ("10001",),
        "not_found": ("20500",),
        "invalid": ("5401",),
        "unavailable": ("75001", "--country", "FR"),
    }

    answers = {status: answer(directory, "lookup", *words, "--on", "2026-11-22") for status, words in asked.items()}

    assert {status: found["status"] for status, found in answers.items()} == {status: status for status in asked}
    assert {tuple(found) for found in answers.values()} == {("status", "as_of", "candidates", "senators")}
    assert [len(found["candidates"]) for found in answers.values()] == [1, 2, 0, 0, 0]
