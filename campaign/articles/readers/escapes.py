"""Backslashes in campaign files: before lines that would read as something else, and before marks in plain text."""

import re

from campaign.articles.readers import marks

_SPECIAL = r"\\*(?:#{1,2}(?:\s|$)|\s*```|(?:Organi[sz]ations?|Links|Hashtags|Details):)"
_TO_ESCAPE = re.compile(_SPECIAL, re.IGNORECASE)
_ESCAPED = re.compile(rf"\\{_SPECIAL}", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n(?:[ \t]*\n)+")
_MARKS = "\\`*_[]#>~!"
_MARK = re.compile(rf"\\([{re.escape(_MARKS)}])")
_AWAY = 0xE000  # where no character of a text is: private ones are taken out when a file is read
_BACK = {_AWAY + ord(mark): mark for mark in _MARKS}


def paragraphs(text: str) -> list[str]:
    """The blocks between blank lines."""
    return [block.rstrip() for block in _BLANK_LINE.split(text.strip("\n")) if block.strip()]


def added(text: str) -> str:
    """A text of several lines as a file holds it. Between two fences every line stands for itself."""
    found = text.split("\n")
    fences = [index for index, line in enumerate(found) if _is_fence(line)]
    unpaired = fences[-1] if len(fences) % 2 else -1
    fenced, kept = False, []
    for index, line in enumerate(found):
        is_fence = index != unpaired and _is_fence(line)
        fenced ^= is_fence
        is_special = not fenced and not is_fence and _TO_ESCAPE.match(line)
        kept.append("\\" + line if is_special or index == unpaired else line)
    return "\n".join(kept)


def without(text: str) -> str:
    """The same text as people read it."""
    fenced, kept = False, []
    for line in text.split("\n"):
        fenced ^= _is_fence(line)
        kept.append(line[1:] if not fenced and _ESCAPED.match(line) else line)
    return "\n".join(kept)


def plain(text: str) -> str:
    """A line of Markdown without its marks, but with those that have a backslash before them."""
    away = _MARK.sub(lambda match: chr(_AWAY + ord(match[1])), text)
    return marks.plain(away).translate(_BACK)


def marked(text: str) -> str:
    """A plain line such that `plain` gives it back."""
    if "\\" not in text and not text.startswith("#") and marks.plain(text) == text:
        return text
    return re.sub(rf"([{re.escape(_MARKS)}])", r"\\\1", text)


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith("```")
