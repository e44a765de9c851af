"""A web page: its article's paragraphs, its pictures, and what it says about itself."""

import re
from typing import Any

import trafilatura
from lxml.etree import HTMLParser, ParserError, XMLSyntaxError, _Element
from lxml.html import HtmlElement, document_fromstring
from lxml.html import HTMLParser as PageParser

from campaign.articles.parsers import caps, describing, news_article, pruning
from campaign.articles.parsers.caps import TooMuch
from campaign.articles.parsers.describing import text_of

Block = dict[str, str]

_MOST_PICTURES = 20
_CREDITED = re.compile(r"credit|copyright|photographer|source|byline", re.IGNORECASE)
_BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "dt", "dd", "td", "th", "figcaption"}
_CONTAINERS = (
    "descendant-or-self::*[self::div or self::section or self::article or self::ul or self::ol or self::table]"
)


def parse(text: str, *, url: str) -> dict[str, Any]:
    """What `describing` says of the page, and its `blocks`: {"kind": "paragraph" | "subhead" | "item", "text"}.

    url: where the page is from, "" when nobody knows. Raises TooMuch.
    """
    caps.check(text, is_html=True)
    tree = _tree(text)
    found = describing.describe(tree, url)
    found["pictures"] = _figures(tree, found["pictures"])
    if not found["times"] or not (found["authors"] or found["bylines"]):
        _guess(found, tree, url)
    pruning.prune(tree)
    found["blocks"] = _body(tree) or _told(tree)
    if not found["blocks"]:
        raise TooMuch("no-text")
    return found


def _guess(found: dict[str, Any], tree: HtmlElement, url: str) -> None:
    """Author and day as the extractor's experience with many sites finds them, where the page does not say them."""
    guessed = trafilatura.extract_metadata(tree, default_url=url or None, extensive=False)
    if guessed is None:
        return
    found["times"] = found["times"] or ([guessed.date] if guessed.date else [])
    if not found["bylines"] and not found["authors"] and guessed.author:
        found["authors"] = [{"name": name.strip(), "is_person": True} for name in guessed.author.split(";")]


def parse_fragment(text: str) -> list[Block]:
    """The paragraphs of a piece of HTML that is nothing but article, as feeds hold it."""
    if "<" not in text:
        return [{"kind": "paragraph", "text": part} for line in text.split("\n\n") if (part := " ".join(line.split()))]
    try:
        tree = _tree(f"<html><body><div>{text}</div></body></html>")
    except TooMuch:
        return []
    return _plain_blocks(tree)


def _tree(text: str) -> HtmlElement:
    # Told its encoding: what the page itself says was weighed before.
    parser: HTMLParser = PageParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, XMLSyntaxError) as error:
        raise TooMuch("no-text") from error


def _body(tree: HtmlElement) -> list[Block]:
    found = trafilatura.bare_extraction(tree, include_comments=False, include_tables=True, with_metadata=False)
    body = getattr(found, "body", None)
    return _blocks(body) if body is not None else []


def _told(tree: HtmlElement) -> list[Block]:
    """The text that the page's structured data repeat, where nothing else reads as an article."""
    for script in tree.xpath("//script[contains(@type, 'ld+json')]")[:10]:
        try:
            reports = news_article.reports(news_article.loads(script.text_content()))
        except (ValueError, RecursionError):
            continue
        for report in reports:
            if blocks := news_article.blocks(report):
                return blocks
    return []


def _blocks(body: _Element) -> list[Block]:
    """Paragraphs of the tree that the extractor made, which has few kinds of elements."""
    blocks: list[Block] = []
    for element in body:
        _add(blocks, element)
        _put(blocks, "paragraph", element.tail or "")
    return blocks


def _add(blocks: list[Block], element: _Element) -> None:
    if element.tag == "list":
        for item in element:
            _put(blocks, "item", text_of(item))
    elif element.tag == "table":
        for row in element.iter("row"):
            _put(blocks, "paragraph", " | ".join(cell for part in row.iter("cell") if (cell := text_of(part))))
    elif element.tag in ("quote", "div") and len(element):
        _put(blocks, "paragraph", element.text or "")
        for child in element:
            if child.tag in ("p", "list", "quote", "head", "table", "div"):
                _add(blocks, child)
                _put(blocks, "paragraph", child.tail or "")
            else:
                _put_on(blocks, f"{text_of(child)}{child.tail or ''}")
    else:
        for part in _broken(element):
            _put(blocks, "subhead" if element.tag == "head" else "paragraph", part)


def _put(blocks: list[Block], kind: str, text: str) -> None:
    if tidy := " ".join(text.split()):
        blocks.append({"kind": kind, "text": tidy})


