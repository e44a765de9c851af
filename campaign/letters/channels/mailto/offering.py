"""The writer's own mail program, opened by a mailto: address (RFC 6068)."""

from collections.abc import Sequence
from urllib.parse import quote

from campaign.i18n import gettext
from campaign.letters.channels.base import Offer
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail

# Outlook and Chrome on Windows cut addresses at about 2,000 characters, and a cut letter looks like a sent one.
LONGEST = 1800  # characters, encoded


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """A new mail with everything in it, or with the subject alone where all would be too long; None without address."""
    address = next((contact.value for contact in contacts if contact.type == "email" and "@" in contact.value), "")
    if not address:
        return None
    whole = url(address, letter.subject, letter.body)
    fits = len(whole) <= LONGEST
    steps: tuple[str, ...] = (gettext("Your mail program opens with the letter in it. Read it once more and send it."),)
    if not fits:
        steps = (
            gettext("Copy the letter: it is too long to be handed over in full."),
            gettext("Open your mail program. Address and subject are filled in."),
            gettext("Paste the letter and send it."),
        )
    return Offer(
        "mailto",
        gettext("Send it from your own mailbox"),
        steps,
        href=whole if fits else url(address, letter.subject, gettext("(Paste the letter here.)")),
        link=gettext("Open my mail program"),
        pastes=not fits,
    )


def url(address: str, subject: str, body: str) -> str:
    """The mailto: address. Spaces are %20, never +; line ends are %0D%0A; nothing in a value can end it."""
    name, _, domain = address.rpartition("@")
    lines = body.replace("\n", "\r\n")
    return f"mailto:{quote(name, safe='')}@{quote(domain, safe='')}?subject={_encoded(subject)}&body={_encoded(lines)}"


def _encoded(value: str) -> str:
    return quote(value, safe="")
