"""Rosters sent to the desk: kept as files, read in by the worker, told of on a page. A check can become an import."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign import leases
from campaign.accounts import auditing, keeping, permissions
from campaign.accounts.models import Account
from campaign.db import reading
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.officials import roster
from campaign.officials.models import RosterJob
from campaign.officials.roster import Report, RosterRefused

log = structlog.get_logger()

Sessions = sessionmaker[Session]
PROGRESS = "progress"  # the file with rows done and rows in all
BEAT = 0.5  # seconds between two notes of it
KEPT = timedelta(days=1)  # files that were only looked at
UPLOAD = timedelta(hours=1)  # no upload takes so long
LONGEST_NAME = 100  # bytes
LINES = 20  # of each file, on the page


class File(Protocol):
    """What a form has of a file: its name, and a way to put it on disk."""

    filename: str | None

    def save(self, dst: Path) -> None: ...


def folder(config: Mapping[str, Any]) -> Path:
    """Where the files wait."""
    return Path(config["INSTANCE"]) / "rosters"


def request(
    session: Session,
    files: Sequence[File],
    *,
    folder: Path,
    account: Account,
    as_of: date | None,
    older: bool,
    dry_run: bool,
    now: datetime,
) -> RosterJob:
    """Put the files on disk and ask the worker for them. dry_run: only to look what they would change."""
    names = [_name(file.filename or "") for file in files]
    job = RosterJob(
        account_id=account.id, files=names, as_of=as_of, older=older, dry_run=dry_run, created_at=now, due_at=now
    )
    session.add(job)
    session.flush()
    shutil.rmtree(folder / str(job.id), ignore_errors=True)  # of a database that was restored
    for file, path in zip(files, _paths(folder, job), strict=True):
        path.parent.mkdir(mode=0o700, parents=True)
        file.save(path)
    return job


def find(session: Session, id: int) -> RosterJob:
    """Raises NotFound."""
    job = session.get(RosterJob, id)
    if job is None:
        raise NotFound(gettext("There is no such import. Look at the list of imports."))
    return job


def go_on(job: RosterJob, *, account: Account, folder: Path, now: datetime) -> None:
    """Import what was only checked. account: whose doing that is.

    Raises Refused when that is done, or its files are gone.
    """
    if not (job.dry_run and job.state == "done" and (folder / str(job.id)).is_dir()):
        raise Refused(gettext("These files are no longer here. Choose them again."))
    job.dry_run, job.report, job.account_id = False, {}, account.id
    leases.retry(job, now=now)


def progress(job: RosterJob, *, folder: Path) -> int | None:
    """How much is done, of a hundred; None before it begins."""
    try:
        done, _, total = (folder / str(job.id) / PROGRESS).read_text().partition(" ")
        return int(done) * 100 // max(int(total), 1)
    except (OSError, ValueError):
        return None


def read_due(sessions: Sessions, *, folder: Path, now: datetime) -> int:
    """Read in what is due, for the worker; returns how many were taken up, whatever came of each."""
    _forget(sessions, folder, now)
    taken = 0
    while True:
        with sessions.begin() as session:
            claimed = leases.claim(session, RosterJob, now=now)
            if not claimed:
                return taken
            id = claimed[0].id
        taken += 1
        _read_or_fail(sessions, id, folder=folder, now=now)


def told(report: Report) -> dict[str, Any]:
    """A report as the page shows it."""
    return {
        "changes": report.changes,
        "departed": report.departed,
        "arrived": report.arrived,
        "doubtful": report.doubtful,
        "files": [
            {
                "file": file.file,
                "as_of": file.as_of.isoformat(),
                "note": file.note,
                "added": file.changes.added,
                "changed": file.changes.changed,
                "ended": file.changes.ended,
                "lines": file.changes.lines[:LINES],
                "more": max(len(file.changes.lines) - LINES, 0),
                "problems": [str(problem) for problem in file.problems[:LINES]],
            }
            for file in report.files
        ],
    }


def _read_or_fail(sessions: Sessions, id: int, *, folder: Path, now: datetime) -> None:
    try:
        with sessions() as session:
            _read(session, find(session, id), folder=folder, now=now)
            session.commit()
    except Exception as error:
        # The log gets the kind, never a name.
        log.warning("roster refused", id=id, kind=type(error).__name__)
        refused = isinstance(error, Refused)
        problems = [str(problem) for problem in error.problems] if isinstance(error, RosterRefused) else []
        with sessions.begin() as session:
            job = find(session, id)
            job.report = {"problems": problems[: roster.SHOWN], "more": max(len(problems) - roster.SHOWN, 0)}
            leases.fail(job, reason="" if problems else _reason(error), permanent=refused, now=now)
        if refused:
            shutil.rmtree(folder / str(id), ignore_errors=True)
        return
    with reading(), sessions() as session:
        if not find(session, id).dry_run:
            shutil.rmtree(folder / str(id), ignore_errors=True)


def _reason(error: Exception) -> str:
    if isinstance(error, Refused):
        return error.message
    return gettext("Something went wrong while the files were read. It will be tried again.")


def _read(session: Session, job: RosterJob, *, folder: Path, now: datetime) -> None:
    account = keeping.entitled(session, job.account_id, permissions.OFFICIALS)
    if account is None:
        raise Refused(gettext("Whoever sent these files may no longer import any."))
    values: dict[str, Any] = {"as_of": job.as_of, "older": job.older, "dry_run": job.dry_run, "by": account.email}
    names, paths, watch = list(job.files), _paths(folder, job), _noting(folder / str(job.id) / PROGRESS)
    # SQLite has one writer: while the files are parsed, others must be able to sign.
    session.rollback()
    report = roster.load(session, paths, now=now, watch=watch, **values)
    job.report = told(report)
    leases.finish(job, now=now)
    if not job.dry_run:
        detail = {"files": names, "rows": report.changes}
        auditing.record(session, "officials.import", account=account, detail=detail, now=now)


def _name(name: str) -> str:
    """Only the last part: a browser may send a path, an attacker certainly would. As short as file systems want it."""
    last = PurePath(name.replace("\\", "/")).name
    # Of a long one the end stays, which says what kind of file it is.
    return "file" if last in ("", "..") else last.encode()[-LONGEST_NAME:].decode(errors="ignore")


def _noting(path: Path) -> Callable[[int, int], None]:
    """Writes down how far it is: in a file, since the rows that are being written cannot be read by anybody else."""
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= BEAT:
            last = time.monotonic()
            path.write_text(f"{done} {total}")

    return note


def _paths(folder: Path, job: RosterJob) -> list[Path]:
    """A folder for each file: two may have one name."""
    return [folder / str(job.id) / str(number) / name for number, name in enumerate(job.files)]


def _forget(sessions: Sessions, folder: Path, now: datetime) -> None:
    """Remove the files of checks that nobody made imports of, and of jobs that are no more."""
    kept = [int(path.name) for path in folder.glob("*") if path.name.isdigit()]
    if not kept:
        return
    with reading(), sessions() as session:
        known = {job.id: job for job in session.scalars(select(RosterJob).where(RosterJob.id.in_(kept)))}
    for id in kept:
        if id in known:
            done_at = known[id].done_at if known[id].state == "done" else None
            is_over = done_at is not None and done_at <= now - KEPT
        else:
            is_over = _is_old(folder / str(id), now)
        if is_over:
            shutil.rmtree(folder / str(id), ignore_errors=True)


def _is_old(path: Path, now: datetime) -> bool:
    """False while these may be files that are just coming in: their job is not committed before they are all here."""
    try:
        return path.stat().st_mtime < (now - UPLOAD).timestamp()
    except FileNotFoundError:
        return True
