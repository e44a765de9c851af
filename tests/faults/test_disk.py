"""The disk is full, or takes no writes: nothing is half saved, and the form comes back as it was filled in."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from benchmarks import visiting
from benchmarks.faults import SIGN
from benchmarks.live import site
from campaign.db import Base, db
from tests import make
from tests.conftest import Visitor, read

PERSON = {**visiting.PERSON, "email": "suzie@example.org", "comment": "I cross it every day."}


@pytest.fixture
def path(session: Session) -> str:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return f"/campaigns/{petition.campaign.slug}/sign"


@contextmanager
def broken(app: Flask, sqlite: str, postgresql: str) -> Iterator[None]:
    """Every connection of the app begins with this statement."""
    with app.app_context():
        engine = db.engine

    def breaks(connection: Any, _record: Any) -> None:
        connection.cursor().execute(sqlite if engine.dialect.name == "sqlite" else postgresql)
        connection.commit()

    engine.dispose()
    event.listen(engine, "connect", breaks)
    try:
        yield
    finally:
        event.remove(engine, "connect", breaks)
        engine.dispose()


# SQLite may not take a page more than there are, and says what it says of a full disk. A PostgreSQL whose disk is
# nearly full is made read-only by whoever looks after it.
FULL = ("PRAGMA max_page_count = 1", "SET default_transaction_read_only = on")
READ_ONLY = ("PRAGMA query_only = on", "SET default_transaction_read_only = on")


def rows(session: Session) -> dict[str, int]:
    session.rollback()
    tables = Base.metadata.tables.items()
    return {name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in tables}


def test_on_a_full_disk_the_form_comes_back_as_it_was_filled_in(
    app: Flask, client: Visitor, session: Session, path: str
) -> None:
    before, signed = rows(session), -1
    with broken(app, *FULL):
        status = 303
        while status == 303 and signed < 99:  # the pages that are there have some room left
            signed += 1
            response = client.post(path, data={**PERSON, "email": f"suzie{signed}@example.org"})
            status = response.status_code
        page = read(response, 503)
        assert "Your signature was not saved" in page.text and response.headers["Retry-After"]
        assert page.select_one("#given_name")["value"] == PERSON["given_name"]  # type: ignore[index]
        assert page.select_one("#email")["value"] == f"suzie{signed}@example.org"  # type: ignore[index]
        assert PERSON["comment"] in page.text
        assert client.get(path.removesuffix("/sign")).status_code == 200
    after = rows(session)
    assert after["signature"] - before["signature"] == after["email"] - before["email"] == signed
    client.submit(path, PERSON)  # there is room again


def test_a_database_that_takes_no_writes_keeps_nothing(
    app: Flask, client: Visitor, session: Session, path: str
) -> None:
    before = rows(session)
    with broken(app, *READ_ONLY):
        page = read(client.post(path, data=PERSON), 503)
        assert page.select_one("#email")["value"] == PERSON["email"]  # type: ignore[index]
        assert client.get(path).status_code == 200
    assert rows(session) == before


@pytest.mark.full
def test_a_site_whose_disk_was_full_goes_on_by_itself() -> None:
    """Real processes, whose files may not grow for a while (the kernel refuses the write)."""
    with site(workers=1) as real:
        real.web.start()
        real.web.wait_ready()
        signers = visiting.Signers(SIGN, lands="/signed")
        connection = visiting.Connection(real.web.port)
        signers.prepare(connection)
        acknowledged = [signers(connection, 1)]
        _allow(real.web.workers(), 4096)
        for number in range(2, 5):
            with pytest.raises(visiting.UnexpectedAnswer, match="503"):
                signers(connection, number)
        assert connection.get(SIGN).status == 200
        _allow(real.web.workers(), resource.RLIM_INFINITY)
        acknowledged += [signers(connection, number) for number in range(2, 5)]
        with Session(real.engine) as session:
            stored = session.scalars(text("SELECT email FROM signature")).all()
        assert sorted(stored) == sorted(acknowledged)
        assert real.run("counts", "check").returncode == 0


def _allow(processes: list[int], size: int) -> None:
    for process in processes:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
