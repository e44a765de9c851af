"""Writers take turns, and give theirs back whatever happens."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError

from campaign import db
from tests.conftest import hurry


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """SQLite alone: PostgreSQL has writers beside each other."""
    engine = create_engine(f"sqlite:///{tmp_path / 'turns.sqlite3'}", pool_size=20)
    db.set_reading(False)  # a page that an earlier test read in this thread has said otherwise
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    yield engine
    engine.dispose()


def test_sixteen_threads_that_write_at_once_all_get_their_turn(engine: Engine) -> None:
    failed: list[Exception] = []

    def write() -> None:
        try:
            for _ in range(40):
                with engine.begin() as connection:
                    connection.execute(text("INSERT INTO note DEFAULT VALUES"))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert (failed, connection.scalar(text("SELECT count(*) FROM note"))) == ([], 640)


def test_a_turn_ends_with_its_transaction_however_that_ends(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "PATIENCE", 0.0)  # whoever finds the turn taken goes on without
    for _ in range(2):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text("INSERT INTO note VALUES (1), (1)"))
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO note VALUES (2)"))
            assert "turn" in (connection.connection.record_info or {})
            connection.rollback()
            connection.execute(text("INSERT INTO note VALUES (3)"))  # the same connection, a second time
            connection.invalidate()
    assert not db._turns[engine.pool].locked()


def test_readers_do_not_queue_behind_the_writer(engine: Engine) -> None:
    with engine.begin() as writer, db.reading(), engine.connect() as reader:
        writer.execute(text("INSERT INTO note DEFAULT VALUES"))
        assert reader.scalar(text("SELECT count(*) FROM note")) == 0


def test_each_of_many_connections_remembers_little_of_the_file(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA cache_size")) == -db.CACHE


def test_what_sqlite_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    event.remove(Engine, "connect", hurry)  # the other tests have no power cuts
    try:
        with create_engine(f"sqlite:///{tmp_path / 'safe.sqlite3'}").connect() as connection:
            assert connection.scalar(text("PRAGMA synchronous")) == 2, "FULL"
            connection.connection.invalidate()
    finally:
        event.listen(Engine, "connect", hurry)
