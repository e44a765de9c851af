"""The signature book, read back as a recipient's program reads it."""

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy.orm import Session

from campaign.delivery import snapshot, splitting
from campaign.delivery.books import making as book
from campaign.delivery.books.making import Bound
from campaign.delivery.books.sealing import Seal
from campaign.officials import targets
from campaign.officials.models import Post
from campaign.petitions.models import Petition, PetitionText
from tests import make
from tests.conftest import either_database
from tests.letters import world

AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)

# Names in scripts whose fonts we ship; the machine's fonts take care of others.
NAMES = {
    "Latin": "Zoë Łukasiewicz-Nguyễn",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Олександра Шевченко",
    "Arabic": "فاطمة الزهراء",
    "Persian": "مهدی‌پور پژمان",
}

TYPST_CODE = (
    "#sys.inputs.data",
    '#import "@preview/x:1.0.0"',
    '#read("/etc/passwd")',
    "*bold* _slanted_ `raw`",
    "= Heading",
    "$ x^2 $ @label <label>",
    "\\ #[a] // gone /* gone */",
    '"]) #panic() ([',
    "-- --- ~ ' \"",
    "- item\n+ item\n/ term: x",
)


@pytest.fixture
def speaking(app: Flask) -> Iterator[Flask]:
    """The words of the book need the app's catalogues."""
    with app.app_context():
        yield app


def written(session: Session, petition: Petition, folder: Path, name: str = "book.pdf", **values: Any) -> Path:
    path = folder / name
    values = {"organiser": "Charlie’s campaigns", "paper": "a4", "snapshot_at": AT} | values
    book.write(session, petition, rows_of(session, petition), path, **values)
    return path


def rows_of(session: Session, petition: Petition) -> book.Rows:
    return lambda: snapshot.rows(session, petition, snapshot_at=AT)


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def plain(text: str) -> str:
    """Without the spaces that come from setting lines."""
    return "".join(text.split())


def test_the_cover_names_the_holder_of_the_day_the_demand_and_the_number(
    speaking: Flask, session: Session, tmp_path: Path
) -> None:
    post = make.make_post(session, "mayor", label="Mayor of Exampleton")
    make.membership(session, make.person(session, "Ada Lovelace"), post)
    petition = make.petition(session, make.campaign(session, title="Mend the bridge"), post=post, demand="Mend it now.")
    make.signature(session, petition, given_name="Suzie", family_name="Signer")
    cover = PdfReader(written(session, petition, tmp_path)).pages[0].extract_text()
    for words in ("Ada Lovelace", "Mayor of Exampleton", "Mend the bridge", "Mend it now.", "1 signature"):
        assert words in cover
    assert "Charlie’s campaigns" in cover and "November 22, 2026, 12:30 UTC" in cover


def test_without_a_holder_the_cover_names_the_office(speaking: Flask, session: Session, tmp_path: Path) -> None:
    post = make.make_post(session, "mayor", label="Mayor of Exampleton")
    make.membership(session, make.person(session, "Ada Lovelace"), post, end=make.TODAY - timedelta(days=1))
    petition = make.petition(session, post=post)
    make.signature(session, petition)
    cover = PdfReader(written(session, petition, tmp_path)).pages[0].extract_text()
    assert "Mayor of Exampleton" in cover
    assert "Lovelace" not in cover


def test_the_text_people_agreed_to_is_printed_in_every_version(
    speaking: Flask, session: Session, tmp_path: Path
) -> None:
    petition = make.petition(session, demand="Mend it.")
    petition.texts[
        0
    ].body = "It is **closed** to carts.\n\n## Why\n\n- flood\n- [report](https://example.org/r)\n\n> so"
    make.signature(session, petition)
    petition.texts.append(PetitionText(version=2, demand="Mend it soon.", body="", created_at=make.NOW))
    make.signature(session, petition)
    session.flush()
    text = text_of(written(session, petition, tmp_path))
    for words in ("Mend it.", "It is closed to carts.", "Why", "• flood", "report (https://example.org/r)"):
        assert words in text
    assert "Version 1, agreed to by 1 person" in text and "Version 2, agreed to by 1 person" in text


@either_database
def test_the_list_repeats_its_header_and_numbers_its_pages(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    for _ in range(120):
        make.signature(session, petition)
    pages = [page.extract_text() for page in PdfReader(written(session, petition, tmp_path)).pages]
    lists = [page for page in pages if "Signer" in page]
    assert len(lists) > 2
    assert all("Signed on" in page and "No." in page for page in lists)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))


