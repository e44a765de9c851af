"""Letters that say nearly the same: beyond a number of them an organiser decides whether they leave.

An office that gets a thousand copies reads none, and a flood of copies under many names may be one person's. Letters in
people's own words are never held up by it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.campaigns.models import Campaign
from campaign.db import touched
from campaign.i18n import gettext
from campaign.letters import likeness
from campaign.letters.channels.email.models import LetterBand, LetterGroup, MailedLetter
from campaign.letters.channels.email.rules import CannotSend
from campaign.letters.models import Letter

# Likeness of letters that belong together. Two copies in which every twentieth word was changed have 0.6 in common, a
# letter half of which is its writer's own has 0.3.
ALIKE = 0.4
SHOWN = 50  # groups on one page
LOOKED_AT = 200  # groups compared in full with one letter
# What an organiser can decide.
DECISIONS = ("released", "refused")


@dataclass(frozen=True)
class Shown:
    """A group as an organiser sees it. text: of one of its letters, without names; queued: how many are to leave."""

    group: LetterGroup
    text: str
    queued: int


def join(session: Session, mailed: MailedLetter, *, most: int, now: datetime) -> LetterGroup:
    """Count a letter that is being confirmed among those it is like. most: how many leave unasked; 0: all.

    Raises CannotSend when an organiser has refused letters like it.
    """
    # Two letters that come at once and are the first of their kind would found two groups.
    dialects.take_turns(session, f"letters that are alike, of campaign {mailed.campaign_id}")
    sketch = likeness.sketch(likeness.core(mailed.body, mailed.sender_name))
    group = _nearest(session, mailed.campaign_id, sketch) or _founded(session, mailed.campaign_id, sketch, now)
    if group.state == "refused":
        text = gettext("Many people have sent nearly these words, and no more of them are sent. Write it in your own.")
        raise CannotSend(text, field="body")
    session.execute(
        update(LetterGroup).where(LetterGroup.id == group.id).values(letters=LetterGroup.letters + 1),
        execution_options={"synchronize_session": False},
    )
    session.refresh(group)
    if most and group.state == "free" and group.letters > most:
        group.state = "waiting"
    mailed.group_id = group.id
    return group


def decide(session: Session, group: LetterGroup, decision: str, *, now: datetime) -> int:
    """An organiser lets the letters of a group go, or stops them for good; returns how many wait at this moment.

    decision: one of DECISIONS. The writers of stopped letters are told.
    """
    group.state = decision
    members = select(MailedLetter.letter_id).where(MailedLetter.group_id == group.id)
    waiting = Letter.id.in_(members) & (Letter.state == "queued")
    if decision == "released":
        return session.scalar(select(func.count()).where(waiting)) or 0
    stopped = update(Letter).where(waiting).values(state="held", changed_at=now)
    return touched(session.execute(stopped, execution_options={"synchronize_session": False}))


def waiting(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """How many groups of each campaign wait for an organiser; campaigns without any are left out."""
    query = select(LetterGroup.campaign_id, func.count()).group_by(LetterGroup.campaign_id)
    query = query.where(LetterGroup.campaign_id.in_(campaign_ids), LetterGroup.state == "waiting")
    return dict(session.execute(query).tuples().all())


def listed(session: Session, campaign: Campaign) -> list[Shown]:
    """Groups of more than one letter: those that wait first, then the largest."""
    query = select(LetterGroup).where(LetterGroup.campaign_id == campaign.id, LetterGroup.letters > 1)
    query = query.order_by(LetterGroup.state != "waiting", LetterGroup.letters.desc(), LetterGroup.id).limit(SHOWN)
    return [_shown(session, group) for group in session.scalars(query)]


def of(session: Session, campaign: Campaign, group_id: int) -> LetterGroup | None:
    """One of the campaign's groups; None for another number."""
    if not 0 < group_id < 2**31:  # neither database can look for it
        return None
    query = select(LetterGroup).where(LetterGroup.campaign_id == campaign.id, LetterGroup.id == group_id)
    return session.scalar(query)


def _shown(session: Session, group: LetterGroup) -> Shown:
    members = select(MailedLetter).where(MailedLetter.group_id == group.id)
    example = session.scalar(members.where(MailedLetter.body != "").limit(1))
    queued = members.join(Letter, Letter.id == MailedLetter.letter_id).where(Letter.state == "queued").subquery()
    text = likeness.core(example.body, example.sender_name) if example else ""
    return Shown(group, text, session.scalar(select(func.count()).select_from(queued)) or 0)


def _nearest(session: Session, campaign_id: int, sketch: list[int]) -> LetterGroup | None:
    shared = select(LetterBand.group_id).where(
        LetterBand.campaign_id == campaign_id, LetterBand.band.in_(likeness.bands(sketch))
    )
    # A letter that quotes much of a common one may share a band with many; the large groups are the likely ones.
    groups = session.scalars(
        select(LetterGroup).where(LetterGroup.id.in_(shared)).order_by(LetterGroup.letters.desc()).limit(LOOKED_AT)
    ).all()
    best = max(groups, key=lambda group: (likeness.likeness(sketch, group.sketch), -group.id), default=None)
    return best if best is not None and likeness.likeness(sketch, best.sketch) >= ALIKE else None


def _founded(session: Session, campaign_id: int, sketch: list[int], now: datetime) -> LetterGroup:
    group = LetterGroup(campaign_id=campaign_id, sketch=sketch, letters=0, state="free", created_at=now)
    session.add(group)
    session.flush()
    rows = [{"campaign_id": campaign_id, "band": band, "group_id": group.id} for band in likeness.bands(sketch)]
    session.execute(LetterBand.__table__.insert(), rows)  # type: ignore[attr-defined]
    return group
