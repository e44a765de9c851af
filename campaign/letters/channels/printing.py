"""Paper: printed by the writer's browser, and posted to the address on the envelope."""

from collections.abc import Sequence

from campaign.i18n import gettext
from campaign.letters.channels.offering import Offer
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """Always possible. Only the letter itself is printed, whatever else is on the page."""
    return Offer(
        "printing",
        gettext("Print it and post it"),
        (
            gettext("Print this page: only the letter comes out."),
            gettext("Sign it by hand."),
            gettext("Address the envelope as it stands here."),
        ),
        prints=True,
        reports="printed",
        done=gettext("I printed it"),
    )
