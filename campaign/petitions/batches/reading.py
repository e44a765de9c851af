"""Reading a CSV file that somebody else's program wrote: row by row, and every fault with its line and byte."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from campaign.errors import Refused
from campaign.i18n import gettext

MOST_ROWS = 2_000_000
MOST_COLUMNS = 200
LONGEST_LINE = 1024 * 1024  # characters; a program that forgot to end its lines
DELIMITERS = (",", ";", "\t")
# By its first bytes. What Excel calls “Unicode text”, and Change.org a CSV, is UTF-16 with tabs.
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_ENDS = {"\r\n": "CR LF", "\n": "LF", "\r": "CR"}


class BadFile(Refused):
    """This file cannot be read as a whole: nothing of it is taken."""


@dataclass(frozen=True, slots=True)
class Row:
    """number: 1 for the first row below the header; line: of the file, where it begins."""

    number: int
    line: int
    cells: list[str]


class Table:
    """A CSV file. Reading its rows raises BadFile at the first place that is no CSV.

    header: the names of the columns; done: bytes read so far.
    """

    def __init__(self, file: BinaryIO) -> None:
        """file: opened in binary mode, at its beginning. Raises BadFile."""
        self._lines = _Lines(file)
        try:
            self.header = self._begin()
        except BadFile:
            self.let_go()
            raise
        self._line_end = self._lines.end

    @property
    def done(self) -> int:
        return self._lines.next_byte

    def let_go(self) -> None:
        """Leave the file to whoever opened it."""
        self._lines.let_go()

    def rows(self) -> Iterator[Row]:
        """All rows below the header, but for those without anything in them."""
        number = 0
        while True:
            line, byte = self._lines.line + 1, self._lines.next_byte
            try:
                cells = self._record()
            except StopIteration:
                return
            self._refuse_other_end(line, byte)
            number += 1
            if number > MOST_ROWS:
                message = gettext(
                    "This file has more than %(most)s rows. Split it, and import the parts.", most=f"{MOST_ROWS:,}"
                )
                raise BadFile(message)
            if any(cell.strip() for cell in cells):
                yield Row(number, line, cells)

    def _begin(self) -> list[str]:
        first = self._lines.peek()
        if not first.strip():
            raise BadFile(gettext("This file is empty."))
        self.delimiter = _delimiter(first)
        self._reader = csv.reader(self._lines, delimiter=self.delimiter, strict=True)
        header = [cell.strip() for cell in self._record()]
        if len(header) > MOST_COLUMNS:
            raise BadFile(gettext("This file has more than %(most)s columns.", most=MOST_COLUMNS))
        return header

    def _record(self) -> list[str]:
        line, byte = self._lines.line + 1, self._lines.next_byte
        self._lines.begin()
        try:
            return next(self._reader)
        except csv.Error as error:
            raise self._not_csv(line, byte, error) from error

    def _not_csv(self, line: int, byte: int, error: csv.Error) -> BadFile:
        """A quotation mark is open, or closed in the middle of a cell; or there is no end to a cell."""
        first = self._lines.first
        at = byte + self._lines.size(first[: _opened(first, self.delimiter)])
        if "limit" in str(error) and self._lines.line == line:
            message = gettext("A cell in line %(line)s (byte %(byte)s) is longer than any text can be.")
        elif self._lines.line == line and not self._lines.is_over:
            message = gettext("In line %(line)s (byte %(byte)s) something follows a closing quotation mark.")
        else:
            message = gettext("The quotation mark in line %(line)s (byte %(byte)s) is not closed.")
        remedy = gettext("Mend that line, or save the table as CSV once more.")
        return BadFile(f"{message % {'line': f'{line:,}', 'byte': f'{at:,}'}} {remedy}")

    def _refuse_other_end(self, line: int, byte: int) -> None:
        end = self._lines.end
        if end in ("", self._line_end):
            return
        message = gettext(
            "The line ends change in line %(line)s (byte %(byte)s), from %(before)s to %(after)s: two files may have "
            "been joined. Save the table as CSV once more.",
            line=f"{line:,}",
            byte=f"{byte:,}",
            before=_LINE_ENDS.get(self._line_end, "-"),
            after=_LINE_ENDS[end],
        )
        raise BadFile(message)


class _Lines:
    """Gives lines to the CSV reader, and remembers where it is.

    line: the number of the last one given; next_byte: where the next begins; end: how the last one ended; first: the
    line in which the record begins.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._encoding, skipped = _encoding(file)
        # Bytes that are no UTF-8 come as surrogates, so that they can be found with their place.
        errors = "surrogateescape" if self._encoding == "utf-8" else "surrogatepass"
        self._text = io.TextIOWrapper(file, encoding=self._encoding, errors=errors, newline="")
        self._errors = errors
        self._peeked: str | None = None
        self.line, self.next_byte, self.end, self.first = 0, skipped, "", ""
        self._is_first, self.is_over = True, False

    def let_go(self) -> None:
        self._text.detach()

    def begin(self) -> None:
        """A record begins with the next line."""
        self._is_first = True

    def peek(self) -> str:
        """The next line, which is still to come."""
        if self._peeked is None:
            self._peeked = self._read()
        return self._peeked

    def size(self, text: str) -> int:
        """Bytes that it takes in the file."""
        if self._encoding == "utf-8" and text.isascii():
            return len(text)
        return len(text.encode(self._encoding, self._errors))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self.peek()
        self._peeked = None
        if not text:
            self.is_over = True
            raise StopIteration
        if self._is_first:
            self.first, self._is_first = text, False
        self.line += 1
        self.next_byte += self.size(text)
        stripped = text.rstrip("\r\n")
        self.end = text[len(stripped) :][-2:] if text.endswith("\r\n") else text[len(stripped) :][-1:]
        return text

    def _read(self) -> str:
        line = f"{self.line + 1:,}"
        try:
            text = self._text.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            message = gettext("Line %(line)s is not in UTF-16. Save the table as CSV in UTF-8.", line=line)
            raise BadFile(message) from error
        if len(text) == LONGEST_LINE:
            message = gettext("Line %(line)s is longer than any row can be. Save the table as CSV once more.")
            raise BadFile(message % {"line": line})
        if "\0" in text:
            raise BadFile(
                gettext(
                    "There is a NUL byte in line %(line)s (byte %(byte)s). Save the table as CSV once more.",
                    line=line,
                    byte=f"{self.next_byte + self.size(text[: text.index(chr(0))]):,}",
                )
            )
        if not text.isascii() and (found := _SURROGATE.search(text)):
            raise BadFile(
                gettext(
                    "Line %(line)s (byte %(byte)s) is not in UTF-8. Save the table as “CSV UTF-8”.",
                    line=line,
                    byte=f"{self.next_byte + self.size(text[: found.start()]):,}",
                )
            )
        return text


