"""What stands above an article: headline, outlet, time, byline, categories. The rest of the lines is the body."""

import re
from dataclasses import dataclass, field

from campaign.articles.readers import bylines, keypoints, lists, marks, stamps
from campaign.articles.readers.furniture import is_frame, is_menu
from campaign.articles.readers.lines import Line
from campaign.articles.readers.sentences import is_prose
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.text import fold

LONGEST = 250  # characters of a headline
NEAR = 6  # lines below the first paragraph among which a byline may still stand

_CATEGORIES = re.compile(
    r"(?:categor(?:y|ies)|tags?|topics?|filed under|posted in|sections?|subjects?|rubriques?|catégories?|kategorien?|"
    r"themen|ressort|categorías?|temas|categorie|categorias?)\s*[:：]\s*(?P<names>\S.*)",
    re.IGNORECASE,
)
_URL = re.compile(
    r"(?:(?:url|link|source|original|read (?:it )?at|quelle|fuente)\s*:\s*)?(?P<url>https?://[^\s<>\"]{4,1900})",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"(?:source|outlet|published by|publisher|from|originally (?:published|appeared) (?:in|on|at)|"
    r"quelle|fuente|via)\s*:?\s+(?P<name>\S.{1,80})",
    re.IGNORECASE,
)
_TITLE_TAIL = re.compile(r"\s[|\-–—·]\s(?P<outlet>[^|]{2,60})$")


class NoHeadline(Refused):
    """Nothing in the document reads as a headline."""


@dataclass
class Masthead:
    """What was found above the article, and the lines that are left for its body."""

    headline: str = ""
    outlet: str = ""
    url: str = ""
    byline: str = ""
    categories: list[str] = field(default_factory=list)
    stamp: stamps.Stamp | None = None
    rest: list[Line] = field(default_factory=list)


def read(lines: list[Line]) -> Masthead:
    """Take the lines above an article apart. Raises NoHeadline."""
    head = Masthead()
    menu_end = stamp_at = 0
    prose_at: int | None = None
    for line in lines:
        if prose_at is None and is_prose(line.text) and not lists.is_bullet(line.text):
            prose_at = len(head.rest)
        early = prose_at is None or len(head.rest) - prose_at < NEAR
        if prose_at is None and is_menu(line.text):
            menu_end = len(head.rest)
        if is_frame(line):
            continue
        if _note(head, line, early=early):
            stamp_at = stamp_at or len(head.rest)
        else:
            head.rest.append(line)
    end = len(head.rest) if prose_at is None else prose_at
    _take_headline(head, end, menu_end, stamp_at)
    return head


def _note(head: Masthead, line: Line, *, early: bool) -> bool:
    """Keep what a line says about the article as a whole. False when it is a line of the article."""
    if len(line.text) > stamps.LONGEST * 2:
        return False
    text = marks.plain(line.text)
    categories = _CATEGORIES.fullmatch(text)
    if categories:
        head.categories = head.categories or _names(categories["names"])
        return True
    stamp = stamps.read(text, outlet=head.outlet)
    if stamp:
        _keep(head, stamp)
        return True
    if not early:
        return False
    url = _URL.fullmatch(text)
    if url:
        head.url = head.url or url["url"]
        return True
    byline = bylines.read(text)
    if byline:
        _keep_byline(head, byline)
        return True
    return _note_outlet(head, text)


def _note_outlet(head: Masthead, text: str) -> bool:
    source = _SOURCE.fullmatch(text)
    name = source["name"].strip(" .") if source and not text.endswith((".", "?", "!")) else text
    found = stamps.domain(name) if "." in name else ""
    if found or (source and ":" in text[: source.start("name")]):
        head.outlet = head.outlet or found or name
        return True
    return False


def _keep(head: Masthead, stamp: stamps.Stamp) -> None:
    """The first time of appearing counts; a time of changing only where there is no other."""
    head.outlet = head.outlet or stamp.outlet
    if stamp.byline:
        _keep_byline(head, stamp.byline)
    if head.stamp is None or (head.stamp.is_update and not stamp.is_update):
        head.stamp = stamp


