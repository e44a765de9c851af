"""Reads a file of officials, whichever kind it is: the content tells, not the name."""

import csv
import io
from pathlib import Path
from typing import Any

from campaign.officials.records import Roster
from campaign.officials.sources import (
    census,
    committees,
    contacts,
    districts,
    executive,
    legislators,
    offices,
    postcodes,
    yaml_file,
)

MAX_BYTES = 40 * 1024 * 1024

# What other programs write at the beginning of their files, and what to do with such a file.
FOREIGN = (
    (b"PK\x03\x04", "a spreadsheet or another ZIP archive", "Open it, and save the sheet as CSV (UTF-8)."),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", "Open it, and save the sheet as CSV (UTF-8)."),
    (b"%PDF", "a PDF", "Ask for the data as CSV or YAML."),
    (b"\x1f\x8b", "a compressed file", "Unpack it first."),
    (b"<!DOCTYPE", "a web page", "Download the raw file, not the page that shows it."),
    (b"<html", "a web page", "Download the raw file, not the page that shows it."),
)
TABLES = (
    ("a table of postcodes", postcodes.COLUMNS),
    ("a table of offices", offices.REQUIRED),
    ("a list of districts", districts.COLUMNS),
    ("a table of the Census Bureau", census.COLUMNS),
)


def read(path: Path) -> Roster:
    """The file as a Roster. Whatever is wrong is in its `problems`; nothing is raised for a bad file."""
    unread = Roster("unknown", path.name)
    try:
        if path.stat().st_size > MAX_BYTES:
            unread.refuse("", "", f"It is larger than {MAX_BYTES // 2**20} MB.", "Import the original roster file.")
            return unread
        data = path.read_bytes()
    except OSError as error:
        unread.refuse("", "", f"It cannot be read: {error.strerror}.", "Check the path.")
        return unread
    return read_bytes(data, path.name)


def read_bytes(data: bytes, file: str) -> Roster:
    """The same for a file's content."""
    unread = Roster("unknown", file)
    for beginning, kind, remedy in FOREIGN:
        if data[:20].lstrip().startswith(beginning):
            unread.refuse("", "", f"It is {kind}.", remedy)
            return unread
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        unread.refuse(str(line), "", "It is not UTF-8 text.", "Save it as UTF-8.")
        return unread
    header = text.partition("\n")[0].strip()
    if set(header.split("|")) >= census.COLUMNS:
        return census.read(text, file)
    columns = set(_columns(header))
    if columns >= postcodes.COLUMNS:
        return postcodes.read(text, file)
    if columns >= districts.COLUMNS:
        return districts.read(text, file)
    if columns >= offices.REQUIRED:
        return offices.read(text, file)
    if _is_odd_table(header, file, unread):
        return unread
    return _read_yaml(text, unread)


def _columns(header: str, delimiter: str = ",") -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader(io.StringIO(header), delimiter=delimiter), [])]
    except csv.Error:
        return []


def _is_odd_table(header: str, file: str, unread: Roster) -> bool:
    """Notes what is wrong with the header of a table."""
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(set(_columns(header, delimiter)) >= columns for _, columns in TABLES):
            unread.refuse("1", "", f"Its columns are separated by {name}.", "Save it as CSV with commas.")
            return True
    found = _columns(header)
    if file.lower().endswith(".csv") and found and ":" not in header:
        wanted = "; ".join(f"{kind} has {', '.join(sorted(columns))}" for kind, columns in TABLES)
        text = f"It has the columns {', '.join(found)[:200]}, and no table we know has these."
        unread.refuse("1", "", text, f"Mend the header: {wanted}.")
        return True
    return False


def _read_yaml(text: str, unread: Roster) -> Roster:
    document = yaml_file.load(text, unread)
    if unread.blocks:
        return unread
    file, first = unread.file, _first(document)
    if isinstance(document, dict) and isinstance(first, list):
        return committees.read_members(document, file)
    if "thomas_id" in first:
        return committees.read(document, file)
    if "offices" in first or "social" in first:
        return contacts.read(document, file)
    people = yaml_file.people_of(document, unread)
    if unread.blocks:
        return unread
    return executive.read(people, file) if _is_executive(people) else legislators.read(people, file)


def _first(document: Any) -> Any:
    """The first entry of a list or of a mapping; {} when there is none of use."""
    entries = list(document.values()) if isinstance(document, dict) else document
    first = entries[0] if isinstance(entries, list) and entries else {}
    return first if isinstance(first, dict) or (isinstance(first, list) and isinstance(document, dict)) else {}


def _is_executive(people: list[dict[str, object]]) -> bool:
    terms = people[0].get("terms") if people else None
    first = terms[-1] if isinstance(terms, list) and terms else None
    return isinstance(first, dict) and first.get("type") in executive.ROLES
