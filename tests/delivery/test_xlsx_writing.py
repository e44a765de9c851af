"""XLSX in which nothing runs and nothing is lost unsaid."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from campaign.delivery import xlsx_writing
from tests import make
from tests.delivery.test_csv_writing import PAYLOADS

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheets(path: Path) -> list[ElementTree.Element]:
    with zipfile.ZipFile(path) as book:
        names = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
        return [ElementTree.fromstring(book.read(name)) for name in names]


def texts(sheet: ElementTree.Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row.iter(f"{SPACE}c")] for row in sheet.iter(f"{SPACE}row")]


def test_no_payload_is_a_formula_or_a_link_in_any_column(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows = [[payload, payload, payload] for payload in PAYLOADS]
    xlsx_writing.write(path, ["=a", "@b", "c"], rows, sheet="=Mend [it]: now?", instant=make.NOW)
    (sheet,) = sheets(path)
    cells = list(sheet.iter(f"{SPACE}c"))
    assert len(cells) == 3 * (len(PAYLOADS) + 1)
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert not list(sheet.iter(f"{SPACE}f")) and not list(sheet.iter(f"{SPACE}hyperlink"))
    with zipfile.ZipFile(path) as book:
        assert not [name for name in book.namelist() if "external" in name.lower() or "calcChain" in name]


def test_texts_come_back_as_they_were_typed(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    typed = ["Zoë", "李小龍", "فاطمة", " led by spaces", "two\nlines", "<b>&amp;", "0012", "https://example.org", "😀"]
    xlsx_writing.write(path, ["text"], [[text] for text in typed], sheet="", instant=make.NOW)
    assert texts(sheets(path)[0]) == [["text"], *([text] for text in typed)]


def test_the_header_stays_in_sight_and_can_filter(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx_writing.write(path, ["number", "comment"], [[1, "a"], [2, "b"]], sheet="List", instant=make.NOW)
    (sheet,) = sheets(path)
    assert next(sheet.iter(f"{SPACE}pane")).get("state") == "frozen"
    assert next(sheet.iter(f"{SPACE}autoFilter")).get("ref") == "A1:B3"
    assert len(list(sheet.iter(f"{SPACE}col"))) == 2


def test_what_is_too_long_for_a_cell_is_cut_and_said(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows = [["a" * 32_767], ["b" * 32_768], ["😀" * 20_000], ["A" * 10_000]]
    filled = xlsx_writing.write(path, ["comment"], rows, sheet="List", instant=make.NOW)
    assert (filled.rows, filled.shortened) == (4, [2, 3])
    found = [row[0] for row in texts(sheets(path)[0])[1:]]
    assert found[0] == rows[0][0] and found[3] == rows[3][0]
    assert found[1] == "b" * 32_766 + "…" and found[2].rstrip("…") == "😀" * 16_383


def test_signs_that_turn_a_text_round_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    xlsx_writing.write(path, ["name"], [["Ann\u202egro.elpmaxe\0\x01"]], sheet="List", instant=make.NOW)
    assert texts(sheets(path)[0])[1] == ["Anngro.elpmaxe"]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_writing, "ROWS_PER_SHEET", 4)
    path = tmp_path / "list.xlsx"
    filled = xlsx_writing.write(path, ["number"], [[n] for n in range(1, 8)], sheet="List", instant=make.NOW)
    found = [[row[0] for row in texts(sheet)] for sheet in sheets(path)]
    assert filled.rows == 7
    assert found == [["number", "1", "2", "3"], ["number", "4", "5", "6"], ["number", "7"]]
    with zipfile.ZipFile(path) as book:
        names = re.findall('sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["List", "List 2", "List 3"]


def test_the_same_rows_make_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("one.xlsx", "two.xlsx"):
        xlsx_writing.write(tmp_path / name, ["number"], [[1]], sheet="List", instant=make.NOW)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.xlsx", "two.xlsx"]
