"""What a text points to: addresses, hashtags, and the organisations it names as examples."""

import re
from collections.abc import Iterator

from campaign import weblinks
from campaign.articles.page import Link
from campaign.articles.readers import marks

_LINK = re.compile(r"\[(?P<label>[^\[\]\n]{0,300})\]\((?P<url>[^()\s]{3,2000})\)")
_BARE = re.compile(r"(?<![\w/@.(\[:-])(?:https?://|www\.)[^\s<>\"“”\])]{3,2000}")
# Only in lower case: “Change.org” is the name of a company, “example.org/act” is an address.
_HOST = re.compile(
    r"(?<![\w/@.:-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}"
    r"(?:org|com|net|gov|int|edu|eu|info|uk|us|ca|au|nz|ie|in|za|de|at|ch|fr|be|nl|es|pt|it|pl|se|no|dk|fi|br|mx|ar|cl|jp|kr|sg)"
    r"(?![\w@-]|\.\w)(?:/[^\s<>\"“”\])]{0,500})?"
)
_EMAIL = re.compile(r"(?<![\w.+%@-])[\w.+%-]{1,64}@(?:[a-zA-Z0-9-]{1,63}\.){1,5}[a-zA-Z]{2,24}(?![\w@-])")
_HASHTAG = re.compile(r"(?:(?<=[\s(\"'“‘«¿¡,;:*_])|^)[#＃](?=\w{0,100}[^\W\d_])(\w{1,100})", re.MULTILINE)
_TRAILING = ".,;:!?'’*_)"

_EXAMPLES = re.compile(
    r"(?:^|(?<=[.!?]\s))(?:\*\*)?(?P<label>examples?|for example|e\.g\.|such as|organi[sz]ations?|"
    r"groups?|charities|ngos?|initiatives|exemples?|organisationen|beispiele|associations?|organizaciones|ejemplos?)"
    r"(?: include| are)?(?:\s?[:：](?:\*\*)?|(?:\*\*)\s?[:：])\s*(?P<names>\S.*?)(?=$|[.!?](?:\s|$))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*[,;]\s*(?:(?:or|and|ou|et|oder|und|o|y|e)\s+)?|\s+(?:or|and|ou|et|oder|und|o|y)\s+(?=[^,;]+$)"
)
_VAGUE = re.compile(r"(?:and )?(?:others?|more|many more|similar(?: \w+)?|etc\.?|the like|so on)", re.IGNORECASE)


def links(text: str) -> tuple[Link, ...]:
    """The addresses in a text, in order, each once. Those printed without a scheme get https."""
    found: dict[str, Link] = {}
    for _, link in sorted(_found(text), key=lambda pair: pair[0]):
        found.setdefault(link.url.rstrip("/"), link)
    return tuple(found.values())


def hashtags(text: str) -> tuple[str, ...]:
    """“#StandWithUkraine”, each once, as first printed."""
    found: dict[str, str] = {}
    for match in _HASHTAG.finditer(text):
        found.setdefault(match[1].casefold(), f"#{match[1]}")
    return tuple(found.values())


def organisations(line: str) -> tuple[str, ...]:
    """The names in a line such as “Examples: Amnesty International chapters, local peace coalitions, or …”."""
    match = _EXAMPLES.search(line.strip()[:1000])
    if not match:
        return ()
    names = (marks.plain(part).strip(" .;:") for part in _BETWEEN.split(match["names"]))
    return tuple(dict.fromkeys(name for name in names if 1 < len(name) <= 120 and _is_organisation(name)))


def is_explicit(line: str) -> bool:
    """True when the line's label itself says that organisations follow."""
    match = _EXAMPLES.search(line.strip()[:1000])
    return match is not None and not re.match(r"ex|for|e\.g|such|be|ej", match["label"], re.IGNORECASE)


def _is_organisation(name: str) -> bool:
    return not name.startswith("#") and not _VAGUE.fullmatch(name) and len(name.split()) <= 10


def _found(text: str) -> Iterator[tuple[int, Link]]:
    taken: list[tuple[int, int]] = []
    for match in _LINK.finditer(text):
        taken.append(match.span())
        url = _url(match["url"])
        if url:
            yield match.start(), Link(url, marks.plain(match["label"]))
    rest = _blanked(text, taken)
    for match in _BARE.finditer(rest):
        url = _url(match[0].rstrip(_TRAILING))
        if url:
            yield match.start(), Link(url)
    for match in _EMAIL.finditer(rest):
        yield match.start(), Link(f"mailto:{match[0]}", match[0])
    for match in _HOST.finditer(rest):
        yield match.start(), Link(f"https://{match[0].rstrip(_TRAILING)}", match[0].rstrip(_TRAILING))


def _url(text: str) -> str:
    """A complete address, or "" for what is none and for schemes that do not lead to a page."""
    text = text.strip("<>")
    if text.startswith("//"):
        text = f"https:{text}"
    elif _HOST.match(text) or re.match(r"www\.\w", text):
        text = f"https://{text}"
    return text if weblinks.is_link(text) else ""


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces = []
    position = 0
    for start, end in spans:
        pieces += [text[position:start], " " * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])
