"""Pieces of a to-do list: items that a page glued together on one line, and letters between fence marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from campaign.articles.readers import lists
from campaign.articles.readers.lines import Line

_FENCE = re.compile(r"(`{3,}|~{3,})")
_LANGUAGE = re.compile(r"(?:text|txt|plaintext|markdown|md|email|letter)(?=\s|$)")
_SUB_ITEM = re.compile(r"(?<=[.:?!;]) [-–•*] (?=\*\*|[^\W\d_a-zà-ÿ]|[\[\"“#])|(?<=\S) • (?=\S)")
_NEXT_ITEM = re.compile(r"(?<=[.:?!)\"”;]) (?=(?:\*\*)?(\d{1,3})[.)] (?:\*\*)?[^\W\d_a-zà-ÿ])")


@dataclass(frozen=True)
class Fenced:
    """What stood between two fence marks, by lines."""

    lines: tuple[Line, ...] = field(default=())


def read(lines: list[Line]) -> list[Line | Fenced]:
    """The list as one piece per line or letter, whatever the page ran together.

    "1. **Sign**: - Here. 2. **Write**: - There." becomes four lines.
    """
    pieces: list[Line | Fenced] = []
    inside: list[Line] | None = None
    last = 0
    for line in lines:
        parts = _FENCE.split(line.text)
        for index, part in enumerate(parts):
            if index % 2:  # a fence mark
                if inside is not None:
                    pieces.append(Fenced(tuple(inside)))
                inside = [] if inside is None else None
                continue
            text = _LANGUAGE.sub("", part, count=1).strip() if inside == [] else part.strip()
            if not text:
                continue
            if inside is not None:
                inside.append(Line(text, line.indent, line.gap and index == 0))
                continue
            for piece in _separated(Line(text, line.indent, line.gap and index == 0), last):
                item = lists.read(piece.text)
                last = item.number if item and item.style == "number" else last
                pieces.append(piece)
    if inside:
        pieces.append(Fenced(tuple(inside)))
    return pieces


def _separated(line: Line, last: int) -> Iterator[Line]:
    """The items in one line. A number begins an item only when it is the next in order."""
    starts = [0]
    item = lists.read(line.text)
    number = item.number if item and item.style == "number" else last
    found = [(match.end(), int(match[1])) for match in _NEXT_ITEM.finditer(line.text)]
    last_two = max((start for start, printed in found if printed == 2), default=0)
    for start, printed in found:
        # A "1." in the middle of a line begins a list when its title is bold or a "2." follows.
        begins = number or last_two > start or "**" in line.text[start : start + 6]
        if printed == number + 1 and begins:
            starts.append(start)
            number += 1
    for start, end in zip(starts, [*starts[1:], len(line.text)], strict=True):
        yield from _sub_items(Line(line.text[start:end].strip(), line.indent, line.gap and start == 0))


def _sub_items(line: Line) -> Iterator[Line]:
    if lists.read(line.text) is None:
        yield line
        return
    first, *others = _SUB_ITEM.split(line.text)
    yield Line(first.strip(), line.indent, line.gap)
    for other in others:
        if other.strip():
            yield Line(f"- {other.strip()}", line.indent + 2)
