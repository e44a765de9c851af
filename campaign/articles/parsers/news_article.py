"""A report as structured data: schema.org NewsArticle in JSON, alone, in a list or @graph, or inside a web page."""

import json
import re
from collections.abc import Iterator
from typing import Any

from campaign.articles.parsers.caps import TooMuch

# https://schema.org/NewsArticle with what it is a kind of and what is a kind of it.
TYPES = frozenset({
    "Article", "NewsArticle", "AnalysisNewsArticle", "AskPublicNewsArticle", "BackgroundNewsArticle",
    "OpinionNewsArticle", "ReportageNewsArticle", "ReviewNewsArticle", "Report", "BlogPosting", "LiveBlogPosting",
    "SocialMediaPosting", "AdvertiserContentArticle", "ScholarlyArticle", "TechArticle",
})  # fmt: skip
_DEEPEST = 40
_MOST = 5_000  # objects looked at
_LONGEST = 2_000  # characters of a value that is no text of an article
_ODD = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?:-->|\]\]>)\s*;?\s*$")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BREAK = re.compile(r"<(?:/p|/h\d|/li|br\s*/?)\s*>|\n\s*\n", re.IGNORECASE)


def parse(text: str) -> list[dict[str, Any]]:
    """What each report in a JSON document says. Raises TooMuch."""
    try:
        given = loads(text)
    except json.JSONDecodeError as error:
        raise TooMuch("broken", line=error.lineno, column=error.colno) from error
    found = [facts(report) | {"blocks": blocks(report)} for report in reports(given)]
    if not found:
        raise TooMuch("no-article")
    return found


def loads(text: str) -> Any:
    """JSON as publishers write it: with line breaks inside strings, or wrapped in comment marks."""
    return json.loads(_ODD.sub("", _ODD.sub("", text)), strict=False)


def reports(given: Any) -> list[dict[str, Any]]:
    """The objects that are news articles, in order; those found inside another report come after it."""
    return [value for value in _objects(given) if kinds(value) & TYPES]


def kinds(value: dict[str, Any]) -> set[str]:
    """The types of an object, without the address of their vocabulary."""
    given = value.get("@type") or value.get("type")
    names = given if isinstance(given, list) else [given]
    return {name.rstrip("/").rpartition("/")[2].rpartition(":")[2] for name in names if isinstance(name, str)}


def facts(report: dict[str, Any]) -> dict[str, Any]:
    """What a report says about itself, as plain texts and lists of texts; "" and [] where it says nothing."""
    publisher = report.get("publisher") or report.get("sourceOrganization") or report.get("provider")
    return {
        "headline": line(report.get("headline") or report.get("name") or report.get("alternativeHeadline")),
        "outlet": next(iter(names(publisher)), ""),
        "agencies": names(report.get("sourceOrganization")) + names(report.get("provider")),
        "urls": [*_addresses(report.get("url")), *_addresses(report.get("mainEntityOfPage"))],
        "times": [line(report.get(key)) for key in ("datePublished", "dateCreated") if line(report.get(key))],
        "authors": [
            author for who in _listed(report.get("author") or report.get("creator")) for author in _author(who)
        ],
        "dateline": line(report.get("dateline")),
        "sections": [line(part) for part in _listed(report.get("articleSection")) if line(part)],
        "language": language(report.get("inLanguage")),
        "licences": [*_addresses(report.get("license")), line(report.get("license"))],
        "pictures": [picture for value in _listed(report.get("image")) if (picture := _picture(value))],
    }


def blocks(report: dict[str, Any]) -> list[dict[str, str]]:
    """The paragraphs of a report that brings its text along."""
    text = report.get("articleBody")
    texts = [part for part in text if isinstance(part, str)] if isinstance(text, list) else [text]
    # Plain text, though some publishers leave their marks in.
    parts = [part for whole in texts if isinstance(whole, str) for part in _paragraphs(whole)]
    return [{"kind": "paragraph", "text": part} for part in parts]


def line(value: Any) -> str:
    """A text in one line; "" for anything else."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return " ".join(_TAG.sub(" ", value[:_LONGEST]).split()) if isinstance(value, str) else ""


def names(value: Any) -> list[str]:
    """The names of people or organisations; addresses are no names."""
    found = [line(part.get("name")) if isinstance(part, dict) else line(part) for part in _listed(value)]
    return [name for name in found if name and "://" not in name]


def language(value: Any) -> str:
    """A language's code as it stands."""
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return line(value)


def _paragraphs(text: str) -> list[str]:
    parts = _BREAK.split(text)
    if len(parts) == 1 and text.count("\n") > 1:
        parts = text.split("\n")
    return [tidied for part in parts if (tidied := " ".join(_TAG.sub(" ", part).split()))]


def _author(who: Any) -> list[dict[str, Any]]:
    is_person = not (isinstance(who, dict) and any("Organization" in kind for kind in kinds(who)))
    return [{"name": name, "is_person": is_person} for name in names(who)]


def _picture(value: Any) -> dict[str, str] | None:
    if isinstance(value, str):
        return {"url": value, "caption": "", "credit": ""} if "://" in value else None
    if not isinstance(value, dict):
        return None
    url = next(iter(_addresses(value.get("url")) + _addresses(value.get("contentUrl")) + _addresses(value)), "")
    credit = line(value.get("creditText"))
    for key in ("creator", "author", "copyrightHolder", "provider"):
        credit = credit or ", ".join(names(value.get(key)))
    credit = credit or line(value.get("copyrightNotice"))
    caption = line(value.get("caption") or value.get("description"))
    return {"url": url, "caption": caption, "credit": credit} if url or caption else None


def _addresses(value: Any) -> list[str]:
    found = []
    for part in _listed(value):
        address = part.get("@id") or part.get("url") if isinstance(part, dict) else part
        if isinstance(address, str) and "://" in address[:10]:
            found.append(address[:_LONGEST].strip())
    return found


def _listed(value: Any) -> list[Any]:
    return value[:100] if isinstance(value, list) else [value] if value else []


def _objects(given: Any) -> Iterator[dict[str, Any]]:
    """All objects, those further out first. Not recursive: a document decides how deep it is."""
    level, seen = [given], 0
    for _ in range(_DEEPEST):
        following: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                seen += 1
                yield value
                following += value.values()
            elif isinstance(value, list):
                following += value
        level = following
        if not level or seen > _MOST:
            return
