"""The marks in front of list items: numbers, letters, dashes, bullets, ticks."""

import re
from dataclasses import dataclass
from typing import Literal

Style = Literal["number", "letter", "bullet"]

_NUMBER = re.compile(r"\(?(\d{1,3})[.):]\s+(?=\S)|(\d{1,2})\ufe0f?\u20e3\s*(?=\S)")
_LETTER = re.compile(r"\(?([a-zA-Z])[.)]\s+(?=\S)")
_BULLET = re.compile(r"[-–—*+•·▪◦‣●○■□☐☑✓✔✅➤►▶→⁃]\ufe0f?\s+(?=\S)|[•▪◦‣●■☐☑✅➤►▶](?=\w)")
_BOX = re.compile(r"\[[ xX]\]\s+(?=\S)")


@dataclass(frozen=True)
class Item:
    """A line taken apart: the style of its mark, its place in the order (0 for bullets), and the text behind it."""

    style: Style
    number: int
    text: str


def read(line: str) -> Item | None:
    """The list item in a line, or None. "**1. Sign**" counts as one: the marks around it stay in the text."""
    bold = re.match(r"\*\*(?=\(?\d{1,3}[.)]\s)", line)
    text = line[bold.end() :] if bold else line
    prefix = "**" if bold else ""
    match = _NUMBER.match(text)
    if match:
        return Item("number", int(match[1] or match[2]), prefix + _unboxed(text[match.end() :]))
    match = _LETTER.match(text)
    if match:
        return Item("letter", ord(match[1].lower()) - ord("a") + 1, text[match.end() :])
    match = _BULLET.match(text)
    # “* * *” divides; it lists nothing.
    return Item("bullet", 0, _unboxed(text[match.end() :])) if match and re.search(r"\w", text) else None


def mark(item: Item | None) -> str:
    """What stands before an item in Markdown; "" for no item. Letters become dashes, which is all Markdown knows."""
    if item is None:
        return ""
    return f"{item.number}. " if item.style == "number" else "- "


def is_bullet(line: str) -> bool:
    """True for a line with a bullet or dash in front."""
    item = read(line)
    return item is not None and item.style == "bullet"


def _unboxed(text: str) -> str:
    return _BOX.sub("", text, count=1) if text.startswith("[") else text
