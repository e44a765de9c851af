"""The one renderer of letters: a template, an office and a writer become the text that leaves, or a refusal.

Copying, printing and the mail program all take what `finished` returns, so that what was shown is what leaves.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Protocol

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from flask import has_app_context
from sqlalchemy.orm import Session

from campaign import countries
from campaign.errors import Refused
from campaign.full_names import full_name
from campaign.i18n import force_locale, gettext
from campaign.mergefields import Unfilled, fields_in, fill, leftovers
from campaign.officials import addressing, freshness, holding
from campaign.officials.models import Membership, Post, RosterImport
from campaign.text import clean

SHORTEST = 10  # characters
LONGEST = 20_000
LONGEST_SUBJECT = 200
GREETING_ENDS = (",", ":", ";", "!", "،", "，", "：", "！")

# Whatever a mail program may take for the end of a header line.
_LINE_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Characters that hide text or turn its direction; the marks that Arabic and Hebrew need are not among them.
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NAMES = frozenset({"official.name", "official.family_name"})
# Merge fields that are typed in under another name.
_ASKED_AS = {"name": "given_name"}


class Template(Protocol):
    """What a letter is made from: a LetterTemplate row, or one that is not saved yet."""

    subject: str
    body: str
    language: str
    talking_points: str


@dataclass(frozen=True)
class Draft:
    """A template that is not a row."""

    subject: str
    body: str
    language: str = "en"
    talking_points: str = ""


class OfficeUnconfirmed(Refused):
    """The text names whoever holds the office, and today nobody is known for certain to hold it."""

    def __init__(self, post: Post) -> None:
        text = gettext("Nobody is known for certain to hold this office today: %(post)s. So no name can be printed.")
        super().__init__(text % {"post": post.label}, field="post")
        self.post = post


class MissingSenderField(Refused):
    """The letter needs something of its writer. `field` is what it is called in forms and files."""

    def __init__(self, name: str) -> None:
        super().__init__(gettext("This letter needs it. Fill it in."), field=_ASKED_AS.get(name, name))


class LetterRefused(Refused):
    """This text cannot leave. field: "subject" or "body"; line: counted from 1, 0 for the subject."""

    def __init__(self, message: str, *, field: str, line: int = 0) -> None:
        super().__init__(message, field=field)
        self.line = line


@dataclass(frozen=True)
class Sender:
    """Who writes. country: a code of ISO 3166-1, or its name; address_lines may have several lines."""

    given_name: str = ""
    family_name: str = ""
    address_lines: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return full_name(self.given_name, self.family_name, self.country)

    def values(self, language: str) -> dict[str, str]:
        """The values of the merge fields `sender.*`; the country named in this language."""
        own = {f"sender.{field.name}": getattr(self, field.name) for field in fields(self)}
        return own | {"sender.name": self.name, "sender.country": countries.name(self.country, language)}


@dataclass(frozen=True)
class RenderedLetter:
    """A letter to one office, and on what knowledge it rests.

    membership    the one confirmed holder; None when nobody or several people are
    holder_name   of all confirmed holders; "" when the letter goes to the office
    holder_since  the first day of their unbroken time in this office
    status        as in holding.STATUSES
    as_of         which day our source speaks for; source: what it is
    sender, on    who writes, on which day; language: of the letter
    points        what to say on the telephone
    has_own_words True when its writer changed it: then nobody else may
    """

    subject: str
    body: str
    post: Post
    membership: Membership | None
    envelope: str
    status: str
    as_of: date | None
    source: str
    holder_name: str
    holder_since: date | None
    sender: Sender = Sender()
    on: date = date.min
    language: str = "en"
    points: tuple[str, ...] = ()
    has_own_words: bool = False


def render(
    session: Session,
    template: Template,
    post: Post,
    *,
    sender: Sender,
    campaign_title: str,
    campaign_url: str,
    on: date,
    language: str = "",
) -> RenderedLetter:
    """The letter to whoever holds this office on that day; without a confirmed holder, to the office.

    language: of the forms of address and the date; the template's own unless given. Raises OfficeUnconfirmed,
    MissingSenderField, and Unfilled or UnknownField of campaign.mergefields.
    """
    held = holding.holder(session, post, on=on)
    as_of, source = _source(session, held)
    return filled_in(
        template,
        held,
        sender=sender,
        campaign_title=campaign_title,
        campaign_url=campaign_url,
        on=on,
        language=language or template.language,
        as_of=as_of,
        source=source,
    )


def filled_in(
    template: Template,
    held: holding.Holding,
    *,
    sender: Sender,
    campaign_title: str,
    campaign_url: str,
    on: date,
    language: str,
    as_of: date | None,
    source: str,
) -> RenderedLetter:
    """The letter to whoever is known to hold the office. Raises as `render` does, which looks that up first."""
    post = held.post
    said = f"{template.subject}\n{template.body}\n{template.talking_points}"
    if not held.confirmed and _NAMES.intersection(fields_in(said)):
        raise OfficeUnconfirmed(post)
    with _in_language(language):
        values = addressing.fields_of(held) | sender.values(language)
    values |= {
        "campaign.title": campaign_title,
        "campaign.url": campaign_url,
        "date": format_date(on, format="long", locale=locale_of(language)),
    }
    return RenderedLetter(
        subject=clean(_filled(template.subject, values)),
        body=clean(_filled(template.body, values)),
        post=post,
        membership=held.membership,
        envelope=values["official.envelope"],
        status=held.status,
        as_of=as_of,
        source=source,
        holder_name=values["official.name"],
        holder_since=min((holding.held_since(term) for term in held.confirmed), default=None),
        sender=sender,
        on=on,
        language=language,
        points=_points(template.talking_points, values),
    )


def finished(letter: RenderedLetter, *, subject: str, body: str) -> RenderedLetter:
    """The letter with the words its writer gave it, ready to leave. Raises LetterRefused."""
    subject, body = clean(subject), clean(body)
    check_outgoing(subject, body)
    is_changed = (subject, body) != (letter.subject, letter.body)
    return replace(letter, subject=subject, body=body, has_own_words=letter.has_own_words or is_changed)


@dataclass(frozen=True)
class Earlier:
    """A letter, or a call, that had no reply."""

    on: date
    was_call: bool


def following(letter: RenderedLetter, earlier: Earlier) -> str:
    """The body of a letter that follows another without a reply: it says so after the greeting."""
    with _in_language(letter.language):
        day = format_date(earlier.on, format="long", locale=locale_of(letter.language))
        if earlier.was_call:
            reminder = gettext("I called your office on %(day)s and have had no reply.", day=day)
        else:
            reminder = gettext("I wrote to you on %(day)s and have had no reply.", day=day)
    greeting, _, rest = letter.body.partition("\n")
    if not greeting.rstrip().endswith(GREETING_ENDS):
        greeting, rest = "", letter.body
    return "\n\n".join(part for part in (greeting, reminder, rest.strip("\n")) if part)


def check_outgoing(subject: str, body: str) -> None:
    """Raise LetterRefused, naming field and line, for whatever must not leave: blanks, nothing, far too much."""
    _check_subject(subject)
    length = len(body)
    if length < SHORTEST:
        text = gettext("The letter has %(count)s characters. Write at least %(least)s.")
        raise LetterRefused(text % {"count": length, "least": SHORTEST}, field="body")
    if length > LONGEST:
        text = gettext("The letter has %(count)s characters, and offices read %(most)s at most. Shorten it.")
        raise LetterRefused(text % {"count": length, "most": LONGEST}, field="body")
    if hidden := _HIDDEN.search(body):
        line = body.count("\n", 0, hidden.start()) + 1
        text = gettext("Line %(line)s has a hidden character in it. Type that line in again by hand.")
        raise LetterRefused(text % {"line": line}, field="body", line=line)
    for blank in leftovers(body):
        text = gettext("Line %(line)s still has “%(blank)s” in it. Put your own words there, or take it out.")
        values = {"line": blank.line, "blank": _short(blank.text)}
        raise LetterRefused(text % values, field="body", line=blank.line)


def locale_of(language: str) -> Locale:
    """Its forms of dates and words; those of English for a language nobody knows."""
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _check_subject(subject: str) -> None:
    problem = ""
    if _LINE_BREAKS.search(subject):
        problem = gettext("A subject has one line only. Take the line break out.")
    elif not subject.strip():
        problem = gettext("Say in a few words what the letter is about.")
    elif len(subject) > LONGEST_SUBJECT:
        text = gettext("The subject has %(count)s characters, and %(most)s at most fit. Shorten it.")
        problem = text % {"count": len(subject), "most": LONGEST_SUBJECT}
    elif _HIDDEN.search(subject):
        problem = gettext("There is a hidden character in the subject. Type it in again by hand.")
    for blank in leftovers(subject):
        text = gettext("The subject still has “%(blank)s” in it. Put your own words there, or take it out.")
        problem = problem or text % {"blank": _short(blank.text)}
    if problem:
        raise LetterRefused(problem, field="subject")


def _filled(text: str, values: Mapping[str, str]) -> str:
    try:
        return fill(text, values)
    except Unfilled as error:
        kind, _, name = error.name.partition(".")
        if kind == "sender":
            raise MissingSenderField(name) from error
        raise


def _points(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    lines = _filled(text, values).splitlines()
    return tuple(point for point in (clean(line.lstrip("-*• \t")) for line in lines) if point)


def _source(session: Session, held: holding.Holding) -> tuple[date | None, str]:
    """Which day our knowledge of this holding is from, and who published it."""
    source = session.get(RosterImport, held.memberships[0].import_id or 0) if held.memberships else None
    return freshness.as_of(session, held), source.source if source else ""


@contextmanager
def _in_language(language: str) -> Iterator[None]:
    """Forms of address in the language of the letter, whatever the page around it speaks."""
    with force_locale(str(locale_of(language))) if has_app_context() else nullcontext():
        yield


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else words[:59] + "…"
