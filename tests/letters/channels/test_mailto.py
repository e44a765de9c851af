from urllib.parse import unquote

import pytest

from campaign.letters.channels.mailto import offering as mailto
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail, Post

OFFICE = [ContactDetail(type="phone", value="555"), ContactDetail(type="email", value="mayor@example.org")]


def letter(body: str, subject: str = "The bridge") -> RenderedLetter:
    return RenderedLetter(subject, body, Post(id="mayor"), None, "The Mayor", "held", None, "", "Ada", None)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("é", "%C3%A9"),
        ("Ж", "%D0%96"),
        ("你", "%E4%BD%A0"),
        ("a b", "a%20b"),  # never +, which mail programs show as it is
        ("a+b", "a%2Bb"),
        ("&cc=x@example.org", "%26cc%3Dx%40example.org"),  # no further header can be smuggled in
        ("what?", "what%3F"),
        ("#1", "%231"),
        ("100%", "100%25"),
        ("'\"<>", "%27%22%3C%3E"),
    ],
)
def test_values_are_encoded_as_rfc_6068_wants(text: str, encoded: str) -> None:
    assert mailto.url("mayor@example.org", text, text) == f"mailto:mayor@example.org?subject={encoded}&body={encoded}"


def test_line_ends_are_carriage_return_and_line_feed() -> None:
    assert mailto.url("mayor@example.org", "s", "a\n\nb").endswith("&body=a%0D%0A%0D%0Ab")


def test_an_address_cannot_carry_further_recipients() -> None:
    assert mailto.url("a?cc=b,c@example.org", "s", "b").startswith("mailto:a%3Fcc%3Db%2Cc@example.org?")


def test_a_letter_that_fits_is_handed_over_whole() -> None:
    offer = mailto.offer(letter("Dear Ada,\nplease act."), OFFICE)
    assert offer and offer.href.endswith("body=Dear%20Ada%2C%0D%0Aplease%20act.") and not offer.pastes


@pytest.mark.parametrize(("character", "size"), [("a", 1), ("é", 6), ("Ж", 6), ("你", 9), ("😀", 12)])
def test_a_long_letter_is_pasted_instead_of_cut(character: str, size: int) -> None:
    room = mailto.LONGEST - len(mailto.url("mayor@example.org", "The bridge", ""))
    fits, long = (mailto.offer(letter(character * count), OFFICE) for count in (room // size, room // size + 1))
    assert fits and not fits.pastes and mailto.LONGEST - size < len(fits.href) <= mailto.LONGEST
    assert long and long.pastes and len(long.href) <= mailto.LONGEST
    assert unquote(long.href).endswith("body=(Paste the letter here.)")


def test_an_office_without_an_address_gets_no_mail() -> None:
    assert mailto.offer(letter("Please act."), [ContactDetail(type="url", value="https://example.org")]) is None