@pytest.mark.full
def test_totals_by_country_are_named(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    for country in ("US", "FR", "US"):
        make.signature(session, petition, country=country)
    text = text_of(written(session, petition, tmp_path))
    assert "United States\n2\nFrance\n1" in text or "United States 2\nFrance 1" in text


@either_database
@pytest.mark.full
def test_names_are_legible_with_the_fonts_we_ship(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    for name in NAMES.values():
        make.signature(session, petition, given_name=name, family_name="")
    path = tmp_path / "book.pdf"
    bound = book.write(session, petition, rows_of(session, petition), path, organiser="", paper="a4", snapshot_at=AT)
    assert bound == Bound(rows=len(NAMES), lacking="")
    shown = set(text_of(path))
    for script, name in NAMES.items():
        # Readers give right-to-left words back in different orders, so letters are what can be compared.
        assert {letter for letter in name if letter.isalpha()} <= shown, script


@either_database
@pytest.mark.full
def test_letters_without_a_font_are_named_and_the_book_is_made_all_the_same(
    speaking: Flask, session: Session, tmp_path: Path
) -> None:
    petition = make.petition(session)
    make.signature(session, petition, given_name="Suzie")
    make.signature(session, petition, given_name="\U00050000\U00050001")  # no script stands there, so no font has it
    path = tmp_path / "book.pdf"
    bound = book.write(session, petition, rows_of(session, petition), path, organiser="", paper="a4", snapshot_at=AT)
    assert bound.lacking == "\U00050000\U00050001"
    assert "show as boxes" in text_of(path) and "Suzie" in text_of(path)


@either_database
@pytest.mark.full
def test_emoji_become_words_where_no_font_has_them(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    row = make.signature(session, petition, comment="Yes \U0001f44d\U0001f3fd please")
    text = text_of(written(session, petition, tmp_path, comments={row.id}))
    assert "[thumbs up sign]" in text or "\U0001f44d" in text
    assert "show as boxes" not in text


@either_database
def test_what_people_type_is_never_run(speaking: Flask, session: Session, tmp_path: Path) -> None:
    everything = " ".join(TYPST_CODE)
    post = make.make_post(session, label=everything[:200])
    petition = make.petition(session, make.campaign(session, title=everything), post=post, demand=everything)
    petition.texts[0].body = everything
    rows = [
        make.signature(session, petition, given_name=code, family_name=code, postcode=code[:16], comment=code)
        for code in TYPST_CODE
    ]
    comments = {row.id for row in rows}
    text = plain(text_of(written(session, petition, tmp_path, comments=comments))).replace("\u200b", "")
    for code in TYPST_CODE:
        # Title, demand twice, the name's two halves, comment.
        assert text.count(plain(code)) >= 6, code


@either_database
def test_the_book_is_tagged_titled_and_in_its_language(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session, make.campaign(session, title="Réparez le pont", language="fr"))
    make.signature(session, petition)
    reader = PdfReader(written(session, petition, tmp_path))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "fr"
    assert reader.metadata and reader.metadata.title == "Réparez le pont"
    assert reader.metadata.creation_date == AT
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()


@either_database
def test_two_books_of_one_snapshot_are_the_same_bytes(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    row = make.signature(session, petition, given_name=NAMES["Arabic"], comment="Yes")
    first, second = (written(session, petition, tmp_path, name, comments={row.id}) for name in ("one.pdf", "two.pdf"))
    assert first.read_bytes() == second.read_bytes()


@either_database
@pytest.mark.full
def test_the_paper_is_that_of_the_country(speaking: Flask, session: Session, tmp_path: Path) -> None:
    assert (book.paper_for("US"), book.paper_for(""), book.paper_for("FR")) == ("us-letter", "a4", "a4")
    petition = make.petition(session)
    make.signature(session, petition)
    for paper, width in (("us-letter", 612), ("a4", 595)):
        path = written(session, petition, tmp_path, paper=paper)
        assert int(PdfReader(path).pages[0].mediabox.width) == width


@either_database
@pytest.mark.full
def test_a_long_list_becomes_volumes(
    speaking: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "ROWS_PER_VOLUME", 2)
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    for number in range(1, 6):
        make.signature(session, petition, family_name=f"Number{number}")
    with zipfile.ZipFile(written(session, petition, tmp_path, "book.zip")) as bundle:
        assert bundle.namelist() == [f"bridge-{number}-of-3.pdf" for number in (1, 2, 3)]
        texts = [
            "".join(p.extract_text() for p in PdfReader(io.BytesIO(bundle.read(n))).pages) for n in bundle.namelist()
        ]
    assert "signatures 3 to 4" in texts[1] and "Number3" in texts[1] and "Number5" not in texts[1]
    assert "Number5" in texts[2]


@either_database
def test_a_name_without_spaces_stays_in_its_column(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    make.signature(session, petition, given_name="Ŵ" * 100, family_name="", postcode="HERE")
    text = text_of(written(session, petition, tmp_path))
    assert "Ŵ" * 100 not in text  # broken into lines
    assert plain(text).replace("\u200b", "").count("Ŵ") == 100


@pytest.mark.parametrize(
    ("text", "way", "shown"),
    [
        ("I cross it.", "ltr", "I cross it."),
        ("I cross it.", "rtl", "\u2068I cross it.\u2069"),
        ("(فاطمة).", "ltr", "\u2068(فاطمة).\u2069"),
        ("فاطمة\nand I", "ltr", "\u2068فاطمة\u2069\nand I"),
        ("12 – 3", "rtl", "12 – 3"),  # no letter, no direction
        ("", "rtl", ""),
    ],
)
def test_text_of_the_other_direction_keeps_its_order(text: str, way: str, shown: str) -> None:
    assert book._isolated(text, way) == shown


@either_database
@pytest.mark.full
def test_only_chosen_comments_are_printed(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    chosen = make.signature(session, petition, given_name="Suzie", comment="I cross it daily.")
    make.signature(session, petition, comment="Something nobody should read.")
    assert "What signers wrote" not in text_of(written(session, petition, tmp_path))
    text = text_of(written(session, petition, tmp_path, comments={chosen.id}))
    assert "I cross it daily." in text and "1 chosen by whoever hands over this book, of 2 comments." in text
    assert "nobody should read" not in text


@either_database
def test_an_office_gets_a_letter_with_the_people_of_its_district(
    speaking: Flask, session: Session, tmp_path: Path
) -> None:
    world.build(session)
    petition = make.petition(session, post=session.get(Post, "us-president"), demand="Mend it.")
    petition.addressee_rule = targets.MY_REPRESENTATIVE
    for name, postcode in (("Verna", "05401"), ("Nia", "11111"), ("Amy", "10001")):
        make.signature(session, petition, given_name=name, postcode=postcode)
    split = splitting.split(session, petition, on=AT.date())
    texts = {}
    for office in split.offices:
        of_office = [row for row in rows_of(session, petition)() if office.post_id in split.office_of(row)]
        path = tmp_path / f"{office.post_id}.pdf"
        seal = Seal(root="ab" * 32, total=3)
        book.write(
            session, petition, of_office.copy, path, organiser="Charlie", paper="a4", snapshot_at=AT, office=office,
            reason_of=split.reason_of, seal=seal,
        )  # fmt: skip
        texts[office.post_id] = " ".join(text_of(path).split())
    assert set(texts) == {"us-president", "us-house-vt-0", "us-house-ny-2", splitting.UNKNOWN}
    vermont, apart = texts["us-house-vt-0"], texts[splitting.UNKNOWN]
    assert "The Honorable Di Dunn" in vermont and "Dear Representative Dunn," in vermont
    assert "1 person from Vermont at-large puts this demand before you: Mend it." in vermont
    assert "Verna" in vermont and "Nia" not in vermont and "Amy" not in vermont
    assert "This list has 1 of the 3 signatures" in vermont and "ab" * 32 in vermont.replace(" ", "")
    # Nobody is known to hold the other seat: its letter goes to the office.
    assert "To the Office of the Representative for New York 2," in texts["us-house-ny-2"]
    assert "Dear" not in apart and "1 live where one postcode lies in several districts" in apart and "Amy" in apart


@either_database
def test_numbers_by_day_stand_beside_their_picture(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session)
    for days in (0, 0, 3):
        make.signature(session, petition, created_at=make.NOW - timedelta(days=days))
    path = written(session, petition, tmp_path)
    text = " ".join(text_of(path).split())
    assert "Nov 19, 2026 1" in text and "Nov 22, 2026 2" in text
    assert "Alaska 3" in text
    assert b"Bars from Nov 19, 2026" in path.read_bytes() or "/Figure" in str(PdfReader(path).trailer["/Root"])


@either_database
@pytest.mark.full
def test_two_versions_are_told_apart_on_the_cover(speaking: Flask, session: Session, tmp_path: Path) -> None:
    petition = make.petition(session, demand="Mend it.")
    for _ in range(2):
        make.signature(session, petition)
    petition.texts.append(PetitionText(version=2, demand="Mend it soon.", body="", created_at=make.NOW))
    make.signature(session, petition)
    cover = PdfReader(written(session, petition, tmp_path)).pages[0].extract_text()
    assert "Mend it." in cover and "Mend it soon." not in cover
    assert "1 of them agreed to another version of the text" in cover
