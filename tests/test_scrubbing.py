"""What was deleted is gone from SQLite's files, and nobody waits long for that."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from campaign import scrubbing
from tests import make

EVENING, NIGHT = make.NOW.replace(hour=20), make.NOW.replace(hour=2)
HOUR = timedelta(hours=1)
SMALL = 1024 * 1024  # as these files are


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.sqlite3"


@pytest.fixture
def filled(file: Path) -> Engine:
    """Rows of many lengths, changed and deleted, as signatures are: pages were split and joined on the way."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT)"))
        rows = [{"id": n, "name": f"Canary{'x' * (n % 700)}"} for n in range(500)]
        connection.execute(text("INSERT INTO person VALUES (:id, :name)"), rows)
    with engine.begin() as connection:
        connection.execute(text("UPDATE person SET name = name || :more WHERE id % 3 = 0"), {"more": "y" * 300})
        connection.execute(text("DELETE FROM person"))
    return engine


def is_readable(file: Path) -> bool:
    return any(b"Canary" in path.read_bytes() for path in file.parent.glob(f"{file.name}*"))


def test_what_was_deleted_cannot_be_read_from_the_files(filled: Engine, file: Path) -> None:
    assert is_readable(file)
    assert scrubbing.scrub(filled, at_once=SMALL, oldest=EVENING, now=EVENING)
    assert not is_readable(file)


def test_a_reader_puts_it_off(filled: Engine, file: Path) -> None:
    with filled.connect().execution_options(only_reads=True) as reader:
        reader.execute(text("SELECT * FROM person"))
        assert not scrubbing.scrub(filled, at_once=SMALL, oldest=EVENING, now=EVENING)
    assert scrubbing.scrub(filled, at_once=SMALL, oldest=EVENING, now=EVENING)


def test_a_large_file_is_written_anew_at_night_once_something_has_gathered(filled: Engine, file: Path) -> None:
    assert not scrubbing.scrub(filled, at_once=0, oldest=EVENING - 2 * HOUR, now=EVENING)
    assert not scrubbing.scrub(filled, at_once=0, oldest=NIGHT, now=NIGHT)
    assert scrubbing.scrub(filled, at_once=0, oldest=NIGHT - HOUR, now=NIGHT)
    assert not is_readable(file)
