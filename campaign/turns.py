"""The queue of processes that want to write to one SQLite file. A process that dies leaves it at once."""

import os
import sys
import time

if sys.platform != "win32":
    import fcntl

PAUSE = 0.0003  # seconds between two looks; a signature takes about three times as long to write


class TooLate(Exception):
    """Others kept their turn until the deadline."""


def take(database: str | None, *, deadline: float) -> int | None:
    """Wait for this process's turn; returns what `give_back` takes. Only one thread of a process may come here.

    database: the file; None for one in memory, for which nobody waits. deadline: by time.monotonic().
    Raises TooLate.
    """
    if sys.platform == "win32" or not database or not os.path.isfile(database):  # noqa: PTH113  # a tenth of the time
        return None
    try:
        # Two places to wait. Who has just written would otherwise be back before the others have noticed: now it
        # finds that somebody is next, and waits until that one is writing.
        following = _hold(f"{database}-next", deadline)
        try:
            return _hold(f"{database}-turn", deadline)
        finally:
            os.close(following)
    except OSError:
        # A folder in which nothing can be made. SQLite will say what is wrong with it.
        return None


def give_back(turn: int | None) -> None:
    """Let the next one write."""
    if turn is not None:
        os.close(turn)


def _hold(path: str, deadline: float) -> int:
    """Opened each time, not kept: a file that a forked process inherits would be the same lock for both."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _is_locked(file):
            if time.monotonic() >= deadline:
                raise TooLate
            time.sleep(PAUSE)
    except BaseException:
        os.close(file)
        raise
    return file


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
