"""Lists as CSV that opens in a spreadsheet as what it is: text, in the right letters, without formulas.

And as CSV for programs, which loses nothing and is dangerous in a spreadsheet.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice, repeat
from types import SimpleNamespace
from typing import BinaryIO

from campaign.delivery.blocks import BETWEEN, Block

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
_COMMA = re.compile(f",[^{BETWEEN}\r]*")

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
    file.write(_defused([columns]).encode(ENCODING if has_mark else "utf-8"))
    return _write_rows(file, rows, _defused)


def write_lossless(file: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> int:
    """The same for programs: every cell as it was typed. A spreadsheet would run what looks like a formula."""
    file.write(_lines([columns]).encode())
    return _write_rows(file, rows, _lines)


def write_blocks(file: BinaryIO, columns: Sequence[str], blocks: Iterable[Block], *, has_mark: bool = True) -> int:
    """What `write` writes of the same rows, whose first cell is their number and stands in no block. Twice as fast."""
    write(file, columns, [], has_mark=has_mark)
    return _write_blocks(file, blocks, is_defused=True)


def write_blocks_lossless(file: BinaryIO, columns: Sequence[str], blocks: Iterable[Block]) -> int:
    """What `write_lossless` writes of the same rows."""
    write_lossless(file, columns, [])
    return _write_blocks(file, blocks, is_defused=False)


def _write_rows(file: BinaryIO, rows: Iterable[Sequence[str | int]], shape: Callable[[Rows], str]) -> int:
    """shape: what becomes of some rows. Row by row it would take three times as long."""
    coming, count = iter(rows), 0
    while together := list(islice(coming, _TOGETHER)):
        file.write(shape(together).encode())
        count += len(together)
    return count


def _write_blocks(file: BinaryIO, blocks: Iterable[Block], *, is_defused: bool) -> int:
    count = 0
    for block in blocks:
        file.write(_of_block(block, count + 1, is_defused=is_defused).encode())
        count += len(block)
    return count


def _of_block(block: Block, first: int, *, is_defused: bool) -> str:
    """The lines of a block. first: the number of its first row."""
    numbers = map(str, range(first, first + len(block)))
    text = "".join(chain.from_iterable(zip(numbers, repeat(BETWEEN), block.lines, repeat(LINE_END), strict=False)))
    apart = block.apart
    if is_defused and _is_doubtful(text):
        doubtful = ((place, line) for place, line in enumerate(block.lines) if _is_doubtful(line))
        apart = {place: line.split(BETWEEN) for place, line in doubtful} | apart
    text = _quoted(text).replace(BETWEEN, ",")
    if not apart:
        return text
    lines = text.split(LINE_END)
    rows = [[str(first + place), *cells] for place, cells in apart.items()]
    for place, line in zip(apart, _by_csv(map(_plain, rows) if is_defused else rows), strict=True):
        lines[place] = line.removesuffix(LINE_END)
    return LINE_END.join(lines)


def _quoted(text: str) -> str:
    """Lines of a block with quotes around each cell that needs them: only a comma can be in one of these."""
    pieces, done = [], 0
    for found in _COMMA.finditer(text):
        start = text.rfind(BETWEEN, 0, found.start()) + 1
        pieces += [text[done:start], '"', text[start : found.end()], '"']
        done = found.end()
    return "".join([*pieces, text[done:]]) if pieces else text


def _lines(rows: Rows) -> str:
    """The lines of these rows as the csv module has them."""
    return "".join(_by_csv(rows))


def _by_csv(rows: Iterable[Sequence[str | int]]) -> list[str]:
    """A line for each row."""
    lines: list[str] = []
    csv.writer(SimpleNamespace(write=lines.append), lineterminator=LINE_END).writerows(rows)
    return lines


def _defused(rows: Rows) -> str:
    """The lines of these rows, each cell as `plain` has it. Nearly always all are so already: one look tells."""
    lines = _lines(rows)
    if not _is_doubtful(lines):
        return lines
    return _lines([_plain(row) if _is_doubtful(",".join(map(str, row))) else row for row in rows])


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
    # A NUL ends the line for some readers; nothing legible is lost without it. Both go first: behind them a formula may
    # begin.
    return defuse(cell.replace("\0", "").translate(_OVERRIDES))
