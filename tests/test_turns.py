"""Processes take turns at one SQLite file. (To its lock, threads that open the file themselves are the same.)"""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from campaign import turns


@pytest.fixture
def database(tmp_path: Path) -> str:
    path = tmp_path / "campaign.sqlite3"
    path.touch()
    return str(path)


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def test_nobody_is_pushed_aside_by_those_who_come_back_at_once(database: str) -> None:
    until, taken = soon(0.4), [0, 0, 0]

    def write(writer: int) -> None:
        while time.monotonic() < until:
            turn = turns.take(database, deadline=soon())
            taken[writer] += 1
            time.sleep(0.002)
            turns.give_back(turn)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(taken) >= sum(taken) / 3 / 2, taken


def test_a_turn_that_is_not_given_back_is_waited_for_until_the_deadline(database: str) -> None:
    held = turns.take(database, deadline=soon())
    with pytest.raises(turns.TooLate):
        turns.take(database, deadline=soon(0.05))
    turns.give_back(held)
    turns.give_back(turns.take(database, deadline=soon(0.05)))


def test_the_turn_of_a_killed_process_is_free(database: str) -> None:
    program = (
        "import runpy, sys, time; take = runpy.run_path(sys.argv[1])['take']; "
        "take(sys.argv[2], deadline=time.monotonic()); print('mine', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, turns.__file__, database]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert holder.stdout and holder.stdout.readline()
    with pytest.raises(turns.TooLate):
        turns.take(database, deadline=soon(0.05))
    holder.kill()
    holder.communicate()
    turns.give_back(turns.take(database, deadline=soon(0.05)))


def test_where_no_file_can_be_made_nobody_queues(tmp_path: Path) -> None:
    assert turns.take(None, deadline=soon()) is None  # in memory
    assert turns.take(str(tmp_path / "missing.sqlite3"), deadline=soon()) is None
