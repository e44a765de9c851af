"""Which of the lines above an article is its headline, and what the others are."""

import re
from dataclasses import dataclass, replace

from campaign.articles.readers import bylines, keypoints, lists, marks, sentences, stamps
from campaign.articles.readers.lines import Line
from campaign.text import fold

LONGEST = 250  # characters of a headline
_COMPARED = 40  # lines above an article among which it may be repeated

_TITLE_TAIL = re.compile(r"\s(?P<mark>[|\-–—·])\s(?P<outlet>[^|]{2,60})$")


@dataclass(frozen=True)
class Above:
    """The lines of an article with what is known about the first of them.

    end       how many stand above the first paragraph
    menu_end  how many stand above the last menu
    stamp_at  how many stand above the line with time or byline; 0 when there is none
    """

    lines: list[Line]
    end: int
    menu_end: int = 0
    stamp_at: int = 0


@dataclass(frozen=True)
class Headline:
    """The headline, the outlet printed behind it, and the lines of the article without it and its copies."""

    text: str
    outlet: str
    rest: list[Line]


def take(above: Above) -> Headline | None:
    """The best line above the first paragraph, once; None when no line can be it.

    What stands above it was the site's name or a motto; what stands between it and the time becomes a subhead.
    """
    ranked = [(score, -index) for index in range(above.end) if (score := _score(above, index)) is not None]
    if not ranked:
        return _written_as_sentence(above)
    chosen = -max(ranked)[1]
    headline, outlet = _without_outlet(marks.plain(above.lines[chosen].text).rstrip(" :"))
    rest = []
    for index, line in enumerate(above.lines):
        copied, printed = _copy(line.text, headline)
        outlet = outlet or printed
        if not copied and (index > chosen or (index < above.end and is_summary(line.text))):
            rest.append(_deck(line) if chosen < index < min(above.stamp_at, above.end) else line)
    return Headline(headline, outlet, rest)


def is_summary(text: str) -> bool:
    """True for the lines of key points: their heading, their bullets, their label."""
    return lists.is_bullet(text) or keypoints.is_title(text) or bool(keypoints.label(text))


def _score(above: Above, index: int) -> int | None:
    """How much a line looks like the headline; None when it cannot be one."""
    text = above.lines[index].text
    bare = marks.plain(text)
    if not 2 <= len(bare) <= LONGEST or sum(map(str.isalpha, bare)) < 3 or _is_label(text):
        return None
    score = 10 * _is_repeated(above, index, bare) + 8 * text.startswith("# ") + _length(bare)
    score += 5 * _is_near_stamp(above, index) + 4 * (index >= above.menu_end)
    return score - (bare.endswith("!") and len(bare.split()) < 7) - bare.endswith(",")


def _is_repeated(above: Above, index: int, bare: str) -> bool:
    others = above.lines[: min(above.end, _COMPARED)]
    return index < _COMPARED and sum(_copy(other.text, bare)[0] for other in others) > 1


def _is_near_stamp(above: Above, index: int) -> bool:
    """Above time and byline stand the headline and perhaps its deck, both of some length."""
    between = above.lines[index : above.stamp_at]
    return 0 < len(between) <= 3 and all(_length(line.text) == 6 for line in between[:-1])


def _length(text: str) -> int:
    """A headline has four words or more; names of sites and kickers have fewer."""
    count = len(text.split())
    return 6 if count >= 4 or len(text) >= 30 else 3 if count == 3 else 0


def _is_label(text: str) -> bool:
    if text.endswith((":", "：")) and not text.startswith("#"):
        return True
    return is_summary(text) or bylines.is_agency(text)


def _written_as_sentence(above: Above) -> Headline | None:
    """A headline that ends with a full stop, recognised by the time or the byline, or by its mark."""
    first = above.lines[0].text if above.lines else ""
    known = above.stamp_at == 1 or first.startswith("# ")
    if not known or not 2 < len(first) <= LONGEST or len(above.lines) < 2:
        return None
    headline = marks.plain(first)
    return Headline(headline, "", [line for line in above.lines[1:] if not _copy(line.text, headline)[0]])


def _deck(line: Line) -> Line:
    """A line below the headline that is no whole sentence, marked as a subhead."""
    if sentences.is_finished(line.text) or marks.is_heading(line.text) or is_summary(line.text):
        return line
    return replace(line, text=f"## {line.text}")


def _without_outlet(headline: str) -> tuple[str, str]:
    """“Senate passes farm bill | Capitol Dispatch”, as browsers show pages in a tab."""
    tail = _TITLE_TAIL.search(headline)
    if tail and tail["mark"] == "|" and _length(headline[: tail.start()]) == 6 and stamps.is_name(tail["outlet"]):
        return headline[: tail.start()], stamps.domain(tail["outlet"]) or tail["outlet"]
    return headline, ""


def _copy(text: str, headline: str) -> tuple[bool, str]:
    """Whether a line is the headline again, and the outlet behind it."""
    if len(text) > LONGEST + 80:
        return False, ""
    bare = marks.plain(text)
    if _is_same(bare, headline):
        return True, ""
    tail = _TITLE_TAIL.search(bare)
    if tail and _is_same(bare[: tail.start()], headline):
        return True, stamps.domain(tail["outlet"]) or tail["outlet"]
    return False, ""


def _is_same(one: str, other: str) -> bool:
    return abs(len(one) - len(other)) < 8 and fold(one).strip(" .:") == fold(other).strip(" .:")
