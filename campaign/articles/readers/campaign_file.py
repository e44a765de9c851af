"""Reads a campaign file: Markdown under a head of YAML, as `campaign save` writes it and as seeds/campaigns/ holds it.

Example:

    ---
    title: Reopen the mill bridge
    categories: [Transport]
    petition: {addressees: [mayor], goal: 500, closes_on: 2027-03-31}
    ---
    # Article
    The bridge has been closed since May.
    # To do
    ## contact: Write to the mayor
    Her [office](https://example.org/mayor) answers letters.
    # Petition
    Reopen the mill bridge before winter.
    # Letter: To the mayor
    Target: mayor
    Subject: The mill bridge

    {{ official.salutation }},
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaign import mergefields
from campaign.articles.page import Block, Page, SampleLetter, SamplePetition, ToDo
from campaign.articles.readers import front_matter, kinds, lines, links, marks, related
from campaign.articles.readers.front_matter import BadCampaignFile
from campaign.errors import Finding
from campaign.i18n import gettext

_SECTION = re.compile(r"#\s+(?P<name>[^:]{2,40}?)\s*(?::\s*(?P<title>\S.*?))?\s*")
_TODO = re.compile(r"##\s+(?P<kind>[^:]{2,40}?)\s*:\s*(?P<title>\S.*?)\s*")
_ORGANISATIONS = re.compile(r"Organi[sz]ations?:\s*(?P<names>\S.*)", re.IGNORECASE)
_LETTER_HEAD = re.compile(r"(?P<name>Target|Subject)\s*:[ \t]*(?P<value>.*)", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n(?:[ \t]*\n)+")
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class _Section:
    name: str
    title: str
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")

    @property
    def paragraphs(self) -> list[str]:
        return [block.strip() for block in _BLANK_LINE.split(self.text) if block.strip()]


def is_one(text: str) -> bool:
    """True for a text that begins with a head of YAML."""
    return front_matter.found(text)


def read(text: str) -> Page:
    """The page in a campaign file. Raises BadCampaignFile, whose field is the key or heading it is about."""
    head, body = front_matter.split(lines.visible(text))
    values = front_matter.read(head)
    petition = values.pop("petition", None)
    headline = values.pop("headline", "") or values.get("title", "")
    if not headline:
        message = gettext("The file has neither a headline nor a title. Add “title: …” between the two “---” lines.")
        raise BadCampaignFile(message, field="headline")
    page = Page(headline=headline, **values)
    page.source_text = lines.visible(text)
    for section in _sections(body):
        _READERS[section.name](page, section)
    _add_petition(page, petition)
    page.warnings = _unfilled(page)
    return page


def _sections(body: str) -> list[_Section]:
    """The parts under “# …” headings. Lines between fence marks are never headings."""
    sections: list[_Section] = []
    fenced = False
    for line in body.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        match = None if fenced else _SECTION.fullmatch(line)
        if match:
            sections.append(_Section(_name(match["name"]), (match["title"] or "").strip(), []))
        elif sections:
            sections[-1].lines.append(line.rstrip())
        elif line.strip():
            message = gettext("“%(line)s” stands above the first heading. Begin with “# Article”.")
            raise BadCampaignFile(message % {"line": line[:60]}, field="document")
    return sections


def _name(printed: str) -> str:
    name = " ".join(printed.lower().replace("-", " ").split())
    if name not in _READERS:
        message = gettext("There is no section “# %(name)s”. Use one of: %(known)s.")
        known = ", ".join(f"# {known.capitalize()}" for known in _READERS)
        raise BadCampaignFile(message % {"name": printed, "known": known}, field=printed)
    return name


def _article(page: Page, section: _Section) -> None:
    for block in section.paragraphs:
        for part in re.split(r"(?m)^(##\s.*)$", block):
            is_subhead = part.startswith("##")
            text = marks.plain(lines.tidy(part.replace("\n", " ")))
            if text:
                page.article.append(Block("subhead" if is_subhead else "paragraph", text))


def _opinion(page: Page, section: _Section) -> None:
    page.opinion += section.paragraphs


def _action(page: Page, section: _Section) -> None:
    page.action += section.paragraphs


