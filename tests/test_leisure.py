"""Work that lets others go first."""

import os
import subprocess
import sys
from contextvars import ContextVar

import pytest

from campaign.leisure import NICENESS, at_leisure

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
