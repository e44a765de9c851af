"""The office's own form: copy the letter, open the form, paste. Nothing is filled in or sent by a machine."""

from collections.abc import Sequence

from campaign import weblinks
from campaign.i18n import gettext
from campaign.letters.channels.base import Offer
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """The form, else the office's website, where most have theirs; None for an office with neither."""
    address = _first(contacts, "web_form")
    if address:
        return Offer(
            "web_form",
            gettext("Use the office’s own form"),
            (
                gettext("Copy the letter."),
                gettext("Open the form. It will ask for your name and address to see that you are a constituent."),
                gettext("Paste the letter there and send it."),
            ),
            href=address,
            link=gettext("Open the official form"),
            pastes=True,
            reports="opened",
            done=gettext("I opened the form"),
        )
    address = _first(contacts, "url")
    if not address:
        return None
    return Offer(
        "web_form",
        gettext("Write through the office’s website"),
        (
            gettext("Copy the letter."),
            gettext("Open the website and look for “Contact”."),
            gettext("Paste the letter into the form there and send it."),
        ),
        href=address,
        link=gettext("Open the official website"),
        pastes=True,
        reports="opened",
        done=gettext("I opened the website"),
    )


def _first(contacts: Sequence[ContactDetail], kind: str) -> str:
    """Rosters have slips such as “hhttps://”: those are no addresses."""
    for contact in contacts:
        if contact.type == kind and weblinks.is_page(contact.value):
            return contact.value
    return ""
