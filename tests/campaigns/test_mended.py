"""Warnings that end when what they warned of is gone."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.campaigns import mended
from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterTemplate
from tests import make

# Letters are a part of a campaign that the app registers.
pytestmark = [pytest.mark.stored, pytest.mark.usefixtures("app")]


def warning(code: str, where: str, quoted: str) -> dict[str, Any]:
    return {"code": code, "text": f"“{quoted}”: look at it.", "where": where}


WARNINGS = [
    warning("stale-officeholder", "letter 1", "President Biden"),
    warning("stale-officeholder", "to do 1", "President Biden"),
    warning("unknown-placeholder", "letter 1, line 3", "[Bill Number]"),
    warning("repeated-sentence", "article, paragraph 2", "The bridge was closed to all carts on Monday."),
    warning("lost-characters", "document", "3 characters"),
]


@pytest.fixture
def campaign(session: Session) -> Campaign:
    post = make.make_post(session, "us-president", role="president", title="President")
    for name, start in (("Joe Biden", 2021), ("Donald Trump", 2025)):
        make.membership(session, make.person(session, name), post, date(start, 1, 20), date(start + 4, 1, 20))
    again = "The bridge was closed to all carts on Monday."
    body = [{"kind": "paragraph", "text": text} for text in (f"{again} It rained.", again)]
    row = make.campaign(session, article=make.article(session, body=body), warnings=WARNINGS)
    make.todo(session, row, title="Write", body="Ask President Biden to act.")
    make.letter_template(session, row, body="Dear President Biden,\n\nMend the bridge, as [Bill Number] says.")
    return row


def numbers(session: Session, campaign: Campaign) -> set[int]:
    session.flush()
    return set(mended.numbers(session, campaign, now=make.NOW))


def test_what_is_still_wrong_stays_open(session: Session, campaign: Campaign) -> None:
    assert numbers(session, campaign) == set()


def test_each_warning_ends_with_its_own_cause(session: Session, campaign: Campaign) -> None:
    campaign.todo[0].body = "Ask the President to act."
    assert numbers(session, campaign) == {1}, "the letter still greets him"
    letter = session.scalars(select(LetterTemplate)).one()
    letter.body = "{{ official.salutation }},\n\nMend the bridge, as [Bill Number] says."
    assert numbers(session, campaign) == {0, 1}
    letter.body = "{{ official.salutation }},\n\nMend the bridge."
    assert numbers(session, campaign) == {0, 1, 2}
    assert campaign.article
    campaign.article.body = campaign.article.body[:1]
    assert numbers(session, campaign) == {0, 1, 2, 3}, "nobody but a person knows which characters were lost"


def test_a_former_holder_is_called_so(session: Session, campaign: Campaign) -> None:
    campaign.todo[0].body = "Ask former President Biden to act."
    assert 1 in numbers(session, campaign)
