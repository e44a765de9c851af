"""Where reports of one event differ in names: one person spelled in two ways, or named by one of them only.

Nothing is known of the world here: a name is what is written with a capital letter in the middle of sentences. So there
is nothing to compare in scripts without capitals, and what is found is a hint for readers, not a judgement.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from campaign.articles.models import Article

SHORTEST = 4  # letters of a name that is compared
NEAR = 3  # words to either side that tell whether two names are used alike
MOST_NAMES = 12  # of those that one report alone has

_WORD = re.compile(r"[^\W\d_][^\W\d_’'\-]*(?:[’'\-][^\W\d_]+)*")
_ENDS = re.compile(r"[.!?…:;。！？]|[“”„«»\"]|\n")
_OWNER = re.compile(r"[’']s?$")
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòùâêîôûаеёиоуыэюяіїє]")
# Between the parts of one name: "Ludwig van Beethoven", "Mohammed bin Salman".
_PARTICLES = frozenset(re.findall(r"\w+", "al ben bin da de del della den der di do dos du el la le van vom von y zu"))
# What makes another word of a name, not another spelling: "Russia, Russian, Russians".
_TAILS = frozenset(re.findall(r"\w+", "s n an ian ians ns es er ers en e in"))
# Names have cases in these languages, so their last letters change from sentence to sentence.
_INFLECTING = frozenset(re.findall(r"\w+", "be bg cs el et fi hr hu la lt lv pl ro ru sk sl sr tr uk"))


@dataclass(frozen=True)
class Spelling:
    """One way to spell a name, and the reports that do."""

    name: str
    articles: list[Article]


@dataclass(frozen=True)
class OnlyHere:
    """Names, with the offices printed before them, that one report has and none of the others."""

    article: Article
    names: list[str]


@dataclass(frozen=True)
class Differences:
    """spellings: for each name those that differ, the one most reports have first."""

    spellings: list[list[Spelling]]
    only_here: list[OnlyHere]

    def __bool__(self) -> bool:
        return bool(self.spellings or self.only_here)


@dataclass
class _Name:
    """How a word with a capital letter is used. beside: the names next to it; around: longer words near it."""

    articles: set[int] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    around: set[str] = field(default_factory=set)
    is_within: bool = False  # it has stood where not every word has a capital letter


def compare(articles: Sequence[Article]) -> Differences:
    """What differs between these reports; those in other languages than the first one's are left out."""
    language = articles[0].language if articles else ""
    alike = [article for article in articles if not article.language or not language or article.language == language]
    if len(alike) < 2:
        return Differences([], [])
    sentences = [list(_sentences(article)) for article in alike]
    small = {word for those in sentences for sentence in those for word in sentence if word and word[0].islower()}
    names = _names(sentences, small)
    return Differences(_spellings(alike, names, language), _only_here(alike, sentences, names, small))


def _sentences(article: Article) -> Iterator[list[str]]:
    """The words of each sentence, "" where something other than a space stands between two."""
    for text in (article.headline, *(block["text"] for block in article.body)):
        for sentence in _ENDS.split(text):
            words: list[str] = []
            end = 0
            for found in _WORD.finditer(sentence):
                if words and sentence[end : found.start()] != " ":
                    words.append("")
                words.append(_OWNER.sub("", found[0]))
                end = found.end() - (len(found[0]) - len(words[-1]))
                if words[-1] != found[0]:
                    words.append("")
                    end = found.end()
            if words:
                yield words


def _names(sentences: Sequence[list[list[str]]], small: set[str]) -> dict[str, _Name]:
    """All words with a capital letter that no report ever writes without, by their spelling."""
    names: dict[str, _Name] = defaultdict(_Name)
    for number, those in enumerate(sentences):
        for sentence in those:
            for place, word in enumerate(sentence):
                if not word[:1].isupper() or word.lower() in small:
                    continue
                name = names[word]
                name.articles.add(number)
                name.is_within |= place > 0
                near = sentence[max(0, place - NEAR) : place + NEAR + 1]
                name.around |= {other.lower() for other in near if len(other) >= SHORTEST and other != word}
                beside = sentence[max(0, place - 1) : place + 2]
                name.beside |= {other for other in beside if other[:1].isupper() and other != word}
    return dict(names)


def _spellings(articles: Sequence[Article], names: dict[str, _Name], language: str) -> list[list[Spelling]]:
    groups: list[set[str]] = []
    candidates = sorted(word for word, name in names.items() if name.is_within and len(word) >= SHORTEST)
    for one, other in combinations(candidates, 2):
        # Reports that all have both words tell of two people.
        if names[one].articles == names[other].articles or not _are_near(one, other, language):
            continue
        if not _are_used_alike(names[one], names[other]):
            continue
        group = next((group for group in groups if group & {one, other}), None)
        if group is None:
            groups.append({one, other})
        else:
            group |= {one, other}
    return [
        [
            Spelling(word, [articles[number] for number in sorted(names[word].articles)])
            for word in sorted(group, key=lambda word: (-len(names[word].articles), word))
        ]
        for group in groups
    ]


def _are_used_alike(one: _Name, other: _Name) -> bool:
    """True when the same first name, office or surname stands beside both, or much the same words around them."""
    return bool(one.beside & other.beside) or len(one.around & other.around) >= 2


def _are_near(one: str, other: str, language: str) -> bool:
    """True for spellings of one name, as far as letters can tell."""
    first, second = sorted((one.lower(), other.lower()), key=len)
    if first == second or first[0] != second[0] or len(second) - len(first) > 2:
        return False
    if second.startswith(first) and second[len(first) :] in _TAILS:
        return False
    if language[:2] in _INFLECTING and first[: len(first) - 3] == second[: len(first) - 3]:
        return False
    if len(first) + 1 >= len(second) and _VOWELS.sub("", first) == _VOWELS.sub("", second) != first[0]:
        return True
    return _steps(first, second) <= (1 if len(first) < 6 else 2)


def _steps(one: str, other: str) -> int:
    """How many letters must be put in, taken out or replaced to make one word of the other."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for place, theirs in enumerate(other, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (letter != theirs))
    return row[-1]


def _only_here(
    articles: Sequence[Article], sentences: Sequence[list[list[str]]], names: dict[str, _Name], small: set[str]
) -> list[OnlyHere]:
    found = []
    for number, article in enumerate(articles):
        own: dict[str, str] = {}
        for sentence in sentences[number]:
            for run in _runs(sentence, small):
                last = run[-1]
                if last in names and names[last].articles == {number} and len(run) > len(own.get(last, "").split()):
                    own[last] = " ".join(run)
        others = {word for word, name in names.items() if name.articles - {number}}
        kept = [name for last, name in own.items() if not any(_are_near(last, other, "") for other in others)]
        if kept:
            found.append(OnlyHere(article, kept[:MOST_NAMES]))
    return found


def _runs(sentence: list[str], small: set[str]) -> Iterator[list[str]]:
    """Words with capital letters that stand together, two at least: an office and a name, or a whole name."""
    run: list[str] = []
    for word in [*sentence, ""]:
        if word[:1].isupper() or (run and word in _PARTICLES):
            run.append(word)
            continue
        while run and run[-1] in _PARTICLES:
            run.pop()
        # The first word of a sentence has a capital letter, whatever it is.
        if run and run[0] is sentence[0] and run[0].lower() in small:
            run = run[1:]
        if len(run) > 1:
            yield run
        run = []
