"""Reads a file of officials, whichever kind it is: the content tells, not the name."""

import csv
import io
from pathlib import Path

from campaign.officials.records import Roster
from campaign.officials.sources import executive, legislators, offices, postcodes, yaml_file

MAX_BYTES = 40 * 1024 * 1024


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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        unread.refuse(str(line), "", "It is not UTF-8 text.", "Save it as UTF-8.")
        return unread
    header = _header(text)
    if header >= postcodes.COLUMNS:
        return postcodes.read(text, file)
    if header >= offices.REQUIRED:
        return offices.read(text, file)
    people = yaml_file.load(text, unread)
    if unread.blocks:
        return unread
    return executive.read(people, file) if _is_executive(people) else legislators.read(people, file)


def _header(text: str) -> set[str]:
    first = text.partition("\n")[0].strip()
    try:
        return {name.strip().lower() for name in next(csv.reader(io.StringIO(first)), [])}
    except csv.Error:
        return set()


def _is_executive(people: list[dict[str, object]]) -> bool:
    terms = people[0].get("terms") if people else None
    first = terms[-1] if isinstance(terms, list) and terms else None
    return isinstance(first, dict) and first.get("type") in executive.ROLES
