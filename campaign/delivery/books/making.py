"""The signature book: a PDF with a letter to the office, the petition, its numbers, the list, and how to check it."""

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from babel.dates import format_date
from sqlalchemy.orm import Session

from campaign import areas, countries, typesetting
from campaign.delivery import tallying, whole_files
from campaign.delivery.books import cover, plain_blocks, sealing, totals
from campaign.delivery.books.cover import Scope
from campaign.delivery.books.sealing import Seal
from campaign.delivery.snapshot import ExportRow
from campaign.delivery.splitting import Office
from campaign.delivery.tallying import Tally
from campaign.full_names import full_name
from campaign.i18n import direction, figure, gettext, language, ngettext, speaking
from campaign.petitions import origins
from campaign.petitions.models import Petition, PetitionText
from campaign.petitions.origins import ONLINE

TEMPLATE = Path(__file__).parent / "book.typ"

# Setting a volume of this many rows takes about 180 MiB for three seconds. More rows make more volumes, in one .zip.
ROWS_PER_VOLUME = 1500
PAPERS = ("a4", "us-letter")
# Comments that are printed: more are a book of their own, and nobody reads them at a desk.
MOST_COMMENTS = 200

# Words that would run over the edge of their column, and where they may be broken.
_LONG_WORD = re.compile(r"[^\s\-‐–/]{17,}")
_BREAK = re.compile(r"(.{4})(?=\w)")
_ZERO_WIDTH_SPACE = "\u200b"

# Round text that runs the other way than the book: its full stop stays at its own end.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}

# Gives the rows of one list anew each time it is called: first they are counted, then set.
Rows = Callable[[], Iterable[ExportRow]]


@dataclass(frozen=True)
class Bound:
    """A finished book. lacking: the letters no font here has, which show as boxes."""

    rows: int
    lacking: str


@dataclass(frozen=True)
class Volume:
    """Part `number` of `of`, with the signatures `first` to `last`."""

    number: int
    of: int
    first: int
    last: int


def needs_volumes(count: int) -> bool:
    """True when a list of this length does not fit into one PDF; its volumes come in a .zip."""
    return count > ROWS_PER_VOLUME


def paper_for(country: str) -> str:
    """What offices in this country print on."""
    return "us-letter" if country in {"US", "CA", "MX", "PH", "PR", "CO", "CL", "VE"} else "a4"


def write(
    session: Session,
    petition: Petition,
    rows: Rows,
    path: Path,
    *,
    organiser: str,
    paper: str,
    snapshot_at: datetime,
    office: Office | None = None,
    reason_of: Callable[[ExportRow], str] = lambda row: "",
    seal: Seal | None = None,
    comments: Collection[int] = frozenset(),
) -> Bound:
    """Write the book to `path`, in the campaign's language. Needs an app context for the words.

    paper: one of PAPERS; offices' holders are those of the day of the snapshot; office: whose list it is, None for one
    book of all; reason_of: why a row is listed apart; comments: ids of the signatures whose comment is printed.
    """
    with speaking(petition.campaign.language):
        found = tallying.tally(rows(), reason_of=reason_of)
        columns, way = _columns(found), direction(petition.campaign.language)
        base = _front(session, petition, Scope(office), found, organiser=organiser, snapshot_at=snapshot_at)
        base |= {"paper": paper, "columns": columns, "comments": _comments(rows, comments, found, way)}
        slug = petition.campaign.slug
        base["check"] = sealing.page(seal or Seal(), rows=found.count, number=figure(found.count), slug=slug)
        lacking: set[str] = set()
        bound, all_rows = 0, iter(rows())
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=whole_files.UNFINISHED) as folder:
            volumes = []
            for volume in _volumes(found.count):
                cells = [_cells(row, columns, way) for row in islice(all_rows, volume.last - volume.first + 1)]
                data = base | _volume_words(base, volume) | {"rows": cells}
                bound += len(cells)
                volumes.append(Path(folder) / f"{slug}-{volume.number}-of-{volume.of}.pdf")
                lacking.update(typesetting.typeset(TEMPLATE, data, volumes[-1], instant=snapshot_at))
            _bind(volumes, path, snapshot_at)
    return Bound(bound, "".join(sorted(lacking)))


