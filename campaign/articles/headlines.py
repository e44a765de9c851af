"""Headlines that say the same: outlets and editors vary a few words of them."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from campaign.text import fold

ALIKE = 0.5  # of the words of both together
CONTAINED = 0.75  # of the words of the shorter one, if it has enough of them
ENOUGH = 5
SHORTEST_WORD = 3  # letters; below that are articles and prepositions

T = TypeVar("T")


def words(headline: str) -> frozenset[str]:
    """The words that tell what a headline is about; where words are not set apart, runs of three letters."""
    text = fold(headline)
    found = frozenset(word for word in re.findall(r"\w+", text) if len(word) >= SHORTEST_WORD)
    # Chinese and Japanese have no spaces: there, three letters that stand together do what a word does.
    return found if len(found) > 2 else frozenset(text[at : at + 3] for at in range(max(1, len(text) - 2)))


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """True when two sets of words are those of one headline in two forms."""
    common, fewer = len(one & other), min(len(one), len(other))
    return common >= ALIKE * len(one | other) or (fewer >= ENOUGH and common >= CONTAINED * fewer)


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets of words have in common: from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def folded(items: Iterable[T], headline: Callable[[T], str]) -> list[list[T]]:
    """The items with those together whose headlines are alike, in the order in which the first of each stood.

    Each is compared with the first of a group only: chains of headlines that resemble the next one a little would end
    with two that have nothing in common.
    """
    groups: list[tuple[frozenset[str], list[T]]] = []
    for item in items:
        own = words(headline(item))
        for first, group in groups:
            if are_alike(own, first):
                group.append(item)
                break
        else:
            groups.append((own, [item]))
    return [group for _, group in groups]
