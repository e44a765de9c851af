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

A line of a text that would read as a heading, a fence or a label has a backslash before it; so has a Markdown mark that
stands for itself in the article. `complete: yes` in the head says that what is missing is meant to be.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from campaign import mergefields
from campaign.articles import licences
from campaign.articles.page import Block, KeyPoint, Page, Picture, SampleLetter, SamplePetition
from campaign.articles.readers import doubts, escapes, front_matter, kinds, labels, lines, related
from campaign.articles.readers.front_matter import BadCampaignFile
from campaign.errors import Finding
from campaign.i18n import gettext

_SECTION = re.compile(r"#\s+(?P<name>[^:]{2,40}?)\s*(?::\s*(?P<title>\S.*?))?\s*")
_TODO = re.compile(r"##\s+(?P<kind>[^:]{2,40}?)\s*:\s*(?P<title>\S.*?)\s*")
_LETTER_HEAD = re.compile(
    r"(?P<name>Target|Subject|Language|Requires|Talking point)\s*:[ \t]*(?P<value>.*)", re.IGNORECASE
)
_IMAGE = re.compile(r"(?P<name>Caption|Credit|Address|Alt|Licence)\s*:[ \t]*(?P<value>.*)", re.IGNORECASE)
_POINT = re.compile(r"[-*]\s+(?:\[(?P<kept>[ xX])\]\s+)?(?P<text>\S.*)")
_LONGEST_TITLE = 200


@dataclass(frozen=True)
class _Section:
    name: str
    title: str
    lines: list[str]

    @property
    def text(self) -> str:
        return escapes.without("\n".join(self.lines).strip("\n"))

    @property
    def paragraphs(self) -> list[str]:
        return escapes.paragraphs(self.text)


def is_one(text: str) -> bool:
    """True for a text that begins with a head of YAML."""
    return front_matter.found(text)


def read(text: str) -> Page:
    """The page in a campaign file. Raises BadCampaignFile, whose field is the key or heading it is about."""
    head, body = front_matter.split(lines.visible(text))
    values = front_matter.read(head)
    petition = values.pop("petition", None)
    is_complete = values.pop("complete", False)
    headline = values.pop("headline", "") or values.get("title", "")
    if not headline:
        message = gettext("The file has neither a headline nor a title. Add “title: …” between the two “---” lines.")
        raise BadCampaignFile(message, field="headline")
    page = Page(headline=headline, is_complete=is_complete, **values)
    page.source_text = lines.visible(text)
    for section in _sections(body):
        _READERS[section.name](page, section)
    _add_petition(page, petition)
    page.warnings = [*(doubts.find(page, None, []) if page.article else []), *_unfilled(page)]
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
            sections[-1].lines.append(line)
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
    for block in escapes.paragraphs("\n".join(section.lines)):
        for part in re.split(r"(?m)^(##\s.*)$", block):
            is_subhead = part.startswith("##")
            text = escapes.plain(lines.tidy(part.replace("\n", " ")))
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
    fenced = False
    for line in section.lines:
        fenced ^= line.lstrip().startswith("```")
        match = None if fenced else _TODO.fullmatch(line)
        if match:
            current = []
            items.append((_kind(match["kind"], match["title"]), _title(match["title"]), current))
        elif line.startswith("## ") and not fenced:
            message = gettext("“%(line)s” does not say what kind of action it is. Write it as “## contact: …”.")
            raise BadCampaignFile(message % {"line": line[:60]}, field="To do")
        else:
            current.append(line)
    page.todo_intro = escapes.without("\n".join(intro).strip())
    page.todo += [labels.todo(kind, title, "\n".join(body).strip()) for kind, title, body in items]


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
    page.letters.append(
        SampleLetter(
            _title(section.title),
            body,
            head.get("target", ""),
            _title(head.get("subject", "")),
            head.get("language", ""),
            head.get("talking point", ""),
            tuple(head.get("requires", "").replace(",", " ").split()),
        )
    )


def _letter_head(printed: list[str]) -> tuple[dict[str, str], str]:
    """“Target: …”, “Subject: …” and the like above an empty line, and the text below it."""
    head: dict[str, str] = {}
    for index, line in enumerate(printed):
        match = _LETTER_HEAD.fullmatch(line)
        if match:
            name, value = match["name"].lower(), match["value"].strip()
            # Several talking points, each on a line of its own.
            head[name] = f"{head[name]}\n{value}" if name == "talking point" and name in head else value
        elif line.strip() or head:
            return head, "\n".join(printed[index:]).strip()
    return head, ""


def _key_points(page: Page, section: _Section) -> None:
    """“- [x] text” rests on a sentence of the article, or an editor has kept it; “- [ ] text” stays hidden."""
    for line in section.lines:
        match = _POINT.fullmatch(line.strip())
        if match:
            page.key_points.append(KeyPoint(match["text"], (match["kept"] or "").lower() == "x", section.title))


def _image(page: Page, section: _Section) -> None:
    found = [match for line in section.lines if (match := _IMAGE.fullmatch(line.strip()))]
    values = {match["name"].lower(): match["value"] for match in found}
    picture = Picture(
        values.get("caption", ""),
        values.get("credit", ""),
        values.get("address", ""),
        values.get("alt", ""),
        licences.known(values.get("licence", "")),
    )
    page.images.append(picture)


def _related(page: Page, section: _Section) -> None:
    found = (labels.related(line) or related.one(line.strip()) for line in section.lines if line.strip())
    page.related += [item for item in found if item]


_READERS: dict[str, Callable[[Page, _Section], None]] = {
    "article": _article,
    "key points": _key_points,
    "image": _image,
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
