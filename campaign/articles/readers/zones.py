"""Names of time zones as newspapers print them, and how far east of UTC they are."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from campaign.text import fold


@dataclass(frozen=True)
class Reading:
    """One of several zones that share an abbreviation. country: the ending of outlets there, "in" for India."""

    country: str
    name: str
    minutes: int


@dataclass(frozen=True)
class Zone:
    """A zone found in a text. others: what else its name may mean; words: how many words of the text it took."""

    zone: tzinfo
    words: int
    name: str = ""
    others: tuple[str, ...] = ()


# Minutes east of UTC, always the same whatever the season.
_FIXED = {
    "utc": 0, "z": 0, "gmt": 0, "zulu": 0, "coordinated universal time": 0, "universal time": 0,
    "greenwich mean time": 0, "wet": 0, "western european time": 0,
    "west": 60, "western european summer time": 60, "british summer time": 60, "irish standard time": 60,
    "irish summer time": 60, "wat": 60, "west africa time": 60, "cet": 60, "central european time": 60,
    "central european standard time": 60, "mez": 60, "mitteleuropaische zeit": 60, "hnec": 60,
    "cest": 120, "central european summer time": 120, "mesz": 120, "mitteleuropaische sommerzeit": 120,
    "heure d'ete d'europe centrale": 120, "heure d'europe centrale": 60, "sast": 120,
    "south africa standard time": 120, "south african standard time": 120, "cat": 120, "central africa time": 120,
    "eet": 120, "eastern european time": 120, "israel standard time": 120,
    "eest": 180, "eastern european summer time": 180, "idt": 180, "israel daylight time": 180, "msk": 180,
    "moscow time": 180, "moscow standard time": 180, "trt": 180, "turkey time": 180, "eat": 180,
    "east africa time": 180, "arabia standard time": 180, "arabian standard time": 180,
    "irst": 210, "iran standard time": 210, "gulf standard time": 240, "azt": 240, "get": 240,
    "aft": 270, "pkt": 300, "pakistan standard time": 300, "uzt": 300,
    "india standard time": 330, "indian standard time": 330, "slst": 330, "npt": 345, "nepal time": 345,
    "bangladesh standard time": 360, "mmt": 390, "ict": 420, "indochina time": 420, "wib": 420,
    "sgt": 480, "singapore time": 480, "singapore standard time": 480, "hkt": 480, "hong kong time": 480,
    "myt": 480, "malaysia time": 480, "pht": 480, "philippine time": 480, "philippine standard time": 480,
    "awst": 480, "australian western standard time": 480, "china standard time": 480, "beijing time": 480, "wita": 480,
    "jst": 540, "japan standard time": 540, "kst": 540, "korea standard time": 540, "wit": 540,
    "acst": 570, "australian central standard time": 570, "acdt": 630, "australian central daylight time": 630,
    "aest": 600, "australian eastern standard time": 600, "chst": 600,
    "aedt": 660, "australian eastern daylight time": 660,
    "nzst": 720, "new zealand standard time": 720, "fjt": 720, "nzdt": 780, "new zealand daylight time": 780,
    "cvt": -60, "brt": -180, "brasilia time": -180, "horario de brasilia": -180, "art": -180, "uyt": -180,
    "nst": -210, "newfoundland standard time": -210, "ndt": -150, "newfoundland daylight time": -150,
    "atlantic standard time": -240, "adt": -180, "atlantic daylight time": -180, "bot": -240, "vet": -240,
    "est": -300, "eastern standard time": -300, "edt": -240, "eastern daylight time": -240, "cot": -300, "pet": -300,
    "central standard time": -360, "cdt": -300, "central daylight time": -300,
    "mst": -420, "mountain standard time": -420, "mdt": -360, "mountain daylight time": -360,
    "pst": -480, "pacific standard time": -480, "pdt": -420, "pacific daylight time": -420,
    "akst": -540, "alaska standard time": -540, "akdt": -480, "alaska daylight time": -480,
    "hst": -600, "hawaii standard time": -600, "hawaii-aleutian standard time": -600,
}  # fmt: skip

# Names that leave it to the date whether it is summer time.
_BY_DATE = {
    "et": "America/New_York", "eastern time": "America/New_York", "eastern": "America/New_York",
    "ct": "America/Chicago", "central time": "America/Chicago",
    "mt": "America/Denver", "mountain time": "America/Denver",
    "pt": "America/Los_Angeles", "pacific time": "America/Los_Angeles",
    "akt": "America/Anchorage", "alaska time": "America/Anchorage",
    "uk time": "Europe/London", "london time": "Europe/London", "irish time": "Europe/Dublin",
    "heure de paris": "Europe/Paris", "paris time": "Europe/Paris", "berlin time": "Europe/Berlin",
    "hora peninsular": "Europe/Madrid", "kyiv time": "Europe/Kyiv", "israel time": "Asia/Jerusalem",
    "aet": "Australia/Sydney", "sydney time": "Australia/Sydney", "nzt": "Pacific/Auckland",
    "clt": "America/Santiago", "chile time": "America/Santiago",
}  # fmt: skip

# The first reading is taken, with a warning, unless the outlet's address names the country of another.
_AMBIGUOUS = {
    "ist": (
        Reading("in", "India Standard Time", 330),
        Reading("ie", "Irish Standard Time", 60),
        Reading("il", "Israel Standard Time", 120),
    ),
    "bst": (Reading("uk", "British Summer Time", 60), Reading("bd", "Bangladesh Standard Time", 360)),
    "cst": (Reading("us", "Central Standard Time", -360), Reading("cn", "China Standard Time", 480)),
    "ast": (Reading("ca", "Atlantic Standard Time", -240), Reading("sa", "Arabia Standard Time", 180)),
    "gst": (Reading("ae", "Gulf Standard Time", 240), Reading("gs", "South Georgia Time", -120)),
    "amt": (Reading("am", "Armenia Time", 240), Reading("br", "Amazon Time", -240)),
    "ect": (Reading("ec", "Ecuador Time", -300), Reading("lc", "Eastern Caribbean Time", -240)),
    "sst": (Reading("sg", "Singapore Standard Time", 480), Reading("as", "Samoa Standard Time", -660)),
    "wst": (Reading("au", "Western Standard Time", 480), Reading("ws", "West Samoa Time", 780)),
}

_MOST_WORDS = 5
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+\-−–])\s?(\d{1,2})(?::?(\d{2}))?(?![\d:])", re.IGNORECASE)
_REGION = re.compile(r"[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?")


def find(text: str, *, on: datetime, outlet: str = "") -> Zone | None:
    """The zone with which a text begins, or None.

    on: the printed time, without a zone; it decides about summer time. outlet: its address settles what "IST" means.
    """
    offset = _OFFSET.match(text)
    if offset:
        return _from_offset(offset, text)
    printed = text.split()[:_MOST_WORDS]
    for count in range(len(printed), 0, -1):
        name = " ".join(printed[:count]).strip("()[].,;")
        found = _named(name, on, outlet)
        if found:
            return Zone(found.zone, count, name, found.others)
    return None


def _named(name: str, on: datetime, outlet: str) -> Zone | None:
    key = fold(name).replace("’", "'")
    if key in _AMBIGUOUS:
        return _settled(_AMBIGUOUS[key], outlet)
    if key in _FIXED:
        return Zone(_east(_FIXED[key]), 0)
    region = _BY_DATE.get(key) or (name if _REGION.fullmatch(name) else "")
    if not region:
        return None
    try:
        offset = ZoneInfo(region).utcoffset(on)
    except (ZoneInfoNotFoundError, ValueError, OSError, OverflowError):
        return None
    return Zone(timezone(offset), 0) if offset is not None else None


def _settled(readings: tuple[Reading, ...], outlet: str) -> Zone:
    ending = outlet.rstrip("/").rpartition(".")[2].lower()
    for reading in readings:
        if reading.country == ending:
            return Zone(_east(reading.minutes), 0)
    return Zone(_east(readings[0].minutes), 0, others=tuple(reading.name for reading in readings))


def _from_offset(match: re.Match[str], text: str) -> Zone | None:
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > 14 * 60:
        return None
    return Zone(_east(minutes if match[1] == "+" else -minutes), len(text[: match.end()].split()), match[0])


def _east(minutes: int) -> timezone:
    return timezone(timedelta(minutes=minutes))
