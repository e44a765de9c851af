"""What a petition asks of signers: which fields and questions there are, and which of them are handed over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.petitions import telling
from campaign.petitions.models import Petition, Question, Signature
from campaign.text import clean, hidden_characters

NO, OPTIONAL, REQUIRED = "no", "optional", "required"
WAYS = (NO, OPTIONAL, REQUIRED)

# What an organiser may choose to ask, and how it is unless they choose. Given name, address and country are always
# asked: nothing can be confirmed, counted or told apart without. A postcode is required only where there are any.
FIELDS = {
    "family_name": OPTIONAL,
    "organisation": NO,
    "postcode": REQUIRED,
    "city": NO,
    "phone": NO,
    "comment": OPTIONAL,
}
# The columns of a list that is handed over, as far as they are asked. Never the e-mail address.
HANDED_OVER = ("given_name", "family_name", "organisation", "country", "postcode", "city", "phone", "comment")
WORDS = {
    "given_name": lazy_gettext("your name"),
    "organisation": lazy_gettext("organisation"),
    "country": lazy_gettext("country"),
    "postcode": lazy_gettext("postcode"),
    "city": lazy_gettext("town or city"),
    "phone": lazy_gettext("phone number"),
    "comment": lazy_gettext("comment"),
}

MOST_QUESTIONS = 10
LONGEST_LABEL = 200  # characters
LONGEST_ANSWER = 500
# Columns of their own in lists, so no question may be called so.
TAKEN = frozenset({*HANDED_OVER, "number", "email", "signed_on", "text_version"})


class NotAskable(Refused):
    """This cannot be asked like that. `field` says which question: "label_" and its id, or "label_new"."""


@dataclass(frozen=True)
class Wanted:
    """One question as the organiser wants it. id: None for a new one; removed when its label is empty."""

    id: int | None
    label: str
    is_required: bool = False


class Asking(Protocol):
    """A petition, or its terms."""

    @property
    def asks(self) -> dict[str, str]: ...


def ways(petition: Asking) -> dict[str, str]:
    """Every field that may be asked: no, optional or required here."""
    chosen = petition.asks or {}
    return {name: chosen.get(name, usual) for name, usual in FIELDS.items()}


def questions(petition: Petition) -> list[Question]:
    """The petition's own questions that are asked now."""
    return [question for question in petition.questions if not question.is_retired]


def handed_over(petition: Petition) -> tuple[str, ...]:
    """The columns about a person in a list that is handed over: only what signers are asked, and are told of."""
    asked = ways(petition)
    return tuple(name for name in HANDED_OVER if asked.get(name, REQUIRED) != NO)


def words(petition: Petition) -> list[str]:
    """The same for people who are about to sign: "your name", "country", …, and the petition's questions."""
    fields = [str(WORDS[name]) for name in handed_over(petition) if name in WORDS]
    quoted = (gettext("your answer to “%(question)s”", question=question.label) for question in questions(petition))
    return [*fields, *quoted]


def set_ways(session: Session, petition: Petition, wanted: Mapping[str, str], *, now: datetime) -> bool:
    """Change which fields are asked; True when that is a change. Fields that are not named stay as they are."""
    before = ways(petition)
    after = before | {name: way for name, way in wanted.items() if name in FIELDS and way in WAYS}
    if after == before:
        return False
    told = handed_over(petition)
    petition.asks = after
    telling.note(session, petition, before=told, after=handed_over(petition), now=now)
    petition.campaign.changed_at = now
    session.flush()
    return True


def set_questions(session: Session, petition: Petition, wanted: Sequence[Wanted], *, now: datetime) -> bool:
    """Ask these questions besides the fields, in this order; True when that is a change.

    A question that people have answered keeps its words; taken out, it is asked no more and its answers stay.
    Raises NotAskable.
    """
    asked = {question.id: question for question in questions(petition)}
    kept = [want for want in wanted if clean(want.label) and (want.id is None or want.id in asked)]
    _refuse_bad(kept)
    before = [(question.id, question.label, question.is_required) for question in questions(petition)]
    for gone in asked.keys() - {want.id for want in kept}:
        _take_out(session, petition, asked[gone])
    for position, want in enumerate(kept, start=1):
        question = asked.get(want.id or 0)
        if question is None:
            question = Question(label=clean(want.label))
            petition.questions.append(question)
        elif question.label != clean(want.label):
            _reword(session, question, clean(want.label))
        question.position, question.is_required = position, want.is_required
    session.flush()
    after = [(question.id, question.label, question.is_required) for question in questions(petition)]
    if after == before:
        return False
    petition.campaign.changed_at = now
    session.flush()
    return True


def is_answered(session: Session, question: Question) -> bool:
    """True when anybody who signed has answered it."""
    answer = Signature.answers[str(question.id)].as_string()
    query = select(Signature.id).where(Signature.petition_id == question.petition_id, answer.is_not(None))
    return session.scalar(query.limit(1)) is not None


def _refuse_bad(wanted: Sequence[Wanted]) -> None:
    seen: set[str] = set(TAKEN)
    for want in wanted:
        label, field = clean(want.label), f"label_{want.id or 'new'}"
        if len(label) > LONGEST_LABEL or hidden_characters(label):
            message = gettext("Write the question as one line of at most %(most)s characters.", most=LONGEST_LABEL)
            raise NotAskable(message, field=field)
        if label.casefold() in seen:
            raise NotAskable(gettext("This is asked already. Use other words."), field=field)
        seen.add(label.casefold())
    if len(wanted) > MOST_QUESTIONS:
        message = gettext("Ask at most %(most)s questions: each one keeps people from signing.", most=MOST_QUESTIONS)
        raise NotAskable(message, field="label_new")


def _take_out(session: Session, petition: Petition, question: Question) -> None:
    if is_answered(session, question):
        question.is_retired = True
    else:
        petition.questions.remove(question)


def _reword(session: Session, question: Question, label: str) -> None:
    if is_answered(session, question):
        message = gettext("People have answered this question as it was. Take it out, and ask the new one beside it.")
        raise NotAskable(message, field=f"label_{question.id}")
    question.label = label
