"""A page's to-do list: its introduction, its actions, and the sample letters it offers."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from campaign.articles.page import ToDo
from campaign.articles.readers import kinds, letters, links, lists, marks, pieces, samples
from campaign.articles.readers.letters import Found
from campaign.articles.readers.lines import Line
from campaign.articles.readers.samples import Sample
from campaign.articles.readers.sentences import is_finished

_TITLE = 200  # characters that a title may have
_LEAD = 90  # characters before the colon or dash that ends a title
_LOOKED_AT = 5000  # characters of the list that tell whose country it is about
# “The President” of a list that also sends people to Congress is that of the United States.
_CIVICS = re.compile(r"\b(?:Congress|White House|Americans|[Hh]ouse\.gov|senate\.gov)\b")

_LEAD_END = re.compile(r": |：| [–—-] |\. ")


@dataclass
class Suggestions:
    """A to-do list as read. intro: paragraphs of Markdown above and below the list."""

    intro: list[str] = field(default_factory=list)
    items: list[ToDo] = field(default_factory=list)
    letters: list[Found] = field(default_factory=list)


@dataclass
class _Draft:
    """An action while its lines are collected. head: the line with its mark taken off; loose: unmarked paragraphs."""

    head: str
    lines: list[Line] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    loose: int = 0


def read(lines: list[Line]) -> Suggestions:
    """The actions of a to-do section in any of the styles pages print them in."""
    found = samples.take(pieces.read(lines))
    top = _top(found)
    result = Suggestions()
    drafts = _drafts(found, top, result) if top else _from_paragraphs(found, result)
    _take_closing(drafts, result)
    around = "\n".join(line.text for line in lines if _CIVICS.search(line.text))[:_LOOKED_AT]
    for draft in drafts:
        _finish(draft, result, around)
    result.letters = _numbered(result.letters)
    return result


@dataclass(frozen=True)
class _Top:
    """The mark that begins an action: a list style, or a heading ("heading")."""

    style: str
    indent: int = 0


def _top(found: list[Line | Sample]) -> _Top | None:
    """Headings, when they are as many as actions would be; else the style of the first list mark."""
    marked = [(line, lists.read(line.text)) for line in found if isinstance(line, Line)]
    headings = [line for line, item in marked if marks.is_heading(line.text) and item is None]
    first = next(((line, item) for line, item in marked if item and not marks.is_heading(line.text)), None)
    numbers = [item.number for line, item in marked if item and item.style == "number"]
    in_order = len(numbers) > len(headings) and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    if len(headings) > 1 and not in_order:
        return _Top("heading")
    if any(marks.is_heading(line.text) and lists.read(line.text.lstrip("# ")) for line, _ in marked):
        return _Top("heading")
    return _Top(first[1].style, first[0].indent) if first and first[1] else None


def _drafts(found: list[Line | Sample], top: _Top, result: Suggestions) -> list[_Draft]:
    drafts: list[_Draft] = []
    for piece in found:
        if isinstance(piece, Sample):
            (drafts[-1].samples if drafts else _nowhere(drafts)).append(piece)
            continue
        head = _head(piece, top)
        if head is not None:
            drafts.append(_Draft(head))
        elif not drafts:
            if not marks.is_heading(piece.text):
                result.intro.append(marks.markdown(piece.text))
        elif not marks.is_heading(piece.text) or top.style == "heading":
            drafts[-1].lines.append(piece)
            drafts[-1].loose += piece.gap and lists.read(piece.text) is None
    return drafts


def _nowhere(drafts: list[_Draft]) -> list[Sample]:
    """A letter above the first action gets an action of its own."""
    drafts.append(_Draft(""))
    return drafts[-1].samples


def _head(line: Line, top: _Top) -> str | None:
    """The line without the mark that begins an action; None when it begins none."""
    if top.style == "heading":
        if not marks.is_heading(line.text):
            return None
        text = marks.plain(line.text)
        item = lists.read(text)
        return f"**{(item.text if item else text).strip(' :')}**"
    item = lists.read(line.text)
    if item is None or item.style != top.style or line.indent > top.indent + 1:
        return None
    return item.text


def _from_paragraphs(found: list[Line | Sample], result: Suggestions) -> list[_Draft]:
    """A list without marks: each paragraph that begins with a title (“Write to the mayor: …”) is an action."""
    drafts: list[_Draft] = []
    for piece in found:
        if isinstance(piece, Sample):
            (drafts[-1].samples if drafts else _nowhere(drafts)).append(piece)
        elif _lead(piece.text)[0] and not marks.is_heading(piece.text):
            drafts.append(_Draft(piece.text))
        elif drafts:
            drafts[-1].lines.append(piece)
            drafts[-1].loose += 1
        elif not marks.is_heading(piece.text):
            result.intro.append(marks.markdown(piece.text))
    return drafts


def _take_closing(drafts: list[_Draft], result: Suggestions) -> None:
    """Paragraphs below the last action that have no counterpart below the others close the whole list."""
    if not drafts:
        return
    last = drafts[-1]
    usual = max((draft.loose for draft in drafts[:-1]), default=0 if _lead(last.head)[1] or last.lines[:1] else 1)
    if len(drafts) == 1 and last.lines and last.lines[0].gap and not _lead(last.head)[1]:
        usual = 1
    loose = [line for line in last.lines if line.gap and lists.read(line.text) is None]
    closing = [line for line in loose[usual:] if line.indent == 0 and not links.organisations(line.text)]
    kept = {id(line) for line in last.lines} - {id(line) for line in closing}
    last.lines = [line for line in last.lines if id(line) in kept]
    result.intro += [marks.markdown(line.text) for line in closing]


def _finish(draft: _Draft, result: Suggestions, around: str) -> None:
    title, rest = _titled(draft.head)
    body = _body(rest, draft.lines)
    found = [sample for sample in draft.samples if letters.is_letter(sample.lines)]
    posts = [sample for sample in draft.samples if not letters.is_letter(sample.lines)]
    body = "\n\n".join(
        [body, *("\n".join(f"> {marks.markdown(line.text)}" for line in post.lines) for post in posts)]
    ).strip()
    for sample in found:
        read = letters.read(sample.lines, title=title, label=sample.label, about=f"{title}\n{body}", around=around)
        result.letters.append(read)
    if title:
        result.items.append(_todo(title, body, draft.head))


def _numbered(found: list[Found]) -> list[Found]:
    """Two letters of one page do not share a title."""
    counts: Counter[str] = Counter()
    numbered = []
    for one in found:
        title = one.letter.title
        counts[title] += 1
        if title and counts[title] > 1:
            one = replace(one, letter=replace(one.letter, title=f"{title[: _TITLE - 10]} ({counts[title]})"))
        numbered.append(one)
    return numbered


def _todo(title: str, body: str, head: str) -> ToDo:
    kind = kinds.guess(title, body)
    whole = f"{head}\n{body}"  # the title has lost its links
    named: list[str] = []
    for line in body.split("\n"):
        text = line.strip().lstrip("-").strip()
        if links.is_explicit(text) or kind not in {"petition", "social", "learn"}:
            named += links.organisations(text)
    return ToDo(kind, title, body, links.links(whole), links.hashtags(whole), tuple(dict.fromkeys(named)))


def _titled(head: str) -> tuple[str, str]:
    """An action's title and what its first line says besides."""
    lead, rest = _lead(head)
    title = marks.plain(lead or head).strip(" :–—-")
    if not lead and len(title) > _LEAD and (sentence := title.find(". ")) > 0:
        # Two sentences: the first is the title.
        title, rest = title[:sentence], marks.markdown(head[head.find(". ") + 2 :])
    if len(title) > _TITLE:
        cut = title.rfind(" ", 0, _LEAD)
        title, rest = title[: cut if cut > 0 else _LEAD].rstrip(" ,;:") + "…", marks.markdown(head)
    return title, rest


