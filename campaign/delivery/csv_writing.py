"""Lists as CSV that opens in a spreadsheet as what it is: text, in the right letters, without formulas.

And as CSV for programs, which loses nothing and is dangerous in a spreadsheet.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import compress, islice
from types import SimpleNamespace
from typing import BinaryIO

LINE_END = "\r\n"  # RFC 4180
# With a mark at the beginning, or Excel opens "Zoë" as "ZoÃ«".
ENCODING = "utf-8-sig"

# A spreadsheet runs a cell as a formula when it begins with one of these, also after spaces, NULs, tabs and in the
# full-width forms that Asian keyboards type; | and % begin the DDE and macro forms of older programs. A formula can
# read other cells, send them off, or start a program on the desk of whoever opens the list.
_FORMULA = "[=+\\-@\\t\\r|%＝＋－＠]"
_BEGINS_FORMULA = re.compile(rf"^(?=[\s\0]*{_FORMULA})")
# Where a comma is the decimal sign, Excel splits at semicolons instead and takes no notice of quotes in the middle of
# a line, so a comment can begin a cell after any of these.
_BEGINS_CELL_INSIDE = re.compile(rf"([;\t\r\n])(?=[^\S;\t\r\n]*\0*{_FORMULA})")
# What begins as no formula and holds nothing that begins a line or a cell: nearly every text, dates among them.
_ORDINARY = re.compile(rf"(?![\s\0]*{_FORMULA})[^;\t\r\n\0\u202d\u202e]*")
# What is looked for in many lines at once. Only behind a space or an edge, of which the csv has a comma, a quote or a
# line's end, can one of these begin anything. (The sign stands first in the pattern: so it is found ten times faster.)
_MAY_BEGIN = {sign: re.compile(rf"{re.escape(sign)}(?<![^\s;,\"].)", re.DOTALL) for sign in "-=+@|%\r＝＋－＠"}
_ALWAYS_CHANGED = "\0\t\u202d\u202e"
# Letters after these show backwards: "\u202egro.elpmaxe" reads as an address that it is not.
_OVERRIDES = {ord("\u202d"): None, ord("\u202e"): None}

_TOGETHER = 1000  # rows
BETWEEN = "\x1f"  # cells, until it is known what is quoted: a sign that nobody types

# A row may also come as one text: its cells with BETWEEN between them, in none of which it stands.
Rows = Sequence[Sequence[str | int]]


def defuse(text: str) -> str:
    """The text with a ' before everything that a spreadsheet would run as a formula; it shows as text there.

    >>> defuse("=HYPERLINK(1)"), defuse("Ann-Marie"), defuse("yes;=1+1")
    ("'=HYPERLINK(1)", 'Ann-Marie', "yes;'=1+1")
    """
    return _BEGINS_CELL_INSIDE.sub(r"\1'", _BEGINS_FORMULA.sub("'", text))


def write(file: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]], *, has_mark: bool = True) -> int:
    """Write a header and the rows, as they come, to a file opened in binary mode. Returns how many rows there were.

    has_mark: begins with the mark by which Excel knows the letters.
    """
    return _write(file, columns, rows, _defused, encoding=ENCODING if has_mark else "utf-8")


def write_lossless(file: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> int:
    """The same for programs: every cell as it was typed. A spreadsheet would run what looks like a formula."""
    return _write(file, columns, rows, _lines, encoding="utf-8")


def _write(
    file: BinaryIO,
    columns: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    shape: Callable[[Rows], str],
    *,
    encoding: str,
) -> int:
    """shape: what becomes of some rows. Row by row it would take three times as long."""
    coming, count = iter(rows), 0
    file.write(shape([columns]).encode(encoding))
    while together := list(islice(coming, _TOGETHER)):
        file.write(shape(together).encode())
        count += len(together)
    return count


def _lines(rows: Rows) -> str:
    """The lines of these rows as the csv module has them.

    It looks at every letter. Where all cells are texts it is only asked about rows in which it may quote one: a third
    of the time.
    """
    lines = _joined(rows)
    if lines is None:
        return "".join(_by_csv(rows))
    together = "".join(lines)
    if any(sign in together for sign in ',"\r\n'):
        quotes = ["," in line or '"' in line or "\n" in line or "\r" in line for line in lines]
        quoted = iter(_by_csv(compress(rows, quotes)))
        lines = [
            next(quoted)[: -len(LINE_END)] if has_any else line for line, has_any in zip(lines, quotes, strict=True)
        ]
    return (LINE_END.join(lines) + LINE_END).replace(BETWEEN, ",")


def _joined(rows: Rows) -> list[str] | None:
    """Each row as one text; None where that cannot be taken apart again."""
    if set(map(type, rows)) == {str}:
        return [str(row) for row in rows]
    cells = [*map(_cells, rows)]
    try:
        lines = [BETWEEN.join(row) for row in cells]  # type: ignore[arg-type]
    except TypeError:  # numbers
        return None
    can_be_parted = BETWEEN.join(lines).count(BETWEEN) == sum(map(len, cells)) - 1
    return lines if can_be_parted and "" not in lines else None


def _cells(row: Sequence[str | int]) -> Sequence[str | int]:
    return row.split(BETWEEN) if isinstance(row, str) else row


def _by_csv(rows: Iterable[Sequence[str | int]]) -> list[str]:
    """A line for each row."""
    lines: list[str] = []
    csv.writer(SimpleNamespace(write=lines.append), lineterminator=LINE_END).writerows(map(_cells, rows))
    return lines


def _defused(rows: Rows) -> str:
    """The lines of these rows, each cell as `plain` has it. Nearly always all are so already: one look tells."""
    lines = _lines(rows)
    if not _is_doubtful(lines):
        return lines
    cells = map(_cells, rows)
    return _lines([_plain(row) if _is_doubtful(",".join(map(str, row))) else row for row in cells])


def _is_doubtful(text: str) -> bool:
    """False when `plain` would change no cell of these lines, or of this row's cells with commas between them."""
    return any(sign in text for sign in _ALWAYS_CHANGED) or any(
        sign in text and begins.search(text) for sign, begins in _MAY_BEGIN.items()
    )


def _plain(row: Sequence[str | int]) -> list[str | int]:
    return [plain(cell) if isinstance(cell, str) else cell for cell in row]


def plain(cell: str) -> str:
    """A cell for people's eyes: without formulas, and without what shows a text in another order than it is read."""
    if _ORDINARY.fullmatch(cell):
        return cell
    # A NUL ends the line for some readers; nothing legible is lost without it.
    return defuse(cell).replace("\0", "").translate(_OVERRIDES)
