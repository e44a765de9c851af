"""The one sanitiser. Whatever is printed unescaped on any page came from here."""

import re

import nh3
from flask import Flask
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "h3", "h4", "a", "code", "pre", "hr"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto"}
LONGEST = 200_000  # characters; longer texts are refused where they come in
DEEPEST = 64  # a sanitiser needs quadratic time on deeply nested elements

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
_TAG = re.compile(r"<(/?)[a-zA-Z]")


def init_app(app: Flask) -> None:
    """Templates get the filter `markdown`."""
    app.jinja_env.filters["markdown"] = from_markdown


def from_markdown(text: str) -> Markup:
    """An organiser's Markdown as safe HTML. Raw HTML in it shows as typed; headings start at h3."""
    html = _markdown.render(text[:LONGEST])
    html = re.sub(r"<(/?)h[12]>", r"<\1h3>", html)
    html = re.sub(r"<(/?)h[56]>", r"<\1h4>", html)
    return _cleaned(html)


def plain(text: str) -> str:
    """Markdown as plain text, for descriptions and mails."""
    html = _markdown.render(text[:LONGEST])
    return re.sub(r"\s+", " ", nh3.clean(_shallow(html), tags=set()).replace("&amp;", "&")).strip()


def _cleaned(html: str) -> Markup:
    cleaned = nh3.clean(
        _shallow(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
        attribute_filter=_filtered,
    )
    return Markup(cleaned)  # noqa: S704  # this is the sanitiser


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    # "//host/…" takes the page's own scheme and leads off the site without looking like it.
    return None if value.lstrip().startswith(("//", "\\", "/\\")) else value


def _shallow(html: str) -> str:
    depth = 0
    for match in _TAG.finditer(html):
        depth += -1 if match.group(1) else 1
        if depth > DEEPEST:
            return re.sub(r"<[^>]*>", " ", html)
    return html
