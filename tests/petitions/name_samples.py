"""Names by the thousand: real-looking ones in many scripts, and what only pretends to be one."""

import random
import unicodedata
from itertools import product

# (script, consonants or letters, vowel signs and marks that follow them), by the blocks of Unicode. Without marks a
# script writes its vowels as letters.
SCRIPTS = [
    ("Latin", "abcdefghijklmnopqrstuvwxyzàáâãäåæçèéêëìíîïñòóôõöøùúûüýþÿāăąćčďđēęěğģħīįıķłńňőœřśšşťůűźżžơưạảấầẩẫậắ", ""),
    ("Cyrillic", (0x0430, 0x045F), ""), ("Greek", (0x03B1, 0x03C9), ""), ("Armenian", (0x0561, 0x0586), ""),
    ("Hebrew", (0x05D0, 0x05EA), (0x05B4, 0x05B9)), ("Arabic", (0x0627, 0x063A), (0x064B, 0x0652)),
    ("Syriac", (0x0710, 0x072F), (0x0730, 0x0736)), ("Thaana", (0x0780, 0x07A5), (0x07A6, 0x07B0)),
    ("NKo", (0x07CA, 0x07EA), (0x07EB, 0x07F3)), ("Samaritan", (0x0800, 0x0815), (0x0816, 0x0819)),
    ("Mandaic", (0x0840, 0x0858), ""), ("Devanagari", (0x0915, 0x0939), (0x093E, 0x094C)),
    ("Bengali", (0x0995, 0x09A8), (0x09BE, 0x09C4)), ("Gurmukhi", (0x0A15, 0x0A28), (0x0A3E, 0x0A42)),
    ("Gujarati", (0x0A95, 0x0AA8), (0x0ABE, 0x0AC5)), ("Oriya", (0x0B15, 0x0B28), (0x0B3E, 0x0B44)),
    ("Tamil", (0x0BAE, 0x0BB9), (0x0BBE, 0x0BC2)), ("Telugu", (0x0C15, 0x0C28), (0x0C3E, 0x0C44)),
    ("Kannada", (0x0C95, 0x0CA8), (0x0CBE, 0x0CC4)), ("Malayalam", (0x0D15, 0x0D39), (0x0D3E, 0x0D44)),
    ("Sinhala", (0x0D9A, 0x0DB1), (0x0DCF, 0x0DD4)), ("Thai", (0x0E01, 0x0E2E), (0x0E34, 0x0E3A)),
    ("Lao", (0x0E94, 0x0E97), (0x0EB4, 0x0EB9)), ("Tibetan", (0x0F40, 0x0F47), (0x0F90, 0x0F97)),
    ("Myanmar", (0x1000, 0x1020), (0x102B, 0x1032)), ("Georgian", (0x10D0, 0x10F0), ""),
    ("Hangul", (0xAC00, 0xD7A3), ""), ("Ethiopic", (0x1200, 0x1248), ""), ("Cherokee", (0x13A0, 0x13F5), ""),
    ("Canadian", (0x1401, 0x166C), ""), ("Ogham", (0x1681, 0x169A), ""), ("Runic", (0x16A0, 0x16EA), ""),
    ("Tagalog", (0x1700, 0x1711), (0x1712, 0x1713)), ("Hanunoo", (0x1720, 0x1731), (0x1732, 0x1733)),
    ("Buhid", (0x1740, 0x1751), (0x1752, 0x1753)), ("Tagbanwa", (0x1760, 0x176C), (0x1772, 0x1773)),
    ("Khmer", (0x1780, 0x17A2), (0x17B6, 0x17C5)), ("Mongolian", (0x1820, 0x1842), (0x180B, 0x180D)),
    ("Limbu", (0x1900, 0x191E), (0x1920, 0x1928)), ("Tai Le", (0x1950, 0x196D), ""),
    ("New Tai Lue", (0x1980, 0x19AB), ""), ("Buginese", (0x1A00, 0x1A16), (0x1A17, 0x1A1B)),
    ("Tai Tham", (0x1A20, 0x1A4C), (0x1A61, 0x1A6C)), ("Balinese", (0x1B13, 0x1B33), (0x1B35, 0x1B41)),
    ("Sundanese", (0x1B8A, 0x1BA0), (0x1BA4, 0x1BA9)), ("Batak", (0x1BC0, 0x1BE3), (0x1BE7, 0x1BEF)),
    ("Lepcha", (0x1C00, 0x1C23), (0x1C26, 0x1C2C)), ("Ol Chiki", (0x1C5A, 0x1C77), ""),
    ("Glagolitic", (0x2C30, 0x2C5E), ""), ("Coptic", (0x2C80, 0x2CB1), ""), ("Tifinagh", (0x2D30, 0x2D67), ""),
    ("Hiragana", (0x3041, 0x3096), ""), ("Katakana", (0x30A1, 0x30FA), ""), ("Bopomofo", (0x3105, 0x312F), ""),
    ("Han", (0x4E00, 0x9FA5), ""), ("Yi", (0xA000, 0xA48C), ""), ("Lisu", (0xA4D0, 0xA4F7), ""),
    ("Vai", (0xA500, 0xA60B), ""), ("Bamum", (0xA6A0, 0xA6E5), ""), ("Syloti", (0xA807, 0xA80A), (0xA823, 0xA827)),
    ("Phags-pa", (0xA840, 0xA873), ""), ("Saurashtra", (0xA892, 0xA8B3), (0xA8B5, 0xA8C3)),
    ("Kayah Li", (0xA90A, 0xA925), (0xA926, 0xA92A)), ("Rejang", (0xA930, 0xA946), (0xA947, 0xA952)),
    ("Javanese", (0xA98F, 0xA9B2), (0xA9B4, 0xA9BD)), ("Cham", (0xAA00, 0xAA28), (0xAA29, 0xAA34)),
    ("Tai Viet", (0xAA80, 0xAAAF), ""), ("Meetei", (0xABC0, 0xABE2), (0xABE3, 0xABEA)),
    ("Adlam", (0x1E922, 0x1E943), (0x1E944, 0x1E949)), ("Chakma", (0x11107, 0x11126), (0x11127, 0x11130)),
    ("Osage", (0x104D8, 0x104FB), ""),
]  # fmt: skip
MUST_ACCEPT = (
    "O'Brien", "d'Hondt", "María José", "李", "Nguyễn Thị Ánh", "ʻOkina", "Jean-Paul", "X", "Null", "J. R.", "J.R.R.",
    "نور", "J-P.", "Åsa", "St.John", "Md.Karim", "A.Rahman", "R.Link", "U.Win", "葛\U000e0100", "Mary-Jane O’Hara, PhD",
)  # fmt: skip

