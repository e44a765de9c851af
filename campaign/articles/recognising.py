"""Which kind of document a text is, by its content first, and by what was said about it where that leaves a doubt."""

import json
import re
from typing import Literal

from campaign.articles.readers import campaign_file

Kind = Literal["campaign", "page", "feed", "json-feed", "news-article", "text"]

_LEADING = "\ufeff \t\r\n"
_ROOT = re.compile(
    r"(?:\s*<(?:\?[^>]{0,500}\?|!--(?:[^-]|-(?!->)){0,4000}--|!DOCTYPE[^>\[]{0,500}(?=[\[>]))>?)*"
    r"\s*<(?P<name>[a-zA-Z][\w:.-]{0,60})"
)
_PAGE = frozenset({
    "html", "head", "body", "article", "main", "section", "div", "p", "h1", "h2", "h3", "span", "figure", "header",
    "nav", "meta", "title", "link", "script", "style", "table", "ul", "ol", "blockquote", "center", "font",
})  # fmt: skip
_FEED = frozenset({"rss", "feed", "rdf:rdf", "channel"})
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")
_TAGS = re.compile(r"</(?:p|div|article|html|body|h1|h2|section)\s*>", re.IGNORECASE)


def kind(text: str, *, content_type: str = "", filename: str = "") -> Kind:
    """The kind of a text. content_type: as a server said it; filename: as somebody saved it."""
    if campaign_file.is_one(text):
        return "campaign"
    begin = text[:10_000].lstrip(_LEADING)
    if begin[:1] in ("{", "[") and (found := _json(text)):
        return found
    root = _ROOT.match(begin)
    name = root["name"].lower() if root else ""
    if name in _FEED:
        return "feed"
    if name in _PAGE or begin[:14].lower() == "<!doctype html":
        return "page"
    if begin.startswith("<?xml"):
        return "feed"  # which says what is wrong with it
    said = content_type.partition(";")[0].strip().lower()
    is_saved_page = said in ("text/html", "application/xhtml+xml") or filename.lower().endswith((".html", ".htm"))
    return "page" if is_saved_page and (begin.startswith("<") or _TAGS.search(text)) else "text"


def is_markup(data: bytes) -> bool:
    """True for bytes that begin as marked-up text does, in whatever encoding."""
    return data[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")


def _json(text: str) -> Kind | None:
    """None for a text that only begins with a bracket."""
    head = text[:4000]
    if _JSON_FEED.search(head):
        return "json-feed"
    if '"@type"' in text or '"@graph"' in head or '"headline"' in text:
        return "news-article"
    try:
        json.loads(head if len(text) < 4000 else "x")
    except (ValueError, RecursionError):
        is_json = bool(re.match(r"[{\[]\s*[{\[\"]", head)) and head.count('"') > 10
        return "news-article" if is_json else None
    return "news-article"
