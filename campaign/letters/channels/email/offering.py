"""Mail from this server: only where the host allows it, and to offices that have a working mailbox."""

from collections.abc import Sequence

from sqlalchemy.orm import object_session

from campaign.i18n import gettext
from campaign.letters.channels.base import Offer
from campaign.letters.channels.email import rules
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """We send it, once the writer confirmed by mail that it is theirs; None where it may not leave from here."""
    session = object_session(letter.post)
    if session is None or not letter.sender.name:
        return None
    try:
        rules.way(session, letter.post, on=letter.on)
    except rules.CannotSend:
        return None
    return Offer(
        "email",
        gettext("Let us send it"),
        (
            gettext("Enter your e-mail address: the office answers to it."),
            gettext("Open the link in the mail that we send you, and press the button there."),
            gettext("The letter leaves in your name. 28 days later we erase it."),
        ),
    )