def _encoding(file: BinaryIO) -> tuple[str, int]:
    """The encoding and how many bytes stand before the text."""
    start = file.read(64)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            file.seek(len(mark))
            return encoding, len(mark)
    file.seek(0)
    # Names of columns are mostly ASCII: in UTF-16 each second byte of them is NUL.
    if len(start) >= 8 and not any(start[1:32:2]) and all(start[0:32:2]):
        return "utf-16-le", 0
    if len(start) >= 8 and not any(start[0:32:2]) and all(start[1:32:2]):
        return "utf-16-be", 0
    return "utf-8", 0


def _delimiter(header: str) -> str:
    """What stands most often between the names of the columns."""
    outside = re.sub('"[^"]*"', "", header)
    return max(DELIMITERS, key=outside.count)


def _opened(line: str, delimiter: str) -> int:
    """Where in its first line the quotation mark stands that is still open at its end, or was closed too early."""
    at, opened = 0, 0
    while at < len(line):
        if line[at] != '"':
            following = line.find(delimiter, at)
            if following < 0:
                return opened
            at = following + 1
            continue
        opened, at = at, at + 1
        while at < len(line):
            if line[at] == '"' and line[at + 1 : at + 2] == '"':
                at += 2
            elif line[at] == '"':
                break
            else:
                at += 1
        if line[at + 1 : at + 2] != delimiter:
            return opened
        at += 2
    return opened


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The table in this file, closed at the end. Raises BadFile."""
    with path.open("rb") as file:
        table = Table(file)
        try:
            yield table
        finally:
            table.let_go()
