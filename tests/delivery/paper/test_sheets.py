"""Sheets of paper say all that the sign form says, and no two have the same number."""

from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from campaign import typesetting
from campaign.delivery.paper import sheets
from campaign.delivery.paper.cli import sheet
from campaign.delivery.paper.sheets import NoSheet, Printer
from tests import make
from tests.conftest import Visitor, either_database

PRINTER = Printer("Bridge Friends", "bridge@example.org", "https://example.org/sign", make.NOW + timedelta(days=9), 180)


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@either_database
def test_a_sheet_has_the_text_its_version_whom_it_goes_to_and_what_is_told(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    petition = make.petition(session, asks={"postcode": "optional", "phone": "optional"})
    numbers = sheets.number(session, petition, 2)
    path = tmp_path / "sheets.pdf"
    with app.app_context():
        sheets.write(petition, numbers, path, paper="a4", printer=PRINTER, now=make.NOW)
    said = " ".join(text_of(path).split())
    for words in (
        *(
            "Mend the bridge before winter.",
            "It is closed to carts.",
            "version 1 of the text",
            "To: Mayor of Exampleton",
        ),
        *("Phone number", "Signature", "Handed over to Mayor of Exampleton", "deleted on", "bridge@example.org"),
        *("https://example.org/sign", "Sheet 1", "Sheet 2"),
    ):
        assert words in said, words
    assert "Comment" in said and "Organisation" not in said


def test_what_marks_one_edge_stands_where_lines_begin(app: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session, make.campaign(session, language="ar_JO"), demand="أصلحوا الجسر.")
    assert petition.text
    petition.text.body = "- واحد\n  - اثنان"
    with app.app_context():
        sheets.write(petition, [1], tmp_path / "sheets.pdf", paper="a4", printer=PRINTER, now=make.NOW)
    assert typesetting.spoken("ar_JO") == {"lang": "ar", "region": "JO", "side": "right"}
    assert typesetting.spoken("en") == {"lang": "en", "region": None, "side": "left"}


def test_no_two_sheets_have_the_same_number(session: Session) -> None:
    petition = make.petition(session)
    assert [*sheets.number(session, petition, 3), *sheets.number(session, petition, 2)] == [1, 2, 3, 4, 5]
    with pytest.raises(NoSheet):
        sheets.number(session, petition, 101)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_the_command_writes_a_pdf(
    app: Flask, session: Session, tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    path = tmp_path / "sheet.pdf"
    assert app.test_cli_runner().invoke(sheet, ["bridge", "-o", str(path), "--paper", paper]).exit_code == 0
    (page,) = pypdf.PdfReader(path).pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == size


def test_sheets_are_made_at_the_desk(session: Session, sign_in, client: Visitor) -> None:  # type: ignore[no-untyped-def]
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    owner = sign_in("deliverer")
    assert owner.submit("/desk/campaigns/bridge/sheets", {"number": "0", "paper": "a4"}, status=422)
    answer = owner.submit("/desk/campaigns/bridge/sheets", {"number": "2", "paper": "a4"}, status=200)
    assert answer.data.startswith(b"%PDF")
    session.refresh(petition)
    assert petition.sheets_printed == 2
