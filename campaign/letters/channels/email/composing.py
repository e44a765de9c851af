"""A letter as it goes on the wire: from our own address in the writer's name, answered to the writer."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from flask import current_app, render_template

from campaign.errors import Refused
from campaign.i18n import gettext, speaking
from campaign.letters.channels.email import rules
from campaign.letters.channels.email.models import MailedLetter
from campaign.mail.composing import POLICY, one_line
from campaign.web import absolute


def message(mailed: MailedLetter, office: str, sender: Address, *, now: datetime) -> EmailMessage:
    """One recipient, plain text. Mail systems would refuse the writer's own domain in From: it is not ours.

    office: its address. Raises Refused for an address or a name that cannot stand in a header.
    """
    site = current_app.config["SITE_NAME"]
    wire = EmailMessage(policy=POLICY)
    with speaking(mailed.language):
        name = one_line(gettext("%(name)s via %(site)s", name=mailed.sender_name, site=site))
        text = render_template(
            "letters/channels/email/letter.txt",
            mailed=mailed,
            campaign_link=absolute("campaigns.show", slug=mailed.letter.template.campaign.slug),
            objection_link=absolute("letters.objection", token=rules.objection_token(mailed.post_id)),
        )
    try:
        wire["From"] = Address(display_name=name, addr_spec=sender.addr_spec)
        wire["Reply-To"] = Address(display_name=mailed.sender_name, addr_spec=mailed.reply_to)
        wire["To"] = Address(addr_spec=office)
    except (ValueError, IndexError) as error:
        raise Refused("An address in this letter cannot be written in a mail.") from error
    wire["Subject"] = one_line(mailed.subject)
    wire["Date"] = now
    wire["Message-ID"] = mailed.message_id
    # No Auto-Submitted: a person wrote this.
    wire.set_content(text.strip() + "\n")
    wire["Content-Language"] = mailed.language.replace("_", "-")
    return wire