def _volumes(count: int) -> list[Volume]:
    starts = range(1, max(count, 1) + 1, ROWS_PER_VOLUME)
    return [
        Volume(number, len(starts), first, min(count, first + ROWS_PER_VOLUME - 1))
        for number, first in enumerate(starts, 1)
    ]


def _bind(volumes: list[Path], path: Path, snapshot_at: datetime) -> None:
    """One volume is the book; several go into a .zip that is the same whenever it is made from the same rows."""
    if len(volumes) == 1:
        volumes[0].replace(path)
        return
    moment = snapshot_at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as bundle:
        for volume in volumes:
            entry = zipfile.ZipInfo(volume.name, date_time=moment)
            entry.external_attr = 0o600 << 16
            bundle.writestr(entry, volume.read_bytes())
            volume.unlink()


def _front(
    session: Session, petition: Petition, scope: Scope, found: Tally, *, organiser: str, snapshot_at: datetime
) -> dict[str, Any]:
    """Everything before the list."""
    campaign, words = petition.campaign, _words()
    way = direction(campaign.language)
    letter = cover.letter(session, petition, scope, found, organiser=organiser, snapshot_at=snapshot_at)
    letter["demand"] = _isolated(letter["demand"], way)
    facts = [[words["organiser"], organiser]] if organiser and not scope.is_apart else []
    if scope.office:
        facts.insert(0, [words["apart"] if scope.is_apart else words["office"], scope.office.label])
    return {
        **typesetting.spoken(campaign.language),
        "title": campaign.title,
        "organiser": organiser,
        "letter": letter,
        "count": figure(found.count),
        "signatures": ngettext("signature", "signatures", found.count),
        "range": cover.signed_between(found),
        "facts": [*facts, [words["as_of"], _instant(snapshot_at)]],
        "words": words,
        "versions": [
            _version(version, found, way) for version in petition.texts if version.version in found.by_version
        ],
        "tables": totals.tables(found),
        "days": totals.days(found),
    }


def _words() -> dict[str, str]:
    return {
        "page": gettext("Page {page} of {pages}"),
        "organiser": gettext("Handed over by"),
        "office": gettext("For"),
        "apart": gettext("Listed apart"),
        "as_of": gettext("As of"),
        "volume": gettext("Volume"),
        "contents": gettext("In this book"),
        "petition": gettext("The petition"),
        "totals": gettext("The signatures in numbers"),
        "comments": gettext("What signers wrote"),
        "list": gettext("List of signatures"),
        "lacks_letters": gettext(
            "Some letters in this book could not be printed and show as boxes. The list as a CSV file has them all."
        ),
    }


def _volume_words(base: dict[str, Any], volume: Volume) -> dict[str, Any]:
    """What stands in the footer of each page, and on the cover when there are several volumes."""
    office = f" · {base['facts'][0][1]}" if len(base["facts"]) > 2 else ""
    footer = f"{base['title']}{office} · {base['facts'][-1][1]}"
    if volume.of == 1:
        return {"footer": footer}
    place = gettext(
        "%(number)s of %(of)s: signatures %(first)s to %(last)s",
        number=volume.number,
        of=volume.of,
        first=figure(volume.first),
        last=figure(volume.last),
    )
    facts = [*base["facts"], [base["words"]["volume"], place]]
    shown = {"facts": facts, "footer": f"{footer} · {base['words']['volume']} {place}"}
    # Printed once; the other volumes would only be longer by them.
    return shown if volume.number == 1 else shown | {"comments": None}


