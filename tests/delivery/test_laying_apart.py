"""Rows of many offices, read once."""

from datetime import date
from pathlib import Path

import pytest

from campaign.delivery import laying_apart
from campaign.delivery.snapshot import ExportRow
from campaign.delivery.splitting import UNKNOWN, Office, Placement, Split
from tests import make

PLACEMENTS = {
    ("US", "1"): Placement(("president", "member-1")),
    ("US", "2"): Placement(("president", "member-2")),
    ("US", ""): Placement(("president",), "no_postcode"),
}
OFFICES = [Office(id, id, None) for id in ("president", "member-1", "member-2", "member-3", UNKNOWN)]


def row(number: int, home: str, **values: str) -> ExportRow:
    return ExportRow(
        number, values.get("name", "Ada"), "", "US", "", values.get("comment", ""), make.TODAY, 1, home=home,
        answers={"7": "The “red” one"}, agreed_on=date(2026, 1, 2) if number == 1 else None,
    )  # fmt: skip


def test_each_office_gets_its_rows_as_they_were_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying_apart, "HELD", 3)  # so that files are written several times
    comment = 'two\nlines, "quotes", \u2028 and \x00'
    rows = [row(number, ("1", "2", "")[number % 3], comment=comment, name="فاطمة") for number in range(1, 11)]
    read = laying_apart.lay_apart(iter(rows), Split(OFFICES, PLACEMENTS), tmp_path)
    assert list(read("president")) == rows
    assert list(read("member-1")) == [one for one in rows if one.home == "1"]
    assert list(read(UNKNOWN)) == [one for one in rows if one.home == ""]
    assert list(read("member-3")) == []
    assert list(read("member-2")) == list(read("member-2"))  # again and again
