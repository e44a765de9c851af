"""Paper: always possible, for every office in the world."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.i18n import gettext
from campaign.letters.channels.base import Offer
from campaign.letters.channels.printing import paper
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail


@dataclass(frozen=True)
class Printed(Offer):
    """papers: (what the button posts, its words), the usual one of the writer's country first."""

    papers: tuple[tuple[str, str], ...] = ()


def offer(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> Offer | None:
    """A PDF for each size of paper, and the browser's own printing, from which the letter alone comes out."""
    words = {
        "us-letter": gettext("PDF for US Letter paper (#10 window envelope)"),
        "a4": gettext("PDF for A4 paper (DL window envelope)"),
    }
    there = letter.post.area.country if letter.post.area else ""
    usual = paper.usual(letter.sender.country or there)
    return Printed(
        "printing",
        gettext("Print it and post it"),
        (
            gettext("Print the PDF, or this page: only the letter comes out."),
            gettext("Sign it by hand."),
            gettext("Use an envelope with a window, or address it as it stands here."),
        ),
        reports="printed",
        done=gettext("I printed it"),
        papers=tuple((name, words[name]) for name in sorted(words, key=lambda name: name != usual)),
    )
