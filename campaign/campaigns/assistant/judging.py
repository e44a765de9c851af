"""Which of a machine's texts may be shown to an editor as a draft; of the others, why not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import weblinks
from campaign.articles.page import Page, SampleLetter, SamplePetition, ToDo
from campaign.campaigns import checking, kinds, outlines, parts
from campaign.campaigns.assistant.questions import Question
from campaign.campaigns.models import Campaign
from campaign.i18n import gettext
from campaign.mergefields import leftovers
from campaign.officials import naming
from campaign.text import hidden_characters

_MARKUP = re.compile(r"<\s*[/!?a-zA-Z]|&#?\w{2,8};|\]\(\s*(?:javascript|data|vbscript):", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:[a-z][a-z0-9+.-]{1,20}:)?//[^\s<>()\[\]\"”]+|\bwww\.[^\s<>()\[\]\"”]+", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?![\w@])")
_MAILBOX = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,255}")
_STOPS = ".,;:!?»”’'"


@dataclass(frozen=True)
class Unsaved:
    """A text that was refused: which part, what it said, and why."""

    part: str
    text: str
    reasons: list[str]


def judge(
    session: Session, campaign: Campaign, page: Page, question: Question, *, now: datetime
) -> tuple[Page, list[Unsaved]]:
    """What may be saved, and what not."""
    refused: list[Unsaved] = []
    kept = replace(page, opinion=[], action=[], todo=[], petition=None, letters=[])

    def passes(part: str, text: str, reasons: Iterable[str]) -> bool:
        found = list(dict.fromkeys(reasons))
        if found:
            refused.append(Unsaved(part, text[:4000], found))
        return not found

    for name in ("opinion", "action"):
        text = "\n\n".join(getattr(page, name))
        if text and passes(name, text, _wrong(session, text, name, question, now)):
            setattr(kept, name, getattr(page, name))
    for number, todo in enumerate(page.todo, start=1):
        if passes(f"todo.{number}", _said(todo), _wrong_action(session, todo, question, now)):
            kept.todo.append(todo)
    petition, letters = page.petition, page.letters
    if petition and passes("petition", _asked(petition), _wrong_petition(session, campaign, page, question, now)):
        kept.petition = petition
    for number, letter in enumerate(letters, start=1):
        reasons = _wrong_letter(session, campaign, letter, question, now)
        if passes(f"letters.{number}", f"{letter.title}\n{letter.subject}\n\n{letter.body}", reasons):
            kept.letters.append(letter)
    return kept, refused


def _wrong(session: Session, text: str, where: str, question: Question, now: datetime) -> Iterator[str]:
    """What no text of ours may have in it."""
    yield from _unsafe(text, question)
    for blank in leftovers(text):
        yield gettext("It has a blank that nobody filled in: “%(blank)s”.", blank=blank.text[:80])
    yield from _unlike(session, text, where, now)


def _unsafe(text: str, question: Question) -> Iterator[str]:
    if _MARKUP.search(text):
        yield gettext("It has code of web pages in it.")
    if hidden_characters(text, lines=True):
        yield gettext("It has hidden characters in it.")
    hosts = {weblinks.host(url) for url in question.links}
    places = _ADDRESS.findall(text)
    for place in places:
        if place.rstrip(_STOPS) not in question.links and place.rstrip(_STOPS + "/") not in hosts:
            yield _strange(place)
    for host in _HOST.findall(_ADDRESS.sub(" ", text)):
        if host.removeprefix("www.") not in hosts and host not in question.said:
            yield _strange(host)
    for mailbox in _MAILBOX.findall(text):
        if mailbox.strip(_STOPS) not in question.said:
            yield gettext("It names a mailbox that the article does not: %(mailbox)s", mailbox=mailbox[:80])


def _unlike(session: Session, text: str, where: str, now: datetime) -> Iterator[str]:
    """Marks and prompts that would be visible, and officeholders of another day."""
    if outlines.is_outline(text):
        yield gettext("It repeats a prompt instead of answering it.")
    for finding in checking.unfinished(text, where):
        yield finding.text
    for contradiction in naming.contradictions(session, text, on=now.date()):
        yield contradiction.sentence


def _wrong_action(session: Session, todo: ToDo, question: Question, now: datetime) -> Iterator[str]:
    text = _said(todo)
    if not todo.title:
        yield gettext("It has no title.")
    yield from _wrong(session, text, "todo.body", question, now)
    for link in todo.links:
        if link.url not in question.links:
            yield _strange(link.url)
    if todo.kind == "petition" and todo.links:
        yield gettext("It leads to a petition elsewhere; the petition of this campaign comes first.")
    act = kinds.Act(shared=todo.details.get("share", ""), hashtags=todo.hashtags)
    if todo.kind == "social" and kinds.post_length(act) > kinds.LONGEST_POST:
        yield gettext("The post is too long for some networks.")


def _wrong_petition(
    session: Session, campaign: Campaign, page: Page, question: Question, now: datetime
) -> Iterator[str]:
    petition = page.petition
    if petition is None:
        return
    if not petition.demand or "\n" in petition.demand:
        yield gettext("The demand is not one sentence.")
    yield from _wrong(session, petition.demand, "petition.demand", question, now)
    yield from _wrong(session, petition.body, "petition.body", question, now)
    yield from _strange_offices(petition.addressees, question)
    yield from _told(session, campaign, replace(page, letters=[]), now)


def _wrong_letter(
    session: Session, campaign: Campaign, letter: SampleLetter, question: Question, now: datetime
) -> Iterator[str]:
    """Its blanks and its holder are judged by the letters' own check, which knows merge fields."""
    text = f"{letter.title}\n{letter.subject}\n{letter.body}"
    yield from _unsafe(re.sub(r"\{\{[^{}]*\}\}", " ", text), question)
    yield from _strange_offices([letter.target], question)
    alone = Page(headline="", letters=[letter], language=campaign.language)
    yield from _told(session, campaign, alone, now)


def _told(session: Session, campaign: Campaign, page: Page, now: datetime) -> Iterator[str]:
    for part in parts.PARTS.values():
        for finding in part.judge(session, campaign, page, now=now):
            yield finding.text


def _strange_offices(ids: Sequence[str], question: Question) -> Iterator[str]:
    for id in ids:
        if id not in question.offices:
            yield gettext("It goes to “%(office)s”, an office that was not offered.", office=id[:80])


def _strange(place: str) -> str:
    return gettext(
        "It leads to an address that is neither in the article nor in the playbook: %(url)s", url=place[:120]
    )


def _said(todo: ToDo) -> str:
    labels = [link.label for link in todo.links]
    said = [todo.title, todo.body, *todo.details.values(), *todo.organisations, *todo.hashtags, *labels]
    return "\n".join(text for text in said if text)


def _asked(petition: SamplePetition) -> str:
    return f"{petition.demand}\n\n{petition.body}".strip()
