"""Which categories a text is about, by the words that say so: explainable, and confirmed by an editor.

The words are data in seeds/categories.toml. A category that organisers made is suggested by its name.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from campaign.articles.models import Article
from campaign.articles.readers import keypoints
from campaign.campaigns.models import Campaign, Category
from campaign.i18n import figure, gettext
from campaign.paths import SEEDS
from campaign.text import fold

STRONG, WEAK = 2.0, 1.0
ENOUGH = 2.0  # one strong word, or two weak ones
LEAST_SHARE = 0.1  # of the likeliest one's score: a long report of a war has a strike and a wage in it, too
IN_HEADLINE = 2.0  # what a word of the headline counts for, against one of the text
AGAIN = 0.25  # of a word's weight for each further time it stands there, thrice at most
SHOWN = 6  # matched words in a hint
MOST = 4  # suggestions for a text in which everything occurs

_ARABIC = re.compile(r"\b[وف]?(?:ال|لل|بال|كال)(?=\w{2})")

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """matched: the words found, the weightiest first; score: their weight together."""

    category: Category
    matched: tuple[str, ...]
    score: float


def suggest(
    categories: Iterable[Category], *, headline: str, paragraphs: Sequence[str], language: str
) -> list[Suggestion]:
    """The categories that a text speaks of, the likeliest first."""
    places = _Places(headline, "\n".join(paragraphs))
    found = [_matched(category, places, language) for category in categories]
    least = max(ENOUGH, LEAST_SHARE * max((one.score for one in found), default=0.0))
    enough = [one for one in found if one.score >= least]
    return sorted(enough, key=lambda one: (-one.score, one.category.slug))[:MOST]


def for_article(categories: Iterable[Category], article: Article) -> list[Suggestion]:
    """The categories that an article speaks of."""
    paragraphs = [block["text"] for block in article.body]
    return suggest(categories, headline=article.headline, paragraphs=paragraphs, language=article.language)


def unfounded(categories: Iterable[Category], article: Article) -> list[Category]:
    """Those categories of which not one word stands in the article, though we know words for them."""
    language = article.language
    places = _Places(article.headline, "\n".join(block["text"] for block in article.body))
    return [
        category
        for category in categories
        if _key(category) in _seeds()
        and _words(category, language)
        and not _matched(category, places, language).matched
    ]


def hints(categories: Iterable[Category], campaign: Campaign) -> dict[str, str]:
    """What speaks for or against a category of a campaign, in words, by its slug."""
    if campaign.article is None:
        return {}
    categories = list(categories)
    against = gettext("no word of the article speaks of it")
    found = {one.slug: against for one in unfounded(campaign.categories, campaign.article)}
    for one in for_article(categories, campaign.article):
        matched = gettext(", ").join(one.matched[:SHOWN])
        found[one.category.slug] = gettext(
            "matched: %(words)s (score %(score)s)", words=matched, score=figure(one.score)
        )
    return found


class _Places:
    """How often sequences of stems stand in a headline and in the text below it. stems: all single ones."""

    def __init__(self, headline: str, text: str) -> None:
        self._texts = _stems(headline), _stems(text)
        self._counts = Counter(self._texts[0]), Counter(self._texts[1])
        self.stems = {*self._counts[0], *self._counts[1]}

    def numbers(self, words: Stems) -> tuple[int, int]:
        """In the headline, and in the text."""
        if len(words) == 1:
            return self._counts[0][words[0]], self._counts[1][words[0]]
        return _times(words, self._texts[0]), _times(words, self._texts[1])


def _times(words: Stems, text: Sequence[str]) -> int:
    first, length = words[0], len(words)
    return sum(stem == first and tuple(text[at : at + length]) == words for at, stem in enumerate(text))


def _matched(category: Category, places: _Places, language: str) -> Suggestion:
    weighed: dict[str, float] = {}
    for words, (weight, shown) in _words(category, language).items():
        # Of hundreds of words few stand in a text.
        in_title, in_text = places.numbers(words) if places.stems.issuperset(words) else (0, 0)
        if in_title or in_text:
            times = IN_HEADLINE * bool(in_title) or 1.0
            weighed[shown] = weight * (times + AGAIN * min(3, max(0, in_title + in_text - 1)))
    matched = sorted(weighed, key=lambda shown: -weighed[shown])
    return Suggestion(category, tuple(matched), sum(weighed.values()))


def _words(category: Category, language: str) -> Mapping[Stems, tuple[float, str]]:
    known = _seeds().get(_key(category))
    if known:
        chosen = known.get(language.partition("-")[0]) if language else None
        return chosen if chosen is not None else {}
    names = {category.name, *(category.names or {}).values()}
    return {stems: (STRONG, name) for name in names if (stems := tuple(_stems(name)))}


def _key(category: Category) -> str:
    """Subjects are known by their name: a site may have made one before it was in the file."""
    return fold(category.name)


@cache
def _seeds() -> dict[str, dict[str, dict[Stems, tuple[float, str]]]]:
    """The words of each category by its folded name and by language: their stems, weight, and how they are written."""
    values: dict[str, Any] = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))
    return {
        fold(category["name"]): {language: _weights(lists) for language, lists in category["words"].items()}
        for category in values["category"]
        if "words" in category
    }


def _weights(lists: Mapping[str, Sequence[str]]) -> dict[Stems, tuple[float, str]]:
    weak = {tuple(_stems(word)): (WEAK, word) for word in lists.get("weak", ())}
    strong = {tuple(_stems(word)): (STRONG, word) for word in lists.get("strong", ())}
    return {**weak, **strong}


def _stems(text: str) -> list[str]:
    """Without the Arabic article, and without an “e” at the end, which “crime” has and “crimes” has lost."""
    return [stem.rstrip("e") or stem for stem in keypoints.stems(_ARABIC.sub("", fold(text)))]
