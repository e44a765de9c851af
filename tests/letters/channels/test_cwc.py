import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from campaign.letters.channels.cwc.xml import Agent, NotExportable, document, office
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials.models import ContactDetail, Post

SUZIE = Sender("Suzie", "O’Hara", "1 Road\nFlat 2", "New York", "NY", "10001", "US", "suzie@example.org", "")
LETTER = RenderedLetter("<Bridge> & road", "Please\nact.", Post(id="p"), None, "", "held", None, "", "Ada", None, SUZIE)
GOOD: dict[str, Any] = {
    "agent": Agent("Site", "ack@example.org"),
    "code": "HNY14",
    "prefix": "Ms.",
    "topic": "International Affairs",
    "campaign_id": "bridge",
    "number": "a" * 32,
    "on": date(2026, 11, 22),
}


def test_a_letter_is_written_with_every_element_in_its_place() -> None:
    root = ET.fromstring(document(LETTER, **GOOD))  # our own
    assert [child.tag for child in root] == ["CWCVersion", "Delivery", "Recipient", "Constituent", "Message"]
    assert root.findtext("Message/Subject") == "<Bridge> & road"
    assert root.findtext("Message/ConstituentMessage") == "Please\nact."
    assert root.findtext("Constituent/Address1") == "1 Road, Flat 2"
    assert root.find("Constituent/Phone") is None


@pytest.mark.parametrize(
    ("sender", "values", "named"),
    [
        ({"postcode": "1000"}, {}, "Zip"),
        ({"region": "New York"}, {}, "StateAbbreviation"),
        ({"email": ""}, {}, "Email"),
        ({"phone": "5550100"}, {}, "Phone"),
        ({}, {"code": "MP00"}, "MemberOffice"),
        ({}, {"number": "short"}, "DeliveryId"),
        ({}, {"prefix": "Sir"}, "Prefix"),
    ],
)
def test_what_is_missing_or_malformed_is_named_and_nothing_is_written(
    sender: dict[str, str], values: dict[str, str], named: str
) -> None:
    with pytest.raises(NotExportable, match=f": {named}\\."):
        document(replace(LETTER, sender=replace(SUZIE, **sender)), **{**GOOD, **values})


def test_an_office_without_a_code_gets_no_file() -> None:
    assert office([ContactDetail(type="cwc_office", value="HNY14")]) == "HNY14"
    with pytest.raises(NotExportable):
        office([ContactDetail(type="email", value="a@example.gov")])
