"""The signature book: a PDF with a cover for the offices, the petition's text, totals and the numbered list."""

import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from campaign import countries, typesetting
from campaign.delivery import plain_blocks, snapshot, whole_files
from campaign.delivery.snapshot import ExportRow, Summary
from campaign.i18n import direction, gettext, language, ngettext, speaking
from campaign.officials import addressing, holding
from campaign.petitions.models import Petition, PetitionText

TEMPLATE = Path(__file__).parent / "book.typ"

# Setting a volume of this many rows takes about 180 MiB for three seconds. More rows make more volumes, in one .zip.
ROWS_PER_VOLUME = 1500
PAPERS = ("a4", "us-letter")

# Words that would run over the edge of their column, and where they may be broken.
_LONG_WORD = re.compile(r"[^\s\-‐–/]{17,}")
_BREAK = re.compile(r"(.{4})(?=\w)")
_ZERO_WIDTH_SPACE = "\u200b"

# Round text that runs the other way than the book: its full stop stays at its own end.
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_DIRECTIONS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


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
    rows: Iterator[ExportRow],
    path: Path,
    *,
    organiser: str,
    paper: str,
    snapshot_at: datetime,
) -> Bound:
    """Write the book to `path`, in the campaign's language. Needs an app context for the words.

    paper: one of PAPERS; the offices' holders are those of the day of the snapshot.
    """
    with speaking(petition.campaign.language):
        summary = snapshot.summary(session, petition, snapshot_at=snapshot_at)
        columns, way = _columns(summary), direction(petition.campaign.language)
        base = _cover(petition, summary, organiser=organiser, snapshot_at=snapshot_at)
        envelopes = _envelopes(session, petition, on=snapshot_at.date())
        base |= {"envelopes": envelopes, "paper": paper, "columns": columns}
        lacking: set[str] = set()
        bound = 0
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=whole_files.UNFINISHED) as folder:
            volumes = []
            for volume in _volumes(summary.count):
                chosen = islice(rows, volume.last - volume.first + 1)
                cells = [_cells(row, columns, way) for row in chosen]
                data = base | _volume_words(base, volume) | {"rows": cells}
                bound += len(cells)
                volumes.append(Path(folder) / f"{petition.campaign.slug}-{volume.number}-of-{volume.of}.pdf")
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


def _envelopes(session: Session, petition: Petition, *, on: date) -> list[list[str]]:
    posts = [addressee.post for addressee in petition.addressees]
    found = holding.holders(session, posts, on=on)
    return [addressing.envelope(found[post.id]).splitlines() for post in posts]


def _cover(petition: Petition, summary: Summary, *, organiser: str, snapshot_at: datetime) -> dict[str, Any]:
    campaign, text = petition.campaign, petition.text
    words = _words()
    facts = [[words["organiser"], organiser]] if organiser else []
    lang, _, region = campaign.language.replace("_", "-").partition("-")
    return {
        "lang": lang.lower() if re.fullmatch("[A-Za-z]{2,3}", lang) else "en",
        "region": region.upper() if re.fullmatch("[A-Za-z]{2}", region) else None,
        "title": campaign.title,
        "organiser": organiser,
        "demand": text.demand if text else "",
        "count": _number(summary.count),
        "signatures": ngettext("signature", "signatures", summary.count),
        "range": _range(summary),
        "facts": [*facts, [words["as_of"], _instant(snapshot_at)]],
        "words": words,
        "versions": [_version(version, summary) for version in petition.texts if version.version in summary.by_version],
        "totals": [[countries.name(code, language()), _number(n)] for code, n in summary.by_country.items()],
    }


def _words() -> dict[str, str]:
    return {
        "page": gettext("Page {page} of {pages}"),
        "organiser": gettext("Handed over by"),
        "as_of": gettext("As of"),
        "volume": gettext("Volume"),
        "petition": gettext("The petition"),
        "totals": gettext("Signatures by country"),
        "country": gettext("Country"),
        "number": gettext("Signatures"),
        "list": gettext("List of signatures"),
        "explanation": gettext(
            "Each person in this list confirmed by e-mail that the signature is theirs. Signatures that were not "
            "confirmed, or were withdrawn, are left out. E-mail addresses are not handed over."
        ),
        "lacks_letters": gettext(
            "Some letters in this book could not be printed and show as boxes. The list as a CSV file has them all."
        ),
    }