def _todo(page: Page, section: _Section) -> None:
    current: list[str] = []
    items: list[tuple[str, str, list[str]]] = []
    intro = current
    for line in section.lines:
        match = _TODO.fullmatch(line)
        if match:
            current = []
            items.append((_kind(match["kind"], match["title"]), _title(match["title"]), current))
        elif line.startswith("## "):
            message = gettext("“%(line)s” does not say what kind of action it is. Write it as “## contact: …”.")
            raise BadCampaignFile(message % {"line": line[:60]}, field="To do")
        else:
            current.append(line)
    page.todo_intro = "\n".join(intro).strip()
    page.todo += [_item(kind, title, "\n".join(body).strip()) for kind, title, body in items]


def _kind(printed: str, title: str) -> str:
    kind = printed.strip().lower()
    if kind not in kinds.KINDS:
        message = gettext("“%(kind)s” (%(title)s) is no kind of action. Use one of: %(known)s.")
        known = ", ".join(sorted(kinds.KINDS))
        raise BadCampaignFile(message % {"kind": printed, "title": title[:60], "known": known}, field="To do")
    return kind


def _title(title: str) -> str:
    if len(title) > _LONGEST_TITLE:
        message = gettext("The title “%(title)s…” is longer than %(most)s characters. Shorten it.")
        raise BadCampaignFile(message % {"title": title[:60], "most": _LONGEST_TITLE}, field="title")
    return title


def _item(kind: str, title: str, body: str) -> ToDo:
    above, _, last = body.rpartition("\n")
    match = _ORGANISATIONS.fullmatch(last.strip())
    names = tuple(name.strip() for name in match["names"].split(";") if name.strip()) if match else ()
    text = above.strip() if match else body
    return ToDo(kind, title, text, links.links(text), links.hashtags(text), names)


def _petition(page: Page, section: _Section) -> None:
    if not section.paragraphs:
        message = gettext("“# Petition” is empty. Write the demand below it, in one sentence.")
        raise BadCampaignFile(message, field="petition.demand")
    demand, *rest = section.paragraphs
    page.petition = SamplePetition(lines.tidy(demand.replace("\n", " ")), "\n\n".join(rest))


def _add_petition(page: Page, given: dict[str, Any] | None) -> None:
    """Addressees, goal and date of the petition, which stand in the file's head."""
    if given is None:
        return
    if page.petition is None:
        message = gettext("The file's head speaks of a petition without a demand. Add “# Petition” and the demand.")
        raise BadCampaignFile(message, field="petition.demand")
    page.petition = SamplePetition(page.petition.demand, page.petition.body, **given)


def _letter(page: Page, section: _Section) -> None:
    if not section.title:
        raise BadCampaignFile(gettext("A letter has no title. Write “# Letter: To the mayor”."), field="Letter")
    head, body = _letter_head(section.text.split("\n"))
    if not body:
        message = gettext("The letter “%(title)s” has no text. Write it below its subject and an empty line.")
        raise BadCampaignFile(message % {"title": section.title}, field="Letter")
    subject = _title(head.get("subject", ""))
    page.letters.append(SampleLetter(_title(section.title), body, head.get("target", ""), subject))


def _letter_head(printed: list[str]) -> tuple[dict[str, str], str]:
    """“Target: …” and “Subject: …” above an empty line, and the text below it."""
    head: dict[str, str] = {}
    for index, line in enumerate(printed):
        match = _LETTER_HEAD.fullmatch(line)
        if match:
            head[match["name"].lower()] = match["value"].strip()
        elif line.strip() or head:
            return head, "\n".join(printed[index:]).strip()
    return head, ""


def _related(page: Page, section: _Section) -> None:
    page.related += [item for line in section.lines if line.strip() and (item := related.one(line.strip()))]


_READERS: dict[str, Callable[[Page, _Section], None]] = {
    "article": _article,
    "opinion": _opinion,
    "action": _action,
    "to do": _todo,
    "petition": _petition,
    "letter": _letter,
    "related": _related,
}


def _unfilled(page: Page) -> list[Finding]:
    """Blanks in letters that are no merge fields."""
    text = gettext("Nobody knows what belongs in “%(blank)s”. Replace it by a merge field or by words.")
    return [
        Finding(
            "unknown-placeholder", text % {"blank": blank.text}, f"letter {number}, line {blank.line}", blocks=False
        )
        for number, letter in enumerate(page.letters, 1)
        for blank in mergefields.unfinished(letter.body)
    ]
