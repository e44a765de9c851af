"""Which reports of the feeds tell of one event, going by their headlines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaign.articles.models import FeedItem
from campaign.text import fold

ALIKE = 0.5  # of the words of both headlines together
APART = timedelta(days=4)
SHORTEST_WORD = 3  # letters; below that are articles and prepositions


@dataclass(frozen=True)
class Group:
    """Reports of one event, the newest first."""

    items: list[FeedItem]


def grouped(items: Iterable[FeedItem]) -> list[Group]:
    """The reports in groups, which stand where their first report stood.

    Each is compared with the first of each group only: chains of headlines that resemble the next one a little would
    end with two that have nothing in common.
    """
    groups: list[tuple[frozenset[str], Group]] = []
    for item in items:
        words = _words(item.headline)
        for first, group in groups:
            if _is_alike(words, first) and abs(_time(item) - _time(group.items[0])) <= APART:
                group.items.append(item)
                break
        else:
            groups.append((words, Group([item])))
    return [group for _, group in groups]


def _words(headline: str) -> frozenset[str]:
    text = fold(headline)
    words = frozenset(word for word in re.findall(r"\w+", text) if len(word) >= SHORTEST_WORD)
    # Chinese and Japanese have no spaces: there, three letters that stand together do what a word does.
    return words if len(words) > 2 else frozenset(text[at : at + 3] for at in range(max(1, len(text) - 2)))


def _is_alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= ALIKE * len(first | second)


def _time(item: FeedItem) -> datetime:
    return item.published_at or item.found_at
