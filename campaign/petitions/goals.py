"""Which goal is shown: the organiser's until it is reached, then the next round number, and never a full bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# 100, 250, 500, 1,000, 2,500 …: numbers people know from other petitions.
FACTORS = (10, 25, 50)
# A goal just set shows what is reached as at most four fifths of the bar, and at least a quarter.
FULLEST = 0.8


@dataclass(frozen=True)
class Goal:
    """What stands beside the number of signatures.

    shown    how many are wanted now; None when the organiser set no goal
    reached  the last goal that was reached; None while the first is not
    """

    shown: int | None
    reached: int | None = None

    @property
    def is_raised(self) -> bool:
        return self.reached is not None and self.shown != self.reached


def goal(first: int | None, count: int, *, raises: bool) -> Goal:
    """first: the organiser's goal; raises: whether another follows once it is reached.

    A goal stands until it is reached, so nobody sees it move before. When fake signatures are taken out and the count
    falls below it, it stands again.

    >>> goal(100, 99, raises=True)
    Goal(shown=100, reached=None)
    >>> goal(100, 100, raises=True)
    Goal(shown=250, reached=100)
    """
    if first is None or count < first:
        return Goal(first)
    if not raises:
        return Goal(first, reached=first)
    reached, shown = first, following(first)
    while shown <= count:
        reached, shown = shown, following(shown)
    return Goal(shown, reached)


def following(reached: int) -> int:
    """The goal after this one: 10, 25, 50 and so on, times ten and ten again, with room enough above it."""
    power = 1
    while True:
        for factor in FACTORS:
            if factor * power * FULLEST >= reached and factor * power > reached:
                return factor * power
        power *= 10


def reached_on(by_day: Iterable[tuple[date, int]], number: int) -> date | None:
    """The first day at whose end there were this many. by_day: (day, signatures of that day), the first day first."""
    count = 0
    for day, signatures in by_day:
        count += signatures
        if count >= number:
            return day
    return None
