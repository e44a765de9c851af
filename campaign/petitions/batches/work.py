"""What the worker does with a batch: look through its file, take it in, take it out again. In portions, and resumable.

Nothing counts until all of it is in, and nothing counts any more before the first name is deleted.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from campaign import leases
from campaign.accounts import auditing, keeping, permissions
from campaign.db import reading
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions import counting, forgetting, wishes
from campaign.petitions.batches import placing
from campaign.petitions.batches import receiving as batches
from campaign.petitions.batches.placing import Counts, Placed, Seen
from campaign.petitions.batches.reading import BadFile, Row, opened
from campaign.petitions.batches.receiving import BatchRefused
from campaign.petitions.batches.row_checking import Problem, Rules
from campaign.petitions.models import Batch, BatchProblem, Petition, Signature
from campaign.scrubbing import Erasure

log = structlog.get_logger()

Sessions = Callable[[], Session]
Clock = Callable[[], datetime]

TASK = batches.TASK  # the worker's
PORTION = 1000  # rows in one transaction
MOST_PROBLEMS = 10_000  # that are kept; whoever has more looks at the first of them and sends the file anew
BEAT = 2  # seconds


@dataclass(frozen=True)
class Desk:
    """Where and by whom this is done. folder: of the files; secret: the installation's."""

    folder: Path
    secret: str
    progress: Callable[[int, int], None] = lambda done, size: None


