"""What stands above an article: headline, outlet, time, byline, categories. The rest of the lines is the body."""

import re
from dataclasses import dataclass, field

from campaign.articles.readers import bylines, headlines, lists, marks, stamps
from campaign.articles.readers.furniture import is_frame, is_menu
from campaign.articles.readers.lines import Line
from campaign.articles.readers.sentences import is_prose
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.text import fold

NAME = 80  # characters that an outlet's name may have
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
    _take_headline(head, headlines.Above(head.rest, end, menu_end, stamp_at))
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


def _take_headline(head: Masthead, above: headlines.Above) -> None:
    found = headlines.take(above)
    if found is None:
        message = gettext("No headline was found. Put the headline on a line of its own above the article.")
        raise NoHeadline(message, field="document")
    head.headline = found.text
    head.outlet = head.outlet or found.outlet
    outlet = fold(head.outlet)
    # The outlet's name stands alone above many an article.
    head.rest = [line for line in found.rest if len(line.text) > NAME or not outlet or fold(line.text) != outlet]
