"""What a changed directory does to letters that are public: those that name somebody who left wait for their organiser.

Nothing is stored. Whether a letter is right is asked of the directory each time, so an import changes it at once.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import Campaign
from campaign.letters.models import Letter, LetterTemplate
from campaign.letters.part import lint


@dataclass(frozen=True)
class Trouble:
    """A public letter nobody can write now. why: its first finding."""

    campaign: str
    letter: str
    why: str


def troubles(session: Session, *, on: date) -> list[Trouble]:
    """The letters of published campaigns that something blocks."""
    query = select(LetterTemplate).join(Campaign).where(Campaign.state == "published")
    found = []
    for template in session.scalars(query.options(joinedload(LetterTemplate.campaign)).order_by(LetterTemplate.id)):
        blocking = [one for one in lint(session, template, on=on) if one.blocks]
        if blocking:
            found.append(Trouble(template.campaign.slug, template.slug, blocking[0].text))
    return found


def held(session: Session) -> int:
    """How many confirmed letters wait because they must not leave as they are."""
    return session.scalar(select(func.count()).where(Letter.state == "held")) or 0
