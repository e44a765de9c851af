"""kill -9 of real processes under load: a thank-you is true whatever dies next. (Full size: benchmarks/faults.py.)"""

import pytest

from benchmarks import faults
from benchmarks.live import site
from tests.conftest import FULL, LARGEST, POSTGRES

KILLS = 20
KILLS_ON_POSTGRESQL = 6 if FULL else 2
COLD = faults.KILLS if LARGEST else ("everything",) if FULL else ()
READY = 20.0  # seconds, on a machine with a lot else to do; the benchmark says how far it is from two


def test_nothing_that_was_acknowledged_is_lost_on_sqlite() -> None:
    with site() as killed:
        outcome = faults.kill(killed, KILLS, connections=2, cold=COLD)
    assert outcome.kills.total() == KILLS and len(outcome.ready) > KILLS // 6
    assert len(outcome.signed) > KILLS and outcome.confirmed
    assert (outcome.lost, outcome.lost_mails, outcome.lost_confirmations) == (set(), set(), set())
    assert (outcome.counts, outcome.integrity) == ("", "ok")
    assert max(outcome.ready) < READY


@pytest.mark.usefixtures("postgres_url")
@pytest.mark.full
def test_nothing_that_was_acknowledged_is_lost_on_postgresql() -> None:
    with site(POSTGRES) as killed:
        outcome = faults.kill(killed, KILLS_ON_POSTGRESQL, connections=2, cold=COLD)
    assert outcome.kills.total() == KILLS_ON_POSTGRESQL and outcome.signed and outcome.confirmed
    assert (outcome.lost, outcome.lost_mails, outcome.lost_confirmations) == (set(), set(), set())
    assert outcome.counts == ""
    assert max(outcome.ready) < READY
