"""How alike two texts are: sketches from which no text can be read, and bands by which a database finds them.

A sketch is a few numbers: the share of them that two texts have in common is about the share of their phrases that they
have in common (MinHash, here with one hash for each phrase). Texts that are alike share a band, so they are found
without looking at all others.
"""

import re
import struct
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from campaign.text import fold

# Chinese, Japanese and Korean are written without spaces: there each character counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]|[^\W\u3040-\ud7af]+")
_LARGEST = 2**32


def phrases(text: str, length: int) -> list[str]:
    """All runs of so many words, whatever their case, accents and punctuation; of a shorter text, all of it.

    >>> phrases("Mend the bridge, now!", 3)
    ['mend the bridge', 'the bridge now']
    """
    words = _WORD.findall(fold(text))
    if len(words) <= length:
        return [" ".join(words)] if words else []
    return [" ".join(run) for run in zip(*(words[start:] for start in range(length)), strict=False)]


def sketch(phrases: Iterable[str], numbers: int) -> list[int]:
    """So many numbers that stand for a text; all 0 for one without words."""
    smallest: list[int | None] = [None] * numbers
    digests = b"".join(blake2b(phrase.encode(), digest_size=8).digest() for phrase in phrases)
    for number in struct.unpack(f">{len(digests) // 8}Q", digests):
        place, value = number % numbers, number // numbers % _LARGEST
        least = smallest[place]
        if least is None or value < least:
            smallest[place] = value
    return _without_gaps(smallest)


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """From 0, nothing in common, to 1, the same phrases. Takes sketches of one length."""
    return sum(map(int.__eq__, one, other)) / len(one)


def bands(sketch: Sequence[int], size: int) -> list[bytes]:
    """Eight bytes for each part of a sketch, of so many numbers each.

    The smaller the parts, the less alike two texts may be that share one, and the more share one by chance.
    """
    parts = (sketch[start : start + size] for start in range(0, len(sketch), size))
    return [blake2b(repr(part).encode(), digest_size=8).digest() for part in parts]


def _without_gaps(smallest: Sequence[int | None]) -> list[int]:
    """Short texts leave places empty: each takes the next filled one's number, changed by how far that is away."""
    numbers = len(smallest)
    if all(value is None for value in smallest):
        return [0] * numbers
    found = []
    for place in range(numbers):
        away = 0
        while (value := smallest[(place + away) % numbers]) is None:
            away += 1
        found.append((value + away * 0x9E3779B1) % _LARGEST)
    return found
