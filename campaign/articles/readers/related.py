"""The headlines a page lists below “Related articles”, with outlet, date and link where it prints them."""

import re
from datetime import date

from campaign.articles.page import Related
from campaign.articles.readers import bylines, dates, lists, marks, stamps
from campaign.articles.readers.furniture import is_frame
from campaign.articles.readers.sections import Section

_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\((https?://[^\s()<>]{1,2000})\)")
_PARTS = re.compile(r"\s[—–|·]\s")
_ALONE = re.compile(r"https?://\S{1,2000}")


def read(section: Section) -> list[Related]:
    """The headlines of one section, in order; no more than its heading announces."""
    found: list[Related] = []
    for line in section.lines:
        if is_frame(line):
            continue
        if _ALONE.fullmatch(line.text) and found and not found[-1].url:
            last = found[-1]
            found[-1] = Related(last.headline, last.outlet, line.text, last.published_on)
        elif not section.most or len(found) < section.most:
            item = one(line.text)
            if item:
                found.append(item)
    return found


def one(line: str) -> Related | None:
    """“- [Headline](url) — Outlet, 2025-08-15”; outlet, date and link may be missing."""
    item = lists.read(line)
    text = item.text if item and item.style != "letter" else line
    link = _LINK.search(text)
    if link:
        outlet, day = _source(text[link.end() :].strip(" —–|·-,("))
        return Related(marks.plain(link[1]), outlet, link[2], day)
    parts = _PARTS.split(text)
    tail = parts[-1] if len(parts) > 1 else ""
    outlet, day = _source(tail)
    if tail and (day or stamps.domain(tail) or bylines.is_agency(tail)):
        headline = text[: text.rindex(tail)].rstrip(" —–|·")
        return Related(marks.plain(headline), outlet, "", day)
    headline = marks.plain(text)
    return Related(headline) if re.search(r"\w", headline) else None


def _source(text: str) -> tuple[str, date | None]:
    """Outlet and day in “Harbour Times, 15 August 2025”."""
    day = dates.find(text)
    outlet = text[: day.start] if day else text
    return marks.plain(outlet).strip(" ,;()—–|·-"), day.value if day else None
