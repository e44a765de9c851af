import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from campaign.letters.channels.cwc.xml import TOPICS, UNVERIFIED, Agent, NotExportable, document, office, problems
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials.models import ContactDetail, Post

SUZIE = Sender("Suzie", "O’Hara", "1 Road\nFlat 2", "New York", "NY", "10001", "US", "suzie@example.org", "")
LETTER = RenderedLetter("<Bridge> & road", "Please\nact.", Post(id="p"), None, "", "held", None, "", "Ada", None, SUZIE)
GOOD: dict[str, Any] = {
    "agent": Agent("Site", "ack@example.org", "Charlie", "202-555-0100"),
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
    assert [root.findtext(f"Constituent/Address{line}") for line in (1, 2, 3)] == ["1 Road", "Flat 2", None]
    assert root.findtext("Delivery/DeliveryAgentContact/DeliveryAgentContactPhone") == "202-555-0100"
    assert root.find("Constituent/Phone") is None


@pytest.mark.parametrize(
    ("sender", "values", "named"),
    [
        ({"postcode": "1000"}, {}, "Zip"),
        ({"region": "New York"}, {}, "StateAbbreviation"),
        ({"email": ""}, {}, "Email"),
        ({"phone": "5550100"}, {}, "Phone"),
        ({}, {"code": "MP00"}, "MemberOffice"),
        ({}, {"topic": "Roads"}, "LibraryOfCongressTopic"),
        ({}, {"agent": Agent("Site", "ack@example.org", "", "202-555-0100")}, "DeliveryAgentContactName"),
        ({"address_lines": " \n"}, {}, "Address1"),
        ({}, {"number": "short"}, "DeliveryId"),
        ({}, {"prefix": "Sir"}, "Prefix"),
    ],
)
def test_what_is_missing_or_malformed_is_named_and_nothing_is_written(
    sender: dict[str, str], values: dict[str, str], named: str
) -> None:
    with pytest.raises(NotExportable, match=f": {named}\\."):
        document(replace(LETTER, sender=replace(SUZIE, **sender)), **{**GOOD, **values})


@pytest.mark.parametrize(
    ("found", "instead", "named"),
    [
        ("<City>New York</City>", "", ["City"]),
        ("<City>New York</City>", "<City>New York</City><City>New York</City>", ["StateAbbreviation"]),
        ("<City>New York</City>", "<Town>New York</Town>", ["City"]),
        ("<City>New York</City>", "<City><b>New York</b></City>", ["City"]),
        ("</CWC>", "<Bill/></CWC>", ["Bill"]),
        ("<CWC>", "<CWCX>", ["CWCX"]),
        ("", "", []),
    ],
)
def test_a_file_is_held_against_the_format(found: str, instead: str, named: list[str]) -> None:
    made = document(LETTER, **GOOD).decode().replace(found, instead)
    made = made.replace("</CWC>", "</CWCX>") if instead == "<CWCX>" else made
    wrong = list(problems(ET.fromstring(made)))
    assert wrong[: len(named)] == named and bool(wrong) == bool(named)


def test_every_file_says_that_it_is_unverified() -> None:
    assert f"<!-- {UNVERIFIED} -->\n<CWC>" in document(LETTER, **GOOD).decode()
    assert len(TOPICS) == len(set(TOPICS)) == 32


def test_an_office_without_a_code_gets_no_file() -> None:
    assert office([ContactDetail(type="cwc_office", value="HNY14")]) == "HNY14"
    with pytest.raises(NotExportable):
        office([ContactDetail(type="email", value="a@example.gov")])
