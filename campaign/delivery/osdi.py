"""Lists as JSON in the shapes of OSDI, the open standard that organising tools read; row by row, in flat memory.

Names of fields as in https://opensupporter.github.io/osdi-docs/ (petitions, signatures, people, advocacy_campaigns,
outreaches). What the standard has no field for stands under `custom_fields`, as it says.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from json.encoder import encode_basestring as _quoted
from operator import itemgetter
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.delivery import snapshot
from campaign.delivery.profiles import BackupRow
from campaign.delivery.snapshot import ExportRow
from campaign.letters.models import Letter, LetterTemplate
from campaign.petitions.models import Petition

ORIGIN = "campaign"
VERSION = "1.2.0"
MORE = ("area",)  # what a signature has besides the columns of a table

_TOGETHER = 1000  # lines
# Where a cell stands in a form: with its quotes, which it brings along, or as part of a longer text.
_MARK = re.compile(r'"\\u0000(\d+)\\u0000"|\\u0000(\d+)\\u0000')
Form = tuple[str, Callable[[Sequence[str]], tuple[str, ...]]]

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
    as_typed: Iterable[tuple[Any, ...]] | None = None,
) -> int:
    """Write one document to a file opened in binary mode; returns how many signatures it has.

    as_typed: the same rows as snapshot.as_typed gives them in these columns and MORE, which is faster; None where it
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
    signatures: Iterator[str] = (_json(_signature(row, source)) for row in rows)
    if as_typed is not None:
        signatures = _filled_in(as_typed, (*columns, *MORE), source)
    count = _write_lines(file, "osdi:signatures", signatures)
    file.write(b"\n}\n}\n")
    return count


def _write_list(file: BinaryIO, name: str, items: Iterable[dict[str, Any]]) -> int:
    return _write_lines(file, name, (_json(item) for item in items))


def _write_lines(file: BinaryIO, name: str, items: Iterable[str]) -> int:
    file.write(f"{_json(name)}: [".encode())
    coming, count = iter(items), 0
    while together := list(islice(coming, _TOGETHER)):
        lines = (",\n" if count else "\n") + ",\n".join(together)
        file.write(lines.encode("utf-8", "surrogatepass"))
        count += len(together)
    file.write(b"\n]")
    return count


def _filled_in(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...], source: Source) -> Iterator[str]:
    """What `_signature` makes of each row, by filling in forms that it made: one for each set of fields that are told.

    A dictionary for each of a million rows, and its way into JSON, take three times as long.
    """
    forms: dict[tuple[bool, ...], Form] = {}
    for row in rows:
        told = tuple(map(bool, row))
        form = forms.get(told)
        if form is None:
            form = forms[told] = _form(told, names, source)
        words, in_order = form
        yield words % in_order([_quoted(cell) if cell.__class__ is str else str(cell) for cell in row])


def _form(told: tuple[bool, ...], names: tuple[str, ...], source: Source) -> Form:
    """A signature with %s wherever a cell stands, and what brings the cells of a row into that order."""
    marks: dict[str, Any] = {name: f"\0{place}\0" if told[place] else "" for place, name in enumerate(names)}
    row = ExportRow(**{**snapshot.NOT_ASKED, **marks})
    order: list[int] = []

    def slot(found: re.Match[str]) -> str:
        order.append(int(found[1] or found[2]))
        return "%s"

    return _MARK.sub(slot, _json(_signature(row, source)).replace("%", "%%")), itemgetter(*order)


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
