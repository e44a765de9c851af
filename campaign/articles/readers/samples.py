"""Sample letters inside a to-do list: between fence marks, in a quotation, or plain from “Dear …” to the name below."""

import re
from dataclasses import dataclass

from campaign.articles.readers import letters, lists, marks
from campaign.articles.readers.lines import Line
from campaign.articles.readers.pieces import Fenced

_LABEL = re.compile(r"(?:\*\*)?(?P<label>[^:*\n]{3,80}?)(?:\*\*)?\s?[:：](?:\*\*)?\s*(?P<rest>.*)", re.DOTALL)
_BLANK_LINE = re.compile(r"(?:[\[<{].{1,60}[\]>}][,.]?\s*){1,6}|_{3,}")


@dataclass(frozen=True)
class Sample:
    """The lines of one letter or post, and the words that announced it."""

    lines: tuple[Line, ...]
    label: str = ""


def take(pieces: list[Line | Fenced]) -> list[Line | Sample]:
    """The pieces with letters in place of the lines that were one. The label above a letter goes with it."""
    found: list[Line | Sample] = []
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if isinstance(piece, Fenced):
            if piece.lines:
                found.append(Sample(piece.lines, _take_label(found)))
            index += 1
            continue
        inline = _inline(piece)
        if inline:
            found.append(inline)
            index += 1
        elif _begins(piece, found):
            end = _end(pieces, index)
            lines = tuple(line for line in pieces[index:end] if isinstance(line, Line))
            found.append(Sample(lines, _take_label(found)))
            index = end
        else:
            found.append(piece)
            index += 1
    return found


def _take_label(found: list[Line | Sample]) -> str:
    """“Sample message:” above a letter, taken out of the list; "" when the line above says something of its own."""
    last = found[-1] if found else None
    if not isinstance(last, Line):
        return ""
    item = lists.read(last.text)
    if item and item.style != "bullet":
        return ""
    text = item.text if item else last.text
    match = _LABEL.fullmatch(text)
    if not match or match["rest"].strip() or not letters.LABEL_WORDS.search(text):
        return ""
    found.pop()
    return marks.plain(match["label"])


def _inline(line: Line) -> Sample | None:
    """“Sample message: “Dear …, … Sincerely, [Your Name]””, all on one line."""
    item = lists.read(line.text)
    match = _LABEL.fullmatch(item.text if item and item.style == "bullet" else line.text)
    if not match or not letters.LABEL_WORDS.search(match["label"]) or not letters.GREETING.match(match["rest"]):
        return None
    body = Line(match["rest"].strip(), 0, True)
    return Sample((body,), marks.plain(match["label"])) if letters.is_letter([body]) else None


def _begins(line: Line, found: list[Line | Sample]) -> bool:
    """A greeting of its own line, below a label or in a quotation."""
    text = line.text.lstrip("> ")
    is_start = bool(letters.GREETING.match(text)) and len(text) < 120 and text.rstrip().endswith((",", ":", "!"))
    is_subject = text.lower().startswith(("subject:", "betreff:", "objet :", "objet:", "asunto:"))
    if not is_start and not is_subject:
        return False
    last = found[-1] if found else None
    announced = isinstance(last, Line) and bool(letters.LABEL_WORDS.search(last.text[-120:]))
    return announced or is_start


def _end(pieces: list[Line | Fenced], start: int) -> int:
    """Behind the sign-off and the name below it; before the next action where a letter just stops."""
    signed = False
    for index in range(start + 1, len(pieces)):
        line = pieces[index]
        if isinstance(line, Fenced) or marks.is_heading(line.text):
            return index
        text = line.text.lstrip("> ")
        if signed:
            is_name = len(text.split()) <= 6 and not text.endswith((".", ":")) and lists.read(text) is None
            if not is_name and not _BLANK_LINE.fullmatch(text):
                return index
        elif lists.read(text) is not None and line.gap:
            return index
        signed = signed or bool(letters.SIGN_OFF.fullmatch(text))
        if _BLANK_LINE.search(text) and letters.SIGN_OFF.match(text):
            signed = True
    return len(pieces)
