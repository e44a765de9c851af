"""The few sentences that say what an article is about, and what is kept of each key point.

A point is kept as {"text", "anchored", "label", "rests_on", "state", "was", "by", "approved_by", "approved_on"}:

    rests_on     the sentence of the article that bears it out; "" when none does
    label        as printed beside it, or `CHOSEN`
    state        "" | "kept" (an editor shows it all the same) | "dropped"
    was          the text before an editor changed it
    by           who decided that
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from campaign.articles.page import KeyPoint
from campaign.articles.readers import keypoints, sentences
from campaign.i18n import lazy_gettext
from campaign.text import fold

Point = dict[str, Any]

CHOSEN = "Chosen by a program from the article"
_LABELS = (
    lazy_gettext("Chosen by a program from the article"),
    lazy_gettext("AI generated"),
)  # so that they are translated

FEWEST, MOST = 3, 5
SENTENCES_EACH = 9  # an article has one more point for so many sentences
LEAST_SENTENCES = 8  # a shorter article is its own summary
SHORTEST, LONGEST = 40, 280  # characters of a point
ALIKE = 0.45  # two points may not share more; cosine

_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")
# What means nothing without the sentence before it.
_LEANING = re.compile(
    r"(?:[\"“”„«»‘'(]|(?:he|she|it|they|this|that|these|those|there|but|and|or|however|meanwhile|then|so|also|earlier|"
    r"later|il|elle|ils|elles|cela|mais|et|er|sie|es|aber|und|el|ella|pero|y|هو|هي|هم|هذا|هذه|ذلك|لهذا|لكن|ثم|وقال|وأضاف|وقد|فقد|وهذا|وهذه|ولهذا|وذلك|ولكن)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Candidate:
    text: str
    place: int  # among all sentences of the article
    paragraph: int
    words: Mapping[str, float]
    length: float  # of the vector that the words are


def choose(paragraphs: Sequence[str], *, within: int | None = None) -> list[KeyPoint]:
    """Three to five sentences nearest to what the whole article speaks of (the centroid of TF-IDF), in its order.

    within: choose among the first so many paragraphs only, those that may be quoted. [] for an article so short that
    it is its own summary, or whose sentences all lean on others.
    """
    found = [
        (sentence, number) for number, paragraph in enumerate(paragraphs) for sentence in sentences.split(paragraph)
    ]
    if len(found) < LEAST_SENTENCES:
        return []
    weighted = _weighted([_words(sentence) for sentence, _ in found])
    centroid: Counter[str] = Counter()
    for words in weighted:
        centroid.update(words)
    candidates = [
        _Candidate(sentence, place, number, weighted[place], _length(weighted[place]))
        for place, (sentence, number) in enumerate(found)
        if (within is None or number < within) and _stands_alone(sentence)
    ]
    wanted = max(FEWEST, min(MOST, len(found) // SENTENCES_EACH))
    chosen = _best(candidates, centroid, wanted)
    return [KeyPoint(one.text, anchored=True, label=CHOSEN, rests_on=one.text) for one in chosen]


def kept(points: Iterable[KeyPoint], paragraphs: Sequence[str]) -> list[Point]:
    """Points as an article keeps them. One that is said to be anchored, without a sentence, was kept by an editor."""
    ground: keypoints.Ground | None = None
    rows = []
    for point in points:
        sentence = point.rests_on
        if not sentence:
            ground = ground or keypoints.Ground(paragraphs)
            sentence = ground.of(point.text)
        state = "kept" if point.anchored and not sentence else ""
        rows.append(
            {
                "text": point.text,
                "anchored": point.anchored,
                "label": point.label,
                "rests_on": sentence if point.anchored else "",
                "state": state,
            }
        )
    return rows


def is_chosen(point: Point) -> bool:
    """True for a sentence of the article itself, which a program chose."""
    return bool(point.get("label") == CHOSEN and not point.get("was"))


def is_shown(point: Point) -> bool:
    """True for what readers may see of it: it rests on a sentence or an editor kept it, and nobody dropped it."""
    state = point.get("state", "")
    return state == "kept" or (state != "dropped" and bool(point["anchored"]))


def anchored_anew(points: Iterable[Point], paragraphs: Sequence[str]) -> list[Point]:
    """The points, held against a text that somebody has mended since."""
    ground = keypoints.Ground(paragraphs)
    whole = {sentence for paragraph in paragraphs for sentence in sentences.split(paragraph)}
    rows = []
    for point in points:
        chosen = is_chosen(point)
        rests_on = point["text"] if chosen else point.get("rests_on", "")
        if rests_on not in whole:
            rests_on = "" if chosen else ground.of(point["text"])
        rows.append({**point, "rests_on": rests_on, "anchored": bool(rests_on)})
    return rows


def _best(candidates: Sequence[_Candidate], centroid: Mapping[str, float], wanted: int) -> list[_Candidate]:
    # The beginning of a report says most of it; among equals the earlier sentence is the better one.
    whole = _Candidate("", -1, -1, centroid, _length(centroid))
    scored = sorted(
        candidates, key=lambda one: (-_cosine(one, whole) * (1.25 if one.paragraph < 2 else 1.0), one.place)
    )
    chosen: list[_Candidate] = []
    for one in scored:
        if len(chosen) == wanted:
            break
        if all(_cosine(one, other) < ALIKE for other in chosen):
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.place)


def _stands_alone(sentence: str) -> bool:
    if not SHORTEST / (3 if _DENSE.search(sentence) else 1) <= len(sentence) <= LONGEST:
        return False
    return sentences.is_finished(sentence) and sentence[-1] not in "?？؟:：" and not _LEANING.match(sentence)


def _words(sentence: str) -> list[str]:
    """Words by their stems; pairs of letters where a script puts no spaces between words."""
    dense = "".join(_DENSE.findall(sentence))
    pairs = [dense[i : i + 2] for i in range(len(dense) - 1)]
    return pairs or keypoints.stems(fold(sentence))


def _weighted(texts: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Each sentence's words with TF-IDF; a sentence is a document."""
    documents = Counter(word for words in texts for word in set(words))
    # A word of nearly every sentence says little; one that stands once says little of the whole.
    idf = {word: log((1 + len(texts)) / (1 + number)) if number > 1 else 0.3 for word, number in documents.items()}
    return [{word: count * idf[word] for word, count in Counter(words).items()} for words in texts]


def _length(words: Mapping[str, float]) -> float:
    return sqrt(sum(value * value for value in words.values()))


def _cosine(one: _Candidate, other: _Candidate) -> float:
    length = one.length * other.length
    return sum(value * other.words.get(word, 0.0) for word, value in one.words.items()) / length if length else 0.0
