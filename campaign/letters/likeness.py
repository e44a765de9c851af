"""How alike two letters are, whatever names stand at their head and foot.

A sketch is 63 numbers from which no text can be read: the share of them that two letters have in common is about the
share of their phrases that they have in common (MinHash, here with one hash for each phrase).
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from campaign.letters.rendering import GREETING_ENDS
from campaign.text import fold

PHRASE = 3  # words
NUMBERS, BAND = 63, 3  # of a sketch, and of each of its bands

# Chinese, Japanese and Korean are written without spaces: there each character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W\u3040-\ud7af]+")
_LARGEST = 2**32


def core(body: str, name: str) -> str:
    """The letter without its greeting, and without what follows the writer's name at the end.

    >>> core("Dear Mayor Or,\\n\\nMend it.\\n\\nSuzie Signer\\n1 Road", "Suzie Signer")
    'Mend it.'
    """
    lines = body.strip().split("\n")
    named = [number for number, line in enumerate(lines) if line.strip(" ,.–-") == name]
    if name and named:
        lines = lines[: named[-1]]
    if lines and lines[0].rstrip().endswith(GREETING_ENDS):
        lines = lines[1:]
    return "\n".join(lines).strip()


def sketch(text: str) -> list[int]:
    """The numbers that stand for a text; all 0 for one without words."""
    smallest: list[int | None] = [None] * NUMBERS
    for phrase in _phrases(_WORD.findall(fold(text))):
        number = int.from_bytes(blake2b(phrase.encode(), digest_size=8).digest())
        place, value = number % NUMBERS, number // NUMBERS % _LARGEST
        least = smallest[place]
        if least is None or value < least:
            smallest[place] = value
    return _without_gaps(smallest)


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """From 0, nothing in common, to 1, the same phrases. Takes sketches."""
    return sum(map(int.__eq__, one, other)) / NUMBERS


def bands(numbers: Sequence[int]) -> list[str]:
    """Parts of a sketch: two letters that are half alike share one nearly always, those a tenth alike hardly ever."""
    found = []
    for start in range(0, NUMBERS, BAND):
        digest = blake2b(repr(numbers[start : start + BAND]).encode(), digest_size=8).hexdigest()
        found.append(f"{start // BAND:x}:{digest}")
    return found


def _phrases(words: Sequence[str]) -> Iterator[str]:
    for start in range(max(1, len(words) - PHRASE + 1)) if words else ():
        yield " ".join(words[start : start + PHRASE])


def _without_gaps(smallest: Sequence[int | None]) -> list[int]:
    """Short texts leave places empty: each takes the next filled one's number, changed by how far that is away."""
    filled = [place for place, value in enumerate(smallest) if value is not None]
    if not filled:
        return [0] * NUMBERS
    found = []
    for place in range(NUMBERS):
        away = 0
        while (value := smallest[(place + away) % NUMBERS]) is None:
            away += 1
        found.append((value + away * 0x9E3779B1) % _LARGEST)
    return found
