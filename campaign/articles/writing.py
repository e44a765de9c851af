"""Writes a page as the campaign file that campaign.articles.readers.campaign_file reads."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import yaml

from campaign.articles import licences
from campaign.articles.page import Link, Page, Related, SamplePetition, ToDo
from campaign.articles.readers import escapes, front_matter, labels, lines
from campaign.articles.readers.front_matter import BadCampaignFile
from campaign.articles.readers.lines import joined

_HEAD = (
    "slug", "title", "language", "country", "place", "categories", "headline", "outlet", "url", "published_at",
    "byline", "dateline", "agency", "licence", "licence_reason", "archived_url", "article_language",
    "opinion_author", "action_author", "machine_made",
)  # fmt: skip


class _Dumper(yaml.CSafeDumper):
    """Every value is text, as it is for the loader: NO means Norway."""

    yaml_implicit_resolvers: dict[str, Any] = {}


def text(page: Page) -> str:
    """The file. Read and written again it is the same, character by character.

    What a reader would refuse is left out: values that are too long or of the wrong form, letters without a text.
    """
    parts = [f"---\n{_head(page)}---", *_sections(page)]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _head(page: Page) -> str:
    values = {name: _value(getattr(page, name)) for name in _HEAD}
    if values["headline"] == values["title"]:
        values["headline"] = ""
    given: dict[str, Any] = {name: value for name, value in values.items() if value and _is_read(name, value)}
    if page.is_complete:
        given["complete"] = "yes"
    if page.petition and joined(page.petition.demand) and (petition := _petition_head(page.petition)):
        given["petition"] = petition
    return str(yaml.dump(given, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**6))


def _petition_head(petition: SamplePetition) -> dict[str, Any]:
    values = {
        "addressees": [line for id in petition.addressees if (line := joined(id))],
        "goal": str(petition.goal or ""),
        "closes_on": petition.closes_on.isoformat() if petition.closes_on else "",
    }
    return {name: value for name, value in values.items() if value}


def _value(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return list(dict.fromkeys(" ".join(joined(item).split()) for item in value if joined(item)))
    return value.isoformat() if hasattr(value, "isoformat") else " ".join(joined(value or "").split())


def _is_read(name: str, value: Any) -> bool:
    try:
        front_matter.KEYS[name](name, value)
    except BadCampaignFile:
        return False
    return True


def _sections(page: Page) -> Iterator[str]:
    article = [_block(block.kind, block.text) for block in page.article]
    yield from _section("Article", article)
    points = [(joined(point.label), point.anchored, line) for point in page.key_points if (line := joined(point.text))]
    for label, found in groupby(points, key=itemgetter(0)):
        listed = [f"- [{'x' if anchored else ' '}] {line}" for _, anchored, line in found]
        yield from _section(f"Key points: {label}" if label else "Key points", ["\n".join(listed)])
    for image in page.images:
        values = (
            ("Caption", image.caption), ("Credit", image.credit), ("Address", image.url), ("Alt", image.alt),
            ("Licence", licences.known(image.licence)),
        )  # fmt: skip
        said = [f"{name}: {line}" for name, value in values if (line := joined(value))]
        yield from _section("Image", ["\n".join(said)])
    yield from _section("Opinion", [_text("\n\n".join(page.opinion))])
    yield from _section("Action", [_text("\n\n".join(page.action))])
    yield from _section("To do", [_text(page.todo_intro), *map(_todo, page.todo)])
    if page.petition and (demand := joined(page.petition.demand)):
        yield from _section("Petition", [escapes.added(demand), _text(page.petition.body)])
    for letter in page.letters:
        if body := _text(letter.body):
            said = [f"Talking point: {line}" for point in letter.talking_points.split("\n") if (line := joined(point))]
            head = [f"Target: {joined(letter.target)}", f"Subject: {joined(letter.subject)}"]
            head += [f"Language: {letter.language}"] if letter.language else []
            head += [f"Requires: {', '.join(letter.requires)}"] if letter.requires else []
            yield from _section(f"Letter: {joined(letter.title) or '…'}", ["\n".join([*head, *said]), body])
    yield from _section("Related", ["\n".join(map(_related, page.related))])


def _section(heading: str, parts: Iterable[str]) -> Iterator[str]:
    found = [part for part in parts if part.strip()]
    if found:
        yield "\n\n".join([f"# {heading}", *found])


def _block(kind: str, text: str) -> str:
    line = escapes.marked(joined(text))
    return f"## {line}" if kind == "subhead" and line else line


def _todo(todo: ToDo) -> str:
    title = joined(todo.title) or "…"
    tidy = ToDo(
        todo.kind,
        title,
        _normal(todo.body),
        tuple(Link("".join(link.url.split()), joined(link.label)) for link in todo.links),
        tuple(f"#{word}" for tag in todo.hashtags if (word := "".join(joined(tag).split()).lstrip("#"))),
        tuple(name for printed in todo.organisations if (name := joined(printed))),
        {name: line for name, text in todo.details.items() if (line := joined(text))},
    )
    parts = [f"## {todo.kind}: {title}", escapes.added(tidy.body), "\n".join(labels.todo_lines(tidy))]
    return "\n\n".join(part for part in parts if part)


def _text(text: str) -> str:
    """A text of several lines, with one blank line between its blocks."""
    return escapes.added(_normal(text))


def _normal(text: str) -> str:
    return "\n\n".join(escapes.paragraphs(lines.visible(text)))


def _related(item: Related) -> str:
    return labels.related_line(
        Related(joined(item.headline) or "…", joined(item.outlet), "".join(item.url.split()), item.published_on)
    )
