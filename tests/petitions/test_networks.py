"""What is kept of a network: that two signatures of one day share it, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import Session

from campaign.petitions import networks
from campaign.petitions.models import DailySalt
from tests import make
from tests.petitions.crowd import crowd

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """As in a process that has just begun."""
    networks._read.clear()


SAME = [
    ("192.0.2.7", "192.0.2.7", True, "one address"),
    ("192.0.2.7", "192.0.2.8", False, "two addresses"),
    ("2001:db8::1", "2001:db8::ffff:2", True, "one customer's /64"),
    ("2001:db8::1", "2001:db8:0:1::1", False, "the next customer's"),
    ("::ffff:192.0.2.7", "192.0.2.7", True, "one address in two notations"),
]


@pytest.mark.parametrize(("one", "other", "is_same", "reason"), SAME)
def test_a_network_is_an_address_or_a_customers_share(
    session: Session, one: str, other: str, is_same: bool, reason: str
) -> None:
    keys = {networks.key(session, address, now=make.NOW) for address in (one, other)}
    assert (len(keys) == 1) == is_same, reason


def test_the_same_network_is_another_tomorrow(session: Session) -> None:
    keys = [networks.key(session, "192.0.2.7", now=make.NOW + n * DAY) for n in (0, 1, 0)]
    assert keys[0] == keys[2] != keys[1]
    assert all("192.0.2.7" not in key and len(key) == 64 for key in keys)


def test_old_salts_go_so_that_nobody_can_try_addresses_out(session: Session) -> None:
    for n in range(5):
        networks.key(session, "192.0.2.7", now=make.NOW + n * DAY)
    assert networks.forget_salts(session, now=make.NOW + 4 * DAY) == 2
    assert session.scalar(select(func.count()).select_from(DailySalt)) == 3


def test_a_salt_that_was_rolled_back_is_not_remembered(session: Session) -> None:
    lost = networks.key(session, "192.0.2.7", now=make.NOW)
    session.rollback()
    assert networks.key(session, "192.0.2.7", now=make.NOW) != lost


def test_signing_asks_for_no_salt_once_it_is_known(session: Session) -> None:
    for _ in range(2):
        networks.key(session, "192.0.2.7", now=make.NOW)
    statements: list[str] = []

    def note(*told: Any) -> None:
        statements.append(told[2])

    event.listen(session.get_bind(), "before_cursor_execute", note)
    networks.key(session, "192.0.2.8", now=make.NOW)
    event.remove(session.get_bind(), "before_cursor_execute", note)
    assert statements == []


def test_all_who_begin_the_day_at_once_share_a_salt(session: Session, database_url: str) -> None:
    engine = create_engine(database_url, pool_size=8)

    def sign(_: int) -> str:
        networks._read.clear()  # another process each
        with Session(engine) as own:
            made = networks.key(own, "192.0.2.7", now=make.NOW)
            own.commit()
            return made

    keys = crowd(sign, range(40), at_once=8)
    engine.dispose()
    assert len(set(keys)) == 1
    assert session.scalar(select(func.count()).select_from(DailySalt)) == 1
