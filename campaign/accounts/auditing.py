"""The audit trail: who did what to which object, and when. Rows are only ever added, each chained to the one before."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Text, bindparam, cast, event, select, update
from sqlalchemy.orm import Session, SessionTransaction

from campaign import dialects
from campaign.accounts.models import Account, AuditEntry

COMMAND_LINE = "command line"
WORKER = "worker"

# What stands before the first entry.
BEGINNING = "0" * 64
TURN = "audit trail"
# In Session.info: entries that are put at the end of the chain when the transaction is committed.
WAITING = "audit entries"
FETCHED_AT_ONCE = 1000
# The columns that are hashed as they are; `id`, `at` and `detail` besides.
PLAIN = ("account_id", "actor", "action", "object_kind", "object_id")


@dataclass(frozen=True)
class Chain:
    """What a look through the whole trail found.

    broken: the number of the first entry that does not fit what stands before it; head: the hash of the last entry
    that fits; expected_at: the entry whose hash was expected to be there, None when there is none, or none was asked.
    """

    entries: int
    head: str
    broken: int | None
    expected_at: int | None = None


def record(
    session: Session,
    action: str,
    *,
    account: Account | None = None,
    actor: str = "",
    object_kind: str = "",
    object_id: str | int = "",
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Add an entry in the caller's transaction: it is there exactly when the change is, from the commit on.

    action: feature and verb, e.g. "campaign.publish"; actor: COMMAND_LINE or WORKER when no account acts;
    detail: plain values for JSON, never a signer's data.
    """
    entry = AuditEntry(
        at=now,
        account_id=account.id if account else None,
        actor=account.email if account else actor,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        detail=json.loads(json.dumps(detail or {})),
    )
    if not session.in_transaction():
        session.begin()  # so that its end clears away what was never committed
    session.info.setdefault(WAITING, []).append(entry)
    if session.in_nested_transaction():
        _append(session)  # what takes the savepoint back takes this back, too
    return entry


def newest() -> Select[tuple[AuditEntry]]:
    """All entries, the newest first."""
    return select(AuditEntry).order_by(AuditEntry.id.desc())


def head(session: Session) -> str:
    """The hash of the last entry: whoever notes it elsewhere can show later that nothing before it was changed."""
    return _last(session)[1]


def verify(session: Session, *, expect: str = "") -> Chain:
    """Look through all entries, oldest first. expect: a head noted earlier, which must still be among them.

    Taking entries off the end leaves a chain that fits; only a head noted elsewhere tells.
    """
    entries, head, broken = 0, BEGINNING, None
    expected_at = 0 if expect == BEGINNING else None
    with dialects.reading_bad_text(session):
        for row in _stored(session):
            entries += 1
            if broken is None and linked(head, _words(row)) == row.hash:
                head = row.hash
                expected_at = row.id if head == expect else expected_at
            elif broken is None:
                broken = row.id
    return Chain(entries, head, broken, expected_at)


def linked(previous: str, words: dict[str, Any]) -> str:
    """The hash of an entry: SHA-256 over that of the entry before and the entry's own fields as canonical JSON.

    words: by the names of its columns; `at` as "2026-11-22 12:00:00.000000" in UTC and `detail` as its text, so that
    not even a space in it can be changed.
    """
    canonical = json.dumps(words, sort_keys=True, separators=(",", ":"), default=repr)
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


def chain_existing(connection: Connection) -> None:
    """Give the entries of a trail that had no chain their hashes. Only for the migration, which lifts the triggers."""
    head, changes = BEGINNING, []
    with Session(connection) as session:
        for row in _stored(session):
            head = linked(head, _words(row))
            changes.append({"number": row.id, "linked": head})
    change = update(AuditEntry).where(AuditEntry.id == bindparam("number")).values(hash=bindparam("linked"))
    if changes:
        connection.execute(change, changes)


def _append(session: Session) -> None:
    """At the very end of a transaction: nobody waits for the chain while holding what others need to finish theirs."""
    dialects.take_turns(session, TURN)
    number, head = _last(session)
    for entry in session.info.pop(WAITING):
        number += 1
        entry.id, entry.hash = number, linked(head, _fields(entry) | {"id": number})
        head = entry.hash
        session.add(entry)
    session.flush()


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.info.get(WAITING) and not session.in_nested_transaction():
        _append(session)


@event.listens_for(Session, "after_transaction_end")
def _forget_waiting(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(WAITING, None)


def _last(session: Session) -> tuple[int, str]:
    query = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    found = session.execute(query).first()
    return (found.id, found.hash) if found else (0, BEGINNING)


def _fields(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in PLAIN} | {
        "at": _instant(entry.at),
        "detail": json.dumps(entry.detail),
    }


def _stored(session: Session) -> Any:
    """The rows as the database has them, the text of JSON and of SQLite's instants letter by letter."""
    at = AuditEntry.at if dialects.is_postgresql(session) else cast(AuditEntry.at, Text)
    detail = cast(AuditEntry.detail, Text)
    plain = [getattr(AuditEntry, name) for name in PLAIN]
    query = select(AuditEntry.id, at.label("at"), *plain, detail.label("detail"), AuditEntry.hash)
    return session.execute(query.order_by(AuditEntry.id).execution_options(yield_per=FETCHED_AT_ONCE))


def _words(row: Row[Any]) -> dict[str, Any]:
    words = {name: value for name, value in row._mapping.items() if name != "hash"}
    return words | ({"at": _instant(row.at)} if isinstance(row.at, datetime) else {})


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
