"""Reads a news or advocacy page that somebody copied as plain text."""

from campaign.articles.page import Page
from campaign.articles.readers import (
    body,
    bylines,
    doubts,
    furniture,
    keypoints,
    languages,
    letters,
    lines,
    lists,
    marks,
    masthead,
    related,
    sections,
    todo,
)
from campaign.articles.readers.lines import Line
from campaign.articles.readers.sections import Section
from campaign.errors import Refused
from campaign.i18n import gettext

MOST_LINES = 20_000


class TooManyLines(Refused):
    """The document is no article: nothing in print has so many paragraphs."""


def read(text: str) -> Page:
    """The article, and where the page has them its opinion, action, to-do list, letters and related headlines.

    What an editor must look at is in `warnings`. Raises NoHeadline and TooManyLines.
    """
    found = lines.read(text)
    if len(found) > MOST_LINES:
        message = gettext("This document has more than %(most)s lines. Leave only the article and what belongs to it.")
        raise TooManyLines(message % {"most": MOST_LINES}, field="document")
    parts = sections.split(found)
    head = masthead.read(sections.lines_of(parts, "article"))
    page = _page(head, body.read(head.rest))
    page.source_text = text.encode("utf-8", "replace").decode().replace("\0", "�")
    offered = add_sections(page, parts)
    page.language = languages.guess(" ".join(page.paragraphs[:20]) or page.headline)
    page.warnings = doubts.find(page, head.stamp, offered)
    return page


def add_sections(page: Page, parts: list[Section]) -> list[letters.Found]:
    """Give a page what stands under its headings: opinion, action, to-do list, letters, related headlines.

    Returns the letters as they were found, with the blanks that nobody knows how to fill.
    """
    page.opinion, page.opinion_author = _opinion(_content(parts, "opinion"))
    page.action = _markdown(_content(parts, "action"))
    suggestions = todo.read(_content(parts, "todo"))
    page.todo_intro = "\n\n".join(suggestions.intro)
    page.todo = suggestions.items
    offered = [*suggestions.letters, *_letters(parts)]
    page.letters = [found.letter for found in offered]
    page.related = [item for section in sections.named(parts, "related") for item in related.read(section)]
    return offered


def _page(head: masthead.Masthead, article: body.Body) -> Page:
    return Page(
        headline=head.headline,
        outlet=head.outlet,
        url=head.url,
        published_at=head.stamp.moment if head.stamp else None,
        byline=head.byline,
        dateline=article.dateline,
        agency=article.agency,
        categories=head.categories,
        article=article.blocks,
        key_points=article.key_points,
        images=article.images,
    )


def _content(parts: list[Section], name: sections.Name) -> list[Line]:
    found = sections.lines_of(parts, name)
    # “- Share on social media” asks readers for something; “Share” alone is a button.
    return [line for line in found if lists.read(line.text) or not furniture.is_furniture(line)]


def _opinion(found: list[Line]) -> tuple[list[str], str]:
    """The paragraphs of an opinion and who signs it: a byline above or below it, or the label of a machine."""
    author = ""
    kept = []
    for index, line in enumerate(found):
        at_edge = index < 2 or index == len(found) - 1
        who = (bylines.read(line.text) or keypoints.label(line.text)) if at_edge else ""
        author = author or who
        if not who:
            kept.append(line)
    return _markdown(kept), author


def _markdown(found: list[Line]) -> list[str]:
    """Paragraphs of Markdown; the items of a list stay together in one."""
    paragraphs: list[list[str]] = []
    listed = False
    for line in found:
        item = lists.read(line.text)
        if item is not None and item.style == "letter":
            item = None
        text = marks.markdown(item.text if item else line.text)
        if not text:
            continue
        mark = lists.mark(item)
        if mark and listed:
            paragraphs[-1].append(f"{mark}{text}")
        else:
            paragraphs.append([f"{mark}{text}"])
        listed = bool(mark)
    return ["\n".join(parts) for parts in paragraphs]


def _letters(parts: list[Section]) -> list[letters.Found]:
    """Sample letters that stand under headings of their own."""
    found = []
    for section in sections.named(parts, "letter"):
        kept = [Line(text, line.indent, line.gap) for line in section.lines if (text := line.text.strip("`~ "))]
        kept = [line for line in kept if not furniture.is_furniture(line)]
        if kept:
            found.append(letters.read(kept, title=section.title, label=section.title, about=section.title))
    return found
