"""Plain text: one form of each character, what may not stand in a field, slugs."""

import re
import unicodedata

# Marks that turn the direction of what follows: a name with one could rearrange a whole list in print.
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
# Zero-width joiners are letters' work in Persian, Hindi and others; the rest only hides things.
ZERO_WIDTH = frozenset("\u200b\u2060\ufeff\u00ad\u180e")
JOINERS = frozenset("\u200c\u200d")
# Scripts whose letters stand apart, by how the names of their characters begin.
UNJOINED = (
    *("ARMENIAN", "BOPOMOFO", "CJK", "CYRILLIC", "ETHIOPIC", "GEORGIAN", "GREEK", "HANGUL", "HEBREW", "HIRAGANA"),
    *("KATAKANA", "LATIN", "MODIFIER"),
)


def clean(value: str) -> str:
    """NFC, line ends as \\n, no space at either end. What is compared or stored has been through this."""
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def hidden_characters(value: str, *, lines: bool = False) -> list[str]:
    """The control, direction-changing and invisible characters in a text; [] when it is plain.

    lines: True where line breaks and tabs are allowed.
    """
    if value.isprintable():
        return []  # nearly always, and ten times as quick as looking at each
    allowed = {"\n", "\t"} if lines else set()
    found = []
    for index, character in enumerate(value):
        if character in allowed:
            continue
        controls = unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        hides = character in ZERO_WIDTH or (character in JOINERS and not _joins(value, index))
        if controls or hides or character in BIDI:
            found.append(character)
    return found


def _joins(value: str, index: int) -> bool:
    """True where a joiner does a letter's work: after a letter or vowel sign of a script that has such forms, as in
    Persian, Hindi and Sinhala, and between the parts of a picture. Between Latin letters it only hides.
    """
    if not 0 < index < len(value) - 1:
        return False
    before = value[index - 1]
    is_joinable = unicodedata.category(before)[0] in "LM" or unicodedata.category(before) in {"So", "Sk"}
    return is_joinable and not unicodedata.name(before, "").startswith(UNJOINED)


def fold(value: str) -> str:
    """For searching: lower case, without accents."""
    if value.isascii():
        return value.lower()
    decomposed = unicodedata.normalize("NFKD", value.casefold())
    # Few characters are marks, and each of them is asked about once: texts are long, alphabets are short.
    marks = {ord(char) for char in set(decomposed) if char >= "\u0300" and unicodedata.combining(char)}
    return decomposed.translate(dict.fromkeys(marks)) if marks else decomposed


def slug(value: str, *, fallback: str = "item", length: int = 60) -> str:
    """ASCII words joined by hyphens, for addresses; `fallback` for texts without Latin letters."""
    words = re.findall(r"[a-z0-9]+", fold(value).replace("'", "").replace("’", ""))
    result = ""
    for word in words:
        candidate = f"{result}-{word}" if result else word
        if len(candidate) > length:
            break
        result = candidate
    return result or fallback
