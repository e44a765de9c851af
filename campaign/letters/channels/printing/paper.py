"""A finished letter as a PDF: the recipient in the window of the envelope, the writer above, room to sign."""

import re
import threading
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask_babel import force_locale

from campaign import typesetting
from campaign.errors import Refused
from campaign.i18n import direction, gettext
from campaign.letters.rendering import RenderedLetter, locale_of
from campaign.typesetting import LettersLacking, TypesettingError

TEMPLATE = Path(__file__).parent / "letter.typ"
PAPERS = ("us-letter", "a4")
TIMEOUT = 20.0  # seconds; a letter of 20,000 characters takes half of one

# Setting a letter keeps a processor busy for a moment. Two at a time leave room for everybody else's requests.
_TURNS = threading.BoundedSemaphore(2)
# Where the town comes before the postcode.
_TOWN_FIRST = frozenset({"US", "CA", "AU", "GB", "IE", "NZ", "IN"})
_LETTER_PAPER = frozenset({"US", "CA", "MX", "PH", "PR", "CO", "CL", "VE"})
# Addresses of pages would run over the edge.
_LONG_WORD = re.compile(r"\S{50,}")
_ZERO_WIDTH_SPACE = "\u200b"
# Letters of the scripts that we do not bring a font for.
SAMPLES = {"Chinese": "\u6c49\u6f22", "Japanese": "\u304b\u30ab", "Korean": "\ud55c\uae00"}
_WAYS = {"L": "ltr", "R": "rtl", "AL": "rtl"}


class NotPrintable(Refused):
    """There is no PDF of this letter; the browser's own printing still works."""


def usual(country: str) -> str:
    """The paper people of this country print on; A4 when we do not know the country."""
    return "us-letter" if country in _LETTER_PAPER else "a4"


def pdf(letter: RenderedLetter, *, paper: str, now: datetime) -> bytes:
    """The letter, kept nowhere. letter: what rendering.finished returned; paper: one of PAPERS.

    Raises NotPrintable, which names the letters that no font of this machine has.
    """
    with force_locale(str(locale_of(letter.language))):
        data = _data(letter, paper)
    if not _TURNS.acquire(timeout=TIMEOUT):
        raise NotPrintable(gettext("Many people print at this moment. Try again, or print this page."))
    try:
        return typesetting.typeset_whole(TEMPLATE, data, instant=now, timeout=TIMEOUT)
    except LettersLacking as error:
        text = gettext("This server has no font for: %(letters)s. Print this page with your browser instead.")
        raise NotPrintable(text % {"letters": " ".join(error.letters[:20])}) from error
    except TypesettingError as error:
        raise NotPrintable(gettext("The PDF could not be made. Print this page with your browser instead.")) from error
    finally:
        _TURNS.release()


def lacking(now: datetime) -> list[str]:
    """The scripts, by their English names, that no font of this machine has: letters in them cannot become PDFs."""
    sample = {"text": "".join(SAMPLES.values()), "way": "ltr"}
    words = dict.fromkeys(("author", "date", "page", "forward"), "")
    data: dict[str, Any] = {"paper": "a4", "lang": "en", "region": None, "title": "-", "subject": sample, **words}
    data |= {"sender": [], "recipient": [sample], "blocks": []}
    try:
        typesetting.typeset_whole(TEMPLATE, data, instant=now, timeout=TIMEOUT)
    except LettersLacking as error:
        return [script for script, letters in SAMPLES.items() if set(letters) & set(error.letters)]
    return []


def _data(letter: RenderedLetter, paper: str) -> dict[str, Any]:
    lang, _, region = str(locale_of(letter.language)).partition("_")
    return {
        "paper": paper,
        "lang": lang,
        "region": region if re.fullmatch("[A-Z]{2}", region) else None,
        "title": letter.subject,
        "author": letter.sender.name,
        "sender": [_shown(line, letter.language) for line in sender_lines(letter)],
        "recipient": [_shown(line, letter.language) for line in letter.envelope.splitlines()],
        "date": format_date(letter.on, format="long", locale=locale_of(letter.language)),
        "subject": _shown(letter.subject, letter.language),
        "blocks": blocks(letter),
        "page": gettext("Page {page} of {pages}"),
        "forward": gettext("If you are no longer %(office)s, please pass this letter on.", office=letter.post.label),
    }


def sender_lines(letter: RenderedLetter) -> list[str]:
    """The writer's address as their country writes it; [] when the letter did not ask who writes."""
    sender = letter.sender
    if sender.country in _TOWN_FIRST:
        town = ", ".join(part for part in (sender.city, f"{sender.region} {sender.postcode}".strip()) if part)
        place = [town]
    else:
        place = [f"{sender.postcode} {sender.city}".strip(), sender.region]
    country = sender.values(letter.language)["sender.country"]
    return [line for line in (sender.name, *sender.address_lines.splitlines(), *place, country) if line.strip()]


def blocks(letter: RenderedLetter) -> list[dict[str, Any]]:
    """The paragraphs, and the room to sign: above the writer's name where it closes the letter, else at the end."""
    lines = letter.body.split("\n")
    names = [number for number, line in enumerate(lines) if line.strip(" ,.") == letter.sender.name]
    signed = names[-1] if letter.sender.name and names else len(lines)
    return [
        *_paragraphs(lines[:signed], letter.language),
        {"room": True},
        *_paragraphs(lines[signed:], letter.language),
    ]


def _paragraphs(lines: list[str], language: str) -> list[dict[str, Any]]:
    paragraphs = re.split(r"\n[ \t]*\n+", "\n".join(lines).strip("\n"))
    return [
        {"room": False, "lines": [_shown(line, language) for line in paragraph.split("\n")]}
        for paragraph in paragraphs
        if paragraph.strip()
    ]


def _shown(line: str, language: str) -> dict[str, str]:
    """A line with the direction its own letters have."""
    ways = (_WAYS.get(unicodedata.bidirectional(character)) for character in line)
    way = next((way for way in ways if way), direction(language))
    return {"text": _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(word[0]), line), "way": way}
