"""The rows of a list laid apart by office, on disk: read once from the database, whatever the number of offices."""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from campaign.delivery.members import Members
from campaign.delivery.snapshot import ExportRow
from campaign.delivery.splitting import Split

# Lines held in memory before they are written: files of hundreds of offices cannot all be open.
HELD = 5000

_NAMES = tuple(field.name for field in fields(ExportRow))
_DAYS = tuple(_NAMES.index(name) for name in ("signed_on", "agreed_on"))


def lay_apart(
    rows: Iterator[ExportRow],
    split: Split,
    folder: Path,
    *,
    whose: dict[str, Members] | None = None,
    is_for: Callable[[str, int], bool] = lambda post_id, id: True,
) -> Callable[[str], Iterator[ExportRow]]:
    """Write each row to the files of its offices; returns what reads an office's rows again, by its id.

    whose: gets, by office, whose signatures these are; is_for: false for an office that does not get this signature,
    though its signer belongs to it.
    """
    whose = whose if whose is not None else {}
    numbers = {office.post_id: number for number, office in enumerate(split.offices)}
    held: dict[str, list[str]] = {}
    count = 0
    for row in rows:
        line = json.dumps([_plain(getattr(row, name)) for name in _NAMES], ensure_ascii=False)
        for post_id in (id for id in split.office_of(row) if is_for(id, row.signature_id)):
            held.setdefault(post_id, []).append(line)
            whose.setdefault(post_id, Members()).add(row.signature_id)
            count += 1
        if count >= HELD:
            _write(held, numbers, folder)
            count = 0
    _write(held, numbers, folder)
    return lambda post_id: _read(_place(folder, numbers[post_id]))


def _write(held: dict[str, list[str]], numbers: dict[str, int], folder: Path) -> None:
    for post_id, lines in held.items():
        with _place(folder, numbers[post_id]).open("a", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
            file.write("\n".join(lines) + "\n")
    held.clear()


def _read(path: Path) -> Iterator[ExportRow]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        for line in file:
            values = json.loads(line)
            for place in _DAYS:
                values[place] = date.fromisoformat(values[place]) if values[place] else None
            yield ExportRow(*values)


def _place(folder: Path, number: int) -> Path:
    return folder / f"{number}.rows"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
