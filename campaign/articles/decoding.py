"""Bytes to text: which characters a file is written in, and how much of that was guessed."""

import codecs
import re
from dataclasses import dataclass, field

from campaign.articles import charsets
from campaign.errors import Finding, Refused
from campaign.i18n import gettext, ngettext

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WINDOWS = "Windows-1252"
# In Western languages few letters are outside ASCII; where most are, the file is in another alphabet's own encoding.
_MOST_GUESSED = 0.35
_LETTER = re.compile(rb"[A-Za-z\x80-\xff]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LOST = "\ufffd"


class UnknownCharacters(Refused):
    """Nobody can tell which letters the bytes of this file stand for."""


@dataclass(frozen=True)
class Decoded:
    """A file's text, and what an editor should know about how it was read."""

    text: str
    findings: list[Finding] = field(default_factory=list)


def decode(data: bytes, *, content_type: str = "", is_markup: bool = False) -> Decoded:
    """Text from bytes: by its byte order mark, else by what was declared, else by what the bytes can be.

    content_type: of the answer that brought it, which outweighs what the document says about itself.
    is_markup: look for <meta charset> and for encoding="…" in its beginning.
    A declaration that the bytes contradict is not followed, with a finding. Raises UnknownCharacters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replaced(data[len(mark) :].decode(encoding, "replace"))
    declared = charsets.declared(data, content_type, is_markup=is_markup)
    for encoding in declared:
        text = charsets.strictly(data, encoding)
        if text is not None:
            return _replaced(text)
    encoding = _wide(data)
    if encoding:
        return _replaced(data.decode(encoding, "replace"))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed(data)
    return _contradicted(text, declared[0]) if declared else _replaced(text)


def is_wide(data: bytes) -> bool:
    """True for UTF-16 and UTF-32, with a byte order mark or without one."""
    return any(data.startswith(mark) for mark, _ in _MARKS[1:]) or bool(_wide(data))


def _replaced(text: str) -> Decoded:
    lost = text.count(_LOST)
    if not lost:
        return Decoded(text)
    message = ngettext(
        "%(num)s character of this file could not be read and stands as �. Correct it from the original.",
        "%(num)s characters of this file could not be read and stand as �. Correct them from the original.",
        lost,
    )
    return Decoded(text, [Finding("lost-characters", message, "document", blocks=False)])


def _contradicted(text: str, declared: str) -> Decoded:
    message = gettext("This document says that it is written in %(said)s, but it is UTF-8 and was read as such.")
    read = _replaced(text)
    finding = Finding("wrong-charset", message % {"said": declared}, "document", blocks=False)
    return Decoded(text, [*read.findings, finding])


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: every second byte of its spaces and line ends is zero, and no other is."""
    sample = data[: 1 << 16]
    if b"\0" not in sample or len(data) % 2:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if min(even, odd) * 20 > max(even, odd):
        return ""
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = sample[: len(sample) // 2 * 2].decode(encoding)
    except UnicodeDecodeError:
        return ""
    readable = sum(character.isprintable() or character in "\r\n\t" for character in text)
    return encoding if readable * 100 >= len(text) * 95 else ""


def _guessed(data: bytes) -> Decoded:
    """Windows-1252, which Latin-1 files are part of; byte by byte, so that good UTF-8 beside a bad byte stays good.

    Where most letters are outside ASCII, the encoding of another alphabet, if its letters make words.
    """
    encoding = _WINDOWS
    if is_foreign(data):
        found = charsets.detect(data)
        if found is None:
            message = gettext(
                "Nobody can tell which characters this file is written in. Save it as UTF-8 and try again."
            )
            raise UnknownCharacters(message, field="document")
        text, encoding = found
        count = sum(character > "\x7f" for character in text)
    else:
        text, count = _with_bad_bytes_read(data)
    message = ngettext(
        "%(num)s character was guessed: this file is not UTF-8 and was read as %(encoding)s. Look at it again.",
        "%(num)s characters were guessed: this file is not UTF-8 and was read as %(encoding)s. Look at accents, dashes "
        "and quotation marks.",
        count,
        encoding=encoding,
    )
    return Decoded(text, [Finding("guessed-characters", message, "document", blocks=False)])


def is_foreign(data: bytes) -> bool:
    """True when so many letters are outside ASCII that the text is in no Western language."""
    letters = len(_LETTER.findall(data))
    return len(_HIGH.findall(data)) > letters * _MOST_GUESSED and letters > 20 and not _is_mostly_utf8(data)


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    good = sum(character > "\x7f" for character in text) - text.count(_LOST)
    return good > text.count(_LOST)


def _with_bad_bytes_read(data: bytes) -> tuple[str, int]:
    """The text, and how many of its characters were guessed."""
    if not _is_mostly_utf8(data):
        return data.decode("cp1252", "replace"), len(_HIGH.findall(data))
    # surrogateescape keeps each byte that is no UTF-8 as one character of its own, U+DC80 to U+DCFF.
    text = data.decode("utf-8", "surrogateescape")
    bad = sorted({character for character in text if "\udc80" <= character <= "\udcff"})
    count = sum(text.count(character) for character in bad)
    table = {ord(character): bytes([ord(character) - 0xDC00]).decode("cp1252", "replace") for character in bad}
    return text.translate(table), count
