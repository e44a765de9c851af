"""A report that describes itself, in a web page's code, in JSON or in a feed, as a Page."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from campaign import weblinks
from campaign.articles import licences
from campaign.articles.page import Page, Picture
from campaign.articles.readers import (
    body,
    bylines,
    doubts,
    instants,
    languages,
    lines,
    pictures,
    sections,
    stamps,
    text,
)
from campaign.articles.readers.lines import Line, joined
from campaign.articles.readers.masthead import NoHeadline
from campaign.articles.readers.sections import Section
from campaign.i18n import gettext
from campaign.text import clean, fold

# As many characters as an Article keeps.
_LONGEST = {"headline": 300, "outlet": 200, "byline": 300, "dateline": 200, "agency": 100, "licence": 100}
_OWN = {"opinion", "action", "todo"}
_TAIL = re.compile(r"\s+[|·•–—-]\s+|\s*\|\s*|\s+::\s+")
_LICENCE = re.compile(
    r"https?://creativecommons\.org/(?:licenses/(?P<kind>[a-z-]{2,8})|publicdomain/(?P<free>zero|mark))/(?P<version>\d\.\d)"
)


def page(found: Mapping[str, Any], *, source: str) -> Page:
    """The page that a parser's findings (see campaign.articles.parsers.describing) describe.

    source: the document, kept as it came. Raises NoHeadline.
    """
    url = _address(found.get("urls", []))
    outlet = found.get("outlet") or _host(url)
    headline = _headline(found, outlet)
    if not headline:
        message = gettext("The document names no headline. Put it in <h1>, “headline” or “title”, or paste the text.")
        raise NoHeadline(message, field="document")
    parts = _parts(_lines(found["blocks"], found.get("pictures", []), headline))
    article = body.read(sections.lines_of(parts, "article"))
    stamp = instants.best(found.get("times", []), outlet=stamps.domain(outlet) or _host(url))
    byline, agency = _people(found, outlet)
    read = Page(
        headline=headline,
        outlet=outlet,
        url=url,
        published_at=stamp.moment if stamp else None,
        byline=byline,
        dateline=found.get("dateline") or article.dateline,
        agency=agency or article.agency,
        licence=_licence(found.get("licences", [])),
        categories=list(dict.fromkeys(joined(name)[:120] for name in found.get("sections", [])))[:10],
        article=article.blocks,
        key_points=article.key_points,
        images=[*_pictures(found.get("pictures", [])), *article.images],
    )
    for name, most in _LONGEST.items():
        setattr(read, name, _short(joined(getattr(read, name)), most))
    offered = text.add_sections(read, parts)
    read.language = _language(found.get("language", "")) or languages.guess(" ".join(read.paragraphs[:20]) or headline)
    read.source_text = clean(source).replace("\0", "�")
    read.warnings = doubts.find(read, stamp, offered)
    return read


def _lines(blocks: Sequence[Mapping[str, str]], images: Sequence[Mapping[str, str]], headline: str) -> list[Line]:
    """The text's lines without the headline above it and without the captions of pictures."""
    captions = {fold(joined(image[key])) for image in images for key in ("caption", "credit") if image[key]}
    found: list[Line] = []
    for block in blocks:
        line = lines.tidy(lines.visible(block["text"]))
        if not line or fold(line) in captions or (not found and fold(line) == fold(headline)):
            continue
        marked = {"subhead": f"## {line}", "item": f"- {line}"}.get(block["kind"], line)
        found.append(Line(marked, gap=True, kind=block["kind"]))
    return found


def _parts(found: list[Line]) -> list[Section]:
    """What the headings divide. A newspaper's “What to do” is no to-do list, so two parts of a campaign must stand."""
    parts = sections.split(found)
    if len(_OWN & {part.name for part in parts}) > 1:
        return parts
    return [_as_article(part) if part.name != "related" else part for part in parts]


def _as_article(part: Section) -> Section:
    heading = [Line(f"## {part.title}", gap=True, kind="subhead")] if part.title else []
    return Section("article", lines=[*heading, *part.lines])


def _headline(found: Mapping[str, Any], outlet: str) -> str:
    """Without the outlet's name that windows show behind it."""
    headline = joined(found.get("headline", ""))
    own = {fold(outlet), fold(_host(next(iter(found.get("urls", [])), "")))}
    headings = [joined(heading) for heading in found.get("headings", [])]
    parts = _TAIL.split(headline)
    shorter = joined(headline[: len(headline) - len(parts[-1])]).rstrip(" |·•–—-:")
    if len(parts) > 1 and shorter and (fold(parts[-1]) in own or shorter in headings):
        return shorter
    return headline


def _people(found: Mapping[str, Any], outlet: str) -> tuple[str, str]:
    """Who wrote it, and the agency that sent it. The outlet itself is no author."""
    authors = found.get("authors", [])
    agencies = [
        name for name in (*found.get("agencies", []), *(who["name"] for who in authors)) if bylines.is_agency(name)
    ]
    names = [
        joined(who["name"])
        for who in authors
        if not bylines.is_agency(who["name"]) and fold(who["name"]) != fold(outlet) and len(who["name"]) < 120
    ]
    printed = next((_byline(line) for line in found.get("bylines", []) if _byline(line)), "")
    return ", ".join(dict.fromkeys(name for name in names if name)) or printed, next(iter(agencies), "")


def _byline(printed: str) -> str:
    return bylines.read(printed) or (printed if stamps.is_name(printed) else "")


def _pictures(found: Sequence[Mapping[str, str]]) -> list[Picture]:
    """Credits stand in captions, too: “The quay at dawn (AFP)”."""
    read = []
    for image in found:
        caption, credit = joined(image["caption"]), joined(image["credit"])
        inline = pictures.read(Line(caption), None) if caption and not credit else None
        if inline and inline[0].credit:
            caption, credit = inline[0].caption, inline[0].credit
        label = pictures.read(Line(credit), None) if credit else None
        credit = label[0].credit if label and label[0].credit and not label[0].caption else credit
        url = image["url"] if weblinks.is_page(image["url"]) and len(image["url"]) <= 2000 else ""
        read.append(Picture(_short(caption, 1000), _short(credit, 300), url))
    return read


def _licence(found: Sequence[str]) -> str:
    """The name of a licence that lets everybody show the whole text; "" for terms of use and the like."""
    for text_ in found:
        match = _LICENCE.match(text_)
        if match:
            if match["free"]:
                return "Public domain" if match["free"] == "mark" else "CC0 1.0"
            return licences.known(f"CC {match['kind']} {match['version']}")
    return ""


def _address(urls: Sequence[str]) -> str:
    """The first that leads to a page of its own."""
    whole = [url for url in urls if weblinks.is_page(url) and len(url) <= 2000]
    return next((url for url in whole if not weblinks.is_front_page(url)), "")


def _host(url: str) -> str:
    return weblinks.host(url) if url else ""


def _language(code: str) -> str:
    match = re.match(r"([a-zA-Z]{2,3})(?![a-zA-Z])", code.strip())
    return match[1].lower() if match else ""


def _short(value: str, most: int) -> str:
    return value if len(value) <= most else value[: most - 1].rstrip() + "…"
