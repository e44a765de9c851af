"""What a person types into a search box, as something that can be looked for: words, "phrases", -without.

Nothing typed here reaches a database's own query language: what leaves is letters and digits, each word in quotes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign import words

LONGEST = 500  # characters that are looked at
MOST = 12  # words or phrases to look for; as many to leave out
MOST_VARIANTS = 12  # of one word

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂「」『』", '"'))
_DASHES = str.maketrans(dict.fromkeys("‐‑−－", "-"))
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]+)"|(?P<word>[^\s"]+))')
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b", re.IGNORECASE)  # who looks for “the mayor’s” means the mayor
_ARTICLE = "ال"  # “the” in Arabic, written as part of the word
_LATIN = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True)
class Term:
    """Words that stand side by side; mostly one. is_beginning: the last of them may go on."""

    words: tuple[str, ...]
    is_beginning: bool = False


@dataclass(frozen=True)
class Query:
    """`all`: of each group one must be there; `without`: none of these may be. typed: as it was understood."""

    all: tuple[tuple[Term, ...], ...] = ()
    without: tuple[Term, ...] = ()
    typed: str = ""

    def __bool__(self) -> bool:
        return bool(self.all)

    @property
    def terms(self) -> list[Term]:
        return [term for group in self.all for term in group]


@dataclass(frozen=True)
class SameWords:
    """What a site's people call the same thing, in any language: from words to all the ways to say it."""

    groups: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        return max(map(len, self.groups), default=1)


NONE = SameWords()


def same_words(lists: Sequence[Sequence[str]]) -> SameWords:
    """lists: each has the ways to say one thing. A word that stands in two lists means both."""
    groups: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for ways in lists:
        forms = tuple(dict.fromkeys(form for way in ways if (form := _form(way))))
        for form in forms:
            groups[form] = tuple(dict.fromkeys((*groups.get(form, ()), *forms)))
    return SameWords(groups)


def parse(typed: str, same: SameWords = NONE) -> Query:
    """What somebody typed. Never refuses: what has no word in it gives an empty query."""
    text = _POSSESSIVE.sub("", typed[:LONGEST].translate(_QUOTES).translate(_DASHES))
    wanted: list[Term] = []
    without: list[Term] = []
    for match in _PIECE.finditer(text):
        terms = list(_terms(match["phrase"] or match["word"], is_phrase=bool(match["phrase"])))
        (without if match["minus"] else wanted).extend(terms)
    groups = list(dict.fromkeys(_groups(wanted, same)))[:MOST]
    return Query(tuple(groups), tuple(dict.fromkeys(without))[:MOST], typed=text.replace("\0", "").strip())


def variants(word: str) -> list[str]:
    """Other forms in which the same word is likely to stand: one or many, with the Arabic article or without.

    >>> variants("bridges")
    ['bridge', 'bridg', 'bridgess']
    >>> variants("الدستور")
    ['دستور']
    """
    if _LATIN.fullmatch(word):
        found = []
        if word.endswith("ies") and len(word) > 4:
            found.append(word[:-3] + "y")
        if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
            found.append(word[:-1])
        if word.endswith("es") and len(word) > 4:
            found.append(word[:-2])
        if word.endswith("y"):
            found.append(word[:-1] + "ies")
        return [*found, word + ("es" if word.endswith(("ss", "x", "ch", "sh")) else "s")]
    if "\u0620" <= word[:1] <= "\u06d3" and len(word) > 2:
        return [word[2:]] if word.startswith(_ARTICLE) and len(word) > 4 else [_ARTICLE + word]
    return []


def _form(text: str) -> tuple[str, ...]:
    return tuple(word for found, _ in words.asked(text) for word in found)


def _terms(text: str, *, is_phrase: bool) -> Iterator[Term]:
    """A phrase is one term, however many words it has; so is what stands together, as in “half-time”."""
    groups = words.asked(text)
    if not groups:
        return
    if len(groups) == 1:
        yield Term(tuple(groups[0][0]), groups[0][1])
    elif is_phrase or not any(words.is_unspaced(word) for found, _ in groups for word in found):
        yield Term(tuple(word for found, _ in groups for word in found), groups[-1][1])
    else:  # words of several scripts side by side, as in “NATO加盟”
        yield from (Term(tuple(found), is_beginning) for found, is_beginning in groups)


def _groups(terms: list[Term], same: SameWords) -> Iterator[tuple[Term, ...]]:
    """Each term with all that means the same; several words that have one meaning together come first."""
    at = 0
    while at < len(terms):
        for size in range(min(same.longest, len(terms) - at), 0, -1):
            run = terms[at : at + size]
            form = tuple(word for term in run for word in term.words)
            ways = same.groups.get(form) or (_variant_ways(form, same) if size == 1 else ())
            if ways:
                forms = dict.fromkeys((form, *ways))
                yield tuple(dict.fromkeys(term for way in forms for term in (Term(way), *_varied(way))))
                at += size
                break
        else:
            yield tuple(dict.fromkeys((terms[at], *_varied(terms[at].words))))
            at += 1


def _variant_ways(form: tuple[str, ...], same: SameWords) -> tuple[tuple[str, ...], ...]:
    """Who types “senators” means the list with “senator”."""
    if len(form) != 1:
        return ()
    return next((same.groups[(word,)] for word in variants(form[0]) if (word,) in same.groups), ())


def _varied(form: tuple[str, ...]) -> list[Term]:
    return [Term((word,)) for word in variants(form[0])][:MOST_VARIANTS] if len(form) == 1 else []
