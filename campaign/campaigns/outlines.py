"""Outlines for an opinion and a call to action: headings with prompts that an editor replaces by their own words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from campaign.errors import Finding
from campaign.i18n import gettext

MARK = "✎"  # begins a prompt; nothing with it in is ever published
_HEADING = re.compile(r"#{1,6}\s+(?P<words>.*\S)")


@dataclass(frozen=True)
class Section:
    """A heading, and what the editor is asked to write below it."""

    heading: str
    prompt: str


def text(sections: Iterable[Section]) -> str:
    """The outline as Markdown."""
    return "\n\n".join(f"### {section.heading}\n\n{MARK} {section.prompt}" for section in sections)


def prompt(words: str) -> str:
    """A prompt that stands for itself, in a title or a list."""
    return f"{MARK} {words}"


def is_outline(written: str) -> bool:
    """True while there is a prompt in it."""
    return MARK in written


def check(written: str, where: str) -> Iterator[Finding]:
    """Prompts that nobody has answered, and headings below which nothing stands any more."""
    left = next((line.strip() for line in written.splitlines() if MARK in line), "")
    if left:
        message = gettext("A prompt still stands here: “%(prompt)s”. Answer it in your own words, or delete it.")
        yield Finding("leftover-prompt", message % {"prompt": left.strip(f"{MARK} ")[:120]}, where)
    elif empty := _empty_heading(written):
        message = gettext("Nothing stands below the heading “%(heading)s”. Write it, or delete the heading.")
        yield Finding("empty-section", message % {"heading": empty[:120]}, where)


def _empty_heading(written: str) -> str:
    """The first heading that is followed by another, or by nothing."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    for line, following in pairwise([*lines, "# end"]):
        heading = _HEADING.fullmatch(line)
        if heading and re.match(r"#{1,6}\s", following):
            return heading["words"]
    return ""
