"""Many documents are read by other processes, while this one stores those that came before."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from campaign.articles import saving
from campaign.articles.page import Page
from campaign.errors import Refused

MANY = 100  # documents; fewer are read before the processes have started
HANDFUL = 20  # documents handed to a process at once
AHEAD = 4  # handfuls for each process, so that a folder of any size fits into memory

Read = Callable[[], list[Page]]
Documents = Sequence[tuple[str, Read]]
Answer = list[Page] | Refused


def read(documents: Documents) -> Iterator[tuple[str, Read]]:
    """The documents in their order, each with what gives its pages or raises Refused as soon as it has been read.

    documents: their names, and what reads each without a database; it goes to another process, so it must be picklable.
    """
    processes = max(1, (os.cpu_count() or 2) - 1)
    handfuls = iter([documents[start : start + HANDFUL] for start in range(0, len(documents), HANDFUL)])
    # Forked, so that they speak the language of this one.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=_leave_to_parent) as pool:
        waiting: deque[tuple[Documents, Future[list[Answer]]]] = deque()
        while True:
            while len(waiting) < processes * AHEAD and (handful := next(handfuls, None)):
                waiting.append((handful, pool.submit(_answers, [one for _, one in handful])))
            if not waiting:
                return
            handful, answers = waiting.popleft()
            for (name, _), answer in zip(handful, answers.result(), strict=True):
                yield name, partial(_given, answer)


def _leave_to_parent() -> None:
    """Ctrl-C ends the import in one place."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answers(handful: Sequence[Read]) -> list[Answer]:
    return [_answer(one) for one in handful]


def _answer(read: Read) -> Answer:
    try:
        pages = read()
        saving.sketch(pages)
        return pages
    except Refused as error:
        # Some of these cannot be made again at the other end.
        return Refused(error.message, field=error.field)


def _given(answer: Answer) -> list[Page]:
    if isinstance(answer, Refused):
        raise answer
    return answer
