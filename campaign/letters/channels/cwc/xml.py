"""A letter in the XML of Communicating with Congress 2.0, checked field by field before it is written.

Unverified: built from published descriptions, without access to the schema or to a test server. Sending it takes an
agreement with the House or the Senate, which this program does not have; so it writes a file and nothing else.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail

PREFIXES = ("Mr.", "Mrs.", "Ms.", "Miss", "Mx.", "Dr.")

# What each value must look like. The names are the elements' own.
RULES: dict[str, re.Pattern[str]] = {
    "DeliveryId": re.compile(r"[A-Za-z0-9]{32}"),
    "DeliveryDate": re.compile(r"\d{8}"),
    "DeliveryAgent": re.compile(r".+"),
    "DeliveryAgentAckEmailAddress": re.compile(r"[^@\s]+@[^@\s]+"),
    "MemberOffice": re.compile(r"[HS][A-Z]{2}\d{2}"),
    "Prefix": re.compile("|".join(map(re.escape, PREFIXES))),
    "FirstName": re.compile(r".+"),
    "LastName": re.compile(r".+"),
    "Address1": re.compile(r".+"),
    "City": re.compile(r".+"),
    "StateAbbreviation": re.compile(r"[A-Z]{2}"),
    "Zip": re.compile(r"\d{5}(-\d{4})?"),
    "Email": re.compile(r"[^@\s]+@[^@\s]+"),
    "Phone": re.compile(r"\d{3}-\d{3}-\d{4}"),
    "Subject": re.compile(r".+"),
    "LibraryOfCongressTopic": re.compile(r".+"),
    "ConstituentMessage": re.compile(r"(?s).+"),
}
OPTIONAL = frozenset({"Phone"})


class NotExportable(Refused):
    """The letter lacks what this format insists on; the message names the elements."""


@dataclass(frozen=True)
class Agent:
    """Who delivers, as agreed with Congress. From the settings CWC_AGENT and CWC_EMAIL."""

    name: str
    email: str


def office(contacts: list[ContactDetail]) -> str:
    """The office's code, such as "HNY14". Raises NotExportable."""
    code = next((contact.value for contact in contacts if contact.type == "cwc_office"), "")
    if not code:
        raise NotExportable(gettext("This office has no code for Communicating with Congress."), field="MemberOffice")
    return code


def document(
    letter: RenderedLetter, *, agent: Agent, code: str, prefix: str, topic: str, campaign_id: str, number: str, on: date
) -> bytes:
    """The XML. code: see `office`; number: 32 letters and digits, another for each letter.

    Raises NotExportable, which names every element that is missing or malformed.
    """
    sender = letter.sender
    lines = [line for line in sender.address_lines.splitlines() if line.strip()]
    values = {
        "DeliveryId": number,
        "DeliveryDate": f"{on:%Y%m%d}",
        "DeliveryAgent": agent.name,
        "DeliveryAgentAckEmailAddress": agent.email,
        "MemberOffice": code,
        "Prefix": prefix,
        "FirstName": sender.given_name,
        "LastName": sender.family_name,
        "Address1": ", ".join(lines),
        "City": sender.city,
        "StateAbbreviation": sender.region,
        "Zip": sender.postcode,
        "Phone": sender.phone,
        "Email": sender.email,
        "Subject": letter.subject,
        "LibraryOfCongressTopic": topic,
        "ConstituentMessage": letter.body,
    }
    _check(values)
    root = ET.Element("CWC")
    ET.SubElement(root, "CWCVersion").text = "2.0"
    _add(root, "Delivery", values, ("DeliveryId", "DeliveryDate", "DeliveryAgent", "DeliveryAgentAckEmailAddress"))
    ET.SubElement(root[-1], "CampaignId").text = campaign_id
    _add(root, "Recipient", values, ("MemberOffice",))
    who = ("Prefix", "FirstName", "LastName", "Address1", "City", "StateAbbreviation", "Zip", "Phone", "Email")
    _add(root, "Constituent", values, who)
    message = ET.SubElement(root, "Message")
    ET.SubElement(message, "Subject").text = letter.subject
    topics = ET.SubElement(message, "LibraryOfCongressTopics")
    ET.SubElement(topics, "LibraryOfCongressTopic").text = topic
    ET.SubElement(message, "ConstituentMessage").text = letter.body
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _check(values: Mapping[str, str]) -> None:
    wrong = [
        name
        for name, rule in RULES.items()
        if not (name in OPTIONAL and not values[name]) and not rule.fullmatch(values[name])
    ]
    if wrong:
        text = gettext("Communicating with Congress wants these filled in, and right: %(names)s.")
        raise NotExportable(text % {"names": ", ".join(wrong)}, field=wrong[0])


def _add(root: ET.Element, name: str, values: Mapping[str, str], elements: tuple[str, ...]) -> None:
    parent = ET.SubElement(root, name)
    for element in elements:
        if values[element]:
            ET.SubElement(parent, element).text = values[element]
