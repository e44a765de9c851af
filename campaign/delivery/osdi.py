"""Lists as JSON in the shapes of OSDI, the open standard that organising tools read; row by row, in flat memory.

Names of fields as in https://opensupporter.github.io/osdi-docs/ (petitions, signatures, people, advocacy_campaigns,
outreaches). What the standard has no field for stands under `custom_fields`, as it says.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice, repeat
from json.encoder import encode_basestring as _quoted
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.delivery import snapshot
from campaign.delivery.blocks import BETWEEN, Block
from campaign.delivery.profiles import BackupRow
from campaign.delivery.snapshot import ExportRow
from campaign.letters.models import Letter, LetterTemplate
from campaign.petitions.models import Petition

ORIGIN = "campaign"
VERSION = "1.2.0"
MORE = ("area",)  # what a signature has besides the columns of a table

_TOGETHER = 1000  # lines
_BETWEEN_LINES = b",\n"
# Where a cell stands in a signature: a number without the quotes that its mark has, a text between its quotes.
_MARK = re.compile(r'"\\u0000(number|text_version)\\u0000"|\\u0000(\w+)\\u0000')
_WORD = re.compile('"[^"]*"|[^"]')

# How a letter left, in the standard's words for an outreach; states in which nothing left are no outreach.
_LEFT = {"sent": "email", "self-sent": "email", "printed": "postal-mail", "opened": "form", "called": "phone"}


@dataclass(frozen=True)
class Source:
    """What stands around the rows. total: how many there are; address: of the campaign's page, "" when unknown."""

    profile: str
    total: int
    snapshot_at: datetime
    address: str = ""
    questions: Mapping[str, str] | None = None  # id → label


def write(
    file: BinaryIO,
    session: Session,
    petition: Petition,
    rows: Iterable[ExportRow | BackupRow],
    source: Source,
    *,
    columns: Sequence[str] = (),
    blocks: Iterable[Block] | None = None,
) -> int:
    """Write one document to a file opened in binary mode; returns how many signatures it has.

    blocks: the same rows as snapshot.as_typed gives them in these columns and MORE, which is faster; None where it
    does not.
    """
    head = {
        "motd": "",
        "vendor_name": ORIGIN,
        "osdi_version": VERSION,
        "profile": source.profile,
        "snapshot_at": _iso(source.snapshot_at),
        "total_records": source.total,
    }
    file.write(b"{\n")
    file.writelines(f"{_json(name)}: {_json(value)},\n".encode() for name, value in head.items())
    file.write(b'"_embedded": {\n"osdi:petition": ' + _json(_petition(petition, source)).encode() + b",\n")
    _write_list(file, "osdi:advocacy_campaigns", _advocacy_campaigns(session, petition))
    file.write(b",\n")
    _write_list(file, "osdi:outreaches", _outreaches(session, petition, source))
    file.write(b",\n")
    if blocks is None:
        signatures = _by_parts(_json(_signature(row, source)) for row in rows)
    else:
        signatures = _filled_in(blocks, (*columns, *MORE), source)
    count = _write_parts(file, "osdi:signatures", signatures)
    file.write(b"\n}\n}\n")
    return count


def _write_list(file: BinaryIO, name: str, items: Iterable[dict[str, Any]]) -> int:
    return _write_parts(file, name, _by_parts(map(_json, items)))


def _write_parts(file: BinaryIO, name: str, parts: Iterable[tuple[int, bytes]]) -> int:
    """parts: how many lines, and these lines."""
    file.write(f"{_json(name)}: [".encode())
    count = 0
    for number, lines in parts:
        file.write(_BETWEEN_LINES if count else b"\n")
        file.write(lines)
        count += number
    file.write(b"\n]")
    return count


