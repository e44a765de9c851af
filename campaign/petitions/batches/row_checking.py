"""A row of a table as a signature: every cell is held to the rules of the sign form, and the first fault is named."""

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from flask import has_app_context
from wtforms.validators import StopValidation

from campaign import areas, countries
from campaign.i18n import gettext
from campaign.mail.mailboxes import deliverable
from campaign.petitions import asking
from campaign.petitions.batches.columns import QUESTION
from campaign.petitions.models import Batch, Petition
from campaign.petitions.sign_form import Lasting, SignForm, is_phone, is_thrown_away
from campaign.petitions.signers import signer_key
from campaign.text import clean, fold, hidden_characters

EARLIEST = date(1990, 1, 1)
YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "ja", "oui", "si", "sí", "sim", "tak", "da", "subscribed", "confirmed")
)
# What other tools and people call a country whose name here is another.
_OTHER_NAMES = {
    **dict.fromkeys(("usa", "u.s.a.", "u.s.", "united states of america"), "US"),
    **dict.fromkeys(("uk", "u.k.", "great britain", "england", "scotland", "wales", "northern ireland"), "GB"),
}
_CHECKED_AS_TYPED = ("given_name", "family_name", "organisation", "city", "comment", "email")


@dataclass(eq=False)
class Problem(Exception):
    """A row that cannot be taken. column: its name in the file; text: what is wrong, and how to mend it."""

    column: str
    text: str


@dataclass(frozen=True)
class Found:
    """Somebody who signed. key: stands for them in the unique key; values: columns of Signature."""

    key: str
    values: dict[str, Any]


