"""What a changed directory does to letters that are public: those that name somebody who left wait for their organiser.

Whether a letter is right is asked of the directory each time, so an import changes it at once. All that is stored is
what its organiser was told, so that they are told once.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.models import Campaign
from campaign.db import touched
from campaign.i18n import gettext, speaking
from campaign.letters.channels.email import alike, objecting
from campaign.letters.models import Letter, LetterTemplate
from campaign.letters.part import lint
from campaign.mail import messages
from campaign.web import absolute


@dataclass(frozen=True)
class Trouble:
    """A public letter nobody can write now. why: its first finding."""

    campaign: str
    letter: str
    why: str


def troubles(session: Session, *, on: date) -> list[Trouble]:
    """The letters of published campaigns that something blocks."""
    found = []
    for template in _public(session):
        blocking = [one for one in lint(session, template, on=on) if one.blocks]
        if blocking:
            found.append(Trouble(template.campaign.slug, template.slug, blocking[0].text))
    return found


def held(session: Session) -> int:
    """How many confirmed letters wait because they must not leave as they are."""
    return session.scalar(select(func.count()).where(Letter.state == "held")) or 0


def undecided(session: Session) -> int:
    """How many groups of nearly equal letters wait for an organiser."""
    return sum(alike.waiting(session, list(session.scalars(select(Campaign.id)))).values())


def tell(session: Session, *, to: str, now: datetime) -> int:
    """Mail the organiser what has happened to public letters since they were last told; returns how many mails.

    to: their address; "" when this site has none.
    """
    told = 0
    for template in _public(session) if to else []:
        with speaking(template.campaign.language):
            why = _whys(session, template, on=now.date())
        mark = hashlib.sha256(repr(why).encode()).hexdigest() if why else ""
        # Compare and set: of two workers, one tells.
        untold = update(LetterTemplate).where(
            LetterTemplate.id == template.id, LetterTemplate.told_sha256 == template.told_sha256
        )
        if mark == template.told_sha256 or not touched(session.execute(untold.values(told_sha256=mark))) or not why:
            continue
        campaign = template.campaign
        messages.letters_stopped(
            session,
            to=to,
            language=campaign.language,
            letter_title=template.title,
            campaign_title=campaign.title,
            why=why,
            link=absolute("letters.edit_list", slug=campaign.slug),
            about=f"letter_template/{template.id}",
            group=f"letters/{campaign.id}",
            now=now,
        )
        told += 1
    return told


def _public(session: Session) -> list[LetterTemplate]:
    query = select(LetterTemplate).join(Campaign).where(Campaign.state == "published")
    return list(session.scalars(query.options(joinedload(LetterTemplate.campaign)).order_by(LetterTemplate.id)))


def _whys(session: Session, template: LetterTemplate, *, on: date) -> list[str]:
    """What the organiser should know of a letter, one sentence each."""
    found = [one.text for one in lint(session, template, on=on) if one.blocks]
    is_held = (Letter.template_id == template.id) & (Letter.state == "held")
    number, last = session.execute(select(func.count(), func.max(Letter.changed_at)).where(is_held)).one()
    if number:
        # With the day, so that they are told once a day at most, not of each.
        text = gettext(
            "Letters that people confirmed were held back, the last on %(day)s.", day=last.date().isoformat()
        )
        found.append(text + " " + gettext("Their writers have been told."))
    if offices := [one.post.label for one in objecting.among(session, [template])]:
        text = gettext(
            "These offices asked to get no letters through this site: %(offices)s.", offices=", ".join(offices)
        )
        found.append(text + " " + gettext("Supporters are shown the other ways."))
    if alike.waiting(session, [template.campaign_id]):
        found.append(gettext("Many people sent nearly the same words. They wait for your decision."))
    return found
