"""Atom 1.0 documents (RFC 4287), written by an XML library: no text can break out of its element."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from lxml import etree

NAMESPACE = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
TYPE = "application/atom+xml"
# XML knows no way to write these.
IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Term:
    """A subject, or a kind of entry; `scheme` says which."""

    term: str
    scheme: str
    label: str = ""


@dataclass(frozen=True)
class Entry:
    """One entry. html: safe HTML; via: where it was first published, when that is elsewhere."""

    id: str
    title: str
    link: str
    updated: datetime
    published: datetime | None = None
    author: str = ""
    language: str = ""
    summary: str = ""
    html: str = ""
    via: str = ""
    terms: Sequence[Term] = field(default_factory=tuple)


@dataclass(frozen=True)
class Feed:
    """A feed. author: of every entry that names none; own: its address; link: the page it belongs to."""

    id: str
    title: str
    author: str
    language: str
    own: str
    link: str
    updated: datetime
    entries: Sequence[Entry]


def written(feed: Feed) -> bytes:
    """The document, in UTF-8."""
    root = etree.Element(_name("feed"), nsmap={None: NAMESPACE})
    root.set(f"{{{XML}}}lang", feed.language.replace("_", "-"))
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _instant(feed.updated))
    _add(_add(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", type=TYPE, href=feed.own)
    _add(root, "link", rel="alternate", type="text/html", href=feed.link)
    for entry in feed.entries:
        _entry(root, entry)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _entry(root: etree._Element, entry: Entry) -> None:
    element = _add(root, "entry")
    if entry.language:
        element.set(f"{{{XML}}}lang", entry.language.replace("_", "-"))
    _add(element, "id", entry.id)
    _add(element, "title", entry.title)
    _add(element, "updated", _instant(entry.updated))
    if entry.published:
        _add(element, "published", _instant(entry.published))
    if entry.author:
        _add(_add(element, "author"), "name", entry.author)
    _add(element, "link", rel="alternate", type="text/html", href=entry.link)
    if entry.via:
        _add(element, "link", rel="via", href=entry.via)
    for term in entry.terms:
        label = {"label": term.label} if term.label else {}
        _add(element, "category", term=term.term, scheme=term.scheme, **label)
    if entry.summary:
        _add(element, "summary", entry.summary)
    if entry.html:
        _add(element, "content", entry.html, type="html")


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, _name(name), {key: _possible(value) for key, value in attributes.items()})
    if text:
        element.text = _possible(text)
    return element


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _possible(text: str) -> str:
    return IMPOSSIBLE.sub("", text)


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
