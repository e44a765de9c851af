"""Work that can wait a moment: on a machine with few processors it does not slow down those who are at a page."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

NICENESS = 10  # of 19: a tenth of what the others get while all want more than there is, and all of it when nobody does

Result = TypeVar("Result")


def at_leisure(work: Callable[[], Result]) -> Result:
    """Do it in a thread that lets others go first, as do programs it starts, and wait for it.

    Only Linux has priorities of threads; elsewhere it is done like everything else.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="leisure", initializer=_step_back) as thread:
        return thread.submit(copy_context().run, work).result()


def _step_back() -> None:
    if sys.platform == "linux":
        # Nobody but an administrator may step forward again, so it is a thread that ends with its work.
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