def _keep_byline(head: Masthead, byline: str) -> None:
    """“Jane Doe | Harbour Times” or “Jane Doe, example.org”: the second part is the outlet."""
    names, _, outlet = re.sub(r"\s[-–—]\s|\s?[·•]\s?", "|", byline).partition("|")
    head.byline = head.byline or names.strip(" ,")
    head.outlet = head.outlet or stamps.domain(outlet.strip()) or outlet.strip()


def _names(text: str) -> list[str]:
    separator = next((mark for mark in (";", "|", "·", "•", "،", "、") if mark in text), ",")
    return list(dict.fromkeys(name for part in text.split(separator) if (name := marks.plain(part).strip(" .#"))))


def _take_headline(head: Masthead, end: int, menu_end: int, stamp_at: int) -> None:
    """The best line above the first paragraph. What stands above it was the site's name or a motto."""
    ranked = [
        (score, -index)
        for index in range(end)
        if (score := _score(head.rest, index, end, menu_end, stamp_at)) is not None
    ]
    if not ranked:
        ranked = _desperate(head)
    if not ranked:
        raise NoHeadline(
            gettext("No headline was found. Put the headline on a line of its own above the article."), field="document"
        )
    chosen = -max(ranked)[1]
    text = head.rest[chosen].text
    head.headline = marks.plain(text).rstrip(" :")
    kept = [line for index, line in enumerate(head.rest) if index > chosen or _is_summary(line, index, end)]
    head.rest = [line for line in kept if not _is_copy(line.text, head)]


def _score(rest: list[Line], index: int, end: int, menu_end: int, stamp_at: int) -> int | None:
    """How much a line looks like the headline; None when it cannot be one."""
    text = rest[index].text
    bare = marks.plain(text)
    if not 2 <= len(bare) <= LONGEST or sum(map(str.isalpha, bare)) < 3 or _is_label(text):
        return None
    same = sum(_is_same(bare, marks.plain(other.text)) for other in rest[:end][:40]) if end < 400 else 1
    score = 10 * (same > 1) + 8 * text.startswith("# ") + _headline_length(bare)
    score += 5 * (index == stamp_at - 1) + 4 * (index >= menu_end)
    return score - (bare.endswith("!") and len(bare.split()) < 7) - bare.endswith(",")


def _headline_length(text: str) -> int:
    """A headline has four words or more; names of sites and kickers have fewer."""
    count = len(text.split())
    return 6 if count >= 4 or len(text) >= 30 else 3 if count == 3 else 0


def _is_label(text: str) -> bool:
    if text.endswith((":", "：")) and not text.startswith("#"):
        return True
    return lists.is_bullet(text) or keypoints.is_title(text) or bool(keypoints.label(text)) or bylines.is_agency(text)


def _desperate(head: Masthead) -> list[tuple[int, int]]:
    """A headline written as a sentence, recognised by the time or the byline below it."""
    first = head.rest[0].text if head.rest else ""
    known = head.stamp or head.byline or first.startswith("# ")
    return [(0, 0)] if known and 2 < len(first) <= LONGEST and len(head.rest) > 1 else []


def _is_summary(line: Line, index: int, end: int) -> bool:
    return index < end and (
        lists.is_bullet(line.text) or bool(keypoints.label(line.text)) or keypoints.is_title(line.text)
    )


def _is_same(one: str, other: str) -> bool:
    return fold(one).strip(" .:") == fold(other).strip(" .:")


def _is_copy(text: str, head: Masthead) -> bool:
    """The headline again, perhaps with the outlet behind it as browsers show it in a tab."""
    if len(text) > LONGEST + 80:
        return False
    bare = marks.plain(text)
    if _is_same(bare, head.headline):
        return True
    tail = _TITLE_TAIL.search(bare)
    if tail and _is_same(bare[: tail.start()], head.headline):
        head.outlet = head.outlet or stamps.domain(tail["outlet"]) or tail["outlet"]
        return True
    return False