def _lead(head: str) -> tuple[str, str]:
    """“**Title**: text”, “Title: text”, “Title – text”, “Title. Text.” → title and text; ("", "") without a title."""
    if head.startswith("**"):
        end = head.find("**", 2)
        lead, rest = head[2:end], head[end + 2 :].lstrip()
        # “**Ask** the council” is a stressed word and no title.
        if 2 < end <= _TITLE and (not rest or rest[0] in ":–—-.：" or rest[0].isupper() or lead[-1] in ":.!?"):
            return lead, rest.lstrip(" :–—-.：")
    if head.endswith((":", "：")) and len(head) <= _LEAD:
        return head[:-1], ""
    for match in _LEAD_END.finditer(head[: _LEAD + 4]):
        before, behind = head[: match.start()], head[match.end() :].strip()
        if not _is_open(before) and (match[0] != ". " or _is_sentence(before, behind)):
            return before, behind
    return "", ""


def _is_sentence(before: str, behind: str) -> bool:
    """A point that ends a sentence and not an abbreviation: “Write to St. Mary’s”, “Call Gov. Doe”."""
    words = before.split()
    return len(words) > 1 and len(words[-1]) > 3 and behind[:1].isupper()


def _is_open(text: str) -> bool:
    """A link or a quotation that the cut would tear apart."""
    return (
        text.count("[") != text.count("]") or text.count("(") != text.count(")") or text.count("“") != text.count("”")
    )


def _body(rest: str, lines: list[Line]) -> str:
    """Clean Markdown: list items below each other, paragraphs with a blank line between them."""
    blocks = _Blocks()
    if rest:
        blocks.begin(marks.markdown(rest))
    listed = False
    for line in lines:
        item = lists.read(line.text)
        text = marks.markdown(item.text if item else line.text)
        if not text:
            continue
        if item and listed:
            blocks.go_on("\n", lists.mark(item) + text)
        elif item or line.gap or (blocks.is_finished and not (listed and line.indent)):
            blocks.begin(lists.mark(item) + text)
        else:
            blocks.go_on(" ", text)
        listed = item is not None or (listed and not line.gap)
    return blocks.text


class _Blocks:
    """Blocks of Markdown while they grow. Parts are joined once, at the end: an item may have thousands of lines."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def begin(self, text: str) -> None:
        self._parts += ["\n\n", text]

    def go_on(self, between: str, text: str) -> None:
        self._parts += [between, text]

    @property
    def is_finished(self) -> bool:
        return not self._parts or is_finished(self._parts[-1])

    @property
    def text(self) -> str:
        return "".join(self._parts).strip()
