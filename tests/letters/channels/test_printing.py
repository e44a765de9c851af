"""The letter on paper, measured in the PDF itself."""

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import doctor, typesetting
from campaign.letters.channels.printing import paper
from campaign.letters.channels.printing.offering import offer
from campaign.letters.models import Letter
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials.models import Post
from tests import make
from tests.conftest import Visitor, either_database, skip
from tests.letters import world
from tests.letters.test_writing import SUZIE, press

ENVELOPE = "The Honorable Ada Ames\nUnited States Senate\n317 Hart Senate Office Building\nWashington, DC 20510"
WRITER = Sender("Suzie", "Signer", "1 Road\nFlat 2", "Burlington", "Vermont", "05401", "US")
BODY = "Dear Senator Ames,\n\nI urge you to mend the bridge.\n\nSincerely,\nSuzie Signer\n1 Road"

# Where a window shows the sheet, in points from its upper left corner: x from, x to, y from, y to.
INCH, MM = 72.0, 72.0 / 25.4
WINDOWS = {
    "us-letter": (1.0 * INCH, 4.3 * INCH, 2.1 * INCH, 3.1 * INCH),
    "a4": (20 * MM, 105 * MM, 45 * MM, 90 * MM),
}
# Wherever the sheet has slid to: an A4 sheet in thirds has 11 mm of room in a DL envelope, and 10 mm across.
ALWAYS_SHOWS = {**WINDOWS, "a4": (20 * MM, 100 * MM, 50 * MM, 84 * MM)}
SIZES = {"us-letter": (612, 792), "a4": (595, 842)}


def letter(body: str = BODY, envelope: str = ENVELOPE, sender: Sender = WRITER, language: str = "en") -> RenderedLetter:
    post = Post(id="us-senate-vt-1", label="Senator for Vermont", role="senator")
    made = RenderedLetter("The bridge", body, post, None, envelope, "held", None, "", "Ada Ames", None)
    return replace(made, sender=sender, on=date(2026, 11, 22), language=language)


def words(pdf: bytes, tmp_path: Path, page: int = 1) -> list[tuple[str, float, float, float, float]]:
    """(text, x from, x to, y from, y to) of each word, in points from the upper left corner."""
    if shutil.which("pdftotext") is None:
        skip("no pdftotext on this machine; apt install poppler-utils")
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf)
    command = ["pdftotext", "-bbox", "-f", str(page), "-l", str(page), str(path), "-"]
    shown = BeautifulSoup(subprocess.run(command, capture_output=True, check=True).stdout, "html.parser")
    sides = ("xmin", "xmax", "ymin", "ymax")
    return [(word.text, *(float(word[side]) for side in sides)) for word in shown.find_all("word")]  # type: ignore[misc]


ENVELOPES = {
    "usual": ENVELOPE,
    "one line": "The President",
    "long": "The Honorable Pablo José Hernández Rivera de la Vega y Montenegro\nResident Commissioner of Puerto Rico\n"
    "U.S. House of Representatives, Committee on Everything That Needs a Very Long Name to Be Understood\n"
    "1609 Longworth House Office Building\nWashington, DC 20515-5401\nUnited States of America",
}


@either_database
@pytest.mark.parametrize("size", paper.PAPERS)
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_the_recipient_and_nothing_else_shows_in_the_window(
    app: Flask, tmp_path: Path, size: str, envelope: str
) -> None:
    with app.app_context():
        pdf = paper.pdf(letter(envelope=ENVELOPES[envelope]), paper=size, now=make.NOW)
    left, right, top, bottom = WINDOWS[size]
    found = words(pdf, tmp_path)
    inside = [word for word in found if word[2] > left and word[1] < right and word[4] > top and word[3] < bottom]
    assert "".join(word[0] for word in inside) == "".join(ENVELOPES[envelope].split())
    left, right, top, bottom = ALWAYS_SHOWS[size]
    assert all(left <= word[1] and word[2] <= right and top <= word[3] and word[4] <= bottom for word in inside)
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == SIZES[size]


