"""A campaign goes to another site and comes back the same."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from campaign.articles import reading
from campaign.articles.models import Article
from campaign.campaigns import drafting, packing
from campaign.campaigns.models import Campaign
from campaign.letters.models import LetterTemplate
from campaign.paths import SEEDS
from campaign.petitions import editing
from campaign.petitions.models import Petition
from tests import make

pytestmark = [pytest.mark.stored, pytest.mark.usefixtures("app")]

DOCUMENT = Path(__file__).parent / "documents" / "otterford.txt"


def imported(session: Session, data: bytes | str) -> Campaign:
    [page] = reading.read(data, most=2**21, now=make.NOW)
    return drafting.draft(session, page, now=make.NOW)


def moved(session: Session, campaign: Campaign) -> tuple[str, str]:
    """The file, and the file of the campaign that another site makes of it."""
    first = packing.text(session, campaign)
    session.execute(delete(LetterTemplate))
    session.execute(delete(Petition))
    session.execute(delete(Campaign))
    session.execute(delete(Article))
    session.commit()
    session.expunge_all()
    return first, packing.text(session, imported(session, first))


@pytest.mark.parametrize("path", [*sorted((SEEDS / "campaigns").glob("*.md")), DOCUMENT], ids=lambda path: path.name)
def test_a_campaign_comes_back_the_same(session: Session, path: Path) -> None:
    make.make_post(session, "us-president", label="President of the United States", role="president")
    first, second = moved(session, imported(session, path.read_bytes()))
    assert second == first


def test_everything_an_organiser_can_set_travels(session: Session) -> None:
    make.make_post(session, "mayor", label="Mayor", role="mayor")
    campaign = imported(session, DOCUMENT.read_bytes())
    campaign.title, campaign.opinion = "Mend it", "First  \nline\n\n# Not a heading"
    campaign.article.licence = "CC BY 4.0"
    campaign.article.language = "de"
    campaign.article.images = [{"caption": "The quay", "credit": "AFP", "url": "https://example.org/q.jpg"}]
    campaign.article.key_points = [{"text": "It rained.", "anchored": False, "label": "AI generated"}]
    campaign.todo[0].links = [{"url": "https://example.org/x", "label": "Not in the [text]"}]
    letter = session.scalars(select(LetterTemplate)).first()
    assert letter
    letter.talking_points, letter.requires, letter.language = "One\nTwo", ["postcode", "city"], "fr"
    petition = session.scalars(select(Petition).where(Petition.campaign_id == campaign.id)).one()
    petition.goal, petition.closes_at = 500, editing.end_of(date(2027, 3, 31))
    session.commit()
    first, second = moved(session, campaign)
    assert second == first
    back = session.scalars(select(Campaign)).one()
    assert (back.opinion, back.article.licence, back.article.language) == (
        "First  \nline\n\n# Not a heading", "CC BY 4.0", "de"
    )  # fmt: skip
    assert back.article.images[0]["url"] == "https://example.org/q.jpg"
    assert back.todo[0].links == [{"url": "https://example.org/x", "label": "Not in the [text]"}]
    letter = session.scalars(select(LetterTemplate)).first()
    assert letter
    assert (letter.talking_points, letter.requires, letter.language) == ("One\nTwo", ["postcode", "city"], "fr")


def test_what_was_taken_away_is_not_filled_in_again(session: Session) -> None:
    campaign = imported(session, DOCUMENT.read_bytes())
    campaign.todo = []
    session.execute(delete(LetterTemplate))
    session.commit()
    first, second = moved(session, campaign)
    assert second == first
    assert session.scalars(select(Campaign)).one().todo == []
    assert session.scalars(select(LetterTemplate)).all() == []
