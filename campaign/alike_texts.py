"""Texts of the index that are about the same as another one: those that share its most telling words.

Fast with a million texts: of a text's words a dozen are asked for, the rarest first, and no more of them than together
stand in MOST_LOOKED_AT texts.
"""

import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

from sqlalchemy.orm import Session

from campaign import text_index, words
from campaign.paths import SEEDS
from campaign.text_index import COMMON
from campaign.text_tables import TEXTS

MOST_WORDS = 12
MOST_LOOKED_AT = 4000
FEWEST = 4  # texts that may have a word, however few there are: two campaigns, each with its article
OF_ONE_WORD = 1000  # texts, the newest; for the first words even if there are more
SHORTEST = 4  # letters of a word that says something
IN_TITLE = 3  # a word in the title counts as so many in the text
LOOKED_THROUGH = 20_000  # characters of a text
MOST_FOUND = 40


@dataclass(frozen=True)
class Alike:
    """A text, how much it has in common with the other one, and the words it shares, the most telling first."""

    key: str
    score: float
    words: tuple[str, ...]


def telling(session: Session, title: str, text: str) -> dict[str, float]:
    """The words that tell this text from others, each with its weight, the heaviest first."""
    counted = Counter(words.words(text[:LOOKED_THROUGH]))
    for word in words.words(title):
        counted[word] += IN_TITLE
    said = {word: often for word, often in counted.items() if _says_something(word)}
    numbers = text_index.frequencies(session, said)
    texts = max(numbers[TEXTS], 1)
    most = max(FEWEST, COMMON * texts)
    weights = {
        word: (1 + log(often)) * log(texts / numbers[word])
        for word, often in said.items()
        if word in numbers and numbers[word] <= most
    }
    chosen: dict[str, float] = {}
    looked_at = 0
    for word in sorted(weights, key=lambda word: (-weights[word], word)):
        looked_at += min(numbers[word], OF_ONE_WORD)
        if weights[word] > 0 and (len(chosen) < 2 or looked_at <= MOST_LOOKED_AT):
            chosen[word] = weights[word]
        if len(chosen) == MOST_WORDS:
            break
    return chosen


def find(
    session: Session, weights: dict[str, float], *, kind: str, but: Collection[str] = (), marks: Sequence[str] = ()
) -> list[Alike]:
    """Texts of this kind that share words, the most of them first; then the newest with one of the marks.

    but: keys of those to leave out.
    """
    shared = text_index.sharing(session, weights, kind=kind, limit=MOST_FOUND + len(but), of_each=OF_ONE_WORD)
    found = {key: Alike(key, score, tuple(common)) for key, score, common in shared}
    for mark in marks:
        for key in text_index.marked(session, mark, kind=kind, limit=MOST_FOUND):
            found.setdefault(key, Alike(key, 0.0, ()))
    return [alike for alike in found.values() if alike.key not in but]


def _says_something(word: str) -> bool:
    if word.isdigit() or word in _function_words():
        return False
    return len(word) >= SHORTEST or (len(word) > 1 and words.is_unspaced(word))


@cache
def _function_words() -> frozenset[str]:
    """Of all languages together: in a site of few texts one language's are rare, and would seem to tell something."""
    by_language = tomllib.loads((SEEDS / "function_words.toml").read_text(encoding="utf-8"))
    return frozenset(word for text in by_language.values() for word in words.words(text))
