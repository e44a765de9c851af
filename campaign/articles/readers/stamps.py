"""The line that says where and when an article appeared: “example.com -- Friday, August 15, 2025, 7:28 PM EDT”."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as time_of_day

from campaign.articles.readers import bylines, dates, zones
from campaign.text import fold

LONGEST = 200  # characters; a longer line is no stamp

_SEPARATOR = re.compile(r"\s--+\s|\s[-–—/]\s|\s?[|·•]\s?|\s//\s|—")
_TAKEN = "\0"  # stands where a date, a time or a zone was found
_TIME = re.compile(
    r"(?<![\d:.])(?:at\s)?(?P<hour>\d{1,2})"
    r"(?:\s?[:hH]\s?(?P<minute>\d{2})|\.(?P<pointed>\d{2})|\s?(?=[ap]\.?m\b|(?:h|Uhr)\b))"
    r"(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:uhr|hrs|hours|uur|h)\b)?",
    re.IGNORECASE,
)
_UNKNOWN_ZONE = re.compile(r"\(?([A-Z]{2,5})\)?(?=$|[\s,;.])")
_LABEL = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|printed|released|issued|created)(?: on| at)?|publi[eé]e?(?: le)?|"
    r"ver[oö]ffentlicht(?: am)?|publicado(?: el| em)?|pubblicato(?: il)?|gepubliceerd(?: op)?|date(?:d)?|stand|"
    r"(?P<update>(?:last |most recently )?(?:updated|modified|changed|edited)(?: on| at)?|mis(?:e)? [aà] jour(?: le)?|"
    r"aktualisiert(?: am)?|actualizado(?: el)?|aggiornato(?: il)?))(?=\W|$)\s*:?\s*",
    re.IGNORECASE,
)
_READING_TIME = re.compile(r"(?:about\s)?\d{1,3}[\s-]?min(?:ute)?s?(?:\sread)?", re.IGNORECASE)
_CONNECTORS = frozenset({
    "at", "on", "the", "of", "a", "à", "le", "la", "les", "um", "am", "den", "el", "las", "il", "alle", "op", "om",
    "kl", "dia", "dia,", "às", "as",
})  # fmt: skip
_PARTICLES = frozenset({
    "of", "the", "and", "for", "de", "la", "le", "les", "du", "des", "der", "die", "das", "und", "y", "e", "i", "di",
    "del", "della", "do", "da", "van", "von", "in", "on", "&",
})  # fmt: skip
_ELIDED = re.compile(r"(?:l|d|dell|nell|all|sull)[’'][A-ZÀ-ÖØ-ÞŒ]")  # “Le Courrier de l’Ouest”
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})/?", re.IGNORECASE
)


@dataclass(frozen=True)
class Stamp:
    """What one such line says.

    zone_name   as printed, also when nobody knows it; "" when there is none
    others      what else the zone's abbreviation may mean
    other_day   the second reading of a day like 03/04/2026
    is_update   the line says when the page was changed, not when it appeared
    """

    printed: str
    outlet: str = ""
    byline: str = ""
    day: date | None = None
    has_year: bool = False
    time: time_of_day | None = None
    moment: datetime | None = None
    zone_name: str = ""
    others: tuple[str, ...] = ()
    other_day: date | None = None
    is_update: bool = False


def read(line: str, *, outlet: str = "") -> Stamp | None:
    """The stamp in a line that holds nothing else, or None. outlet: where it is known from another line."""
    line = line.replace("،", ",")
    if len(line) > LONGEST or not any(map(str.isdigit, line)):
        return None
    return _read(line, outlet) or _of_several(line, outlet)


def _of_several(line: str, outlet: str) -> Stamp | None:
    """“Published: 06:31 BST, 4 July 2025 | Updated: 10:02 BST, 4 July 2025”: the first that is no update."""
    read = [_read(part, outlet) for part in _SEPARATOR.split(line)]
    if len(read) < 2 or not all(read):
        return None
    found = [stamp for stamp in read if stamp]
    return next((stamp for stamp in found if not stamp.is_update), found[0])


def _read(line: str, outlet: str) -> Stamp | None:
    day = dates.find(line)
    if day is None:
        return None
    rest = line[: day.start] + _TAKEN + line[day.end :]
    clock = _clock(rest)
    if clock:
        rest = rest[: clock.start()] + _TAKEN + rest[clock.end() :]
    printed_at = _time(clock) if clock else None
    zone, zone_name, rest = _zone(rest, day, printed_at, outlet)
    names = _names(rest)
    if names is None:
        return None
    found_outlet = outlet or names.outlet
    if zone and zone.others and found_outlet and clock:
        zone = zones.find(zone_name, on=_naive(day, printed_at), outlet=found_outlet)
    return _stamp(line, day, printed_at, zone, zone_name, names)


@dataclass(frozen=True)
class _Names:
    outlet: str = ""
    byline: str = ""
    is_update: bool = False


def domain(text: str) -> str:
    """The host that is all of a text, without www; "" when it is something else."""
    match = _DOMAIN.fullmatch(text)
    return match[1].lower() if match else ""


def is_name(text: str) -> bool:
    """True for a few words with capitals, as names of newspapers are written."""
    words = text.split()
    if len(words) > 6 or text[-1:] in ".!?":
        return False
    return all(not word[0].islower() or word.lower() in _PARTICLES or _ELIDED.match(word) is not None for word in words)


def _stamp(
    line: str, day: dates.Day, printed_at: time_of_day | None, zone: zones.Zone | None, zone_name: str, names: _Names
) -> Stamp:
    if day.other and _is_american(zone, zone_name):
        day = dates.find(line, month_first=True) or day
    value = day.value
    moment = datetime.combine(value, printed_at, zone.zone) if value and printed_at is not None and zone else None
    return Stamp(
        printed=line,
        outlet=names.outlet,
        byline=names.byline,
        day=value,
        has_year=day.year is not None,
        time=printed_at,
        moment=moment,
        zone_name=zone_name,
        others=zone.others if zone else (),
        other_day=None if _is_american(zone, zone_name) else day.other,
        is_update=names.is_update,
    )


def _is_american(zone: zones.Zone | None, name: str) -> bool:
    return zone is not None and bool(
        re.match(r"(?:eastern|central|mountain|pacific|[ecmp][sd]?t$)", name, re.IGNORECASE)
    )


def _clock(text: str) -> re.Match[str] | None:
    """The time of day nearest behind the date, else the first before it."""
    found = [match for match in _TIME.finditer(text) if _time(match) is not None]
    behind = [match for match in found if match.start() > text.index(_TAKEN)]
    return next(iter(behind or found), None)


def _time(match: re.Match[str]) -> time_of_day | None:
    hour, minute = int(match["hour"]), int(match["minute"] or match["pointed"] or 0)
    half = (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        half = ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time_of_day(hour, minute, int(match["second"] or 0))
    except ValueError:
        return None


def _naive(day: dates.Day, printed_at: time_of_day | None) -> datetime:
    value = day.value or date(2000, day.month, min(day.day, 28))
    return datetime.combine(value, printed_at or time_of_day())


def _zone(rest: str, day: dates.Day, printed_at: time_of_day | None, outlet: str) -> tuple[zones.Zone | None, str, str]:
    """The zone behind the time, its name, and the line without it."""
    if printed_at is None:
        return None, "", rest
    start = rest.rindex(_TAKEN) + 1
    if day.start and not rest[start:].strip() and rest.count(_TAKEN) == 2:
        start = rest.index(_TAKEN) + 1
    behind = rest[start:]
    offset = len(behind) - len(behind.lstrip(" ,([\u00a0\u202f"))
    end = min((found.start() for found in _SEPARATOR.finditer(behind, offset)), default=len(behind))
    text = behind[offset:end].partition(_TAKEN)[0]
    zone = zones.find(text, on=_naive(day, printed_at), outlet=outlet)
    if zone is None:
        unknown = _UNKNOWN_ZONE.match(text)
        if not unknown or bylines.is_agency(unknown[1]):
            return None, "", rest
        return None, unknown[1], rest[: start + offset] + _TAKEN + rest[start + offset + unknown.end() :]
    taken = re.match(rf"(?:\S+\s*){{{zone.words}}}", text)
    length = taken.end() if taken and zone.words else len(zone.name)
    return zone, zone.name, rest[: start + offset] + _TAKEN + rest[start + offset + length :]


def _names(rest: str) -> _Names | None:
    """Outlet and byline in what is left of the line; None when other words are left, so that it is no stamp."""
    outlet = byline = ""
    is_update = False
    for segment in _SEPARATOR.split(rest):
        before, taken, behind = segment.partition(_TAKEN)
        if taken and _words(behind.replace(_TAKEN, " ")):
            return None
        label = _LABEL.match(before.strip())
        is_update = is_update or bool(label and label["update"])
        name = (before.strip()[label.end() :] if label else before).strip(" ,;:([")
        if taken and _words(name) and not before.rstrip().endswith((",", ":", "(")):
            return None
        if not _words(name) or _READING_TIME.fullmatch(name):
            continue
        who = bylines.read(name)
        if who:
            byline = byline or who
        elif domain(name):
            outlet = domain(name)
        elif is_name(name):
            outlet = outlet or name
        else:
            return None
    return _Names(outlet, byline, is_update)


def _words(text: str) -> list[str]:
    """Words that say something, without weekdays and connecting words."""
    words = [word.strip(".,;:()[]") for word in text.split()]
    return [word for word in words if word and fold(word) not in _CONNECTORS and fold(word) not in dates.weekdays()]
