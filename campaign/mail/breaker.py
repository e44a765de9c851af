"""The breaker: when mails that strangers can cause far exceed the confirmations, they wait.

Somebody who types in other people's addresses by the thousand makes us the sender of mail that nobody wants. Mails are
never dropped: they leave as confirmations come, or when an owner lets them go.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import Flask, current_app
from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.mail.models import Email, MailTally

# What somebody who types in other people's addresses has us send. (Not "you signed already": they confirmed.)
KINDS = (
    "confirm_signature",
    "remind_signature",
    "own_page",
    "confirm_letter",
    "confirm_follow_up",
    "confirm_subscription",
)
SITE = ""  # the group that stands for all of them
PER_CONFIRMATION = 10
LOOK = 1.0  # seconds between two looks at the confirmations

# confirmed(session, day) → confirmations since the beginning of this UTC day, by group
Confirmed = Callable[[Session, date], dict[str, int]]


def init_app(app: Flask, confirmed: Confirmed) -> None:
    """confirmed: mail does not know what is confirmed by it; a feature that does says how many there are."""
    app.extensions["mail breaker"] = confirmed


def for_app() -> "Breaker":
    """A breaker with this installation's settings."""
    return Breaker(current_app.extensions["mail breaker"], threshold=current_app.config["MAIL_BREAKER"])


@dataclass(frozen=True)
class Budget:
    """One group's mails since yesterday: how many went, and how many may."""

    sent: int
    allowance: int

    @property
    def is_spent(self) -> bool:
        return self.sent >= self.allowance


@dataclass
class Breaker:
    """Says which groups' mails wait. threshold: mails without any confirmation that are no cause for worry."""

    confirmed: Confirmed
    threshold: int
    _confirmed: dict[str, int] = field(default_factory=dict)
    _look_at: float = 0.0

    def spent(self, session: Session, *, now: datetime) -> dict[str, Budget]:
        """The budgets that are spent; the whole site's stands under SITE."""
        budgets = _tallied(session, now=now)
        if all(budget.sent < self.threshold for budget in budgets.values()):
            return {}
        return {group: budget for group, budget in self._judged(session, budgets, now=now).items() if budget.is_spent}

    def count(self, session: Session, emails: Iterable[Email], *, now: datetime) -> None:
        """These were just claimed, in this transaction. A mail that is tried again was counted before."""
        new = Counter(email.group for email in emails if email.kind in KINDS and email.attempts == 1)
        if new.total():
            new[SITE] = new.total()
        # Always in the same order, or two senders could wait for each other.
        for group, number in sorted(new.items()):
            _add(session, group, now.date(), sent=number)

    def _judged(self, session: Session, budgets: dict[str, Budget], *, now: datetime) -> dict[str, Budget]:
        if time.monotonic() >= self._look_at:
            self._confirmed = self.confirmed(session, _since(now))
            self._look_at = time.monotonic() + LOOK
        return _with_confirmations(budgets, self._confirmed, self.threshold)


def let_go(session: Session, groups: Collection[str], number: int, *, now: datetime) -> None:
    """An owner looked and found nothing wrong: that many more may leave today, of each group."""
    for group in sorted({*groups, SITE}):
        _add(session, group, now.date(), allowed=number)


def is_free(held: Collection[str]) -> ColumnElement[bool]:
    """The condition under which a mail need not wait."""
    if not held:
        return true()
    if SITE in held:
        return Email.kind.not_in(KINDS)
    return Email.kind.not_in(KINDS) | Email.group.not_in(held)


def forget_ended(session: Session, *, now: datetime) -> int:
    """Delete the tallies of days that no longer matter; returns how many."""
    old = session.scalars(select(MailTally).where(MailTally.day < _since(now) - timedelta(days=30))).all()
    for row in old:
        session.delete(row)
    return len(old)


def _since(now: datetime) -> date:
    """Yesterday: at midnight, what waited would else be forgiven at once."""
    return now.date() - timedelta(days=1)


def _tallied(session: Session, *, now: datetime) -> dict[str, Budget]:
    query = (
        select(MailTally.group, func.sum(MailTally.sent), func.sum(MailTally.allowed))
        .where(MailTally.day >= _since(now))
        .group_by(MailTally.group)
    )
    return {group: Budget(int(sent), int(allowed)) for group, sent, allowed in session.execute(query)}


def _with_confirmations(budgets: dict[str, Budget], confirmed: dict[str, int], threshold: int) -> dict[str, Budget]:
    everywhere = {**confirmed, SITE: sum(confirmed.values())}
    return {
        group: Budget(budget.sent, threshold + PER_CONFIRMATION * everywhere.get(group, 0) + budget.allowance)
        for group, budget in budgets.items()
    }


def _add(session: Session, group: str, day: date, *, sent: int = 0, allowed: int = 0) -> None:
    row = dialects.insert(session, MailTally).values(group=group, day=day, sent=sent, allowed=allowed)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["group", "day"],
            set_={"sent": MailTally.sent + sent, "allowed": MailTally.allowed + allowed},
        )
    )
