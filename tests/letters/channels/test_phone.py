from dataclasses import replace

import pytest

from campaign.letters.channels.phone.offering import offer, script
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials.models import ContactDetail, Post

BODY = "Dear Ada,\n\nI urge you to mend the bridge before winter.\n\nSincerely,\nSuzie"
LETTER = replace(
    RenderedLetter("The bridge", BODY, Post(id="mayor", role="mayor"), None, "", "held", None, "", "Ada Ames", None),
    sender=Sender("Suzie", "Signer", city="Burlington"),
)
PHONE = ContactDetail(type="phone", value="+1 (555) 010-0000", label="Town hall")
IN_CONGRESS = replace(LETTER, post=Post(id="us-house-vt-0", role="representative"))


def test_the_offices_own_number_is_dialled() -> None:
    made = offer(LETTER, [PHONE, ContactDetail(type="phone", value="none", label="")])
    assert made and [(number.words, number.href, number.label) for number in made.numbers] == [  # type: ignore[attr-defined]
        ("+1 (555) 010-0000", "tel:+15550100000", "Town hall")
    ]


def test_offices_of_congress_are_reached_through_the_switchboard() -> None:
    made = offer(IN_CONGRESS, [])
    assert made and made.numbers[0].href == "tel:2022243121"  # type: ignore[attr-defined]
    assert offer(LETTER, []) is None


def test_nothing_counts_as_a_call_unless_the_caller_says_so() -> None:
    made = offer(LETTER, [PHONE])
    assert made and (made.reports, made.done) == ("called", "I called")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (("It shakes.", "Mend it."), ("It shakes.", "Mend it.")),
        ((), ("I urge you to mend the bridge before winter.",)),
    ],
)
def test_a_caller_says_who_they_are_what_they_want_and_thanks(points: tuple[str, ...], said: tuple[str, ...]) -> None:
    first, *middle, last = script(replace(LETTER, points=points))
    assert first == "Hello. My name is Suzie Signer. I live in Burlington. I am calling about this: The bridge."
    assert tuple(middle) == said
    assert last == "Please pass that on to Ada Ames. Thank you for your time."
