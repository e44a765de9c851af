"""Ways a letter can reach an office, one module each. Each has `offer(letter, contacts) -> Offer | None`."""

from collections.abc import Sequence

from campaign.letters.channels import mailto, printing, web_form
from campaign.letters.channels.offering import Offer
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail

#: the way an office prefers first; paper works for every office in the world
CHANNELS = (web_form, mailto, printing)


def offers(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> list[Offer]:
    """The ways this letter can go. letter: what rendering.finished returned."""
    found = [channel.offer(letter, contacts) for channel in CHANNELS]
    return [offer for offer in found if offer]