@either_database
def test_a_letter_has_writer_date_subject_text_and_room_to_sign(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        pdf = paper.pdf(letter(), paper="us-letter", now=make.NOW)
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    order = ["Suzie Signer", "Burlington, Vermont 05401", "Ada Ames", "November 22, 2026", "The bridge", "Sincerely,"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Page 1 of 1" in text and "If you are no longer Senator for Vermont, please pass this letter on." in text
    found = words(pdf, tmp_path)
    closing = next(word for word in found if word[0] == "Sincerely,")
    name = next(word for word in found if word[0] == "Suzie" and word[3] > closing[4])
    assert name[3] - closing[4] >= 14 * MM, "room for a signature above the name"


@either_database
def test_long_letters_count_their_pages(app: Flask) -> None:
    body = "Dear Ada,\n\n" + "Please mend the bridge, " * 300 + "https://example.org/" + "x" * 400
    with app.app_context():
        pages = PdfReader(io.BytesIO(paper.pdf(letter(body), paper="a4", now=make.NOW))).pages
    assert len(pages) > 1
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1].extract_text()
    assert "pass this letter on" not in pages[-1].extract_text()


NAMES = {
    "Latin": "Łucja Müller-Ñandú",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Олександра Їжакевич",
    "Arabic": "فاطمة الزهراء",
    "Chinese": "李 明华",
    "Korean": "김 민준",
}


@either_database
@pytest.mark.parametrize("script", NAMES)
def test_names_in_other_scripts_are_embedded(app: Flask, script: str) -> None:
    name = NAMES[script]
    given, _, family = name.partition(" ")
    made = letter(BODY.replace("Suzie Signer", name), sender=Sender(given, family), envelope=f"{name}\n1 Road")
    with app.app_context():
        if script in paper.SAMPLES and script in paper.lacking(make.NOW):
            skip(f"no font on this machine has {script} letters; apt install fonts-noto-cjk")
        pdf = paper.pdf(made, paper="a4", now=make.NOW)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    assert "".join(name.split()) in "".join(page.extract_text().split()), "can be searched and copied"
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    kinds = [font["/DescendantFonts"][0]["/FontDescriptor"].get_object() for font in fonts]
    assert kinds and all("/FontFile2" in kind or "/FontFile3" in kind for kind in kinds)
    assert b"LastResort" not in pdf


@either_database
def test_letters_that_no_font_has_are_named_and_never_print_as_boxes(
    app: Flask, session: Session, client: Visitor
) -> None:
    nobodys = "\u0378"  # no letter yet
    world.build(session)
    world.letter(session)
    session.commit()
    ready = press(client, press(client, client.page("/campaigns/bridge/letters/write"), "details", **SUZIE), "check")
    body = f"Dear President Ames, please act. {nobodys}"
    with app.app_context(), pytest.raises(paper.NotPrintable, match=f"no font for: {nobodys}"):
        paper.pdf(letter(body), paper="a4", now=make.NOW)
    page = press(client, ready, "pdf", status=422, paper="a4", body=body)
    assert "Print this page with your browser instead" in page.main.text


@either_database
def test_the_pdf_comes_by_a_posted_form_and_is_kept_nowhere(session: Session, client: Visitor) -> None:
    world.build(session)
    world.letter(session)
    session.commit()
    url = "/campaigns/bridge/letters/write"
    ready = press(client, press(client, client.page(url), "details", **SUZIE), "check")
    form = next(form for form in ready.select("form") if form.select_one("button[value=pdf]"))
    data = {box["name"]: box.get("value", "") for box in form.select("input")} | {"step": "pdf"}
    answer = client.post(url, data=data)
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "application/pdf",
        "no-store",
    )
    assert answer.headers["Content-Disposition"] == "attachment; filename=letter-us-president.pdf"
    assert "The White House" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert session.scalars(select(Letter.state)).all() == ["prepared"], "a file is not a printed letter"


@either_database
def test_the_doctor_names_scripts_without_a_font(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "SAMPLES", {"Nobody’s": "\u0378"})
    with app.app_context():
        (problem,) = doctor._fonts()
        assert "no font has the letters of: Nobody’s" in problem.text and not problem.stops
        monkeypatch.setattr(paper, "SAMPLES", {"Latin": "ABC"})
        assert list(doctor._fonts()) == []


@either_database
def test_an_installation_may_bring_fonts_of_its_own(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        assert len(typesetting._font_folders()) == 1
        (tmp_path / "fonts").mkdir()
        assert typesetting._font_folders()[1] == str(tmp_path / "fonts")


def test_the_usual_paper_of_the_writers_country_comes_first() -> None:
    for country, first in (("US", "us-letter"), ("FR", "a4"), ("", "a4")):
        made = offer(letter(sender=Sender(country=country)), [])
        assert made and made.papers[0][0] == first  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        (WRITER, ["Suzie Signer", "1 Road", "Flat 2", "Burlington, Vermont 05401", "United States"]),
        (Sender("Ada", "", "2 rue", "Paris", "", "75001", "FR"), ["Ada", "2 rue", "75001 Paris", "France"]),
        (Sender(), []),
    ],
)
def test_the_writers_address_is_laid_out_as_in_their_country(sender: Sender, expected: list[str]) -> None:
    assert paper.sender_lines(letter(sender=sender)) == expected


@either_database
def test_a_letter_that_takes_too_long_is_refused(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "TIMEOUT", 0.001)
    with app.app_context(), pytest.raises(paper.NotPrintable, match="could not be made"):
        paper.pdf(letter(), paper="a4", now=make.NOW)
