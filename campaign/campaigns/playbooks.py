"""What a category starts with where the page offers nothing: to-do actions, a petition, letters. Data in seeds/."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from campaign.articles.page import Link, SampleLetter, SamplePetition, ToDo
from campaign.campaigns import kinds, outlines
from campaign.campaigns.outlines import Section
from campaign.errors import Refused
from campaign.paths import SEEDS

FOLDER = SEEDS / "playbooks"  # those in English; each other language has a folder in it, named by its code
ENGLISH = "en"
GENERAL = ""  # the key of the playbook for campaigns whose categories have none


@dataclass(frozen=True)
class Playbook:
    """Suggestions an editor starts from; never published unread.

    Letters and petition are addressed to rules of jurisdiction.py, which the draft's country turns into offices.
    """

    category: str = ""
    name: str = ""  # as an editor reads it
    language: str = ENGLISH
    opinion: tuple[Section, ...] = ()
    action: tuple[Section, ...] = ()
    todo: tuple[ToDo, ...] = ()
    petition: SamplePetition | None = None
    days: int = 90  # from drafting to the petition's last day
    letters: tuple[SampleLetter, ...] = ()


@cache
def load(language: str = ENGLISH, folder: Path = FOLDER) -> Mapping[str, Playbook]:
    """All playbooks by the slug of the category they serve; a file may serve several, the general one has none.

    Empty for a language in which there are none. Raises Refused, naming the file, when one cannot be used.
    """
    found: dict[str, Playbook] = {}
    for path in sorted((folder if language == ENGLISH else folder / language).glob("*.toml")):
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
            for category in values["categories"] or [GENERAL]:
                found[category] = _playbook(category, language, values)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused(f"{path.name}: {error!r}. Compare it with general.toml.", field=path.name) from error
    return found


@cache
def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Those in which there are playbooks, English first."""
    return (ENGLISH, *sorted(path.name for path in folder.iterdir() if path.is_dir()))


def for_categories(slugs: Iterable[str], language: str = ENGLISH) -> Playbook:
    """The playbook of the first category that has one in the campaign's language, else the general one.

    language: with or without a country, as "fr" or "pt_BR"; English where there are no playbooks in it.
    """
    code = language.replace("-", "_").partition("_")[0]
    playbooks = load(code) if code in languages() else load()
    return next((playbooks[slug] for slug in slugs if slug in playbooks), playbooks[GENERAL])


def _playbook(category: str, language: str, values: dict[str, Any]) -> Playbook:
    petition = dict(values.get("petition") or {})
    days = petition.pop("days", 90)
    if petition:
        # That sentence is the editor's work: a prompt asks for it, and no prompt is ever published.
        petition["demand"] = outlines.prompt(petition["demand"])
        petition["addressees"] = tuple(petition["addressees"])
    return Playbook(
        category=category,
        name=values["name"],
        language=language,
        opinion=tuple(Section(**section) for section in values["opinion"]),
        action=tuple(Section(**section) for section in values["action"]),
        todo=tuple(_todo(**todo) for todo in values["todo"]),
        petition=SamplePetition(**petition) if petition else None,
        days=days,
        letters=tuple(SampleLetter(**letter) for letter in values["letters"]),
    )


def _todo(
    kind: str,
    title: str,
    body: str = "",
    links: Iterable[dict[str, str]] = (),
    hashtags: Iterable[str] = (),
    organisations: Iterable[str] = (),
    **details: str,
) -> ToDo:
    if kind not in kinds.KINDS:
        raise ValueError(f"unknown kind of to-do action: {kind}")
    if unknown := set(details) - set(kinds.KINDS[kind].details):
        raise ValueError(f"{kind} has no {', '.join(sorted(unknown))}")
    all_links = tuple(Link(**link) for link in links)
    return ToDo(kind, title, body.strip(), all_links, tuple(hashtags), tuple(organisations), details)
