"""The words of a text in any script, in the one form in which they are looked for.

Small letters, no accents, no tatweel, ordinary digits. Chinese, Japanese, Thai and others put no spaces between words:
there each pair of neighbouring characters counts as a word (most Chinese words have two characters).
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 40  # characters; what is longer is no word of any language
TATWEEL = "\u0640"

# Letters that stand for others and do not come apart by themselves. For Arabic and Persian, as search engines do it.
STANDS_FOR = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ى": "ي",
    "ی": "ي",
    "ة": "ه",
    "ک": "ك",
    "ہ": "ه",
    TATWEEL: "",
    "\u200c": "",
    "\u200d": "",
    "\u00ad": "",
}
# Canonical combining classes of marks that are part of a letter: nukta, kana voicing, virama.
PART_OF_LETTER = frozenset({0, 7, 8, 9})

_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)


class _Fold(dict[int, str]):
    """What stands for each character, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _folded(chr(code))
        return folded


class _FoldOne(dict[int, str]):
    """As `_Fold`, but always one character, so that places in the text stay the same."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = (_FOLD[code] or "\u200b")[0]
        return folded


def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character.casefold())
    kept = "".join(STANDS_FOR.get(part, part) for part in parts if unicodedata.combining(part) in PART_OF_LETTER)
    if len(kept) == 1 and kept.isdecimal():
        return str(unicodedata.decimal(kept))
    return unicodedata.normalize("NFC", kept)


def _marks() -> str:
    """Vowel signs and the like, which Python does not count among the characters of words."""
    codes = [*range(0x300, 0x2100), *range(0xA600, 0xAC00)]
    return "".join(chr(code) for code in codes if unicodedata.category(chr(code)) in ("Mn", "Mc"))


_FOLD, _FOLD_ONE = _Fold(), _FoldOne()
_WORD = re.compile(rf"(?:[^\W_]|[{_marks()}])+")
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_UNSPACED = re.compile(f"[{_WITHOUT_SPACES}]+")


def words(text: str) -> list[str]:
    """The words of a text in their order.

    >>> words("L’été à São Paulo: 東京都")
    ['l', 'ete', 'a', 'sao', 'paulo', '東京', '京都', '都']
    """
    if text.isascii():
        return [word[:LONGEST_WORD] for word in _ASCII_WORD.findall(text.lower())]
    found = _WORD.findall(fold(text))
    return [word for run in found for word in _apart(run)]


def asked(text: str) -> list[tuple[list[str], bool]]:
    """The words of something to look for, those that must stand side by side together: (words, is a beginning).

    A single character of a script without spaces is the beginning of the words to look for.
    """
    groups: list[tuple[list[str], bool]] = []
    for run in _WORD.findall(fold(text)):
        for piece, is_unspaced in _pieces(run):
            if not is_unspaced:
                groups.append(([piece[:LONGEST_WORD]], False))
            elif len(piece) == 1:
                groups.append(([piece], True))
            else:
                groups.append(([piece[at : at + 2] for at in range(len(piece) - 1)], False))
    return groups


def fold(text: str) -> str:
    """A text with all its characters in the form in which they are looked for."""
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def fold_in_place(text: str) -> str:
    """As `fold`, each character by exactly one: what stands at a place stands there in the text as well."""
    return text.lower() if text.isascii() else text.translate(_FOLD_ONE)


def is_unspaced(text: str) -> bool:
    return bool(_UNSPACED.search(text))


def _apart(run: str) -> Iterator[str]:
    for piece, is_pairs in _pieces(run):
        if is_pairs:
            yield from (piece[at : at + 2] for at in range(len(piece)))
        else:
            yield piece[:LONGEST_WORD]


def _pieces(run: str) -> Iterator[tuple[str, bool]]:
    """A run of characters cut where a script without spaces begins or ends: (piece, whether it is of such a script)."""
    at = 0
    for match in _UNSPACED.finditer(run):
        if match.start() > at:
            yield run[at : match.start()], False
        yield match.group(), True
        at = match.end()
    if at < len(run):
        yield run[at:], False