def _volume_words(base: dict[str, Any], volume: Volume) -> dict[str, Any]:
    """What stands in the footer of each page, and on the cover when there are several volumes."""
    footer = f"{base['title']} · {base['facts'][-1][1]}"
    if volume.of == 1:
        return {"footer": footer}
    place = gettext(
        "%(number)s of %(of)s: signatures %(first)s to %(last)s",
        number=volume.number,
        of=volume.of,
        first=_number(volume.first),
        last=_number(volume.last),
    )
    facts = [*base["facts"], [base["words"]["volume"], place]]
    return {"facts": facts, "footer": f"{footer} · {base['words']['volume']} {place}"}


def _version(text: PetitionText, summary: Summary) -> dict[str, Any]:
    agreed = summary.by_version[text.version]
    label = ngettext(
        "Version %(version)s, agreed to by %(num)s person", "Version %(version)s, agreed to by %(num)s people", agreed,
        version=text.version,
    )  # fmt: skip
    return {
        "label": label if len(summary.by_version) > 1 else "",
        "demand": text.demand,
        "blocks": plain_blocks.blocks(text.body),
    }


def _columns(summary: Summary) -> list[dict[str, Any]]:
    """The columns of the list; those that would be the same in every row are left out."""
    columns: list[dict[str, Any]] = [
        {"key": "number", "label": gettext("No."), "share": 0, "end": True},
        {"key": "name", "label": gettext("Name"), "share": 2},
        {"key": "place", "label": gettext("Place"), "share": 1.6},
        {"key": "signed", "label": gettext("Signed on"), "share": 0},
    ]
    if len(summary.by_version) > 1:
        columns.append({"key": "version", "label": gettext("Version"), "share": 0, "end": True})
    if summary.has_comments:
        columns.append({"key": "comment", "label": gettext("Comment"), "share": 3})
    return columns


def _cells(row: ExportRow, columns: list[dict[str, Any]], way: str) -> list[str]:
    """way: ltr or rtl, as the book runs."""
    country = countries.name(row.country, language())
    name = f"{row.given_name} {row.family_name}".strip()
    place = f"{row.postcode} {row.city}".strip()
    # Phone numbers and answers are in the list as a file: a book is passed round, and nobody calls from its pages.
    cells = {
        "number": str(row.number),
        "name": _isolated(_breakable(f"{name}, {row.organisation}" if row.organisation else name), way),
        "place": _breakable(f"{place}, {country}" if place else country),
        "signed": _day(row.signed_on),
        "version": str(row.text_version),
        "comment": _isolated(_breakable(row.comment), way),
    }
    return [cells[column["key"]] for column in columns]


def _breakable(text: str) -> str:
    return _LONG_WORD.sub(lambda word: _BREAK.sub(rf"\1{_ZERO_WIDTH_SPACE}", word[0]), text)


def _isolated(text: str, way: str) -> str:
    lines = (line if _way(line) in {way, ""} else f"{_ISOLATE}{line}{_END_OF_ISOLATE}" for line in text.splitlines())
    return "\n".join(lines)


def _way(line: str) -> str:
    """The direction of the first letter that has one; "" without any."""
    ways = (_DIRECTIONS.get(unicodedata.bidirectional(character)) for character in line)
    return next((way for way in ways if way), "")


def _range(summary: Summary) -> str:
    if summary.first_on is None or summary.last_on is None:
        return ""
    first, last = (format_date(day, format="long", locale=language()) for day in (summary.first_on, summary.last_on))
    if first == last:
        return gettext("Signed on %(day)s.", day=first)
    return gettext("Signed between %(first)s and %(last)s.", first=first, last=last)


def _instant(value: datetime) -> str:
    local = value.astimezone(UTC)
    return f"{format_date(local, format='long', locale=language())}, {local:%H:%M} UTC"


def _day(value: date) -> str:
    return format_date(value, format="medium", locale=language())


def _number(value: int) -> str:
    return format_decimal(value, locale=language())
