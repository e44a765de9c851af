import pytest

from campaign.letters.channels import offers
from campaign.letters.channels.web_form import offering as web_form
from campaign.letters.rendering import RenderedLetter
from campaign.officials.models import ContactDetail, Post

LETTER = RenderedLetter("S", "Please act.", Post(id="mayor"), None, "The Mayor", "held", None, "", "Ada", None)
FORM = ContactDetail(type="web_form", value="https://example.org/contact")
SITE = ContactDetail(type="url", value="https://example.org/")


def test_the_form_comes_before_the_website() -> None:
    offer = web_form.offer(LETTER, [SITE, FORM])
    assert offer and (offer.href, offer.reports, offer.pastes) == (FORM.value, "opened", True)


def test_without_a_form_the_website_helps() -> None:
    offer = web_form.offer(LETTER, [SITE])
    assert offer and offer.href == SITE.value


@pytest.mark.parametrize("value", ["hhttps://example.org", "javascript:alert(1)", "example.org", "https://", ""])
def test_a_broken_address_is_not_offered(value: str) -> None:
    assert web_form.offer(LETTER, [ContactDetail(type="web_form", value=value)]) is None


@pytest.mark.parametrize("status", ["bouncing", "broken", "opted_out"])
def test_a_way_that_does_not_work_is_not_offered(status: str) -> None:
    form = ContactDetail(type="web_form", value="https://example.org/contact", status=status)
    assert [offer.channel for offer in offers(LETTER, [form])] == ["printing"]


def test_paper_is_always_possible() -> None:
    assert [offer.channel for offer in offers(LETTER, [])] == ["printing"]
    mail = ContactDetail(type="email", value="mayor@example.org")
    assert [offer.channel for offer in offers(LETTER, [mail, FORM])] == ["web_form", "mailto", "printing"]
