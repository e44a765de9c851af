"""What may be done only so often: an act of somebody, and the windows of time in which it is counted."""

import random
from dataclasses import dataclass
from functools import cache

from flask import current_app
from limits import RateLimitItem, parse_many

from campaign.errors import Refused

# Empty means no limit for these two only; elsewhere it is a slip, and stops the start.
MAY_BE_EMPTY = frozenset({"SIGN_DOMAIN_LIMIT", "SIGN_PETITION_LIMIT"})
# Counters of one limit that everybody draws on, and the least that each must allow for their sum to be about right.
SHARES, LEAST_SHARE = 16, 100


@dataclass(frozen=True)
class Window:
    """A stretch of time in which one may act so often. whose: what the storage makes a key of, with the item."""

    item: RateLimitItem
    whose: tuple[str, str]

    @property
    def key(self) -> str:
        """Under which it is counted, whatever it is counted in."""
        return str(self.item.key_for(*self.whose))


@dataclass(frozen=True)
class Act:
    """What is counted: by which setting, of whom, who may do it so many times as often as that says.

    is_everybodys: many count the same at once. On PostgreSQL each would wait until the one before has committed, so a
    large limit is counted in SHARES, each with its part: exact to a few in a hundred, and that is near enough.
    """

    setting: str
    who: str
    times: int = 1
    is_everybodys: bool = False

    def windows(self) -> list[Window]:
        """The shortest first. Raises Refused for a limit that cannot be read."""
        text, share = current_app.config[self.setting], random.randrange(SHARES)  # noqa: S311  # not a secret
        items = parsed(self.setting, text, self.times, SHARES if self.is_everybodys else 1)
        if self.is_everybodys and items and min(item.amount for item in items) >= LEAST_SHARE:
            return [Window(item, (self.setting, f"{self.who} {share}")) for item in items]
        return [Window(item, (self.setting, self.who)) for item in parsed(self.setting, text, self.times)]


@cache
def parsed(setting: str, text: str, times: int = 1, shares: int = 1) -> list[RateLimitItem]:
    """The limits that a setting's text names, the shortest first. Raises Refused."""
    if not text and setting in MAY_BE_EMPTY:
        return []
    try:
        each = [(item, item.amount * times // shares) for item in parse_many(text)]
        return sorted(type(item)(amount, item.multiples, item.namespace) for item, amount in each)
    except ValueError as error:
        raise Refused(
            f"{setting} must look like “30 per minute; 300 per hour”, not “{text}”.", field=setting
        ) from error
