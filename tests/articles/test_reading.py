"""What people hand in: text of every encoding is read, everything else is refused with a way out."""

import json
import struct
import zlib
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.articles import child, decoding, reading
from campaign.articles.page import Page
from campaign.articles.reading import Empty, NotText, TooLarge
from campaign.errors import Refused
from tests.make import NOW

ARTICLE = "Café owners want a later bus\n\nThe “night bus” should run until two, the owners said – all 12 of them.\n"
MOST = 2 * 1024**2
HIGH = bytes(0x80 | code for code in range(256))  # no letter of theirs is in ASCII


def read(data: bytes, filename: str = "article.txt") -> Page:
    [page] = reading.read(data, reading.Origin(filename=filename), most=MOST, now=NOW)
    return page


def codes(page: Page) -> list[str]:
    return [warning.code for warning in page.warnings if not warning.code.startswith("missing")]


PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(13) + zlib.compress(bytes(100))


@pytest.mark.parametrize(
    ("data", "error", "remedy"),
    [
        (b"", Empty, "paste the text"),
        (b" \r\n\t\n", Empty, "paste the text"),
        ("\ufeff \u00a0\n".encode(), Empty, "Choose a file"),
        (PNG, NotText, "a picture. Open it, copy its text"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", NotText, "a picture"),
        (b"GIF89a\x01\0\x01\0\0\0", NotText, "a picture"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", NotText, "a picture"),
        (b"%PDF-1.7\n1 0 obj", NotText, "a PDF document"),
        (b"PK\x03\x04\x14\0\x06\0word/document.xml", NotText, "office document"),
        (b"\x1f\x8b\x08\0abc", NotText, "a packed file"),
        (b"{\\rtf1 A headline}", NotText, "an office document"),
        (b"\0\0\0\x18ftypheic\0\0", NotText, "not text"),
        (b"A headline\n\nA text with \0 in it.", NotText, "not text"),
        (bytes(range(1, 32)) * 20, NotText, "not text"),
        (b"<!DOCTYPE html>\n<html><p>", child.Unreadable, "No readable text"),
        (b"A headline\n" + b"x " * MOST, TooLarge, "larger than 2 MB"),
        (b"A " + Random(1).randbytes(300).translate(HIGH), decoding.UnknownCharacters, "UTF-8"),
        (b"The council said on Monday that it would mend the bridge before winter.", Refused, "headline on a line"),
        (b"---\ntitle: [\n---\n", Refused, "key: value"),
    ],
)
def test_what_is_no_article_is_refused_with_a_remedy(data: bytes, error: type[Refused], remedy: str) -> None:
    with pytest.raises(error) as caught:
        read(data, "photo.txt")
    assert caught.value.field == "document"
    assert remedy in caught.value.message


def test_a_refusal_names_the_file() -> None:
    with pytest.raises(NotText, match=r"^photo\.txt is a picture"):
        read(PNG, "photo.txt")


@pytest.mark.parametrize(
    "data",
    [
        ARTICLE.encode(),
        ARTICLE.encode("utf-8-sig"),
        ARTICLE.encode("utf-16"),
        ARTICLE.encode("utf-16-le"),
        ARTICLE.encode("utf-16-be"),
        ARTICLE.encode("utf-32"),
        b"\xfe\xff" + ARTICLE.encode("utf-16-be"),
    ],
)
def test_every_unicode_encoding_is_read_without_a_guess(data: bytes) -> None:
    page = read(data)
    assert page.headline == "Café owners want a later bus"
    assert page.paragraphs == ["The “night bus” should run until two, the owners said – all 12 of them."]
    assert codes(page) == []


def test_other_scripts_in_utf_16_without_a_mark() -> None:
    text = "Заголовок статьи о мосте\n\nСовет города сказал в понедельник, что мост починят до начала зимы."
    assert read(text.encode("utf-16-le")).headline == "Заголовок статьи о мосте"


def test_windows_characters_are_guessed_and_counted() -> None:
    page = read(ARTICLE.encode("cp1252"))
    assert page.headline == "Café owners want a later bus"
    assert "“night bus”" in page.paragraphs[0]
    [warning] = [warning for warning in page.warnings if warning.code == "guessed-characters"]
    assert warning.text.startswith("4 characters were guessed")
    assert not warning.blocks


def test_one_bad_byte_does_not_spoil_good_utf_8() -> None:
    page = read(ARTICLE.encode().replace(b"12", b"\x93"))
    assert page.headline == "Café owners want a later bus"
    assert page.paragraphs[0].endswith("all “ of them.")
    assert [warning.text[:23] for warning in page.warnings if warning.code == "guessed-characters"] == [
        "1 character was guessed"
    ]


def test_characters_lost_before_are_counted() -> None:
    page = read(ARTICLE.replace("é", "\ufffd").encode())
    assert codes(page) == ["lost-characters"]


@pytest.mark.parametrize(
    "beginning", ["BM workers strike", "ID3 law fails", "GIF8 or not", "MZ is a town", "Rar! they cried"]
)
def test_words_that_look_like_signatures_are_words(beginning: str) -> None:
    assert read(f"{beginning} in the council\n\n{ARTICLE}".encode()).headline.startswith(beginning[:2])


def test_a_campaign_file_is_recognised_by_its_content() -> None:
    page = read(b"---\ntitle: Mend it\n---\n# Article\nThe bridge is closed.\n", "whatever.txt")
    assert (page.title, page.paragraphs) == ("Mend it", ["The bridge is closed."])


@given(st.binary(max_size=3000))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        page = read(data)
    except Refused as refusal:
        assert refusal.message
        return
    assert page.headline


@given(st.text(min_size=1, max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(max_examples=200, deadline=None)
def test_what_was_encoded_is_decoded_as_it_was(text: str, encoding: str) -> None:
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        return
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decoding.decode(data).text == text


FIRST = "The council said on Monday that it would mend the old bridge before winter comes to the valley."
CUT = "Engineers had warned for years that the third pier was giving way and that"
FAULTY = [FIRST, f"It is shut. {FIRST}", CUT]
PARTS = "".join(f"<p>{text}</p>" for text in FAULTY)
FIGURE = "<figure><img src='/b.jpg'><figcaption>The bridge at dawn</figcaption></figure>"
REPORT = {
    "@type": "NewsArticle",
    "headline": "Bridge shut",
    "image": {"url": "https://cdn.example.org/b.jpg", "caption": "The bridge"},
    "articleBody": "\n\n".join(FAULTY),
}
ENTRY = {"title": "Bridge shut", "url": "https://h.example.org/1", "content_html": PARTS} | {
    "image": "https://cdn.example.org/b.jpg"
}
FILE = "---\ntitle: Bridge shut\n---\n# Article\n{}\n\n# Image\nCaption: The bridge\n\n# Letter: To X\n\nDear [NAME]"
BY_EVERY_READER = {
    "text": "Bridge shut\n\n{}\n\nCaption: The bridge at dawn\n".format("\n\n".join(FAULTY)),
    "web page": f"<html><body><article><h1>Bridge shut</h1>{PARTS}{FIGURE}</article></body></html>",
    "JSON": json.dumps(REPORT),
    "feed": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [ENTRY]}),
    "campaign file": FILE.format("\n\n".join(FAULTY)),
}


@pytest.mark.parametrize("text", BY_EVERY_READER.values(), ids=BY_EVERY_READER)
def test_every_reader_warns_of_the_same_faults(text: str) -> None:
    page = read(text.encode())
    faults = {"cut-paragraph", "repeated-sentence", "missing-time", "missing-credit"}
    assert faults <= {warning.code for warning in page.warnings}
    assert not [warning for warning in page.warnings if warning.blocks or not warning.where]


@pytest.mark.parametrize("text", BY_EVERY_READER.values(), ids=BY_EVERY_READER)
def test_every_reader_says_what_was_guessed(text: str) -> None:
    data = text.replace("valley", "vallée").encode("cp1252")
    [warning] = [warning for warning in read(data).warnings if warning.code == "guessed-characters"]
    assert warning.text.startswith("2 characters were guessed")
