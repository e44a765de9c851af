"""Many people at once, each of whom tries again when told that the site is busy."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import OperationalError

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def crowd(press: Callable[[Item], Answer], items: Iterable[Item], *, at_once: int) -> list[Answer]:
    """What `press` answers to each item, `at_once` of them at a time.

    SQLite's lock is not fair: on a busy machine somebody may wait longer for it than its timeout. Nothing is saved
    then, and the app answers 503, "try again". What must hold is that doing so signs nobody twice.
    """

    def insist(item: Item) -> Answer:
        for _ in range(20):
            try:
                return press(item)
            except OperationalError:
                continue
        raise AssertionError("the database stayed locked")

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(insist, items))
