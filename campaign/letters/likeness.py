"""How alike two letters are, whatever names stand at their head and foot."""

from collections.abc import Sequence

from campaign import likeness as texts
from campaign.letters.rendering import GREETING_ENDS

PHRASE = 3  # words
NUMBERS, BAND = 63, 3  # of a sketch, and of each of its bands


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
    """The numbers that stand for a letter; all 0 for one without words."""
    return texts.sketch(texts.phrases(text, PHRASE), NUMBERS)


def likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """From 0, nothing in common, to 1, the same phrases. Takes sketches."""
    return texts.likeness(one, other)


def bands(numbers: Sequence[int]) -> list[str]:
    """Parts of a sketch: two letters that are half alike share one nearly always, those a tenth alike hardly ever."""
    return [f"{place:x}:{digest.hex()}" for place, digest in enumerate(texts.bands(numbers, BAND))]
