"""A document as lines: one kind of line end, nothing invisible, hard-wrapped paragraphs joined again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from campaign.text import JOINERS, clean, hidden_characters

# A text that somebody's mail program wrapped has no longer lines than this.
WIDEST_WRAP = 100
_RAGGED = 8  # columns that a wrapped line may stick out

_BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"\s{2,}|\t")
_STARTS_SOMETHING = re.compile(r"#{1,6}\s|>|```|[-*•▪◦]\s|\(?(?:\d{1,3}|[a-zA-Z])[.)]\s|\*\*|\[[ xX]\]")


@dataclass(frozen=True)
class Line:
    """One line that is not blank.

    indent  columns before its first character
    gap     True when a blank line, or the start of the document, stands before it
    kind    "paragraph", "subhead" or "item" where a page's code says so; "" when only its text can tell
    """

    text: str
    indent: int = 0
    gap: bool = False
    kind: str = ""


def read(text: str) -> list[Line]:
    """The lines of a document. A paragraph that was wrapped at a fixed width comes back as one line."""
    lines = []
    gap = True
    for raw in _BREAK.split(visible(text)):
        text = tidy(raw)
        if text:
            lines.append(Line(text, _indent(raw), gap))
        gap = not text
    return _unwrapped(lines)


def visible(text: str) -> str:
    """Without control, invisible and direction-changing characters and without halves of characters."""
    characters = "".join(sorted(set(text)))
    hidden = {char for char in hidden_characters(characters, lines=True) if not _BREAK.match(char)} - JOINERS
    return clean(text.translate(dict.fromkeys(map(ord, hidden)))) if hidden else clean(text)


def tidy(text: str) -> str:
    """One space where several stand. A single no-break space stays: French punctuation needs it."""
    return _SPACES.sub(" ", text).strip()


def joined(text: str) -> str:
    """All lines of a text as one, without what nobody can see."""
    return tidy(visible(text).replace("\n", " "))


def paragraphs(lines: Iterable[Line]) -> list[str]:
    """The texts of lines, without their positions."""
    return [line.text for line in lines]


def _indent(raw: str) -> int:
    expanded = raw[:200].replace("\u00a0", " ").expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _unwrapped(lines: list[Line]) -> list[Line]:
    """A wrapped text breaks a line exactly where the next word would not have fitted. That is how it is recognised."""
    widths = sorted(line.indent + len(line.text) for line in lines)
    width = widths[len(widths) * 9 // 10] if widths else 0  # a letter or an address may stand out
    pairs = [(line, following) for line, following in pairwise(lines) if not following.gap]
    full = sum(_is_full(line, following, width) for line, following in pairs)
    if not 40 <= width <= WIDEST_WRAP or full < 3 or full * 2 < len(pairs):
        return lines
    joined: list[list[Line]] = []
    broken = False
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if broken:
            joined[-1].append(line)
        else:
            joined.append([line])
        broken = following is not None and _continues(line, following, width)
    return [replace(parts[0], text=" ".join(line.text for line in parts)) for parts in joined]


def _is_full(line: Line, following: Line, width: int) -> bool:
    word = following.text.split(" ", 1)[0]
    end = line.indent + len(line.text)
    return end <= width + _RAGGED and end + 1 + len(word) > width


def _continues(line: Line, following: Line, width: int) -> bool:
    if following.gap or _STARTS_SOMETHING.match(following.text):
        return False
    return _is_full(line, following, width)
