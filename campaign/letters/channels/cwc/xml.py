"""A letter in the XML of Communicating with Congress 2.0, checked field by field before it is written.

Unverified: built from published descriptions, without access to the schema or to a test server. Sending it takes an
agreement with the House or the Senate, which this program does not have; so it writes a file and nothing else.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail

UNVERIFIED = "Unverified: made from published descriptions, never tried with Congress. Look at it before you use it."
PREFIXES = ("Mr.", "Mrs.", "Ms.", "Miss", "Mx.", "Dr.")
# The policy areas of the Congressional Research Service.
TOPICS = (
    "Agriculture and Food",
    "Animals",
    "Armed Forces and National Security",
    "Arts, Culture, Religion",
    "Civil Rights and Liberties, Minority Issues",
    "Commerce",
    "Congress",
    "Crime and Law Enforcement",
    "Economics and Public Finance",
    "Education",
    "Emergency Management",
    "Energy",
    "Environmental Protection",
    "Families",
    "Finance and Financial Sector",
    "Foreign Trade and International Finance",
    "Government Operations and Politics",
    "Health",
    "Housing and Community Development",
    "Immigration",
    "International Affairs",
    "Labor and Employment",
    "Law",
    "Native Americans",
    "Public Lands and Natural Resources",
    "Science, Technology, Communications",
    "Social Sciences and History",
    "Social Welfare",
    "Sports and Recreation",
    "Taxation",
    "Transportation and Public Works",
    "Water Resources Development",
)


@dataclass(frozen=True)
class Element:
    """One element of the format: what it may hold, and how often it stands there. A `?` at its name: or not at all."""

    name: str
    holds: str | tuple["Element", ...]

    @property
    def tag(self) -> str:
        return self.name.rstrip("?")

    @property
    def is_optional(self) -> bool:
        return self.name.endswith("?")


def _one_of(values: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, values))


_TEXT, _ADDRESS, _PHONE = r"(?s).*\S.*", r"[^@\s]+@[^@\s]+", r"\d{3}-\d{3}-\d{4}"

# Version 2.0 as far as it is described in public; anything else in a file is an error there.
SCHEMA = Element(
    "CWC",
    (
        Element("CWCVersion", r"2\.0"),
        Element(
            "Delivery",
            (
                Element("DeliveryId", r"[A-Za-z0-9]{32}"),
                Element("DeliveryDate", r"\d{4}(0[1-9]|1[0-2])([0-2]\d|3[01])"),
                Element("DeliveryAgent", _TEXT),
                Element("DeliveryAgentAckEmailAddress", _ADDRESS),
                Element(
                    "DeliveryAgentContact",
                    (
                        Element("DeliveryAgentContactName", _TEXT),
                        Element("DeliveryAgentContactEmail", _ADDRESS),
                        Element("DeliveryAgentContactPhone", _PHONE),
                    ),
                ),
                Element("CampaignId", _TEXT),
            ),
        ),
        Element("Recipient", (Element("MemberOffice", r"[HS](?!MP00)[A-Z]{2}\d{2}"),)),
        Element(
            "Constituent",
            (
                Element("Prefix", _one_of(PREFIXES)),
                Element("FirstName", _TEXT),
                Element("LastName", _TEXT),
                Element("Address1", _TEXT),
                Element("Address2?", _TEXT),
                Element("Address3?", _TEXT),
                Element("City", _TEXT),
                Element("StateAbbreviation", r"[A-Z]{2}"),
                Element("Zip", r"\d{5}(-\d{4})?"),
                Element("Phone?", _PHONE),
                Element("Email", _ADDRESS),
            ),
        ),
        Element(
            "Message",
            (
                Element("Subject", _TEXT),
                Element("LibraryOfCongressTopics", (Element("LibraryOfCongressTopic", _one_of(TOPICS)),)),
                Element("ConstituentMessage", _TEXT),
            ),
        ),
    ),
)


class NotExportable(Refused):
    """The letter lacks what this format insists on; the message names the elements."""


@dataclass(frozen=True)
class Agent:
    """Who delivers, as agreed with Congress, and whom to call about it. From the settings CWC_…."""

    name: str
    email: str
    contact: str
    phone: str


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
    lines = [line.strip() for line in sender.address_lines.splitlines() if line.strip()]
    values = {
        "CWCVersion": "2.0",
        "DeliveryId": number,
        "DeliveryDate": f"{on:%Y%m%d}",
        "DeliveryAgent": agent.name,
        "DeliveryAgentAckEmailAddress": agent.email,
        "DeliveryAgentContactName": agent.contact,
        "DeliveryAgentContactEmail": agent.email,
        "DeliveryAgentContactPhone": agent.phone,
        "CampaignId": campaign_id,
        "MemberOffice": code,
        "Prefix": prefix,
        "FirstName": sender.given_name,
        "LastName": sender.family_name,
        "Address1": "".join(lines[:1]),
        "Address2": "".join(lines[1:2]),
        "Address3": ", ".join(lines[2:]),
        "City": sender.city,
        "StateAbbreviation": sender.region,
        "Zip": sender.postcode,
        "Phone": sender.phone,
        "Email": sender.email,
        "Subject": letter.subject,
        "LibraryOfCongressTopic": topic,
        "ConstituentMessage": letter.body,
    }
    root = _made(SCHEMA, values)
    if wrong := list(problems(root)):
        text = gettext("Communicating with Congress wants these filled in, and right: %(names)s.")
        raise NotExportable(text % {"names": ", ".join(wrong)}, field=wrong[0])
    ET.indent(root)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {UNVERIFIED} -->\n'
    return head.encode() + bytes(ET.tostring(root, encoding="utf-8"))


def problems(root: ET.Element, wanted: Element = SCHEMA) -> Iterator[str]:
    """The names of elements that are missing, malformed, out of place or unknown."""
    if root.tag != wanted.tag:
        yield str(root.tag)
    elif isinstance(wanted.holds, str):
        if len(root) or not re.fullmatch(wanted.holds, root.text or ""):
            yield wanted.tag
    else:
        left = list(root)
        for child in wanted.holds:
            if left and left[0].tag == child.tag:
                yield from problems(left.pop(0), child)
            elif not child.is_optional:
                yield child.tag
        yield from (str(stray.tag) for stray in left)


def _made(wanted: Element, values: dict[str, str]) -> ET.Element:
    element = ET.Element(wanted.tag)
    if isinstance(wanted.holds, str):
        element.text = values[wanted.tag]
        return element
    for child in wanted.holds:
        if not child.is_optional or values[child.tag]:
            element.append(_made(child, values))
    return element
