"""Which characters a document is in: its mark, then what was declared, then what the bytes can be."""

import pytest

from campaign.articles import decoding

RUSSIAN = "Совет города сказал в понедельник, что мост починят до начала зимы."
FRENCH = "Le café « Été » reste fermé jusqu’à la fin de l’année, a annoncé le maire."


def read(data: bytes, content_type: str = "", *, is_markup: bool = True) -> tuple[str, list[str]]:
    decoded = decoding.decode(data, content_type=content_type, is_markup=is_markup)
    return decoded.text, [finding.code for finding in decoded.findings]


def meta(text: str, charset: str) -> str:
    return f'<meta charset="{charset}"><p>{text}</p>'


@pytest.mark.parametrize(
    ("text", "encoding", "content_type"),
    [
        (meta(RUSSIAN, "windows-1251"), "cp1251", ""),
        (meta(RUSSIAN, "koi8-r"), "koi8-r", "text/html"),
        (meta(RUSSIAN, "utf-8"), "cp1251", "text/html; charset=windows-1251"),  # the header outweighs the page
        (meta(FRENCH, "iso-8859-1"), "cp1252", ""),  # as all browsers read it
        (meta("古い橋は閉鎖されたまま", "Shift_JIS"), "cp932", ""),
        (meta("旧桥仍然关闭", "gb2312"), "gb18030", ""),
        ('<?xml version="1.0" encoding="koi8-r"?><rss>' + RUSSIAN, "koi8-r", ""),
        (meta(FRENCH, "utf-16"), "utf-8", ""),  # it could not be read if it were
        (meta(FRENCH, "iso-8859-1"), "utf-8-sig", "text/html; charset=koi8-r"),  # a mark outweighs everything
        (FRENCH, "utf-16-le", ""),
    ],
)
def test_what_is_declared_and_true_is_followed_without_a_word(text: str, encoding: str, content_type: str) -> None:
    assert read(text.encode(encoding), content_type) == (text, [])


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1251", "koi8-r", "shift_jis"])
def test_utf_8_under_another_name_is_read_with_a_warning(declared: str) -> None:
    text = meta(FRENCH, declared)
    assert read(text.encode()) == (text, ["wrong-charset"])


@pytest.mark.parametrize("alphabet", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252"])
def test_another_alphabet_under_a_western_name_is_recognised(declared: str, alphabet: str) -> None:
    text = meta(RUSSIAN, declared)
    assert read(text.encode(alphabet)) == (text, ["guessed-characters"])


def test_what_was_guessed_says_how_many_characters_and_as_what() -> None:
    [finding] = decoding.decode(FRENCH.encode("cp1252")).findings
    assert finding.text.startswith("11 characters were guessed: this file is not UTF-8 and was read as Windows-1252.")


@pytest.mark.parametrize("name", ["utf-7", "unicode_escape", "idna", "hex", "rot13", "nonsense", "utf_7"])
def test_encodings_that_hide_marks_are_never_used(name: str) -> None:
    text = meta("+ADw-script+AD4-alert(1)+ADw-/script+AD4-", name)
    assert read(text.encode(), f"text/html; charset={name}") == (text, [])


@pytest.mark.parametrize("text", [
    "Η γέφυρα παραμένει κλειστή. Το δημοτικό συμβούλιο είπε τη Δευτέρα ότι η γέφυρα θα επισκευαστεί.",
    "قال مجلس المدينة يوم الاثنين إن الجسر سيتم إصلاحه قبل الشتاء.",
    "מועצת העיר אמרה ביום שני שהגשר יתוקן לפני החורף.",
    "市议会星期一表示，这座桥将在冬天之前修好。"])  # fmt: skip
def test_other_alphabets_without_a_name_are_recognised_by_their_words(text: str) -> None:
    encoding = {"Η": "cp1253", "ق": "cp1256", "מ": "cp1255", "市": "gb18030"}[text[0]]
    assert read(text.encode(encoding), is_markup=False) == (text, ["guessed-characters"])
