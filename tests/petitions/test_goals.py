"""Which goal is shown: never a full bar, never an absurd one."""

from datetime import date, timedelta

import pytest

from campaign.petitions import goals
from campaign.petitions.goals import Goal

CASES = [
    (None, 5, True, Goal(None)),  # no goal, no bar
    (100, 0, True, Goal(100)),
    (100, 99, True, Goal(100)),
    (100, 100, True, Goal(250, 100)),  # on the very signature
    (100, 249, True, Goal(250, 100)),  # it stands until it is reached
    (100, 250, True, Goal(500, 250)),
    (100, 999_999, True, Goal(1_000_000, 500_000)),
    (200, 200, True, Goal(250, 200)),
    (240, 240, True, Goal(500, 240)),  # 250 would be nearly full at once
    (7, 7, True, Goal(10, 7)),
    (1, 1, True, Goal(10, 1)),
    (100, 100, False, Goal(100, 100)),  # the organiser wants no other
    (100, 5000, False, Goal(100, 100)),
]


@pytest.mark.parametrize(("first", "count", "raises", "expected"), CASES)
def test_the_goal_that_is_shown(first: int | None, count: int, raises: bool, expected: Goal) -> None:
    assert goals.goal(first, count, raises=raises) == expected


def test_a_raised_bar_is_never_full_and_never_nearly_empty() -> None:
    for first in (1, 3, 10, 99, 100, 137, 1000, 12_345, 10**9):
        for count in {*range(first, first + 300), first * 2, first * 17, first * 1000}:
            goal = goals.goal(first, count, raises=True)
            assert goal.shown and goal.reached and goal.reached <= count < goal.shown
            fresh = goal.reached / goal.shown
            assert fresh <= goals.FULLEST
            assert fresh >= 0.2 or first < 4, (first, count, goal)


def test_when_fakes_are_taken_out_the_goal_stands_again() -> None:
    assert [goals.goal(100, count, raises=True).shown for count in (90, 120, 90)] == [100, 250, 100]


def test_the_day_on_which_a_goal_was_reached() -> None:
    first = date(2026, 5, 1)
    by_day = [(first + timedelta(days=n), 40) for n in range(5)]
    assert goals.reached_on(by_day, 40) == first
    assert goals.reached_on(by_day, 100) == date(2026, 5, 3)
    assert goals.reached_on(by_day, 201) is None