def _by_parts(items: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    coming = iter(items)
    while together := list(islice(coming, _TOGETHER)):
        yield len(together), _BETWEEN_LINES.join(line.encode("utf-8", "surrogatepass") for line in together)


def _filled_in(blocks: Iterable[Block], names: tuple[str, ...], source: Source) -> Iterator[tuple[int, bytes]]:
    """What `_signature` makes of each row, woven from columns.

    A dictionary for each of a million rows, and its way into JSON, take five times as long.
    """
    pieces, end = _pieces(names, source)
    count = 0
    for block in blocks:
        numbers = [b"%d" % number for number in range(count + 1, count + len(block) + 1)]
        columns = dict(zip(names, [numbers, *_columns(block, len(names) - 1)], strict=True))
        strands: list[Iterable[bytes]] = []
        for piece in pieces:
            strands += [repeat(piece.before), piece.column(columns[piece.name])]
        lines = chain.from_iterable(zip(*strands, repeat(end + _BETWEEN_LINES), strict=False))
        yield len(block), b"".join(lines).removesuffix(_BETWEEN_LINES)
        count += len(block)


def _columns(block: Block, width: int) -> list[list[bytes]]:
    """The cells as they stand between quotes. In the lines of a block nothing is written otherwise there."""
    cells = BETWEEN.join(block.lines).encode().split(BETWEEN.encode())
    for place, row in block.apart.items():
        cells[place * width : (place + 1) * width] = [_quoted(cell)[1:-1].encode() for cell in row]
    return [cells[place::width] for place in range(width)]


@dataclass(frozen=True)
class _Piece:
    """Where a cell stands in a signature, and what stands before it. around: what is left out with it where it is
    empty; None where it never is.
    """

    before: bytes
    name: str
    around: tuple[bytes, bytes] | None

    def column(self, cells: Sequence[bytes]) -> Sequence[bytes]:
        if self.around is None:
            return cells
        opening, closing = self.around
        return [opening + cell + closing if cell else b"" for cell in cells]


def _pieces(names: Sequence[str], source: Source) -> tuple[list[_Piece], bytes]:
    """A signature taken apart, and how it ends. What goes with a cell shows where `_signature` is made without it."""
    marks: dict[str, Any] = {name: f"\0{name}\0" for name in names}
    whole = _words(marks, source)
    marked = list(whole)
    for name in names:
        without = _words(marks | {name: ""}, source)
        if len(without) < len(whole):
            start = next(place for place, word in enumerate(without) if word != whole[place])
            marked[start] = f"\1{marked[start]}"
            marked[start + len(whole) - len(without) - 1] += "\1"
    pieces, before = [], ""
    for place, text in enumerate("".join(marked).split("\1")):
        # What stands before a cell, its name, and so on.
        *found, after = _MARK.sub("\0\\1\\2\0", text).split("\0")
        if place % 2:
            pieces.append(_Piece(before.encode(), found[1], (found[0].encode(), after.encode())))
            before = ""
            continue
        for opening, name in zip(found[::2], found[1::2], strict=True):
            pieces.append(_Piece((before + opening).encode(), name, None))
            before = ""
        before += after
    return pieces, before.encode()


def _words(told: dict[str, Any], source: Source) -> list[str]:
    """The signature of these cells as JSON, in its smallest parts: a key is one."""
    return _WORD.findall(_json(_signature(ExportRow(**{**snapshot.NOT_ASKED, **told}), source)))


def _petition(petition: Petition, source: Source) -> dict[str, Any]:
    campaign, text = petition.campaign, petition.text
    return {
        "identifiers": [f"{ORIGIN}:{campaign.slug}"],
        "origin_system": ORIGIN,
        "created_date": _iso(campaign.created_at),
        "modified_date": _iso(campaign.changed_at),
        "name": campaign.slug,
        "title": campaign.title,
        "summary": text.demand if text else "",
        "petition_text": text.body if text else "",
        "browser_url": source.address,
        "total_signatures": source.total,
        "target": [{"name": addressee.post.label} for addressee in petition.addressees],
        "custom_fields": {
            "text_versions": [
                {"version": one.version, "demand": one.demand, "text": one.body, "written_at": _iso(one.created_at)}
                for one in petition.texts
            ]
        },
    }


def _advocacy_campaigns(session: Session, petition: Petition) -> Iterable[dict[str, Any]]:
    query = select(LetterTemplate).where(LetterTemplate.campaign_id == petition.campaign_id)
    for letter in session.scalars(query.order_by(LetterTemplate.position, LetterTemplate.id)):
        yield {
            "identifiers": [f"{ORIGIN}:letter-{letter.slug}"],
            "origin_system": ORIGIN,
            "name": letter.slug,
            "title": letter.title,
            "type": "email",
            "targets": letter.target,
            "template": {"subject": letter.subject, "message": letter.body},
        }


def _outreaches(session: Session, petition: Petition, source: Source) -> Iterable[dict[str, Any]]:
    """Letters that left, by the word of their writers or ours. Who wrote is not kept, and so not here."""
    query = (
        select(Letter.id, Letter.state, Letter.created_at, Letter.changed_at, Letter.post_label, LetterTemplate)
        .join(LetterTemplate, LetterTemplate.id == Letter.template_id)
        .where(LetterTemplate.campaign_id == petition.campaign_id, Letter.state.in_(_LEFT))
        .where(Letter.created_at <= source.snapshot_at)
        .order_by(Letter.id)
        .execution_options(yield_per=1000)
    )
    with session.execute(query) as found:
        for id, state, created_at, changed_at, label, template in found:
            yield {
                "identifiers": [f"{ORIGIN}:outreach-{id}"],
                "origin_system": ORIGIN,
                "created_date": _iso(created_at),
                "modified_date": _iso(changed_at or created_at),
                "type": _LEFT[state],
                "subject": template.subject,
                "targets": [{"title": label}],
                "custom_fields": {"state": state, "letter": template.slug},
            }


def _signature(row: ExportRow | BackupRow, source: Source) -> dict[str, Any]:
    if isinstance(row, BackupRow):
        return _whole(row)
    signature: dict[str, Any] = {
        "identifiers": [f"{ORIGIN}:{row.number}"],
        "origin_system": ORIGIN,
        "created_date": str(row.signed_on),
        "comments": row.comment,
        "custom_fields": {"number": row.number, "text_version": row.text_version},
        "_embedded": {"osdi:person": _person(row)},
    }
    if row.origin:
        signature["custom_fields"]["origin"] = row.origin
    asked = source.questions or {}
    answers = {label: row.answers[id] for id, label in asked.items() if row.answers.get(id)}
    if answers:
        signature["custom_fields"]["answers"] = answers
    return signature


def _person(row: ExportRow) -> dict[str, Any]:
    place = {"primary": True, "locality": row.city, "region": row.area, "postal_code": row.postcode}
    person: dict[str, Any] = {"given_name": row.given_name, "family_name": row.family_name}
    if row.organisation:
        person["employer"] = row.organisation
    person["postal_addresses"] = [{name: value for name, value in place.items() if value} | {"country": row.country}]
    if row.phone:
        person["phone_numbers"] = [{"primary": True, "number": row.phone}]
    if row.email:
        person["email_addresses"] = [{"primary": True, "address": row.email, "status": "subscribed"}]
        person["languages_spoken"] = [row.language]
        agreed_on = row.agreed_on.isoformat() if row.agreed_on else ""
        person["custom_fields"] = {"agreed_to": row.agreed_to, "agreed_on": agreed_on}
    return person


def _whole(row: BackupRow) -> dict[str, Any]:
    """A signature with all that is kept of it: the standard's fields, and every column under custom_fields."""
    values = row.values
    address = {"primary": True, "locality": values["city"], "region": values["area"]}
    person = {
        "given_name": values["given_name"],
        "family_name": values["family_name"],
        "email_addresses": [{"primary": True, "address": values["email"]}],
        "postal_addresses": [address | {"postal_code": values["postcode"], "country": values["country"]}],
    }
    return {
        "identifiers": [f"{ORIGIN}:{row.number}"],
        "origin_system": ORIGIN,
        "created_date": _iso(values["created_at"]),
        "comments": values["comment"],
        "custom_fields": {name: _plain(value) for name, value in values.items()},
        "_embedded": {"osdi:person": person},
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _iso(instant: datetime) -> str:
    return instant.isoformat()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
