"""Reads feeds: RSS, Atom and JSON Feed."""

from collections.abc import Mapping
from typing import Any

from campaign.articles import child
from campaign.articles.page import Page
from campaign.articles.parsers.caps import MOST_ITEMS
from campaign.articles.readers import described, instants
from campaign.errors import Finding, Refused
from campaign.i18n import gettext, ngettext


class BadItem(Refused):
    """A report of the feed lacks what every report needs; the field names it: “item 3: title”."""


def read(text: str, *, job: str, url: str = "", skips_bad: bool = False) -> list[Page]:
    """Every report of a feed, in its order.

    job: "feed" or "json-feed"; skips_bad: leave out reports that lack something.
    Raises child.Unreadable, and BadItem unless bad ones are skipped.
    """
    feed = child.parse(job, text, url=url)
    pages = []
    seen: dict[str, int] = {}
    for number, item in enumerate(feed["items"], 1):
        try:
            _check(item, number, seen)
            pages.append(_page(feed, item))
        except Refused as error:
            if not skips_bad:
                raise _named(error, number) from error
    if not pages:
        raise BadItem(gettext("No report of this feed has a title, a link and a date that can be read."), field="feed")
    if feed["left_out"]:
        pages[0].warnings.append(_left_out(feed["left_out"]))
    return pages


def newest(text: str, *, job: str, url: str = "") -> Page:
    """The newest report of a feed, or its first where none says when it appeared. Raises as `read`."""
    pages = read(text, job=job, url=url, skips_bad=True)
    page = max(pages, key=lambda page: page.published_at.timestamp() if page.published_at else float("-inf"))
    if len(pages) > 1:
        message = ngettext(
            "The feed has %(num)s more report. Import the whole feed to have it, too.",
            "The feed has %(num)s more reports. Import the whole feed to have them, too.",
            len(pages) - 1,
        )
        page.warnings.append(Finding("more-reports", message, "document", blocks=False))
    return page


def _check(item: Mapping[str, Any], number: int, seen: dict[str, int]) -> None:
    if not item["headline"]:
        raise BadItem(gettext("The report has no title. Give it one, or skip bad reports."), field="title")
    if not item["url"]:
        raise BadItem(gettext("The report has no link. Give it one, or skip bad reports."), field="link")
    stamp = instants.read(item["time"]) if item["time"] else None
    if item["time"] and (stamp is None or stamp.day is None):
        message = gettext("“%(time)s” is not a day of the calendar. Correct it, or skip bad reports.")
        raise BadItem(message % {"time": item["time"][:60]}, field="date")
    for key in (item["id"], item["url"] + "\n" + "\n".join(block["text"] for block in item["blocks"])):
        if key and seen.setdefault(key, number) != number:
            message = gettext("The report stands in the feed twice, first as number %(first)s. Skip bad reports.")
            raise BadItem(message % {"first": seen[key]}, field="id")


def _named(error: Refused, number: int) -> BadItem:
    where = gettext("item %(number)s", number=number)
    return BadItem(f"{where}: {error.message}", field=error.field and f"item {number}: {error.field}")


def _page(feed: Mapping[str, Any], item: Mapping[str, Any]) -> Page:
    found = {
        "headline": item["headline"],
        "outlet": item["outlet"] or feed["title"],
        "urls": [item["url"]],
        "times": [item["time"]] if item["time"] else [],
        "authors": [{"name": name, "is_person": True} for name in item["authors"]],
        "sections": item["sections"][:5],
        "language": item["language"] or feed["language"],
        "licences": [item["licence"], feed["licence"]],
        "pictures": item["pictures"],
        "blocks": item["blocks"],
    }
    source = "\n\n".join([item["headline"], item["url"], *(block["text"] for block in item["blocks"])])
    page = described.page(found, source=source)
    if not item["is_whole"] and page.paragraphs:
        message = gettext("The feed holds only the beginning of this report. Paste the rest, or import its address.")
        page.warnings.append(Finding("only-summary", message, "article", blocks=False))
    return page


def _left_out(number: int) -> Finding:
    message = ngettext(
        "%(num)s older report of the feed was left out: one import takes %(most)s.",
        "%(num)s older reports of the feed were left out: one import takes %(most)s.",
        number,
        most=MOST_ITEMS,
    )
    return Finding("reports-left-out", message, "document", blocks=False)
