"""A few words around what was found in a text, in pieces: what is marked and what stands between."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from campaign import words

LENGTH = 220  # characters, about
LONGEST_TEXT = 30_000  # that is looked through
MOST_MARKED = 40
_EDGE = r"[^\W_]"


@dataclass(frozen=True)
class Piece:
    """Plain text: whoever shows it escapes it, and puts marked ones into <mark>."""

    text: str
    is_marked: bool = False


def snippet(text: str, found: Collection[str]) -> list[Piece]:
    """The part of a text with most of these words, and the words in it marked; its beginning where it has none.

    found: words as `words.words` gives them.
    """
    text = re.sub(r"\s+", " ", text[:LONGEST_TEXT]).strip()
    places = _places(text, found)
    start = _start(places)
    begin, end = _cut(text, start)
    pieces = [Piece("… ")] if begin else []
    pieces += _pieces(text, begin, end, places)
    return [*pieces, Piece(" …")] if end < len(text) else pieces


def marked(text: str, found: Collection[str]) -> list[Piece]:
    """All of a text, such as a title, with these words marked."""
    return list(_pieces(text, 0, len(text), _places(text, found)))


def _places(text: str, found: Collection[str]) -> list[tuple[int, int]]:
    """Where the words stand, from where to where, none across another."""
    wanted = sorted({word for word in found if word}, key=lambda word: (-len(word), word))
    if not wanted:
        return []
    spaced = [re.escape(word) for word in wanted if not words.is_unspaced(word)]
    unspaced = [re.escape(word) for word in wanted if words.is_unspaced(word)]
    folded = words.fold_in_place(text)
    found_at = []
    if spaced:
        found_at += [match.span() for match in re.finditer(rf"(?<!{_EDGE})(?:{'|'.join(spaced)})(?!{_EDGE})", folded)]
    if unspaced:  # pairs of characters, which overlap within a word
        found_at += [match.span(1) for match in re.finditer(f"(?=({'|'.join(unspaced)}))", folded)]
    places: list[tuple[int, int]] = []
    for start, end in sorted(found_at):
        if places and start < places[-1][1]:
            places[-1] = places[-1][0], max(end, places[-1][1])
        else:
            places.append((start, end))
    return places


def _start(places: list[tuple[int, int]]) -> int:
    """Where the stretch begins that has the most places; the first of those."""
    best, most = 0, 0
    for at, (start, _) in enumerate(places[:MOST_MARKED]):
        number = sum(other_end <= start + LENGTH - 40 for _, other_end in places[at : at + MOST_MARKED])
        if number > most:
            best, most = start, number
    return best


def _cut(text: str, start: int) -> tuple[int, int]:
    """From where to where to show, some way ahead of `start`, never within a word where there are spaces."""
    begin = max(0, min(start - 40, len(text) - LENGTH))
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space >= 0 else begin
    end = min(len(text), begin + LENGTH)
    if end < len(text):
        space = text.rfind(" ", begin + LENGTH // 2, end)
        end = space if space >= 0 else end
    return begin, end


def _pieces(text: str, begin: int, end: int, places: list[tuple[int, int]]) -> Iterator[Piece]:
    at = begin
    for start, stop in places:
        if start < at or stop > end:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:stop], is_marked=True)
        at = stop
    if at < end:
        yield Piece(text[at:end])
