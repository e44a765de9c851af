"""What a machine may answer, and nothing else: strict types, each with a limit. Read as data, whatever it says."""

import re
from typing import Annotated, Any, Literal

import msgspec

from campaign.articles.page import Link, Page, SampleLetter, SamplePetition, ToDo
from campaign.campaigns import kinds
from campaign.errors import Refused
from campaign.i18n import gettext

Line = Annotated[str, msgspec.Meta(max_length=200)]
Sentence = Annotated[str, msgspec.Meta(max_length=300)]
Paragraph = Annotated[str, msgspec.Meta(max_length=2000)]
Address = Annotated[str, msgspec.Meta(max_length=2000)]
Name = Annotated[str, msgspec.Meta(max_length=40)]
_FENCED = re.compile(r"\s*```(?:json)?\s*\n(?P<inside>.*)\n```\s*", re.DOTALL | re.IGNORECASE)


class Unfit(Refused):
    """The answer is not of the form that was asked for."""


class SuggestedLink(msgspec.Struct, forbid_unknown_fields=True):
    url: Address
    label: Line = ""


class SuggestedAction(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["petition", "contact", "local", "social", "learn", "donate", "accountability", "event"]
    title: Line
    body: Paragraph = ""
    links: Annotated[list[SuggestedLink], msgspec.Meta(max_length=5)] = []
    hashtags: Annotated[list[Name], msgspec.Meta(max_length=5)] = []
    organisations: Annotated[list[Line], msgspec.Meta(max_length=5)] = []
    details: Annotated[dict[Name, Sentence], msgspec.Meta(max_length=6)] = {}


class SuggestedPetition(msgspec.Struct, forbid_unknown_fields=True):
    demand: Sentence
    body: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    addressees: Annotated[list[Line], msgspec.Meta(max_length=5)] = []


class SuggestedLetter(msgspec.Struct, forbid_unknown_fields=True):
    title: Line
    target: Line
    subject: Line
    body: Annotated[str, msgspec.Meta(max_length=4000)]


class Suggested(msgspec.Struct, forbid_unknown_fields=True):
    """All of it. What is left out is not suggested."""

    opinion: Annotated[list[Paragraph], msgspec.Meta(max_length=8)] = []
    action: Annotated[list[Paragraph], msgspec.Meta(max_length=8)] = []
    todo: Annotated[list[SuggestedAction], msgspec.Meta(max_length=10)] = []
    petition: SuggestedPetition | None = None
    letters: Annotated[list[SuggestedLetter], msgspec.Meta(max_length=4)] = []


def read(text: str) -> Suggested:
    """The texts in an answer. Raises Unfit, which says where it goes wrong."""
    fenced = _FENCED.fullmatch(text)
    try:
        return msgspec.json.decode(fenced["inside"] if fenced else text, type=Suggested)
    except (msgspec.ValidationError, RecursionError) as error:
        place = str(error).rpartition("`")[0].rpartition("`")[2] if "`" in str(error) else ""
        message = gettext("The assistant’s answer is not of the form that was asked for (%(place)s).")
        raise Unfit(message % {"place": place[:80] or "$"}) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Unfit(gettext("The assistant answered with something that is no JSON.")) from error


def schema() -> dict[str, Any]:
    """The same as a JSON schema, for the machine."""
    return msgspec.json.schema(Suggested)


def page(suggested: Suggested) -> Page:
    """The texts as drafting knows them."""
    petition = suggested.petition
    return Page(
        headline="",
        opinion=[paragraph.strip() for paragraph in suggested.opinion if paragraph.strip()],
        action=[paragraph.strip() for paragraph in suggested.action if paragraph.strip()],
        todo=[
            ToDo(
                action.kind,
                action.title.strip(),
                action.body.strip(),
                tuple(Link(link.url.strip(), link.label.strip()) for link in action.links),
                tuple(f"#{tag.strip().lstrip('#')}" for tag in action.hashtags if tag.strip("# ")),
                tuple(name.strip() for name in action.organisations if name.strip()),
                # That somebody opened a page and saw whose it is, no machine can say.
                kinds.kept(action.kind, {**action.details, "checked_on": ""}),
            )
            for action in suggested.todo
        ],
        petition=SamplePetition(petition.demand.strip(), petition.body.strip(), tuple(petition.addressees))
        if petition
        else None,
        letters=[
            SampleLetter(letter.title.strip(), letter.body.strip(), letter.target.strip(), letter.subject.strip())
            for letter in suggested.letters
        ],
    )
