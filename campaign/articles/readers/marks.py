"""Markdown marks in pages that printed them raw: taken off where a field is plain text, mended where it is Markdown."""

import re

_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\s]{1,2000}\)")
_HEADING = re.compile(r"^(?:>\s?)+|^#{1,6}\s+|^#{2,6}(?=\w)|\s+#{1,6}$")
_STARS = re.compile(r"\*{2,}")
# Not “____”: that is a blank to fill in.
_UNDERSCORES = re.compile(r"(?<!\w)__(?=[^\s_])|(?<=[^\s_])__(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])[*_]([^\s*_](?:[^*_\n]{0,200}[^\s*_])?)[*_](?![\w*])")
_CODE = re.compile(r"(?<!`)`([^`\n]{1,200})`(?!`)")
_FENCE = re.compile(r"`{3,}|~{3,}")
# What at least one of these begins with, and the spaces that are made one.
_ANY = re.compile(r"[\[#>*_`~]|  ")


def plain(text: str) -> str:
    """A line without Markdown marks: links become their labels."""
    text = text.strip()
    if not _ANY.search(text):  # as most lines of most texts
        return text
    text = _HEADING.sub("", text)
    text = _LINK.sub(r"\1", text)
    text = _UNDERSCORES.sub("", _STARS.sub("", text))
    text = _CODE.sub(r"\1", _EMPHASIS.sub(r"\1", text))
    # A space, not nothing: taking a fence out must not make a new mark of what stood on either side of it.
    return re.sub(r" {2,}", " ", _FENCE.sub(" ", text)).strip()


def markdown(text: str) -> str:
    """A line of Markdown whose marks are in order: no fence, and no bold that begins and never ends."""
    text = _FENCE.sub(" ", text)
    text = re.sub(r"\*{3,}", "**", text)
    if text.count("**") % 2:
        before, _, behind = text.rpartition("**")
        text = before + behind
    heading = re.match(r"#{1,6}\s+(.*)$", text)
    return f"### {plain(heading[1])}" if heading and plain(heading[1]) else text.strip()


def is_heading(text: str) -> bool:
    """True for a Markdown heading, and for a line that is bold from end to end."""
    if re.match(r"#{1,6}\s+\S", text):
        return True
    return len(text) < 200 and bool(re.fullmatch(r"\*\*[^*]+\*\*:?", text))
