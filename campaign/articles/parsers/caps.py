"""How deep, how long and how bushy marked-up text may be, counted before any parser sees it.

Parsers and sanitisers need quadratic time on some of what is refused here. The count itself is linear.
"""

import re
from collections import Counter

DEEPEST = 256  # elements inside each other
MOST_NODES = 50_000
MOST_ATTRIBUTES = 200  # of one element
MOST_ITEMS = 500  # of one feed

_TAG = re.compile(r"<(?:(!--)|(!\[CDATA\[)|(!DOCTYPE\b)|([!?])|(/?)([a-z][^\s/>]{0,60}))", re.IGNORECASE)
_IN_TAG = re.compile(r"""(>)|=\s*(["'])""")
_NAME = re.compile(r"[\s/][^\s/>=\"']")
_DTD_PARTS = re.compile(r"<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
# Their content is text, whatever it looks like.
_RAW = frozenset({"script", "style", "textarea", "title", "noscript", "iframe", "xmp", "noembed", "noframes"})
# Most people leave out their end tags.
_IMPLIED = frozenset({"p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot", "rp", "rt"})


class TooMuch(Exception):
    """The document is more than a parser may be asked to take, or what it is not said to be.

    what: "too-deep", "too-many-nodes", "too-many-attributes", "dtd", "too-much", "no-text", "broken" …
    """

    def __init__(self, what: str, **values: str | int) -> None:
        super().__init__(what)
        self.what = what
        self.values = values


def check(text: str, *, is_html: bool) -> None:
    """Raise TooMuch for a document that is too deep, has too many elements, or brings rules of its own (a DTD)."""
    if _DTD_PARTS.search(text):
        raise TooMuch("dtd")
    elements = _Elements(is_html)
    position = 0
    while match := _TAG.search(text, position):
        comment, cdata, doctype, closing, name = match.group(1, 2, 3, 5, 6)
        position = _behind(text, match, comment=comment, cdata=cdata)
        if doctype and (not is_html or "[" in text[match.end() : position]):
            raise TooMuch("dtd")
        if not name:
            continue
        name = name.lower() if is_html else name
        if closing:
            elements.close(name)
        else:
            elements.open(name, is_empty=text[position - 2 : position] == "/>")
            if is_html and name in _RAW:
                position = _raw_end(text, name, position)


class _Elements:
    """Those that stand open, roughly as a parser would see them."""

    def __init__(self, is_html: bool) -> None:
        self._is_html = is_html
        self._open: list[str] = []
        self._standing: Counter[str] = Counter()
        self._nodes = 0

    def open(self, name: str, *, is_empty: bool) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise TooMuch("too-many-nodes", most=MOST_NODES)
        if is_empty or (self._is_html and (name in VOID or name in _RAW or self._is_next(name))):
            return
        self._open.append(name)
        self._standing[name] += 1
        if len(self._open) > DEEPEST:
            raise TooMuch("too-deep", most=DEEPEST)

    def close(self, name: str) -> None:
        while self._standing[name]:
            last = self._open.pop()
            self._standing[last] -= 1
            if last == name:
                return

    def _is_next(self, name: str) -> bool:
        """A paragraph, row … that ends the one before it."""
        return name in _IMPLIED and self._open[-1:] == [name]


def _raw_end(text: str, name: str, position: int) -> int:
    found = re.compile(f"</{re.escape(name)}", re.IGNORECASE).search(text, position)
    return found.start() if found else len(text)


def _behind(text: str, match: re.Match[str], *, comment: str | None, cdata: str | None) -> int:
    """Where a tag or comment ends. One without an end takes the rest with it, as parsers read it."""
    if comment or cdata:
        found = text.find("-->" if comment else "]]>", match.end())
        return found + 3 if found >= 0 else len(text)
    position, quoted, bare = match.end(), 0, []
    while step := _IN_TAG.search(text, position):
        bare.append(text[position : step.start()])
        if step[1]:
            if max(quoted, len(_NAME.findall(" ".join(bare)))) > MOST_ATTRIBUTES:
                raise TooMuch("too-many-attributes", most=MOST_ATTRIBUTES)
            return step.end()
        quoted += 1
        found = text.find(step[2], step.end())
        if found < 0:
            break
        position = found + 1
    return len(text)
