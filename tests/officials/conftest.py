"""The real rosters, read in once for all tests that only ask questions."""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from campaign.db import Base
from campaign.officials import indexing, roster
from campaign.officials.roster import Report
from tests import make
from tests.conftest import EITHER, FULL, POSTGRES, skip

ESSENTIAL = ("legislators-current.yaml", "executive.yaml", "us_congressional_districts.csv", "zccd.csv")
JUNE = date(2026, 6, 15)


def fingerprint(session: Session, but: str = "") -> dict[str, tuple[int, str]]:
    """By table: how many rows, and a hash over all that stands in them.

    Without what undoing itself needs, which is only kept for the last import, and without the index of texts, which
    is made anew: the same words under other numbers.
    """
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name == but or table.name.startswith("indexed_"):
            continue
        columns = [column for column in table.columns if column.name != "undo"]
        rows = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
        if rows:
            found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


class RealDirectory:
    """A database of its own with January's roster, then all of June's files. `june` is the report of the second."""

    def __init__(self, url: str, data: Path) -> None:
        congress = data / "congress-legislators"
        self.january = congress / "snapshots/legislators-current.2026-01-13.1a1d8d9.yaml"
        self.files = [
            congress / "legislators-current.yaml",
            congress / "executive.yaml",
            congress / "committees-current.yaml",
            congress / "committee-membership-current.yaml",
            congress / "legislators-district-offices.yaml",
            congress / "legislators-social-media.yaml",
            data / "ocd-division-ids/us_congressional_districts.csv",
            data / "us-zipcodes-congress/zccd.csv",
        ]
        if not url.startswith("sqlite"):  # ten thousand rows more of the same kind, each sent to a server
            self.files = [path for path in self.files if path.name in ESSENTIAL]
        self.url = url
        self.engine = create_engine(url, execution_options={"only_reads": True})
        Base.metadata.create_all(self.engine)
        with Session(self.engine) as session:
            roster.load(session, [self.january], now=make.NOW)
            session.commit()
            self.in_january = fingerprint(session)
            self.june = self.load(session)

    def load(self, session: Session) -> Report:
        """Read in all of June's files, once more perhaps."""
        report = roster.load(session, self.files, as_of=JUNE, now=make.NOW, by="charlie@example.org")
        session.commit()
        return report


@pytest.fixture(autouse=True)
def _not_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each roster here would put all seats of Congress into the index of texts, which tests/search looks at."""
    if not FULL:
        monkeypatch.setattr(indexing, "refresh", lambda _session, *, on: 0)


@pytest.fixture(scope="module", params=EITHER)
def real(
    request: pytest.FixtureRequest, shared: Path, worker_id: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RealDirectory]:
    """The real directory, on each kind of database; a test must leave it as it was."""
    data = shared / "data"
    if request.param == "sqlite":
        found = RealDirectory(f"sqlite:///{tmp_path_factory.mktemp('real') / 'real.sqlite3'}", data)
        yield found
        found.engine.dispose()
        return
    name = f"campaign_real_{worker_id}_{os.getpid()}"
    try:
        server = create_engine(POSTGRES, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except Exception as error:
        skip(f"no PostgreSQL at {POSTGRES} ({type(error).__name__}); set CAMPAIGN_TEST_POSTGRES")
    found = RealDirectory(POSTGRES.rsplit("/", 1)[0] + f"/{name}", data)
    yield found
    found.engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.dispose()
