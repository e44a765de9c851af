"""Work that lets others go first."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar

import pytest

from campaign.leisure import LONGEST_PAUSE, NICENESS, at_leisure, unhurried

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
WHO: ContextVar[str] = ContextVar("who")


def niceness() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


@on_linux
def test_only_the_work_steps_back() -> None:
    before = niceness()
    assert at_leisure(niceness) == max(NICENESS, before)
    assert niceness() == before


@on_linux
def test_a_program_it_starts_steps_back_too() -> None:
    words = [sys.executable, "-c", "import os; print(os.getpriority(os.PRIO_PROCESS, 0))"]
    said = at_leisure(lambda: subprocess.run(words, capture_output=True, check=True, text=True).stdout)
    assert int(said) >= NICENESS


def test_it_knows_what_is_around_it_and_says_what_went_wrong() -> None:
    WHO.set("Charlie")
    assert at_leisure(lambda: WHO.get()) == "Charlie"
    with pytest.raises(ZeroDivisionError):
        at_leisure(lambda: 1 // 0)


def test_only_there_it_pauses_after_what_another_makes_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    all_parts: Callable[[], list[int]] = lambda: list(unhurried(iter([1, 2, 3])))  # noqa: E731
    assert all_parts() == [1, 2, 3] and not pauses
    assert at_leisure(all_parts) == [1, 2, 3]
    assert len(pauses) == 3 and all(0 < pause <= LONGEST_PAUSE for pause in pauses)
