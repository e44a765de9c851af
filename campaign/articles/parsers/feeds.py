"""A feed in RSS 0.9x, 1.0, 2.0 or Atom as a list of reports."""

import calendar
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from campaign.articles.parsers import caps, pages
from campaign.articles.parsers.caps import TooMuch

_ENCODING = re.compile(r"(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
# The parser would take the caption of a picture for the report itself.
_CAPTION = re.compile(r"(</?)media:description\b")
_ENDS = ("</rss>", "</feed>", "</rdf:RDF>", "</RDF>")


def parse(text: str, *, url: str) -> dict[str, Any]:
    """The feed's title, address and items, as many as `caps.MOST_ITEMS`. Raises TooMuch.

    An item: see `item`. url: where the feed is from; its relative addresses start there.
    """
    caps.check(text, is_html=False)
    # Decoded before, so what it says about its encoding is not true any more.
    text = _CAPTION.sub(r"\1media:caption", _ENCODING.sub(r"\1", text, count=1))
    data = BytesIO(text.encode("utf-8", "replace"))
    # A stream, never the text: a text that looks like an address or a file's name would be opened.
    read = feedparser.parse(
        data,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,  # only text is taken out of it
        resolve_relative_uris=False,
    )
    _refuse_broken(text, read)
    feed = read.feed
    items = [_entry(entry) for entry in read.entries[: caps.MOST_ITEMS]]
    return {
        "title": _text(feed.get("title")),
        "url": feed.get("link", ""),
        "language": feed.get("language", ""),
        "licence": feed.get("license", "") or feed.get("rights", ""),
        "items": items,
        "left_out": max(0, len(read.entries) - caps.MOST_ITEMS),
    }


def item(**values: Any) -> dict[str, Any]:
    """One report of a feed, whatever kind of feed it was: texts, and lists of texts."""
    empty: dict[str, Any] = {"id": "", "headline": "", "url": "", "time": "", "authors": [], "sections": [],
                             "language": "", "outlet": "", "licence": "", "pictures": [], "blocks": [],
                             "is_whole": False}  # fmt: skip
    return empty | values


def _refuse_broken(text: str, read: Any) -> None:
    if not read.version:
        raise TooMuch("no-feed")
    error = read.get("bozo_exception")
    is_cut = not text.rstrip()[-200:].rstrip().endswith(_ENDS)
    if hasattr(error, "getLineNumber") and (is_cut or not read.entries):
        raise TooMuch("broken", line=error.getLineNumber(), column=(error.getColumnNumber() or 0) + 1)
    if not read.entries:
        raise TooMuch("no-items")


def _entry(entry: Any) -> dict[str, Any]:
    contents = [content.get("value", "") for content in entry.get("content", [])]
    whole = max(contents, key=len, default="")
    summary = entry.get("summary", "")
    html = whole if len(whole) >= len(summary) else summary
    source = entry.get("source") or {}
    return item(
        id=entry.get("id", ""),
        headline=_text(entry.get("title")),
        url=entry.get("link", ""),
        time=_time(entry),
        authors=[name for author in entry.get("authors", []) if (name := _text(author.get("name")))],
        sections=[term for tag in entry.get("tags", []) or [] if (term := _text(tag.get("label") or tag.get("term")))],
        language=(entry.get("title_detail") or {}).get("language") or "",
        outlet=_text(source.get("title")) or _text(entry.get("publisher")),
        licence=entry.get("license", ""),
        pictures=_pictures(entry),
        blocks=pages.parse_fragment(html),
        is_whole=bool(whole),
    )


def _time(entry: Any) -> str:
    """As ISO 8601 where it was understood; else as printed."""
    for name in ("published", "created", "updated"):
        printed, parsed = entry.get(name), entry.get(f"{name}_parsed")
        if parsed:
            try:
                moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
            except (ValueError, OverflowError, OSError):
                return str(printed)
            return _as_printed(str(printed), moment)
        if printed:
            return str(printed)
    return ""


def _as_printed(printed: str, moment: datetime) -> str:
    """With the zone that stands in the feed, which the parser has forgotten."""
    zone = re.search(r"(?:([+-])(\d\d):?(\d\d)|\b(Z|GMT|UTC?))\s*(?:\([^)]*\))?$", printed.strip())
    if not zone and re.fullmatch(r"\d{4}-\d\d-\d\d", printed.strip()):
        return printed.strip()
    if zone and zone[1]:
        minutes = (int(zone[2]) * 60 + int(zone[3])) * (1 if zone[1] == "+" else -1)
        local = datetime.fromtimestamp(moment.timestamp() + minutes * 60, UTC).replace(tzinfo=None)
        return f"{local.isoformat()}{zone[1]}{zone[2]}:{zone[3]}"
    return (
        moment.isoformat() if zone or re.search(r"\b[ECMP][SD]T$", printed) else moment.replace(tzinfo=None).isoformat()
    )


def _pictures(entry: Any) -> list[dict[str, str]]:
    found = []
    credit = next((_text(part.get("content")) for part in entry.get("media_credit", []) if part.get("content")), "")
    for media in [*entry.get("media_content", []), *entry.get("enclosures", [])]:
        kind = media.get("type") or media.get("medium") or ""
        url = media.get("url") or media.get("href") or ""
        if url and kind.startswith("image"):
            found.append({"url": url, "caption": _text(entry.get("media_caption")), "credit": credit})
    return list({picture["url"]: picture for picture in found}.values())[:5]


def _text(value: Any) -> str:
    """A text in one line, without marks."""
    if not isinstance(value, str):
        return ""
    return (
        " ".join(block["text"] for block in pages.parse_fragment(value))
        if "<" in value or "&" in value
        else " ".join(value.split())
    )
