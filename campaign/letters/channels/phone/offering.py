"""The telephone: the office's numbers, and what to say in half a minute."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.i18n import gettext
from campaign.letters.channels.base import Offer
from campaign.letters.rendering import RenderedLetter
from campaign.officials.holding import CONGRESS
from campaign.officials.models import ContactDetail

SWITCHBOARD = "202-224-3121"  # of the U.S. Capitol: it connects to every office of Congress
MOST_POINTS = 5

_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True)
class Number:
    """A number as people write it, as telephones dial it, and whose it is."""

    words: str
    href: str
    label: str


@dataclass(frozen=True)
class Call(Offer):
    """numbers: the office's own first; script: one paragraph each."""

    numbers: tuple[Number, ...] = ()
    script: tuple[str, ...] = ()


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """A script and the numbers; None for an office without any."""
    numbers = [_number(contact.value, contact.label) for contact in contacts if contact.type == "phone"]
    if not numbers and letter.post.role in CONGRESS:
        numbers = [_number(SWITCHBOARD, gettext("Capitol switchboard: ask for the office"))]
    numbers = [number for number in numbers if len(number.href) >= len("tel:112")]
    if not numbers:
        return None
    return Call(
        "phone",
        gettext("Call the office"),
        (
            gettext("Call during office hours there. At night you can often leave a message."),
            gettext("Say that you live there, what it is about, and what you ask for. Half a minute is enough."),
            gettext("Be kind: whoever answers writes down how many people called, and why."),
        ),
        reports="called",
        done=gettext("I called"),
        numbers=tuple(numbers),
        script=script(letter),
    )


def script(letter: RenderedLetter) -> tuple[str, ...]:
    """What to say: who calls, the talking points, else the letter's first paragraph, and thanks."""
    sender = letter.sender
    place = " ".join(part for part in (sender.city, sender.postcode) if part)
    opening = gettext("Hello. My name is %(name)s.", name=sender.name) if sender.name else gettext("Hello.")
    if place:
        opening += " " + gettext("I live in %(place)s.", place=place)
    about = gettext("I am calling about this: %(subject)s.", subject=letter.subject.rstrip(" ."))
    thanks = gettext("Please pass that on. Thank you for your time.")
    if letter.holder_name:
        thanks = gettext("Please pass that on to %(name)s. Thank you for your time.", name=letter.holder_name)
    points = letter.points[:MOST_POINTS] or _first_paragraph(letter.body)
    return (f"{opening} {about}", *points, thanks)


def _first_paragraph(body: str) -> tuple[str, ...]:
    """What follows the greeting."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n[ \t]*\n", body)]
    return tuple(part for part in paragraphs[1:] if len(part) > len("Sincerely, a"))[:1]


def _number(words: str, label: str) -> Number:
    return Number(words, f"tel:{_DIALLED.sub('', words)}", label)
