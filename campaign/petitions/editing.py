"""An organiser's changes to a petition: its text, its goal and times, whom it is addressed to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.officials import searching, targets
from campaign.petitions.models import Addressee, Petition, PetitionText, Signature
from campaign.text import clean

LONGEST_DEMAND = 300  # characters
LONGEST_NOTE = 1000  # characters
LARGEST_GOAL = 1_000_000_000
MOST_ADDRESSEES = 60
LONGEST_RUN = timedelta(days=3660)  # from today to the last day


class NotAcceptable(Refused):
    """The petition cannot be changed like this. `field` is the argument it is about."""


def set_text(
    session: Session,
    petition: Petition,
    *,
    demand: str,
    body: str,
    note: str = "",
    is_material: bool = False,
    now: datetime,
) -> bool:
    """Change what people sign; True when that is a change.

    From the first signature on every change is a new version, and who has signed keeps the one they agreed to. note:
    says in public why it differs, and may be missing only before the first signature; is_material: whoever signed an
    earlier version is asked again (see asking_again.py).
    """
    demand, body, note = clean(demand), clean(body), clean(note)
    if not demand:
        raise NotAcceptable(gettext("Say in one sentence what you demand."), field="demand")
    if len(demand) > LONGEST_DEMAND or "\n" in demand:
        message = gettext("Write one sentence of at most %(most)s characters.", most=LONGEST_DEMAND)
        raise NotAcceptable(message, field="demand")
    _hold_signing(session, petition)  # so that a text is never changed under a signature
    text = petition.text
    if text and (text.demand, text.body) == (demand, body):
        return False
    if text is None:
        petition.texts.append(PetitionText(version=1, demand=demand, body=body, created_at=now))
    elif not is_signed(session, petition):
        text.demand, text.body, text.created_at = demand, body, now
    else:
        if not note:
            message = gettext("People have signed the text as it was. Say in a sentence or two why it changes.")
            raise NotAcceptable(message, field="note")
        newer = PetitionText(version=text.version + 1, demand=demand, body=body, created_at=now)
        newer.note, newer.is_material = note[:LONGEST_NOTE], is_material
        petition.texts.append(newer)
    return _changed(session, petition, now=now)


def is_signed(session: Session, petition: Petition) -> bool:
    """True once anybody has signed, whatever became of the signature."""
    return session.scalar(select(Signature.id).where(Signature.petition_id == petition.id).limit(1)) is not None


def pause(session: Session, petition: Petition, *, now: datetime) -> bool:
    """Let nobody sign until `go_on`; what was signed can still be confirmed. False when it is paused already."""
    return _set_paused(session, petition, now, now=now)


def go_on(session: Session, petition: Petition, *, now: datetime) -> bool:
    """Let people sign again. False when it was not paused."""
    return _set_paused(session, petition, None, now=now)


def set_terms(
    session: Session,
    petition: Petition,
    *,
    goal: int | None,
    opens_at: datetime | None,
    closes_at: datetime | None,
    raises_goal: bool | None = None,
    now: datetime,
) -> bool:
    """Change how many signatures are wanted and when; True when that is a change. raises_goal: None leaves it."""
    raises = petition.raises_goal if raises_goal is None else raises_goal
    terms = (goal, opens_at, closes_at, raises)
    if terms == (petition.goal, petition.opens_at, petition.closes_at, petition.raises_goal):
        return False
    if goal is not None and not 1 <= goal <= LARGEST_GOAL:
        raise NotAcceptable(gettext("Set a goal of 1 or more, or none."), field="goal")
    if opens_at and closes_at and closes_at <= opens_at:
        raise NotAcceptable(gettext("The last day must come after the first."), field="closes_at")
    if closes_at and closes_at <= now and closes_at != petition.closes_at:
        raise NotAcceptable(gettext("This day is over. Choose one to come."), field="closes_at")
    if closes_at and closes_at > now + LONGEST_RUN and closes_at != petition.closes_at:
        message = gettext("Choose a last day within ten years: names and addresses are kept until after it.")
        raise NotAcceptable(message, field="closes_at")
    petition.goal, petition.opens_at, petition.closes_at, petition.raises_goal = terms
    return _changed(session, petition, now=now)


def set_addressees(session: Session, petition: Petition, *, post_ids: Sequence[str], now: datetime) -> bool:
    """Address the petition to exactly these offices, in this order; True when that is a change."""
    wanted = list(dict.fromkeys(post_ids))
    if wanted == [addressee.post_id for addressee in petition.addressees]:
        return False
    if len(wanted) > MOST_ADDRESSEES:
        message = gettext("Choose at most %(most)s offices.", most=MOST_ADDRESSEES)
        raise NotAcceptable(message, field="post_ids")
    known = searching.posts_by_id(session, wanted)
    for post_id in wanted:
        if post_id not in known:
            message = gettext("There is no office “%(id)s”. Choose one from the list.", id=post_id)
            raise NotAcceptable(message, field="post_ids")
    kept = {addressee.post_id: addressee for addressee in petition.addressees}
    petition.addressees = [kept.get(post_id) or Addressee(post=known[post_id]) for post_id in wanted]
    for position, addressee in enumerate(petition.addressees, start=1):
        addressee.position = position
    return _changed(session, petition, now=now)


def set_rule(session: Session, petition: Petition, *, rule: str, now: datetime) -> bool:
    """Address the petition to each signer's own members too, or no longer (""); True when that is a change.

    rule: one of officials.targets.RULES. Whoever has signed was not told, so their names do not go there.
    """
    if rule == (petition.addressee_rule or ""):
        return False
    if rule and rule not in targets.RULES:
        raise NotAcceptable(gettext("Choose one of the rules in the list, or none."), field="rule")
    _hold_signing(session, petition)  # so that nobody signs in between without being told
    petition.addressee_rule = rule
    petition.addressee_rule_since = now if rule and is_signed(session, petition) else None
    return _changed(session, petition, now=now)


def start_of(day: date | None) -> datetime | None:
    """The first instant of a day, in UTC."""
    return None if day is None else datetime.combine(day, time(), UTC)


def end_of(day: date | None) -> datetime | None:
    """The last second of a day, in UTC: printed as a date, the closing time is that day."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), UTC)


def _set_paused(session: Session, petition: Petition, paused_at: datetime | None, *, now: datetime) -> bool:
    _hold_signing(session, petition)  # so that nobody who saw it open signs after it is paused
    if (petition.paused_at is None) == (paused_at is None):
        return False
    petition.paused_at = paused_at
    return _changed(session, petition, now=now)


def _hold_signing(session: Session, petition: Petition) -> None:
    """Nobody signs until this transaction ends, and nobody else changes the petition."""
    dialects.go_alone(session, petition.campaign_id)
    session.refresh(petition, with_for_update=True)


def _changed(session: Session, petition: Petition, *, now: datetime) -> bool:
    petition.campaign.changed_at = now
    session.flush()
    return True