def _version(text: PetitionText, found: Tally, way: str) -> dict[str, Any]:
    agreed = found.by_version[text.version]
    label = ngettext(
        "Version %(version)s, agreed to by %(num)s person", "Version %(version)s, agreed to by %(num)s people", agreed,
        version=text.version,
    )  # fmt: skip
    return {"label": label, "demand": _isolated(text.demand, way), "blocks": plain_blocks.blocks(text.body)}


def _columns(found: Tally) -> list[dict[str, Any]]:
    """The columns of the list; one that would be the same in every row is left out."""
    columns: list[dict[str, Any]] = [
        {"key": "number", "label": gettext("No."), "share": 0, "end": True},
        {"key": "name", "label": gettext("Name"), "share": 2},
        {"key": "place", "label": gettext("Place"), "share": 1.6},
        {"key": "signed", "label": gettext("Signed on"), "share": 0},
    ]
    if set(found.by_origin) - {ONLINE}:
        columns.append({"key": "origin", "label": gettext("Origin"), "share": 0})
    if len(found.by_version) > 1:
        columns.append({"key": "version", "label": gettext("Version"), "share": 0, "end": True})
    return columns


def _cells(row: ExportRow, columns: list[dict[str, Any]], way: str) -> list[str]:
    """way: ltr or rtl, as the book runs."""
    name = _name(row)
    # Phone numbers and answers are in the list as a file: a book is passed round, and nobody calls from its pages.
    cells = {
        "number": str(row.number),
        "name": _isolated(_breakable(f"{name}, {row.organisation}" if row.organisation else name), way),
        "place": _isolated(_breakable(_place(row)), way),
        "signed": _day(row.signed_on),
        "origin": origins.words(row.origin or ONLINE),
        "version": str(row.text_version),
    }
    return [cells[column["key"]] for column in columns]


def _comments(rows: Rows, chosen: Collection[int], found: Tally, way: str) -> dict[str, Any] | None:
    """The comments that the organiser chose, each with who wrote it; None without any."""
    if not chosen:
        return None
    picked = islice((row for row in rows() if row.comment and row.signature_id in chosen), MOST_COMMENTS)
    quotes = [
        {
            "text": _isolated(_breakable(row.comment), way),
            "by": f"{_isolated(_breakable(_name(row)), way)}, {_isolated(_place(row), way)}",
            "number": gettext("No. %(number)s", number=row.number),
        }
        for row in picked
    ]
    if not quotes:
        return None
    said = ngettext(
        "%(chosen)s chosen by whoever hands over this book, of %(number)s comment.",
        "%(chosen)s chosen by whoever hands over this book, of %(number)s comments.",
        found.comments,
        chosen=figure(len(quotes)),
        number=figure(found.comments),
    )
    return {"said": said, "quotes": quotes}


def _name(row: ExportRow) -> str:
    return full_name(row.given_name, row.family_name, row.country)


def _place(row: ExportRow) -> str:
    country = countries.name(row.country, language())
    place = f"{row.postcode} {row.city}".strip() or (areas.name(row.area) if row.area else "")
    return f"{place}, {country}" if place else country


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _BREAK.sub(rf"\1{_ZERO_WIDTH_SPACE}", word[0]), text)


def _isolated(text: str, way: str) -> str:
    lines = (line if _way(line) in {way, ""} else f"{_ISOLATE}{line}{_END_OF_ISOLATE}" for line in text.splitlines())
    return "\n".join(lines)


def _way(line: str) -> str:
    """The direction of the first letter that has one; "" without any."""
    ways = (_DIRECTIONS.get(unicodedata.bidirectional(character)) for character in line)
    return next((way for way in ways if way), "")


def _instant(value: datetime) -> str:
    local = value.astimezone(UTC)
    return f"{format_date(local, format='long', locale=language())}, {local:%H:%M} UTC"


def _day(value: date) -> str:
    return format_date(value, format="medium", locale=language())