@dataclass
class _Look:
    """What was found in a file."""

    counts: Counts = field(default_factory=Counts)
    problems: list[dict[str, Any]] = field(default_factory=list)


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many batches for this worker; returns their numbers."""
    with sessions() as session, session.begin():
        return [batch.id for batch in leases.claim(session, Batch, now=now, limit=limit)]


def take_up(batch: Batch, *, now: datetime) -> None:
    """Claim this batch, before it is committed: for a command that does the work itself."""
    batch.state, batch.lease_until, batch.attempts = "working", now + leases.LEASE, 1


def run(sessions: Sessions, id: int, *, desk: Desk, clock: Clock) -> None:
    """Do what is next for a batch that was claimed, and note what came of it, its failure too. Commits."""
    with reading(), sessions() as session:
        stage = session.get_one(Batch, id).stage
    try:
        STEPS[stage](sessions, id, desk, clock)
    except Exception as error:
        # The log gets the kind, never a name.
        log.warning("batch failed", id=id, stage=stage, kind=type(error).__name__)
        _fail(sessions, id, error, stage=stage, desk=desk, now=clock())


def forget(sessions: Sessions, *, folder: Path, now: datetime) -> int:
    """Delete the files of batches that nobody decided about in time, and of those that are no more."""
    numbers = [int(place.stem) for place in folder.glob("*.csv") if place.stem.isdigit()]
    if not numbers:
        return 0
    with reading(), sessions() as session:
        found = {batch.id: batch for batch in session.scalars(select(Batch).where(Batch.id.in_(numbers)))}
    old = [id for id in numbers if _is_over(folder / f"{id}.csv", found.get(id), now=now)]
    with sessions() as session, session.begin():
        batches.forget_open(session, old)
    for id in old:
        (folder / f"{id}.csv").unlink(missing_ok=True)
    return len(old)


def _check(sessions: Sessions, id: int, desk: Desk, clock: Clock) -> None:
    """Read all of the file and write nothing: what would be new, what is here already, what cannot be taken."""
    look = _Look()
    _refuse_unreadable(_file(sessions, id, desk))
    for _ in _portions(sessions, id, look, desk, clock):
        pass
    if not look.counts.rows:
        raise BatchRefused(gettext("There are no rows below the header of this file."))
    with sessions() as session, session.begin():
        batch = session.get_one(Batch, id)
        _note(session, batch, look)
        batch.stage = "checked"
        leases.finish(batch, now=clock())


def _apply(sessions: Sessions, id: int, desk: Desk, clock: Clock) -> None:
    """Add what is new, portion by portion, and count it all at the end."""
    look = _Look()
    with reading(), sessions() as session:
        _refuse_unauthorised(session, session.get_one(Batch, id))
    for new in _portions(sessions, id, look, desk, clock):
        with sessions() as session, session.begin():
            placing.place(session, session.get_one(Batch, id), new)
    now = clock()
    with sessions() as session, session.begin():
        batch = session.get_one(Batch, id, with_for_update=True)
        if batch.stage != "applying":
            return  # another worker took over
        counted = placing.count_all(session, batch, now=now)
        # Some of them signed here while this went on.
        look.counts.here += look.counts.new - counted
        look.counts.new = counted
        _note(session, batch, look)
        batch.stage, batch.applied_at = "following", now
        detail = {"source": batch.source, "sha256": batch.sha256, **look.counts.stored()}
        _record(session, "batch.take_in", batch, detail, now=now)
    _follow(sessions, id, desk, clock)


def _follow(sessions: Sessions, id: int, desk: Desk, clock: Clock) -> None:
    """Whoever agreed to be written to gets news from now on; then the file is no longer needed."""
    last = 0
    while True:
        with sessions() as session, session.begin():
            mine = (Signature.batch_id == id) & (Signature.id > last) & (Signature.state == "confirmed")
            query = select(Signature).where(mine, Signature.subscribe).order_by(Signature.id).limit(PORTION // 10)
            found = session.scalars(query).all()
            for signature in found:
                wishes.begun(session, signature, now=clock())
                last = signature.id
            _extend(session, id, now=clock())
        if not found:
            break
    with sessions() as session, session.begin():
        batch = session.get_one(Batch, id)
        batch.stage = "applied"
        leases.finish(batch, now=clock())
    (desk.folder / f"{id}.csv").unlink(missing_ok=True)


def _undo(sessions: Sessions, id: int, desk: Desk, clock: Clock) -> None:
    """Delete the names. Lists with them go, too; who withdrew stays withdrawn, whatever comes in again."""
    while _delete_some(sessions, id, clock):
        pass
    now = clock()
    with sessions() as session, session.begin():
        batch = session.get_one(Batch, id)
        session.add(Erasure(petition_id=batch.petition_id, listed_since=batch.applied_at, at=now))
        session.execute(delete(BatchProblem).where(BatchProblem.batch_id == id))
        batch.stage = "undone"
        leases.finish(batch, now=now)


def _delete_some(sessions: Sessions, id: int, clock: Clock) -> int:
    with sessions() as session, session.begin():
        mine = (Signature.batch_id == id) & Signature.state.in_(("invalidated", "confirmed"))
        query = select(Signature.id, Signature.state).where(mine).order_by(Signature.id).limit(PORTION)
        found = session.execute(query.with_for_update()).all()
        ids = [row.id for row in found]
        # The organiser may have undone a rule that had taken some of them out.
        if back := [row.id for row in found if row.state == "confirmed"]:
            counting.add_all(session, Signature.id.in_(back), sign=-1)
        wishes.ended(session, ids)
        forgetting.forget_mails(session, ids)
        session.execute(delete(Signature).where(Signature.id.in_(ids)))
        _extend(session, id, now=clock())
    return len(ids)


STEPS: dict[str, Callable[[Sessions, int, Desk, Clock], None]] = {
    "checking": _check,
    "applying": _apply,
    "following": _follow,
    "undoing": _undo,
}


def _portions(sessions: Sessions, id: int, look: _Look, desk: Desk, clock: Clock) -> Iterator[list[Placed]]:
    """The new rows of each portion of the file, to be placed outside of any transaction; all others are counted."""
    with reading(), sessions() as session:
        batch = session.get_one(Batch, id)
        rules = Rules(batch.petition, batch, secret=desk.secret, today=clock().date())
        again = batches.same_file(session, batch) is not None
    place = _file(sessions, id, desk)
    beat, size = _heartbeat(sessions, id, clock), max(place.stat().st_size, 1)
    with opened(place) as table, placing.seen() as seen:
        rows = table.rows()
        while portion := list(islice(rows, PORTION)):
            fit = _fit(rules, portion, seen, look)
            with reading(), sessions() as session:
                new = placing.judge(session, batch, fit, look.counts, again=again)
            look.counts.new += len(new)
            look.counts.consents += sum(bool(row.found.values["subscribe"]) for row in new)
            yield new
            beat(table.done, size)
            desk.progress(table.done, size)


def _file(sessions: Sessions, id: int, desk: Desk) -> Path:
    with reading(), sessions() as session:
        place = batches.path(desk.folder, session.get_one(Batch, id))
    if not place.exists():
        raise BatchRefused(gettext("The file of this batch is no longer here. Send it again."))
    return place


def _refuse_unreadable(place: Path) -> None:
    """Raise BadFile for a file that is no table, or too long, before anybody waits for its rows to be looked at."""
    with opened(place) as table:
        deque(table.rows(), maxlen=0)


def _fit(rules: Rules, rows: list[Row], seen: Seen, look: _Look) -> list[Placed]:
    """Those that can be a signature, each person once."""
    fit = []
    for row in rows:
        look.counts.rows += 1
        try:
            found = rules.read(row.cells)
        except Problem as problem:
            look.counts.refused += 1
            if len(look.problems) < MOST_PROBLEMS:
                where = {"row": row.number, "line": row.line, "column": problem.column[: batches.LONGEST_NAME]}
                look.problems.append({**where, "text": problem.text[:500]})
            continue
        if seen.add(found.key):
            fit.append(Placed(row.number, found))
        else:
            look.counts.earlier += 1
    return fit


def _note(session: Session, batch: Batch, look: _Look) -> None:
    session.execute(delete(BatchProblem).where(BatchProblem.batch_id == batch.id))
    if look.problems:
        session.execute(insert(BatchProblem), [{"batch_id": batch.id, **problem} for problem in look.problems])
    batch.counts = look.counts.stored()


def _refuse_unauthorised(session: Session, batch: Batch) -> None:
    """Rights may have gone between asking and doing. A command acts for no account."""
    if batch.account_id and keeping.entitled(session, batch.account_id, permissions.IMPORT) is None:
        raise BatchRefused(gettext("Whoever asked for this may no longer take signatures in."))


def _fail(sessions: Sessions, id: int, error: Exception, *, stage: str, desk: Desk, now: datetime) -> None:
    is_final = isinstance(error, Refused)
    reason = error.message if isinstance(error, Refused) else _plain_reason(error)
    with sessions() as session, session.begin():
        batch = session.get_one(Batch, id)
        leases.fail(batch, reason=reason, permanent=is_final, now=now)
        # Whoever counts already is not refused any more: that is tried again.
        is_final = batch.state == "failed" and stage in ("checking", "applying")
        if is_final:
            batch.state, batch.stage = "done", "refused"
    if isinstance(error, BadFile) or (is_final and stage == "applying"):
        (desk.folder / f"{id}.csv").unlink(missing_ok=True)
    if is_final and stage == "applying":
        # What was placed before it turned out that this may not be.
        while _delete_some(sessions, id, lambda: now):
            pass


def _plain_reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return gettext("The file could not be read: %(reason)s.", reason=error.strerror or type(error).__name__)
    return gettext("Something went wrong with this batch. It will be tried again.")


def _heartbeat(sessions: Sessions, id: int, clock: Clock) -> Callable[[int, int], None]:
    """Every few seconds: how far it is, for the page, and a longer lease, so that no other worker takes it."""
    last = time.monotonic()

    def beat(done: int, size: int) -> None:
        nonlocal last
        if time.monotonic() - last < BEAT:
            return
        last = time.monotonic()
        with sessions() as session, session.begin():
            _extend(session, id, now=clock(), percent=done * 100 // size)

    return beat


def _extend(session: Session, id: int, *, now: datetime, percent: int | None = None) -> None:
    values: dict[str, Any] = {"lease_until": now + leases.LEASE}
    values |= {} if percent is None else {"percent": percent}
    session.execute(update(Batch).where(Batch.id == id).values(**values))


def _record(session: Session, action: str, batch: Batch, detail: dict[str, Any], *, now: datetime) -> None:
    campaign = session.get_one(Petition, batch.petition_id).campaign.slug
    auditing.record(
        session, action, actor=auditing.WORKER, object_kind="batch", object_id=batch.id,
        detail={"campaign": campaign, **detail}, now=now,
    )  # fmt: skip


def _is_over(place: Path, batch: Batch | None, *, now: datetime) -> bool:
    if batch is not None:
        return batch.stage not in batches.AT_WORK and batch.created_at <= now - batches.KEPT
    try:
        # It may be just coming in: its row is not committed before it is all here.
        return place.stat().st_mtime < (now - timedelta(hours=1)).timestamp()
    except FileNotFoundError:
        return True