def _put_on(blocks: list[Block], text: str) -> None:
    """Words in the middle of a quotation that stands in no paragraph of its own."""
    if blocks and blocks[-1]["kind"] == "paragraph":
        blocks[-1]["text"] = " ".join(f"{blocks[-1]['text']} {text}".split())
    else:
        _put(blocks, "paragraph", text)


def _broken(element: _Element) -> list[str]:
    """The text of a paragraph, in parts where two line breaks follow each other."""
    pieces: list[str] = [element.text or ""]
    for child in element:
        pieces.append("\n" if child.tag == "lb" else "".join(child.itertext()))
        pieces.append(child.tail or "")
    return re.split(r"\n\s*\n", "".join(pieces)) if element.tag == "p" else ["".join(pieces)]


def _plain_blocks(tree: HtmlElement) -> list[Block]:
    """The paragraphs of a page that holds nothing else."""
    for name in ("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "form", "button"):
        for element in list(tree.iter(name)):
            element.drop_tree()
    for figure in list(tree.iter("figure", "figcaption")):
        if figure.getparent() is not None:
            figure.drop_tree()
    for line in tree.iter("br"):
        line.tail = "\n" + (line.tail or "")
    blocks: list[Block] = []
    _walk(tree, blocks, [])
    return blocks


def _walk(element: HtmlElement, blocks: list[Block], loose: list[str]) -> None:
    """Collect texts; every element of `_BLOCKS` and every container ends what stood loose before it."""
    stack: list[tuple[HtmlElement, bool]] = [(element, False)]
    kind = "paragraph"

    def end(kind: str) -> None:
        for part in re.split(r"\n\s*\n", "".join(loose)):
            _put(blocks, kind, part)
        loose.clear()

    while stack:
        element, is_end = stack.pop()
        is_block = element.tag in _BLOCKS or element.tag in _CONTAINERS
        if is_end:
            if is_block:
                end(kind)
                kind = "paragraph"
            loose.append(element.tail or "")
            continue
        if is_block:
            end(kind)
            is_head = isinstance(element.tag, str) and re.fullmatch(r"h[1-6]", element.tag)
            kind = "subhead" if is_head else "item" if element.tag == "li" else "paragraph"
        loose.append(element.text or "")
        stack.append((element, True))
        stack += [(child, False) for child in reversed(element)]
    end(kind)


def _figures(tree: HtmlElement, given: list[dict[str, str]]) -> list[dict[str, str]]:
    """The pictures of the page: those it describes, with caption and credit from the page where these are missing."""
    shown = [figure for element in tree.xpath("//figure[.//img]")[:_MOST_PICTURES] if (figure := _figure(element))]
    found: list[dict[str, str]] = []
    for picture in given:
        same = next((other for other in found if _stem(other["url"]) == _stem(picture["url"])), None)
        if same is None:
            found.append(dict(picture))
        else:
            same["caption"], same["credit"] = same["caption"] or picture["caption"], same["credit"] or picture["credit"]
    # Publishers describe one picture in several sizes; the page shows it once.
    found = found[:1]
    for figure in shown:
        same = next((other for other in found if _is_same(other, figure)), None)
        if same is None:
            found.append(figure)
        else:
            same["caption"], same["credit"] = same["caption"] or figure["caption"], same["credit"] or figure["credit"]
    return found[:_MOST_PICTURES]


def _is_same(one: dict[str, str], other: dict[str, str]) -> bool:
    if one["caption"] and one["caption"] == other["caption"]:
        return True
    return bool(_stem(one["url"])) and _stem(one["url"]) == _stem(other["url"])


def _stem(url: str) -> str:
    """The name of a picture's file without its size: "quay-at-dawn" of ".../quay-at-dawn-1200x800.jpg?w=9"."""
    name = url.partition("?")[0].rstrip("/").rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"[-_@](?:\d{2,4}x\d{2,4}|\d{2,4}w?|[234]x|large|small|medium|scaled)$", "", name.lower())


def _figure(figure: HtmlElement) -> dict[str, str] | None:
    image = next(figure.iter("img"))
    credit = ""
    for element in figure.xpath(".//*[@class or @itemprop]"):
        named = f"{element.get('class', '')} {element.get('itemprop', '')}"
        if not credit and element.tag != "img" and _CREDITED.search(named) and 1 < len(text_of(element)) <= 120:
            credit = text_of(element)
            _cut_out(element)
    caption = " ".join(text_of(part) for part in figure.iter("figcaption"))
    if not caption:
        caption = " ".join(text_of(part) for part in figure.xpath(".//*[contains(@class, 'caption')]")[:1])
    url = image.get("src") or image.get("data-src") or ""
    if url.startswith("data:"):
        url = image.get("data-src") or ""
    caption = caption or (image.get("alt") or "").strip()
    return {"url": url, "caption": caption, "credit": credit} if caption or credit else None


def _cut_out(element: HtmlElement) -> None:
    if element.tag != "figcaption" and element.getparent() is not None:
        element.drop_tree()
