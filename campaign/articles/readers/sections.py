"""The parts of a page and the headings they stand under: Opinion, Action, To Do, related articles, sample letters."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from campaign.articles.readers.lines import Line
from campaign.articles.readers.sentences import is_prose
from campaign.text import fold

Name = Literal["article", "opinion", "action", "todo", "related", "letter"]

LONGEST = 120  # characters of a heading
_SENTENCE = 14  # words; a headline in a list of related ones has fewer, or no full stop

_TITLES: dict[Name, tuple[str, ...]] = {
    "article": ("article", "the article", "full article", "the story", "full story", "the news", "news report"),
    "opinion": (
        "opinion", "opinions", "our opinion", "an opinion", "our view", "our take", "commentary", "editorial",
        "editorial opinion", "why it matters", "why this matters",
        "avis", "notre avis", "meinung", "unsere meinung", "opinión", "nuestra opinión", "opinione", "opinião",
    ),
    "action": (
        "action", "actions", "our action", "take action", "call to action", "a call to action", "time to act",
        "agir", "appel à l’action", "aktion", "handeln", "acción", "azione", "ação",
    ),
    "todo": (
        "to do", "todo", "to-do", "to dos", "todos", "to do list", "to-do list", "things to do", "action items",
        "action steps", "what you can do", "what can you do", "what can i do", "how you can help", "how to help",
        "what to do", "personal actions", "next steps", "à faire", "que faire", "ce que vous pouvez faire",
        "was sie tun können", "was tun", "zu tun", "qué hacer", "qué puedes hacer", "por hacer", "cosa fare",
        "cosa puoi fare", "o que fazer", "wat u kunt doen",
    ),
    "related": (
        "more on this", "more on this story", "more on this topic", "see also", "read also", "read next", "also read",
        "further reading", "lire aussi", "à lire aussi", "sur le même sujet", "mehr zum thema", "lesen sie auch",
        "noticias relacionadas", "artículos relacionados", "leggi anche", "articles liés", "articles connexes",
    ),
}  # fmt: skip
_BY_TITLE = {fold(title).replace("’", "'"): name for name, titles in _TITLES.items() for title in titles}
_RELATED = re.compile(
    r"(?:(\d{1,3}) )?related (?:articles?|article\(s\)|stories|story|news|headlines?|coverage|reading|reports?|links)"
)
_LETTER = re.compile(r"(?:sample|template|draft|model|example|suggested) (?:letter|message|e-?mail)(?: to .{2,60})?")
_AROUND = "#*_=~-–—:： \t"
_INLINE = re.compile(r"(?P<title>[^:\n]{2,40}):\s+(?P<rest>\S.{119,})")

# Words that newspapers also print alone for other reasons; they count only with a mark of a heading.
_WEAK = frozenset({"article", "the article", "the story", "actions", "opinions", "commentary", "editorial", "handeln",
                   "agir", "todos", "avis", "meinung", "next steps", "how to help", "what to do", "que faire",
                   "was tun"})  # fmt: skip


@dataclass
class Section:
    """A heading and the lines below it. title: as printed; most: how many items the heading announces, 0 if none."""

    name: Name
    title: str = ""
    lines: list[Line] = field(default_factory=list)
    most: int = 0


def split(lines: list[Line]) -> list[Section]:
    """The sections of a page, in order. What stands above the first heading is the article."""
    sections = [Section("article")]
    begun = False
    for line in lines:
        begun = begun or is_prose(line.text)
        heading = _heading(line, begun=begun, within=sections[-1].name)
        if heading is None:
            _resume(sections, line)
            sections[-1].lines.append(line)
            continue
        sections.append(heading)
    return sections


def named(sections: list[Section], name: Name) -> Iterator[Section]:
    """The sections of one name."""
    return (section for section in sections if section.name == name)


def lines_of(sections: list[Section], name: Name) -> list[Line]:
    """All lines under headings of one name."""
    return [line for section in named(sections, name) for line in section.lines]


def _heading(line: Line, *, begun: bool, within: Name) -> Section | None:
    text = line.text
    if len(text) > LONGEST:
        return _inline(text) if begun else None
    bare = text.strip(_AROUND)
    key = fold(bare).replace("’", "'")
    marked = text[:1] in "#*=_" or text.endswith((":", "：", "**", "==")) or (bare.isupper() and len(bare) > 1)
    related = _RELATED.fullmatch(key)
    if related and (marked or begun):
        return Section("related", bare, most=int(related[1] or 0))
    name = _BY_TITLE.get(key)
    if name and (marked or (begun and key not in _WEAK)):
        # Before the article has begun, capitals are a menu's or a kicker's: “OPINION” above a headline.
        return Section(name, bare) if begun or text[:1] in "#*=" or text.endswith(":") else None
    if marked and within != "todo" and _LETTER.fullmatch(key):
        return Section("letter", bare)
    return None


def _inline(text: str) -> Section | None:
    """“Opinion: The council has …”: heading and first paragraph on one line."""
    match = _INLINE.fullmatch(text)
    name = _BY_TITLE.get(fold(match["title"].strip(_AROUND)).replace("’", "'")) if match else None
    if not match or name is None or name in {"related", "article"} or not is_prose(match["rest"]):
        return None
    return Section(name, match["title"].strip(_AROUND), [Line(match["rest"].strip("* "), gap=True)])


def _resume(sections: list[Section], line: Line) -> None:
    """A list of headlines in the middle of an article ends where the article goes on."""
    current = sections[-1]
    if not current.lines or len(current.lines) < current.most:
        return
    if current.name != "related" or not is_prose(line.text) or len(line.text.split()) < _SENTENCE:
        return
    before = next((section for section in reversed(sections) if section.name != "related"), None)
    if before is not None and not any(section.name == "related" for section in sections[:-1]):
        sections.append(Section(before.name, before.title))
