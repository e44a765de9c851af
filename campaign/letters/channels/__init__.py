"""Ways a letter can reach an office: a folder each, with `offering.offer(letter, contacts) -> Offer | None`.

A new way is a copy of the folder that comes closest to it: its offering.py, its page in
templates/letters/channels/_<name>.html, its tests in tests/letters/channels/test_<name>.py, and its line here.
cwc/ writes files for organisers and is offered to nobody.
"""

from collections.abc import Sequence

from campaign.letters.channels.base import Offer
from campaign.letters.channels.email import offering as email
from campaign.letters.channels.mailto import offering as mailto
from campaign.letters.channels.phone import offering as phone
from campaign.letters.channels.printing import offering as printing
from campaign.letters.channels.web_form import offering as web_form
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail

#: the way an office prefers first; paper works for every office in the world
CHANNELS = (web_form, email, mailto, printing, phone)


def offers(letter: RenderedLetter, contacts: Sequence[ContactDetail]) -> list[Offer]:
    """The ways this letter can go. letter: what rendering.finished returned."""
    # A number that is out of order, or a form the office asked us to leave alone, is not offered.
    good = [contact for contact in contacts if contact.status in (None, "ok")]
    found = [channel.offer(letter, good) for channel in CHANNELS]
    return [offer for offer in found if offer]
