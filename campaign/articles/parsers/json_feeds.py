"""A JSON Feed as a list of reports. Keys as in https://www.jsonfeed.org/version/1.1/."""

import json
from typing import Any

from campaign.articles.parsers import caps, news_article, pages
from campaign.articles.parsers.caps import TooMuch
from campaign.articles.parsers.feeds import item


def parse(text: str, *, url: str) -> dict[str, Any]:
    """The same as `feeds.parse`. Raises TooMuch."""
    try:
        given = news_article.loads(text)
    except json.JSONDecodeError as error:
        raise TooMuch("broken", line=error.lineno, column=error.colno) from error
    if not isinstance(given, dict) or not isinstance(given.get("items"), list):
        raise TooMuch("no-feed")
    entries = [entry for entry in given["items"] if isinstance(entry, dict)]
    if not entries:
        raise TooMuch("no-items")
    authors = _authors(given)
    return {
        "title": news_article.line(given.get("title")),
        "url": news_article.line(given.get("home_page_url")) or url,
        "language": news_article.line(given.get("language")),
        "licence": "",
        "items": [_entry(entry, authors) for entry in entries[: caps.MOST_ITEMS]],
        "left_out": max(0, len(entries) - caps.MOST_ITEMS),
    }


def _entry(entry: dict[str, Any], authors: list[str]) -> dict[str, Any]:
    line = news_article.line
    html, text, summary = (_whole(entry.get(key)) for key in ("content_html", "content_text", "summary"))
    image = line(entry.get("image") or entry.get("banner_image"))
    tags = entry.get("tags")
    return item(
        id=str(entry.get("id") or "")[:500],
        headline=line(entry.get("title")),
        url=line(entry.get("url") or entry.get("external_url")),
        time=line(entry.get("date_published") or entry.get("date_modified")),
        authors=_authors(entry) or authors,
        sections=[line(tag) for tag in tags if line(tag)] if isinstance(tags, list) else [],
        language=line(entry.get("language")),
        pictures=[{"url": image, "caption": "", "credit": ""}] if image else [],
        blocks=pages.parse_fragment(html) if html else _paragraphs(text or summary),
        is_whole=bool(html or text),
    )


def _paragraphs(text: str) -> list[dict[str, str]]:
    # Text, whatever it looks like: "<" is no mark here.
    return [{"kind": "paragraph", "text": part} for lines in text.split("\n\n") if (part := " ".join(lines.split()))]


def _authors(given: dict[str, Any]) -> list[str]:
    listed = given.get("authors")
    return news_article.names(listed if isinstance(listed, list) else given.get("author"))


def _whole(value: Any) -> str:
    return value if isinstance(value, str) else ""
