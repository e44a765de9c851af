"""Who wrote it and who sent it: bylines, news agencies, and the place a report was sent from."""

import re
from dataclasses import dataclass

from campaign.text import fold

_BY = re.compile(r"(?:written\s)?(?:by|par|von|por|di|door|av|af)[\s:]+(?=\S)", re.IGNORECASE)
_PARTICLES = frozenset({
    "and", "et", "und", "y", "e", "i", "en", "och", "og", "with", "for", "in", "de", "da", "di", "du", "del", "la",
    "le", "van", "von", "der", "den", "bin", "al", "el", "ibn", "the", "of", "at", "&",
})  # fmt: skip
_JOBS = frozenset(
    {"staff", "writer", "reporter", "correspondent", "editor", "editors", "editorial", "board", "contributor", "our"}
)

# As printed in a text that ends with the agency's name. Short names count only in capitals.
_AGENCIES = (
    "REUTERS", "AP", "AFP", "DPA", "dpa", "EFE", "ANSA", "TASS", "XINHUA", "PTI", "ANI", "IANS", "UPI", "AAP", "PA",
    "PA Media", "BERNAMA", "KYODO", "YONHAP", "ANTARA", "KUNA", "WAM", "SPA", "APA", "ATS", "Keystone-SDA", "BELGA",
    "ANP", "NTB", "TT", "RITZAU", "STT", "LUSA", "PAP", "CTK", "ČTK", "MTI", "BNS", "LETA", "INTERFAX", "UKRINFORM",
    "UNIAN", "ANADOLU", "AA", "IRNA", "SANA", "CP", "BLOOMBERG", "CNA", "NAN", "Associated Press",
    "The Associated Press", "Agence France-Presse", "The Canadian Press", "Press Association", "Press Trust of India",
    "Europa Press", "Kyodo News", "Anadolu Agency",
)  # fmt: skip
_NAMES = frozenset(_AGENCIES) | {name.title() for name in _AGENCIES if len(name) > 4 and name.isupper()}
_TAIL = re.compile(
    r"(?P<text>.*[.!?…。\"”’»)])\s*[-–—]?\s*(?P<open>[(\[]?)(?P<names>[^.!?()\[\]]{2,60})[)\]]?\.?", re.DOTALL
)
_PAREN = re.compile(r"\(([^()]{2,40})\)\s*$")
_DASH = re.compile(r"\s[-–—]\s|\s?—\s?|(?<=\))\s*[:–-]\s*|:\s")
_DATELINE = 80  # characters before the dash


@dataclass(frozen=True)
class Opening:
    """A first paragraph taken apart: “ANCHORAGE, Alaska (AP) — Two presidents …”."""

    text: str
    dateline: str = ""
    agency: str = ""


def read(line: str) -> str:
    """The names in a line such as “By Jane Doe and John Roe”; "" when it is something else."""
    match = _BY.match(line)
    if not match or len(line) > 160:
        return ""
    names = line[match.end() :].strip(" .,;")
    words = names.replace(",", " ").split()
    if not words or len(words) > 16 or line.rstrip().endswith(("?", "!", "…")):
        return ""
    proper = [word for word in words if word.lower() not in _PARTICLES]
    if not proper or any(word[0].islower() and word.lower() not in _JOBS for word in proper):
        return ""
    return names if any(not word[0].isdigit() for word in proper) else ""


def is_agency(name: str) -> bool:
    """True for the name of a news agency as agencies print it."""
    return name.strip() in _NAMES


def agencies(text: str) -> str:
    """A list of nothing but agencies ("AFP, REUTERS"), as printed; "" otherwise."""
    bare = re.sub(r"^(?:with|avec|mit|con)\s", "", text.strip(" .()[]-–—"), flags=re.IGNORECASE)
    parts = [part.strip() for part in re.split(r"[,/&]|\sand\s", bare)]
    return bare if bare and all(part in _NAMES for part in parts) else ""


def without_agency(paragraph: str) -> tuple[str, str]:
    """A paragraph and the agency it ends with: “… in February. REUTERS” → (“… in February.”, “REUTERS”)."""
    tail = paragraph[-90:]
    match = _TAIL.fullmatch(tail)
    if not match:
        return paragraph, ""
    found = agencies(match["names"])
    return (paragraph[: -len(tail)] + match["text"].rstrip() if found else paragraph), found


def opening(paragraph: str) -> Opening:
    """Dateline and agency in front of a first paragraph. The place is in capitals, or an agency stands behind it."""
    match = _DASH.search(paragraph[: _DATELINE + 3])
    if not match or not paragraph[match.end() :]:
        return Opening(paragraph)
    place, rest = paragraph[: match.start()].strip(), paragraph[match.end() :].strip()
    paren = _PAREN.search(place)
    agency = agencies(paren[1]) if paren else ""
    if agency and paren:
        place = place[: paren.start()].strip(" ,")
    if not rest or rest[0].islower() or not _is_place(place, with_agency=bool(agency)):
        return Opening(paragraph)
    return Opening(rest, place, agency)


def _is_place(text: str, *, with_agency: bool) -> bool:
    """A town, perhaps with its region and a date: “MOSCOW, March 3”."""
    town = text.split(",")[0].strip()
    letters = [character for character in town if character.isalpha()]
    if len(letters) < 3 or len(text.split()) > 8 or not text[0].isalpha() or fold(town) in _NO_TOWNS:
        return False
    in_capitals = all(not character.islower() for character in letters) and any(c.isupper() for c in letters)
    return in_capitals or (with_agency and letters[0].isupper())


_NO_TOWNS = frozenset(
    {
        "exclusive",
        "breaking",
        "live",
        "update",
        "opinion",
        "analysis",
        "explainer",
        "watch",
        "factbox",
        "published",
        "updated",
        "posted",
    }
)