LINKS = (
    "http://win.example", "https://a.b", "HTTPS://WIN.EXAMPLE", "www.win.example", "win.com", "Win.COM now",
    "a@b.org", "ftp://x", "mailto:x", "javascript:alert(1)", "ｈｔｔｐ：／／ｗｉｎ", "win．com", "win。com",
    "pills.shop", "bit.ly/x", "//win",
)  # fmt: skip
MARKUP = (
    "<b>",
    "</a>",
    "<script>",
    "＜b＞",
    "&lt;",
    "&#60;",
    "{{7*7}}",
    "${7*7}",
    "[url]",
    "[a](b)",
    "`id`",
    "%3Cb",
    "\\x3c",
)
SIGNS = "=+-@|%＝＋－＠‐‑‒–—−"
HIDDEN = (
    "\0\x01\x07\x08\x1b\x7f\x85\n\r\t\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2066\u2067\u2068\u2069"
    "\ufeff\u00ad\u180e\u061c\u2028\u2029\u3164\u115f\u2800\u034f\ufe0f\ufff9\U000e0041\ue000"
)
LURES = ("Ann", "Free money", "李", "نور", "Zoë Müller")


def real(number: int, seed: int = 1) -> list[str]:
    """So many names, each script in turn: one to three words of two to five syllables."""
    chance, found = random.Random(seed), list(MUST_ACCEPT)
    alphabets = [(_chars(letters, "L"), _chars(marks, "M")) for _, letters, marks in SCRIPTS]
    while len(found) < number:
        letters, marks = alphabets[len(found) % len(alphabets)]
        words = (_word(chance, letters, marks) for _ in range(chance.randint(1, 3)))
        found.append(unicodedata.normalize("NFC", chance.choice((" ", "-", " ")).join(words)))
    return found


def hostile() -> list[str]:
    """Every lure with everything that hides, links, marks up or calculates."""
    names = [f"{lure} {link}" for lure, link in product(LURES, LINKS)] + list(LINKS)
    names += [f"{lure}{markup}" for lure, markup in product(LURES, MARKUP)]
    names += [f"{sign}{lure}{rest}" for sign, lure, rest in product(SIGNS, LURES, ("", "(A1)", "|' /C calc'!A0"))]
    names += [f"{lure[:1]}{hidden}{lure[1:] or lure}" for lure, hidden in product(LURES, HIDDEN)]
    names += [lure * 101 for lure in LURES] + ["A\u200dnn", "李\u200d李", "12345", "...", "Z" + "\u0301" * 20]
    return names


def _chars(given: str | tuple[int, int], kind: str) -> list[str]:
    chars = list(given) if isinstance(given, str) else [chr(code) for code in range(given[0], given[1] + 1)]
    return [char for char in chars if unicodedata.category(char).startswith(kind)]


def _word(chance: random.Random, letters: list[str], marks: list[str]) -> str:
    syllables = (
        chance.choice(letters) + (chance.choice(marks) if marks and chance.random() < 0.6 else "")
        for _ in range(chance.randint(2, 5))
    )
    return "".join(syllables).capitalize()
