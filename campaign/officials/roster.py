"""Reads in files of officials: all are checked first, then written together, or nothing is."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.errors import Refused
from campaign.officials import checking, sources, storing, undoing
from campaign.officials.changes import SEEDS, Changes
from campaign.officials.directory import Directory
from campaign.officials.holding import CONGRESS_BODIES, CONGRESS_SEAT_ROLES, holders
from campaign.officials.journal import Journal
from campaign.officials.models import Post, RosterImport
from campaign.officials.records import Roster, RowProblem

_DATE = re.compile(r"(?<!\d)(20\d\d-[01]\d-[0-3]\d)(?!\d)")
KEPT_LINES = 500  # of a report, in the database
SHOWN = 20  # problems that the message spells out
# Seeds and offices first, then the rosters that know better, then the table that leans on their areas.
ORDER = (
    *("offices", "districts", "executive", "legislators", "committees", "committee_members"),
    *("district_offices", "social_media", "postcodes"),
)
COMPLETE = ("legislators", "committee_members")  # kinds that an older file must not overwrite


@dataclass
class FileReport:
    """What one file was and did. `note` says how its date was found out."""

    file: str
    kind: str
    as_of: date
    note: str = ""
    changes: Changes = field(default_factory=Changes)
    problems: list[RowProblem] = field(default_factory=list)


@dataclass
class Report:
    """All files of one import."""

    files: list[FileReport]
    dry_run: bool = False
    doubtful: dict[str, str] = field(default_factory=dict)  # seats of Congress not held for certain, and their status

    @property
    def problems(self) -> list[RowProblem]:
        return [problem for file in self.files for problem in file.problems]

    @property
    def changes(self) -> int:
        """How many rows were written, or would be."""
        return sum(file.changes.total for file in self.files)

    @property
    def departed(self) -> list[str]:
        return [line for file in self.files for line in file.changes.departed]

    @property
    def arrived(self) -> list[str]:
        return [line for file in self.files for line in file.changes.arrived]


class RosterRefused(Refused):
    """Something blocks the import, and nothing was written. `problems` says what, row by row."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = [problem for problem in problems if problem.blocks]
        shown = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            shown.append(f"… and {len(self.problems) - SHOWN} more")
        super().__init__("\n  ".join(["Nothing was imported:", *shown]))


@dataclass
class _Document:
    """A file with its roster and what identifies it."""

    roster: Roster
    sha256: str
    report: FileReport


def load(
    session: Session,
    files: Sequence[Path],
    *,
    now: datetime,
    as_of: date | None = None,
    dry_run: bool = False,
    seeds: bool = False,
    older: bool = False,
    by: str = "",
    watch: Callable[[int, int], None] = lambda _done, _total: None,
) -> Report:
    """Import files of any kind that `sources` reads, and say what changed.

    as_of: the day the files speak for; None finds it out for each file. dry_run: write nothing, report all the same.
    seeds: the files came with the software, see `storing.write`. older: a roster may be older than the newest here; it
    adds to the history and contradicts nothing newer. by: whose doing it is, as in the audit
    trail. watch: told of rows done so far and rows in all.
    Raises RosterRefused when any row of any file blocks; then nothing is left in the session either.
    """
    # All are read before the database is asked anything: on SQLite others can go on writing while we parse.
    rosters = [(sources.read(path), path) for path in files]
    documents = [_read(session, roster, path, as_of=as_of, now=now, any_age=seeds or older) for roster, path in rosters]
    report = Report([document.report for document in documents], dry_run)
    _refuse_if_blocked(report)
    total = sum(document.roster.rows for document in documents)
    done = 0

    def step(rows: int) -> None:
        nonlocal done
        done = min(done + rows, total)
        watch(done, total)

    savepoint = session.begin_nested()
    try:
        imports = []
        # Two imports at once would get one number, and be undone together.
        dialects.hold_still(session, RosterImport)
        directory = Directory(session, Journal())
        batch = (session.scalar(select(func.max(RosterImport.batch))) or 0) + 1
        for document in sorted(documents, key=lambda document: ORDER.index(document.roster.kind)):
            kind = SEEDS if seeds else document.roster.kind
            source = _store(session, document, directory, batch=batch, by=by, now=now, kind=kind, step=step)
            imports += [source] if source else []
        _refuse_if_blocked(report)
        session.expire_all()  # the rows were written past the session
        if imports:
            undoing.remember(session, imports, directory.journal)
        if any(document.roster.kind == "legislators" for document in documents) and not seeds:
            report.doubtful = _doubtful(session, now.date())
    except BaseException:
        savepoint.rollback()
        raise
    if dry_run:
        savepoint.rollback()
        session.expire_all()
    else:
        savepoint.commit()
    watch(total, total)
    return report


