"""Taking fake signatures out by a rule: what it would do, doing it, and undoing exactly that."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from campaign import dialects, full_names
from campaign.accounts.models import Account
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.mail import outbox
from campaign.petitions import counting, mailing
from campaign.petitions.models import Invalidation, Petition, Signature
from campaign.petitions.transitions import hold_all, move_all
from campaign.text import clean

# Only these can be fake in a way that matters: they count, or soon will.
STATES = ("pending", "confirmed")
LONGEST_PATTERN = 100  # characters
# More stars make a search through a million names slow, and no wave needs them.
MOST_STARS = 4
LONGEST_NOTE = 300  # characters


class TooBroad(Refused):
    """The rule says too little: it would take out genuine signatures with the fake ones."""


class BadPattern(Refused):
    """A pattern for names that matches anything, or takes too long to look for."""


class NumberChanged(Refused):
    """More or fewer signatures fall under the rule than were shown. `number`: how many do now."""

    def __init__(self, number: int) -> None:
        message = gettext("Meanwhile other signatures fall under this rule. Nothing was changed; look at it again.")
        super().__init__(message)
        self.number = number


class AlreadyUndone(Refused):
    """These signatures were brought back before."""


@dataclass(frozen=True)
class Rule:
    """Which signatures are fake: those for which all that is given here holds.

    domain         of the e-mail address, in its ASCII form
    network        the network's key of the day (see networks.py)
    since, until   signed in this time; `until` itself is not in it
    name           the full name; * stands for any characters, capital letters make no difference
    country        where they said they live
    is_disposable  True: addresses of throw-away services only
    states         pending, confirmed or both
    """

    domain: str = ""
    network: str = ""
    since: datetime | None = None
    until: datetime | None = None
    name: str = ""
    country: str = ""
    is_disposable: bool = False
    states: tuple[str, ...] = STATES

    def stored(self) -> dict[str, Any]:
        """As plain values for JSON; what is not given is left out."""
        given = {name: value for name, value in asdict(self).items() if value}
        given["states"] = list(self.states)
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()}


@dataclass(frozen=True)
class Effect:
    """What a rule would do.

    total   signatures of the petition that are pending or confirmed
    count   what the public page says now
    within  when the first and the last of those under the rule were signed; None when there are none
    """

    pending: int
    confirmed: int
    total: int
    count: int
    within: tuple[datetime, datetime] | None

    @property
    def number(self) -> int:
        return self.pending + self.confirmed

    @property
    def share(self) -> float:
        """Of the signatures that are pending or confirmed; from 0 to 1."""
        return self.number / self.total if self.total else 0.0

    @property
    def count_after(self) -> int:
        return self.count - self.confirmed


def from_stored(stored: Mapping[str, Any]) -> Rule:
    """The rule that `Rule.stored` made plain; one that says nothing once it was forgotten."""
    times = {name: datetime.fromisoformat(stored[name]) for name in ("since", "until") if name in stored}
    return Rule(**{**stored, **times, "states": tuple(stored.get("states", STATES))})


def check(rule: Rule) -> None:
    """Raises TooBroad and BadPattern."""
    if not any((rule.domain, rule.network, rule.name, rule.since, rule.until, rule.is_disposable)):
        message = gettext("Give at least a domain, a network, a time or a name, or choose disposable addresses.")
        raise TooBroad(message, field="domain")
    if rule.since and rule.until and rule.since >= rule.until:
        raise TooBroad(gettext("The end must come after the beginning."), field="until")
    if rule.name and not rule.name.replace("*", "").strip():
        raise BadPattern(gettext("This matches every name. Give a part of the name."), field="name")
    if rule.name.count("*") > MOST_STARS or len(rule.name) > LONGEST_PATTERN:
        message = gettext(
            "Use at most %(stars)s stars and %(most)s characters.", stars=MOST_STARS, most=LONGEST_PATTERN
        )
        raise BadPattern(message, field="name")


def effect(session: Session, petition: Petition, rule: Rule) -> Effect:
    """What applying the rule would change now. Raises TooBroad and BadPattern."""
    check(rule)
    falls = _falls(session, rule)
    signed_at = case((falls, Signature.created_at))
    query = select(
        _number(and_(falls, Signature.state == "pending")),
        _number(and_(falls, Signature.state == "confirmed")),
        func.min(signed_at),
        func.max(signed_at),
        func.count(),
    ).where(Signature.petition_id == petition.id, Signature.state.in_(STATES))
    pending, confirmed, first_at, last_at, total = session.execute(query).one()
    count = counting.confirmed(session, [petition.id])[petition.id]
    within = (first_at, last_at) if first_at and last_at else None
    return Effect(int(pending or 0), int(confirmed or 0), total, count, within)


def sample(session: Session, petition: Petition, rule: Rule, *, most: int = 10) -> list[Signature]:
    """Some of the signatures under the rule, drawn by lot, so that genuine ones have a chance to be seen."""
    query = select(Signature).where(_chosen(session, petition, rule)).order_by(func.random()).limit(most)
    return list(session.scalars(query))


def invalidate(
    session: Session,
    petition: Petition,
    rule: Rule,
    *,
    note: str,
    expected: int | None = None,
    within: tuple[datetime, datetime] | None = None,
    account: Account | None = None,
    now: datetime,
) -> Invalidation:
    """Take out every signature under the rule; none of them counts any more.

    expected: how many the organiser was shown; within: as `effect` said just before. On SQLite nobody can sign while
    this runs, and most of its time goes into looking through signatures: it need not look anywhere else.

    Raises TooBroad, BadPattern, and NumberChanged, after which the caller must roll back.
    """
    check(rule)
    row = Invalidation(
        petition_id=petition.id,
        rule=rule.stored(),
        note=clean(note)[:LONGEST_NOTE],
        account_id=account.id if account else None,
        created_at=now,
    )
    session.add(row)
    session.flush()
    chosen = _chosen(session, petition, rule)
    if within:
        chosen = and_(chosen, Signature.created_at.between(*within))
    id = row.id
    number = move_all(
        session,
        chosen,
        rule.states,
        "invalidated",
        counted=and_(Signature.invalidation_id == id, Signature.state_before == "confirmed"),
        invalidation_id=id,
        state_before=Signature.state,
    )
    if expected is not None and number != expected:
        raise NumberChanged(number)
    row.number = number
    session.flush()
    # Made-up addresses often belong to somebody: what has not left yet never does. Undone, they are reminded.
    outbox.withhold(session, select(mailing.ABOUT).where(Signature.invalidation_id == id))
    return row


def undo(session: Session, invalidation: Invalidation, *, now: datetime) -> int:
    """Bring back what an invalidation took out, each signature as it was; returns how many.

    What has changed otherwise since then stays as it is. Raises AlreadyUndone.
    """
    id, number = invalidation.id, 0
    # All of them before anything else and in one order, as everybody takes them: whoever is being forgotten at this
    # moment has their signature first, too, and then looks whether a rule quotes them.
    hold_all(session, and_(Signature.invalidation_id == id, Signature.state == "invalidated"))
    session.refresh(invalidation, with_for_update=True)
    if invalidation.undone_at:
        raise AlreadyUndone(gettext("This was undone before. The signatures are back."))
    for before in STATES:
        taken = and_(
            Signature.invalidation_id == id, Signature.state_before == before, Signature.state == "invalidated"
        )
        number += move_all(
            session, taken, ("invalidated",), before, counted=taken, invalidation_id=None, state_before=""
        )
    invalidation.undone_at = now
    session.flush()
    return number


def find(session: Session, id: int) -> Invalidation:
    """Raises NotFound."""
    found = session.get(Invalidation, id)
    if found is None:
        raise NotFound(gettext("There is no such invalidation."))
    return found


def of(session: Session, petition: Petition, *, most: int = 100) -> list[Invalidation]:
    """The newest first."""
    query = select(Invalidation).where(Invalidation.petition_id == petition.id).order_by(Invalidation.id.desc())
    return list(session.scalars(query.limit(most)))


def seen_until(rule: Rule, instant: datetime) -> Rule:
    """The rule without whoever signs after this instant: while a wave goes on, what was looked at stays the same."""
    return replace(rule, until=min(rule.until or instant, instant))


def _chosen(session: Session, petition: Petition, rule: Rule) -> ColumnElement[bool]:
    return and_(Signature.petition_id == petition.id, Signature.state.in_(rule.states), _falls(session, rule))


def _falls(session: Session, rule: Rule) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [Signature.state.in_(rule.states)]
    if rule.domain:
        parts.append(Signature.domain == rule.domain)
    if rule.network:
        parts.append(Signature.network_key == rule.network)
    if rule.since:
        parts.append(Signature.created_at >= rule.since)
    if rule.until:
        parts.append(Signature.created_at < rule.until)
    if rule.country:
        parts.append(Signature.country == rule.country)
    if rule.is_disposable:
        parts.append(Signature.is_disposable.is_(True))
    if rule.name:
        parts.append(dialects.lower(session, _full_name(rule.name)).like(_pattern(rule.name), escape="\\"))
    return and_(*parts)


def _full_name(pattern: str) -> ColumnElement[str]:
    """As full_names joins the parts. A database knows no scripts; what is looked for shows its own."""
    given, family = Signature.given_name, Signature.family_name
    if full_names.is_unspaced(pattern):
        return family + given
    is_family_first = Signature.country.in_(full_names.FAMILY_FIRST)
    return func.trim(case((is_family_first, family + " " + given), else_=given + " " + family))


def _pattern(name: str) -> str:
    r""" "Max*_" as LIKE wants it: "max%\_"."""
    escaped = clean(name).lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    while "**" in escaped:
        escaped = escaped.replace("**", "*")
    return escaped.replace("*", "%")


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
