"""An article's own lines: paragraphs, subheads, pictures, key points, and who sent it from where."""

from dataclasses import dataclass, field

from campaign.articles.page import Block, KeyPoint, Picture
from campaign.articles.readers import bylines, keypoints, lists, marks, pictures, subheads
from campaign.articles.readers.lines import Line
from campaign.articles.readers.sentences import is_prose


@dataclass
class Body:
    """The article itself, in reading order."""

    blocks: list[Block] = field(default_factory=list)
    key_points: list[KeyPoint] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    dateline: str = ""
    agency: str = ""


def read(lines: list[Line]) -> Body:
    """The body of an article from the lines its masthead left."""
    body = Body()
    lines, bullets, label = _without_key_points(lines)
    kept = _without_pictures(lines, body)
    for index, line in enumerate(kept):
        following = kept[index + 1] if index + 1 < len(kept) else None
        block = _told(line) if line.kind else _guessed(line, following)
        if block.text:
            body.blocks.append(block)
    _take_opening(body)
    _take_agency(body)
    body.key_points = keypoints.read(bullets, [block.text for block in body.blocks if block.kind == "paragraph"], label)
    return body


def _told(line: Line) -> Block:
    """A line of which the page's code says what it is; its words stay as they are."""
    if line.kind == "item":
        item = lists.read(line.text)
        return Block("paragraph", item.text if item else line.text)
    return Block("subhead", marks.plain(line.text)) if line.kind == "subhead" else Block("paragraph", line.text)


def _guessed(line: Line, following: Line | None) -> Block:
    item = lists.read(line.text)
    text = marks.plain(item.text if item and item.style == "bullet" else line.text)
    is_subhead = item is None and subheads.is_subhead(line.text, following.text if following else "")
    return Block("subhead" if is_subhead else "paragraph", text)


def _without_key_points(lines: list[Line]) -> tuple[list[Line], list[Line], str]:
    """The bullets above the first paragraph, or below a heading such as “Key points”, and their label."""
    kept: list[Line] = []
    bullets: list[Line] = []
    label = ""
    begun = titled = False
    for line in lines:
        is_bullet = lists.is_bullet(line.text)
        if not label and keypoints.label(line.text):
            label = keypoints.label(line.text)
        elif not bullets and keypoints.is_title(line.text):
            titled = True
        elif is_bullet and (titled or not begun):
            bullets.append(line)
        else:
            titled = False
            begun = begun or is_prose(line.text)
            kept.append(line)
    if (len(bullets) == 1 and not label) or len(bullets) > keypoints.MOST:
        # One bullet alone is no summary, nor is a long list; they stay where they stood, at the beginning.
        return [*bullets, *kept], [], ""
    return kept, bullets, label


def _without_pictures(lines: list[Line], body: Body) -> list[Line]:
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept and not line.gap else None
        found = pictures.read(line, before)
        if not found:
            kept.append(line)
            continue
        picture, took_caption = found
        if took_caption:
            kept.pop()
        body.images.append(picture)
    return kept


def _take_opening(body: Body) -> None:
    for index, block in enumerate(body.blocks):
        if block.kind == "paragraph":
            opening = bylines.opening(block.text)
            body.dateline, body.agency = opening.dateline, opening.agency
            body.blocks[index] = Block("paragraph", opening.text)
            return


def _take_agency(body: Body) -> None:
    """The agency's name behind the last sentence, or on the last line alone."""
    if not body.blocks:
        return
    last = body.blocks[-1]
    alone = bylines.agencies(last.text)
    if alone and len(body.blocks) > 1:
        body.blocks.pop()
        body.agency = body.agency or alone
        return
    text, agency = bylines.without_agency(last.text)
    body.blocks[-1] = Block(last.kind, text)
    body.agency = body.agency or agency