def as_of(session: Session) -> date | None:
    """The day the directory speaks for: of the last roster of Congress, else of the newest file with officials."""
    newest = select(func.max(RosterImport.as_of))
    return session.scalar(newest.where(RosterImport.kind == "legislators")) or session.scalar(
        newest.where(RosterImport.kind != "postcodes")
    )


def _read(
    session: Session, roster: Roster, path: Path, *, as_of: date | None, now: datetime, any_age: bool
) -> _Document:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if roster.kind != "unknown" else ""
    day, note = _as_of(session, roster, sha256, as_of, now.date())
    if not roster.blocks:
        checking.check(roster, as_of=day)
        _check_date(session, roster, sha256, day, now.date(), any_age=any_age)
    return _Document(roster, sha256, FileReport(roster.file, roster.kind, day, note, problems=roster.problems))


def _as_of(session: Session, roster: Roster, sha256: str, given: date | None, today: date) -> tuple[date, str]:
    """The day a file speaks for, and how we know."""
    if given:
        return given, ""
    if roster.as_of:
        return roster.as_of, "the date of its newest row"
    earlier = session.scalar(select(func.max(RosterImport.as_of)).where(RosterImport.sha256 == sha256))
    if earlier:
        return earlier, "the same file as was imported before"
    if match := _DATE.search(roster.file):
        try:
            return date.fromisoformat(match[1]), "the date in its name"
        except ValueError:
            pass
    return today, "taken as of today, for the file does not say; give --as-of when it is older"


def _check_date(session: Session, roster: Roster, sha256: str, day: date, today: date, *, any_age: bool) -> None:
    if day > today:
        roster.refuse("", "as_of", f"{day} is in the future.", "Give the day the file was made.")
    if roster.kind not in COMPLETE or any_age or _was_imported(session, roster.kind, sha256, day):
        return
    newer = session.scalar(
        select(func.max(RosterImport.as_of)).where(RosterImport.kind == roster.kind, RosterImport.sha256 != sha256)
    )
    if newer and newer > day:
        text = f"It speaks for {day}, and a roster of {newer} is already here."
        remedy = "Import a newer file, correct its date, or say that it is older on purpose (--older)."
        roster.refuse("", "as_of", text, remedy)


def _was_imported(session: Session, kind: str, sha256: str, day: date) -> bool:
    same = select(RosterImport.id).where(
        RosterImport.kind == kind, RosterImport.sha256 == sha256, RosterImport.as_of >= day
    )
    return session.scalar(same.limit(1)) is not None


def _store(
    session: Session,
    document: _Document,
    directory: Directory,
    *,
    batch: int,
    by: str,
    now: datetime,
    kind: str,
    step: Callable[[int], None],
) -> RosterImport | None:
    """None when this very file was read in before."""
    roster, report = document.roster, document.report
    if _was_imported(session, kind, document.sha256, report.as_of):
        report.note = "already imported"
        step(roster.rows)
        return None
    source = RosterImport(
        batch=batch,
        kind=kind,
        filename=roster.file,
        source=roster.source,
        licence=roster.licence,
        sha256=document.sha256,
        as_of=report.as_of,
        **_span(roster),
        imported_at=now,
        imported_by=by,
        counts={},
    )
    session.add(source)
    session.flush()
    report.changes = storing.write(session, roster, source, directory, step=step)
    changes = report.changes
    source.counts = {"added": changes.added, "changed": changes.changed, "ended": changes.ended}
    source.report = {
        "departed": changes.departed,
        "arrived": changes.arrived,
        "lines": changes.lines[:KEPT_LINES],
        "problems": [str(problem) for problem in roster.problems[:KEPT_LINES]],
        "posts": sorted(changes.posts),
    }
    session.flush()
    return source


def _span(roster: Roster) -> dict[str, Any]:
    """For which country and from when to when a table of postcodes holds."""
    country = next((key[0] for key in roster.postcodes), "")
    return {"country": country, "valid_from": roster.valid_from, "valid_to": roster.valid_to} if country else {}


def _doubtful(session: Session, today: date) -> dict[str, str]:
    """Seats that are vacant, or whose holder is not certain, by id."""
    seats = session.scalars(
        select(Post)
        .where(Post.organization_id.in_(CONGRESS_BODIES), Post.role.in_(CONGRESS_SEAT_ROLES))
        .where((Post.end_date.is_(None)) | (Post.end_date > today))
        .order_by(Post.id)
    ).all()
    found = holders(session, seats, on=today)
    return {post.id: found[post.id].status for post in seats if found[post.id].status != "held"}


def _refuse_if_blocked(report: Report) -> None:
    if any(problem.blocks for problem in report.problems):
        raise RosterRefused(report.problems)
