"""Rows of a long list as lines of text: what is done to a thousand of them at once takes less than to each cell.

A database takes less time to join cells than its driver takes for all of them.
"""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

BETWEEN = "\x1f"  # cells: a sign that nobody types

# What some formats write otherwise than it is, besides what stands between lines and between cells.
_CONTROL = bytes({*range(0x20)} - {ord("\n"), ord(BETWEEN)})
_SPECIAL = re.compile(rb'["\\' + re.escape(_CONTROL) + b"]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CELL = re.compile(rf"((?:[^\\{BETWEEN}]|\\.)*){BETWEEN}", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Rows that follow each other, a line for each: its cells with BETWEEN between them.

    No line holds a control character besides, a quote or a backslash. apart: the cells of the rows in which there is
    one, by their places from 0; their lines have empty cells.
    """

    lines: list[str]
    apart: dict[int, list[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)


def of_arrays(arrays: Sequence[bytes]) -> Block:
    """From SQLite: each row as an array in JSON, where what is special has a backslash before it."""
    together = b"\n".join(arrays)
    apart = {}
    if b"\\" in together or b"null" in together:
        apart = {place: json.loads(array) for place, array in enumerate(arrays) if b"\\" in array or b"null" in array}
        together = b"\n".join(_emptied(arrays, apart, json.dumps([""] * _width(apart), separators=(",", ":"))))
    # First what stands between rows: then each begins within its first cell, and the next quote ends that.
    rows = together[2:-2].decode().replace('"]\n["', "\n")
    return Block(rows.replace('","', BETWEEN).split("\n"), apart)


def of_copied(together: bytes) -> Block:
    """From PostgreSQL: what it copies out with BETWEEN as its delimiter, "" for NULL, and escapes with backslashes."""
    apart = {}
    if b"\\" in together or b'"' in together or len(together.translate(None, _CONTROL)) < len(together):
        rows = together.removesuffix(b"\n").split(b"\n")
        apart = {place: _copied_cells(row) for place, row in enumerate(rows) if _SPECIAL.search(row)}
        together = b"\n".join(_emptied(rows, apart, BETWEEN * (_width(apart) - 1))) + b"\n"
    return Block(together.decode().removesuffix("\n").split("\n"), apart)


def _emptied(rows: Sequence[bytes], apart: Collection[int], empty: str) -> list[bytes]:
    return [empty.encode() if place in apart else row for place, row in enumerate(rows)]


def _width(apart: dict[int, list[str]]) -> int:
    return max(map(len, apart.values()), default=1)


def _copied_cells(row: bytes) -> list[str]:
    line = row.decode()
    return [_ESCAPED.sub(_meant, cell) for cell in _CELL.findall(line + BETWEEN)]


def _meant(escaped: re.Match[str]) -> str:
    return _MEANT.get(escaped[1], escaped[1])