class Rules:
    """What makes a signature of a row of this batch.

    secret: the installation's, for the keys by which people are known again; today: no day of signing comes later.
    """

    def __init__(self, petition: Petition, batch: Batch, *, secret: str, today: date) -> None:
        self._asked = {name for name, way in asking.ways(petition).items() if way != asking.NO}
        self._questions = {f"{QUESTION}{question.id}" for question in petition.questions}
        self._columns = dict(zip(batch.fields, batch.header, strict=False))
        self._fields = list(batch.fields)
        self._country, self._signed_on = batch.country, batch.signed_on
        self._secret, self._today, self._language = secret, today, petition.campaign.language

    def read(self, cells: Sequence[str]) -> Found:
        """Who this row is. Raises Problem."""
        typed = self._typed(cells)
        if "confirmed" in typed and not _is_yes(typed["confirmed"]):
            raise self._problem("confirmed", gettext("It was not confirmed there, so it is no signature."))
        checked = {name: self._checked(name, typed.get(name, "")) for name in _CHECKED_AS_TYPED}
        country = self._in_country(typed.get("country", ""))
        postcode = self._postcode(country, typed.get("postcode", ""), is_needed=not checked["email"])
        signed_at = datetime.combine(self._day(typed.get("signed_on", "")), time(), UTC)
        subscribes = bool(checked["email"]) and _is_yes(typed.get("subscribe", ""))
        values = checked | {
            "country": country,
            "postcode": postcode,
            "area": areas.of(country, postcode),
            "phone": self._phone(country, typed.get("phone", "")),
            "answers": self._answers(typed),
            "subscribe": subscribes,
            "subscribed_at": signed_at if subscribes else None,
            "created_at": signed_at,
            "language": self._language,
            "domain": deliverable(checked["email"]).rpartition("@")[2].lower(),
            "is_disposable": bool(checked["email"]) and is_thrown_away(checked["email"]),
        }
        return Found(key(self._secret, values), values)

    def _typed(self, cells: Sequence[str]) -> dict[str, str]:
        """By field; a field the petition does not ask is left out, as nobody was told of it."""
        if any(cell.strip() for cell in cells[len(self._fields) :]):
            message = gettext(
                "This row has %(cells)s cells, and the header has %(columns)s. Look for a comma that should be quoted.",
                cells=len(cells),
                columns=len(self._fields),
            )
            raise Problem("", message)
        typed = {field: cell for field, cell in zip(self._fields, cells, strict=False) if field}
        if "name" in typed:
            typed["given_name"] = typed.pop("name")
        optional = asking.FIELDS.keys() - self._asked
        return {field: clean(cell) for field, cell in typed.items() if field not in optional}

    def _checked(self, name: str, text: str) -> str:
        """Held to what the sign form holds this field to."""
        validators, filters = _rules_of(name)
        cell = _Cell(text)
        for change in filters:
            cell.data = change(cell.data)
        if not cell.data and name != "given_name":
            return ""
        for validate in validators:
            if isinstance(validate, Lasting) and not has_app_context():
                continue  # it asks how this site is set
            try:
                validate(None, cell)
            except StopValidation as error:
                raise self._problem(name, str(error)) from error
        return cell.data

    def _in_country(self, text: str) -> str:
        found = _countries().get(fold(text)) if text else self._country
        if not found:
            message = gettext("This is no country we know. Write its name in English, or two letters as in US or FR.")
            raise self._problem("country", message)
        return found

    def _postcode(self, country: str, text: str, *, is_needed: bool) -> str:
        """Without an address people are told apart by where they live."""
        if "postcode" not in self._asked or not (text or is_needed):
            return ""
        if problem := countries.postcode_problem(country, text, self._language):
            raise self._problem("postcode", problem)
        return countries.tidy_postcode(text)

    def _phone(self, country: str, text: str) -> str:
        if text and not is_phone(text, country):
            message = gettext("This is not a phone number. Write it like this: +44 20 7946 0000")
            raise self._problem("phone", message)
        return text

    def _day(self, text: str) -> date:
        """The day of signing, as far as it is told."""
        if not text and self._signed_on:
            return self._signed_on
        try:
            day = datetime.fromisoformat(re.sub(r" ?(UTC|GMT)$", "", text)).date()
        except ValueError as error:
            message = gettext("Write the day of signing as in 2026-11-22, or leave this column out.")
            raise self._problem("signed_on", message) from error
        if not EARLIEST <= day <= self._today:
            message = gettext("Nobody can have signed on this day. Mend it, or leave this column out.")
            raise self._problem("signed_on", message)
        return day

    def _answers(self, typed: Mapping[str, str]) -> dict[str, str]:
        given = {name: typed[name] for name in self._questions if typed.get(name)}
        for name, answer in given.items():
            if len(answer) > asking.LONGEST_ANSWER or hidden_characters(answer):
                most = asking.LONGEST_ANSWER
                message = gettext("Write one line of at most %(most)s characters, without hidden ones.", most=most)
                raise self._problem(name, message)
        return {name.removeprefix(QUESTION): answer for name, answer in given.items()}

    def _problem(self, field: str, text: str) -> Problem:
        name = "name" if field == "given_name" and field not in self._columns else field
        return Problem(self._columns.get(name, field), text)


def key(secret: str, values: Mapping[str, Any]) -> str:
    """By what somebody is known again: their mailbox; without one their name, where they live, and the country.

    Spelling, order and accents of names aside. Whoever is known by their name is told apart from those on other sheets
    and in other files only: they are never taken for somebody who signed here.
    """
    if values["email"]:
        return signer_key(secret, values["email"])
    names = fold(f"{values['given_name']} {values['family_name']}")
    words = sorted("".join(letter if letter.isalnum() else " " for letter in names).split())
    place = values["postcode"].replace(" ", "") or fold(values["city"])
    message = "\0".join(("campaign signer without an address", *words, place, values["country"]))
    return hmac.digest(secret.encode(), message.encode(), "sha256").hex()


@dataclass
class _Cell:
    """What a validator wants of a field."""

    data: str

    @property
    def errors(self) -> list[str]:
        return []


@cache
def _rules_of(name: str) -> tuple[list[Callable[..., Any]], list[Callable[[str], str]]]:
    """The validators and filters of a field of the sign form."""
    field: Any = getattr(SignForm, name)
    return list(field.args[1]), list(field.kwargs.get("filters", ()))


@cache
def _countries() -> dict[str, str]:
    """Code by name or code, folded."""
    named = {fold(name): code for code, name in countries.choices("en")}
    return named | {fold(code): code for code in countries.CODES} | _OTHER_NAMES


def _is_yes(text: str) -> bool:
    return text.strip().casefold() in YES
