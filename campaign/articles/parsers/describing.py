"""What a web page says about itself: JSON-LD, microdata, <meta>, and where these are silent headings and <time>."""

from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from campaign.articles.parsers import news_article

Facts = dict[str, Any]

_MOST_SCRIPTS = 50
_TIMES = (
    "article:published_time", "og:article:published_time", "datepublished", "date", "dc.date.issued", "dc.date",
    "dcterms.created", "dcterms.date", "dcterms.issued", "parsely-pub-date", "sailthru.date", "publish-date",
    "publishdate", "pubdate", "publication_date", "article.published", "cxenseparse:recs:publishtime", "release_date",
)  # fmt: skip
_AUTHORS = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author",
            "cxenseparse:author")  # fmt: skip
_SECTIONS = ("article:section", "parsely-section", "section", "cxenseparse:section")
_LISTS = ("agencies", "urls", "times", "authors", "sections", "licences", "pictures")


def describe(tree: HtmlElement, address: str) -> Facts:
    """All that was found, the surest source first; lists hold what every source says. address: of the page."""
    sources = [*_structured(tree), _microdata(tree), _metas(tree), _visible(tree)]
    together: Facts = {}
    for source in sources:
        for key, value in source.items():
            if key in _LISTS:
                together.setdefault(key, []).extend(value)
            else:
                together[key] = together.get(key) or value
    base = _absolute(next(iter(tree.xpath("//base/@href")), ""), address) or address
    together["urls"] = [
        url for given in (*_canonical(tree), *together["urls"], address) if (url := _absolute(given, base))
    ]
    for picture in together["pictures"]:
        picture["url"] = _absolute(picture["url"], base)
    return together


def text_of(element: HtmlElement) -> str:
    """An element's text in one line."""
    return " ".join("".join(element.itertext()).split())


def _structured(tree: HtmlElement) -> list[Facts]:
    found = []
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:_MOST_SCRIPTS]:
        try:
            given = news_article.loads(script.text_content())
        except (ValueError, RecursionError):
            continue
        found += [news_article.facts(report) for report in news_article.reports(given)[:1]]
    # One page, one report: others that it links to are described on some pages too.
    return found[:1]


def _microdata(tree: HtmlElement) -> Facts:
    """https://schema.org terms in the attributes of the page's elements."""
    for scope in tree.xpath("//*[@itemscope and contains(@itemtype, 'schema.org/')]"):
        kind = scope.get("itemtype").strip().rstrip("/").rpartition("/")[2]
        if kind in news_article.TYPES:
            return news_article.facts(_item(scope, depth=0))
    return {}


def _item(scope: HtmlElement, *, depth: int) -> dict[str, Any]:
    item: dict[str, Any] = {"@type": (scope.get("itemtype") or "").rstrip("/").rpartition("/")[2]}
    for element in scope.xpath(".//*[@itemprop]")[:300]:
        owner = next((parent for parent in element.iterancestors() if parent.get("itemscope") is not None), None)
        if owner is not scope:
            continue
        nested = element.get("itemscope") is not None and depth < 4
        value = _item(element, depth=depth + 1) if nested else _value(element)
        for name in element.get("itemprop").split():
            if name != "articleBody" and value:
                item.setdefault(name, []).append(value)
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in item.items()}


def _value(element: HtmlElement) -> str:
    for name in ("content", "datetime", "src", "href"):
        if element.get(name) and (name in ("content", "datetime") or element.tag in ("img", "link", "a", "meta")):
            return str(element.get(name)) if name != "href" or element.tag == "link" else text_of(element)
    return text_of(element)


def _metas(tree: HtmlElement) -> Facts:
    given: dict[str, list[str]] = {}
    for meta in tree.xpath("//meta[@content]"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        value = " ".join(meta.get("content").split())[:2000]
        if name and value:
            given.setdefault(name, []).append(value)

    def first(*names: str) -> str:
        return next((given[name][0] for name in names if name in given), "")

    def every(names: tuple[str, ...]) -> list[str]:
        return next((given[name] for name in names if name in given), [])

    picture = first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    authors = [name for name in every(_AUTHORS) if "://" not in name]
    return {
        "headline": first("og:title", "twitter:title", "dc.title", "title"),
        "outlet": first("og:site_name", "application-name", "dc.publisher", "copyright"),
        "urls": given.get("og:url", []),
        "times": [given[name][0] for name in _TIMES if name in given],
        "authors": [{"name": name.removeprefix("By ").removeprefix("by "), "is_person": True} for name in authors],
        "sections": every(_SECTIONS),
        "language": first("og:locale", "content-language", "dc.language", "language"),
        "licences": given.get("dcterms.license", []) + given.get("dc.rights", []),
        "pictures": [{"url": picture, "caption": first("og:image:alt", "twitter:image:alt"), "credit": ""}]
        if picture
        else [],
    }


def _visible(tree: HtmlElement) -> Facts:
    headings = [text for heading in tree.iter("h1") if (text := text_of(heading))]
    titles = [text for title in tree.xpath("//head/title") if (text := text_of(title))]
    times = [
        element.get("datetime") or text_of(element)
        for element in tree.xpath("//time[not(ancestor::aside or ancestor::nav or ancestor::footer)]")[:5]
    ]
    by = tree.xpath("//a[@rel='author'] | //*[contains(concat(' ', @class, ' '), ' byline ')]")[:3]
    return {
        "headline": (headings[:1] or titles[:1] or [""])[0],
        "headings": headings,
        "times": [time for time in times if time][:1],
        "bylines": list(dict.fromkeys(text_of(element)[:200] for element in by)),
        "agencies": [],
        "language": tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        "licences": tree.xpath("//link[@rel='license']/@href | //a[contains(@rel, 'license')]/@href")[:3],
        "urls": [],
        "authors": [],
        "sections": [],
        "pictures": [],
    }


def _canonical(tree: HtmlElement) -> list[str]:
    return [str(url) for url in tree.xpath("//link[@rel='canonical']/@href")[:1]]


def _absolute(url: str, base: str) -> str:
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return ""
