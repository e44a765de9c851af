"""Work that can wait a moment: on a machine with few processors it does not slow down those who are at a page."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import TypeVar

PAUSE = 3  # times as long as what it follows
LONGEST_PAUSE = 0.1  # seconds
NICENESS = 10  # of 19: a tenth of what the others get while all want more than there is, and all of it when nobody does

Part = TypeVar("Part")
Result = TypeVar("Result")

_is_at_leisure: ContextVar[bool] = ContextVar("is_at_leisure", default=False)


def at_leisure(work: Callable[[], Result]) -> Result:
    """Do it in a thread that lets others go first, as do programs it starts, and wait for it.

    Only Linux has priorities of threads; elsewhere it is done like everything else.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="leisure", initializer=_step_back) as thread:
        context = copy_context()
        context.run(_is_at_leisure.set, True)
        return thread.submit(context.run, work).result()


def unhurried(parts: Iterator[Part]) -> Iterator[Part]:
    """The same parts. At leisure a pause follows each: a database's server that makes them lets nobody go first."""
    began = time.monotonic()
    for part in parts:
        yield part
        if _is_at_leisure.get():
            time.sleep(min(PAUSE * (time.monotonic() - began), LONGEST_PAUSE))
            began = time.monotonic()


def _step_back() -> None:
    if sys.platform == "linux":
        # Nobody but an administrator may step forward again, so it is a thread that ends with its work.
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
