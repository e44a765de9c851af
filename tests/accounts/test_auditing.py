"""The audit trail: each entry is chained to the one before, and whatever does not fit is found."""

import hashlib
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, select, text
from sqlalchemy.orm import Session

from campaign.accounts import auditing
from campaign.accounts.models import AuditEntry
from tests import make
from tests.conftest import FULL, LARGEST

TAMPERED = 1000 if LARGEST else 100
WRITERS, EACH = (24, 50) if FULL else (8, 6)
COLUMNS = ("id", "at", "account_id", "actor", "action", "object_kind", "object_id", "detail", "hash")


def fill(session: Session, number: int) -> None:
    """A trail of so many entries, of people, commands and the worker, with details of every kind."""
    account = make.account(session, email="charlie@example.org")
    for n in range(number):
        who: dict[str, Any] = {"account": account} if n % 3 else {"actor": auditing.WORKER}
        detail = {"rows": n, "file": f"liste-é-{n}.csv", "by": ["domain"], "share": n / 7} if n % 2 else {}
        auditing.record(session, "export.build", object_kind="export", object_id=n, detail=detail, now=make.NOW, **who)
        if n % 5 == 4:
            session.commit()
    session.commit()


@contextmanager
def by_hand(engine: Engine) -> Iterator[Connection]:
    """What somebody with the database's password can do; afterwards everything is as before."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        else:
            connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_update"))
            connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_no_delete"))
        yield connection
        if engine.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER USER"))


def rows(connection: Connection) -> list[dict[str, Any]]:
    """As they are stored."""
    at = (
        "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        if connection.dialect.name == "postgresql"
        else "at"
    )
    plain = "account_id, actor, action, object_kind, object_id"
    query = f"SELECT id, {at} AS at, {plain}, CAST(detail AS TEXT) AS detail, hash"
    return [dict(row) for row in connection.execute(text(f"{query} FROM audit_entry ORDER BY id")).mappings()]


def put(connection: Connection, number: int, changed: dict[str, Any]) -> None:
    """Write these columns of an entry."""
    kinds = {"at": "timestamptz", "detail": "json"} if connection.dialect.name == "postgresql" else {}
    marks = [f"{name} = " + (f"CAST(:{name} AS {kinds[name]})" if name in kinds else f":{name}") for name in changed]
    values = {name: f"{value}+00" if kinds and name == "at" else value for name, value in changed.items()}
    statement = f"UPDATE audit_entry SET {', '.join(marks)} WHERE id = :number"
    connection.execute(text(statement), values | {"number": number})


def test_each_entry_is_chained_to_the_one_before(session: Session) -> None:
    fill(session, 12)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    found = auditing.verify(session)
    assert [entry.id for entry in entries] == list(range(1, 13))
    assert len({entry.hash for entry in entries}) == 12
    assert (found.entries, found.head, found.broken) == (12, entries[-1].hash, None) and found.head == auditing.head(
        session
    )


def test_an_empty_trail_fits(session: Session) -> None:
    found = auditing.verify(session, expect=auditing.BEGINNING)
    assert (found.entries, found.head, found.broken, found.expected_at) == (0, auditing.BEGINNING, None, 0)


def test_anybody_can_compute_the_hash_of_an_entry(session: Session) -> None:
    """The formula is fixed: a head noted today must be found in ten years."""
    auditing.record(session, "mail.read", actor="é", object_kind="email", object_id=7, detail={"n": [1]}, now=make.NOW)
    session.commit()
    canonical = (
        r'{"account_id":null,"action":"mail.read","actor":"\u00e9","at":"2026-11-22 12:00:00.000000",'
        r'"detail":"{\"n\": [1]}","id":1,"object_id":"7","object_kind":"email"}'
    )
    assert auditing.head(session) == hashlib.sha256((64 * "0" + canonical).encode()).hexdigest()


@pytest.mark.parametrize("way", ["rollback", "close", "savepoint", "refused"])
def test_an_entry_is_there_exactly_when_the_change_is(session: Session, way: str) -> None:
    if way == "savepoint":
        with pytest.raises(KeyError), session.begin_nested():
            auditing.record(session, "campaign.edit", now=make.NOW)
            raise KeyError
    else:
        auditing.record(session, "campaign.edit", now=make.NOW)
        session.close() if way == "close" else session.rollback()
    auditing.record(session, "campaign.publish", now=make.NOW)
    session.commit()
    assert session.scalars(select(AuditEntry.action)).all() == ["campaign.publish"]
    assert auditing.verify(session).broken is None


def test_an_entry_within_a_savepoint_stays_in_order(session: Session) -> None:
    auditing.record(session, "first", now=make.NOW)
    with session.begin_nested():
        auditing.record(session, "second", now=make.NOW)
    auditing.record(session, "third", now=make.NOW)
    session.commit()
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["first", "second", "third"]
    assert auditing.verify(session).broken is None


def test_many_writers_make_one_chain(database_url: str, session: Session) -> None:
    """Each on a connection of its own, holding a row that others want while it waits for its turn at the chain."""
    accounts = [make.account(session, email=f"{n}@example.org").id for n in range(2)]
    session.commit()
    engine = create_engine(database_url, pool_size=WRITERS)
    start, failed = threading.Barrier(WRITERS), []

    def write(writer: int) -> None:
        start.wait()
        try:
            for n in range(EACH):
                with Session(engine) as own, own.begin():
                    account = own.get_one(make.Account, accounts[(writer + n) % 2])
                    account.name = f"{writer} {n}"
                    auditing.record(own, "account.name", account=account, object_id=writer, now=make.NOW)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=[writer]) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    found = auditing.verify(session)
    assert failed == []
    assert (found.entries, found.broken) == (WRITERS * EACH, None)


def changed(chance: random.Random, row: dict[str, Any]) -> dict[str, Any]:
    """One column of an entry with one character or number of it changed."""
    name = chance.choice(COLUMNS)
    old = row[name]
    if name == "id":
        return {"id": old + 100_000}
    if name == "account_id":
        return {"account_id": chance.choice([n for n in (None, 1, 2, 77) if n != old])}
    if name == "at":  # still an instant
        place = chance.choice([3, 9, 12, 15, 18, 20, 25])
        return {"at": old[:place] + chance.choice([d for d in "123" if d != old[place]]) + old[place + 1 :]}
    if name == "detail":  # still JSON; PostgreSQL refuses anything else
        return {"detail": chance.choice([old + " ", old.replace("{", '{"x": 1, ', 1) if old != "{}" else "[]"])}
    place = chance.randrange(len(old) + (name != "hash"))
    letter = chance.choice([c for c in "aZ5 \u00e9\t" if old[place : place + 1] != c])
    return {name: old[:place] + letter + old[place + 1 :]}


def test_every_changed_entry_is_found_and_named(engine: Engine, session: Session) -> None:
    fill(session, 40)
    chance, found = random.Random(6), 0
    with by_hand(engine) as connection, Session(connection) as looking:
        stored = rows(connection)
        for _ in range(TAMPERED):
            row = chance.choice(stored)
            change = changed(chance, row)
            put(connection, row["id"], change)
            # An entry with another number is missing at its place: the next one does not fit, or itself at the end.
            named = row["id"] + 1 if "id" in change and row["id"] < 40 else change.get("id", row["id"])
            found += auditing.verify(looking).broken == named
            put(connection, change.get("id", row["id"]), {name: row[name] for name in change})
    assert (found, auditing.verify(session).broken) == (TAMPERED, None)


Change = Callable[[Connection], object]


def remove(*numbers: int) -> Change:
    return lambda connection: [
        connection.execute(text("DELETE FROM audit_entry WHERE id = :id"), {"id": number}) for number in numbers
    ]


def swap(connection: Connection) -> None:
    for old, new in ((4, 999), (5, 4), (999, 5)):
        put(connection, old, {"id": new})


def swap_hashes_too(connection: Connection) -> None:
    swap(connection)
    hashes = {row["id"]: row["hash"] for row in rows(connection)}
    put(connection, 4, {"hash": hashes[5]})
    put(connection, 5, {"hash": hashes[4]})


def add_between(connection: Connection) -> None:
    columns = ", ".join(COLUMNS[1:])
    connection.execute(
        text(f"INSERT INTO audit_entry (id, {columns}) SELECT 0, {columns} FROM audit_entry WHERE id = 3")
    )


def close_the_gap(connection: Connection) -> None:
    """Remove an entry, move the rest up and give each the hash it should have, but one."""
    remove(4)(connection)
    head = next(row["hash"] for row in rows(connection) if row["id"] == 3)
    for row in rows(connection)[3:-1]:
        words = {name: value for name, value in row.items() if name != "hash"} | {"id": row["id"] - 1}
        head = auditing.linked(head, words)
        put(connection, row["id"], {"id": row["id"] - 1, "hash": head})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (remove(1), 2),  # the first
        (remove(4), 5),
        (remove(4, 5, 6), 7),
        (swap, 4),
        (swap_hashes_too, 4),
        (add_between, 0),
        (close_the_gap, 12),  # somebody with a program, who forgot the last
        (lambda connection: put(connection, 6, {"detail": '{"rows": 9}'}), 6),
        (lambda connection: put(connection, 6, {"hash": ""}), 6),
        (lambda connection: put(connection, 6, {"actor": "worker\u200b"}), 6),
    ],
)
def test_what_was_done_by_hand_is_found(engine: Engine, session: Session, change: Change, named: int) -> None:
    fill(session, 12)
    with by_hand(engine) as connection:
        change(connection)
    session.rollback()
    assert auditing.verify(session).broken == named


def test_a_cut_off_end_is_found_by_a_head_noted_elsewhere(engine: Engine, session: Session) -> None:
    fill(session, 12)
    early = session.get_one(AuditEntry, 7).hash
    head = auditing.head(session)
    for last in range(12, 1, -1):
        with by_hand(engine) as connection:
            remove(last)(connection)
        session.rollback()
        found = auditing.verify(session, expect=head)
        assert (found.broken, found.expected_at) == (None, None), last
        assert auditing.verify(session, expect=early).expected_at == (7 if last > 7 else None)


def test_text_that_is_no_text_is_found(database_url: str, engine: Engine, session: Session) -> None:
    if engine.dialect.name == "postgresql":
        return  # takes only UTF-8
    fill(session, 12)
    with by_hand(engine) as connection:
        connection.execute(text("UPDATE audit_entry SET actor = CAST(x'ff41' AS TEXT) WHERE id = 5"))
        connection.execute(text("UPDATE audit_entry SET action = x'ff41' WHERE id = 9"))
    session.rollback()
    assert auditing.verify(session).broken == 5
