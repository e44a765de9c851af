"""Readers' comments below an article, known by how they are built: on many sites no class or id says what they are."""

import re
from collections import Counter
from itertools import islice

from lxml.html import HtmlElement

# What stands below each comment, alone in a link or button.
_ANSWER = re.compile(
    r"\W*(?:reply|répondre|antworten|responder|rispondi|reageren|beantwoorden|svara|svar|yanıtla|odpowiedz|ответить|"
    r"відповісти|رد|الرد|回复|回覆|返信(?:する)?|답글)(?: (?:to|à|auf|a|an|op) \S.{0,40})?\W*",
    re.IGNORECASE,
)
# What stands above all of them, with or without their number.
_HEADING = re.compile(
    r"[\W\d]*(?:readers?[’'] |reader |all |your |les |los |os )?"
    r"(?:comments?|commentaires?|(?:leser)?kommentare?|comentarios?|comentários?|commenti|commento|reacties|yorumlar|komentarze|комментари(?:и|ев|й|я)|коментар(?:і|ів)|"
    r"(?:ال)?تعليقات|评论|評論|网友评论|コメント|댓글)[\W\d]*",
    re.IGNORECASE,
)
_LONGEST_WORDS = 60  # characters of such a link or heading
_LEAST = 250  # characters that must be left: a page of nothing but answers is itself what somebody imports
_FEWEST = 2  # comments that look alike
_SHORTEST = 15  # characters of a comment with its author, besides links
_MOST_HEADINGS = 5  # that are looked at
_SILENT = frozenset({"a", "button", "script", "style", "title", "nav", "footer"})  # what says nothing of the text

Lengths = dict[HtmlElement, int]


def drop(tree: HtmlElement) -> None:
    """Take out the comments and what stands between them, unless hardly anything else is there."""
    controls = [one for one in tree.iter("a", "button", "span") if _says(one, _ANSWER)]
    if controls:
        lengths = _lengths(tree)
        _drop(_answered(controls, lengths), lengths, tree)
    all_headings = (one for one in tree.iter("h2", "h3", "h4", "h5", "h6") if _says(one, _HEADING))
    if headings := list(islice(all_headings, _MOST_HEADINGS)):
        lengths = _lengths(tree)
        _drop(next(filter(None, (_headed(one, lengths) for one in headings)), []), lengths, tree)


def _answered(controls: list[HtmlElement], lengths: Lengths) -> list[HtmlElement]:
    """The outermost of several elements side by side that each can be answered."""
    holding = {element for control in controls for element in (control, *control.iterancestors())}
    alike = Counter((element.getparent(), element.tag) for element in holding)
    comments: dict[HtmlElement, None] = {}
    for control in controls:
        for element in control.iterancestors():
            if alike[element.getparent(), element.tag] >= _FEWEST and lengths[element] >= _SHORTEST:
                if element.find(".//h1") is None:
                    comments[element] = None
                break
    return [one for one in comments if not any(around in comments for around in one.iterancestors())]


def _headed(heading: HtmlElement, lengths: Lengths) -> list[HtmlElement]:
    """A heading with what follows it, up to the end of its box; [] where that may be the report."""
    if _above(heading, lengths) < _LEAST:
        return []
    while (around := heading.getparent()) is not None and len(around) == 1 and around.tag not in ("body", "html"):
        heading = around
    following = list(heading.itersiblings("*"))
    if any(element.tag == "h1" or element.find(".//h1") is not None for element in following):
        return []
    return [heading, *following] if following else []


def _drop(found: list[HtmlElement], lengths: Lengths, tree: HtmlElement) -> None:
    if found and lengths[tree] - sum(lengths[element] for element in found) >= _LEAST:
        for element in found:
            if element.getparent() is not None:
                element.drop_tree()


def _says(element: HtmlElement, words: re.Pattern[str]) -> bool:
    said = " ".join(part.strip() for part in islice(element.itertext(), 8))
    return len(said) <= _LONGEST_WORDS and words.fullmatch(said) is not None


def _lengths(tree: HtmlElement) -> Lengths:
    """How many characters each element says."""
    lengths: Lengths = {}
    for element in reversed(list(tree.iter("*"))):
        said = [_length(element.text), *(lengths[child] + _length(child.tail) for child in element.iterchildren("*"))]
        lengths[element] = 0 if element.tag in _SILENT else sum(said)
    return lengths


def _above(heading: HtmlElement, lengths: Lengths) -> int:
    """How many characters are said before it."""
    above = 0
    for element in (heading, *heading.iterancestors()):
        above += sum(lengths[one] + _length(one.tail) for one in element.itersiblings("*", preceding=True))
        above += _length(around.text) if (around := element.getparent()) is not None else 0
    return above


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0
