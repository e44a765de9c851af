"""Merge fields: what a letter may leave open, how it is filled in, and what was forgotten.

A field is written `{{ sender.name }}`. Putting values in is our own plain substitution: people's text is never handed
to a template engine, and a value is never looked at again, so a name spelled `{{ date }}` stays spelled like that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.placeholders import Leftover, found_in, replaced

__all__ = [
    "FIELDS",
    "OPTIONAL",
    "Converted",
    "Leftover",
    "Unfilled",
    "UnknownField",
    "fields_in",
    "fill",
    "from_placeholders",
    "leftovers",
    "unfinished",
    "written",
]

#: every field there is, and what it becomes
FIELDS = {
    "official.salutation": lazy_gettext("the greeting that suits the office, such as “Dear Senator Example”"),
    "official.name": lazy_gettext("the full name of whoever holds the office on the day of the letter"),
    "official.family_name": lazy_gettext("the holder’s family name"),
    "official.title": lazy_gettext("what stands before the name, such as “Senator”"),
    "official.post_label": lazy_gettext("the office, such as “Senator for Alaska”"),
    "official.organization": lazy_gettext("the body the office belongs to, such as “United States Senate”"),
    "official.area": lazy_gettext("the state, district or town of the office"),
    "official.envelope": lazy_gettext("the postal address of the office, several lines"),
    "sender.name": lazy_gettext("the writer’s full name"),
    "sender.given_name": lazy_gettext("the writer’s given name"),
    "sender.family_name": lazy_gettext("the writer’s family name"),
    "sender.address_lines": lazy_gettext("the writer’s street and house number, one or more lines"),
    "sender.city": lazy_gettext("the writer’s town"),
    "sender.region": lazy_gettext("the writer’s state, province or region"),
    "sender.postcode": lazy_gettext("the writer’s postcode"),
    "sender.country": lazy_gettext("the writer’s country"),
    "sender.email": lazy_gettext("the writer’s e-mail address"),
    "sender.phone": lazy_gettext("the writer’s telephone number"),
    "campaign.title": lazy_gettext("the title of the campaign"),
    "campaign.url": lazy_gettext("the address of the campaign’s page"),
    "date": lazy_gettext("the day of the letter, written out in its language"),
}

#: fields a writer may leave empty where they stand in an address block; their line is then left out
OPTIONAL = frozenset(
    {
        "official.area",
        "sender.address_lines",
        "sender.city",
        "sender.region",
        "sender.postcode",
        "sender.country",
        "sender.email",
        "sender.phone",
    }
)

_FIELD = re.compile(r"\{\{([^{}\n]*)\}\}")
_LETTER = re.compile(r"[^\W\d_]")


class UnknownField(Refused):
    """A text asks for a merge field that does not exist. `name` as written, `line` counted from 1."""

    def __init__(self, name: str, line: int) -> None:
        message = gettext("Line %(line)s: there is no merge field “%(name)s”. Choose one from the list.")
        super().__init__(message % {"line": line, "name": name})
        self.name = name
        self.line = line


class Unfilled(Refused):
    """A text needs a value that nobody gave. `name` of the field, `line` counted from 1."""

    def __init__(self, name: str, line: int) -> None:
        message = gettext("Line %(line)s needs “%(meaning)s”, and it is not known. Fill it in or change the line.")
        super().__init__(message % {"line": line, "meaning": str(FIELDS[name])})
        self.name = name
        self.line = line


@dataclass(frozen=True)
class Converted:
    """A text with merge fields in place of its placeholders. unknown: those that nobody could read."""

    text: str
    unknown: list[Leftover]


def written(name: str) -> str:
    """A field as it is written in a template: "{{ sender.name }}"."""
    return "{{ " + name + " }}"


def fields_in(text: str) -> list[str]:
    """The names between double braces, each once, in the order of the text; unknown ones too."""
    return list(dict.fromkeys(match.group(1).strip() for match in _FIELD.finditer(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with each field replaced by its value, in one pass.

    A line of an address block ("{{ sender.city }}, {{ sender.region }}", "Phone: {{ sender.phone }}") whose optional
    fields are all empty is left out; an empty field inside a sentence is never passed over.

    Wrong:    text.replace("{{ sender.name }}", name).replace("{{ date }}", today)
              a writer called “{{ date }}” would get today's date as a name
    Correct:  fill(text, {"sender.name": "{{ date }}", "date": "22 November 2026"})

    Raises UnknownField and Unfilled, which name the field and the line.
    """
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        filled = _filled(line, values, number)
        if filled is not None:
            lines.append(filled)
    return "\n".join(lines)


def from_placeholders(text: str) -> Converted:
    """Read the blanks that people leave in sample letters ("[Your Name]", "<city>", "Name: ____") as merge fields.

    from_placeholders("Dear [Representative's Name],").text == "{{ official.salutation }},"
    """
    converted = replaced(text, written, FIELDS)
    return Converted(converted, unfinished(converted))


def leftovers(text: str) -> list[Leftover]:
    """What looks like a blank nobody filled in, in a letter that is about to leave: merge fields count too."""
    return found_in(text)


def unfinished(text: str) -> list[Leftover]:
    """The same for a template, in which merge fields that exist are as they should be."""
    return [found for found in found_in(text) if not _is_known(found.text)]


def _is_known(text: str) -> bool:
    match = _FIELD.fullmatch(text)
    return match is not None and match.group(1).strip() in FIELDS


def _filled(line: str, values: Mapping[str, str], number: int) -> str | None:
    """One line with its values; None when it is left out."""
    pieces = _FIELD.split(line)  # text, name, text, name, …, text
    names = [name.strip() for name in pieces[1::2]]
    for name in names:
        if name not in FIELDS:
            raise UnknownField(name, number)
    empty = [name for name in names if not values.get(name, "").strip()]
    if not empty:
        return _joined(pieces, (values[name] for name in names))
    literal = "".join(pieces[::2]).strip()
    in_address = not _LETTER.search(literal) or literal.endswith(":")
    for name in empty:
        if name not in OPTIONAL or not in_address:
            raise Unfilled(name, number)
    if len(empty) == len(names):
        return None
    return _without_gaps(pieces, names, values)


def _joined(pieces: list[str], values: Iterable[str]) -> str:
    parts = list(pieces)
    parts[1::2] = values
    return "".join(parts)


def _without_gaps(pieces: list[str], names: list[str], values: Mapping[str, str]) -> str:
    """“Springfield 12345” from “{city}, {region} {postcode}” without a region: one separator between two values."""
    result = pieces[0]
    first = True
    for name, separator in zip(names, pieces[::2], strict=False):
        value = values.get(name, "").strip()
        if value:
            result += value if first else separator + value
            first = False
    return (result + pieces[-1]).rstrip()
