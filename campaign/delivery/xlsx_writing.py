"""Lists as XLSX: every cell text, nothing a formula or a link, as many sheets as the rows need.

Formulas need no ' here: a cell of the type text is never run, whatever it begins with.
"""

import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

# The format's own limits.
ROWS_PER_SHEET = 1_048_576  # with the header
LONGEST_CELL = 32_767  # characters as Excel counts them: two for those beyond the basic plane
WIDEST, NARROWEST = 60, 8  # characters

_WIDTHS = {"number": 10, "comment": WIDEST, "given_name": 20, "family_name": 24, "email": 32, "answers": WIDEST}
_USUAL_WIDTH = 16
# XML has no such characters; the override signs show a text in another order than it is read.
_UNWRITABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202d\u202e]")


@dataclass
class Filled:
    """What became of a list. shortened: the numbers of rows with a text that was too long for one cell."""

    rows: int = 0
    shortened: list[int] = field(default_factory=list)


def write(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | int]], *, sheet: str, instant: datetime
) -> Filled:
    """Write a header and the rows as they come. Memory stays the same, however many there are.

    sheet: the name of the first sheet; instant: its date of making, so that the same rows give the same bytes.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".part") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(str(path), options)
        book.use_zip64()  # a sheet of a million rows with comments may need it
        book.set_properties({"created": instant.astimezone(UTC).replace(tzinfo=None)})
        filled = Filled()
        current = _Sheet(book, columns, name=sheet, number=1)
        for row in rows:
            if current.is_full:
                current.close()
                current = _Sheet(book, columns, name=sheet, number=current.number + 1)
            filled.rows += 1
            if current.add(row):
                filled.shortened.append(filled.rows)
        current.close()
        try:
            book.close()
        except FileCreateError as error:
            # The disk is full: what it wraps says so, and is what everybody here expects.
            raise error.args[0] from error
    return filled


class _Sheet:
    def __init__(self, book: Any, columns: Sequence[str], *, name: str, number: int) -> None:
        # Excel takes 31 characters and none of these signs.
        plain = re.sub(r"[\[\]:*?/\\']", " ", name)[:25].strip() or "Signatures"
        self.number = number
        self._sheet = book.add_worksheet(plain if number == 1 else f"{plain} {number}")
        self._text = book.add_format({"num_format": "@", "valign": "top"})
        bold = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
        self._columns = columns
        for place, column in enumerate(columns):
            width = _WIDTHS.get(column, min(WIDEST, max(_USUAL_WIDTH, len(column), NARROWEST)))
            self._sheet.set_column(place, place, width)
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            self._sheet.write_string(0, place, _fitting(column)[0], bold)
        self._row = 0

    @property
    def is_full(self) -> bool:
        return self._row + 1 >= ROWS_PER_SHEET

    def add(self, row: Sequence[str | int]) -> bool:
        """True when a text had to be shortened."""
        self._row += 1
        is_shortened = False
        for place, cell in enumerate(row):
            if isinstance(cell, int):
                self._sheet.write_number(self._row, place, cell)
            elif cell:
                text, was_cut = _fitting(cell)
                is_shortened |= was_cut
                if self._sheet.write_string(self._row, place, text, self._text):
                    raise ValueError("a cell was left out")
        return is_shortened

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self._columns) - 1)


def _fitting(cell: str) -> tuple[str, bool]:
    """The text as a cell takes it, and whether it was cut."""
    text = _UNWRITABLE.sub("", cell)
    if len(text) * 2 <= LONGEST_CELL or _units(text) <= LONGEST_CELL:
        return text, False
    data = text.encode("utf-16-le")[: (LONGEST_CELL - 1) * 2]
    return data.decode("utf-16-le", "ignore") + "…", True


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
