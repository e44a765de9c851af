"""Lists of signatures as files: asked for at the desk, made by the worker from one snapshot, handed out."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from campaign import leases
from campaign.accounts import auditing, keeping, permissions
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.db import reading
from campaign.delivery import book, csv_writing, snapshot, whole_files
from campaign.delivery.book import Bound
from campaign.delivery.models import FORMATS, PROFILES, Export
from campaign.delivery.snapshot import ExportRow, Sessions
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.petitions import asking, finding
from campaign.petitions.models import Petition

log = structlog.get_logger()

CONTENT_TYPES = {".csv": "text/csv", ".pdf": "application/pdf", ".zip": "application/zip"}
# Progress is told every so many rows.
STRIDE = 500
BEAT = 2  # seconds

Progress = Callable[[int], None]


class ExportRefused(Refused):
    """There is no such list, nobody to put in it, or not for the one who asks."""


@dataclass(frozen=True)
class Publisher:
    """Who makes lists here, and where they lie. folder: for queued exports; organiser: named on covers."""

    folder: Path
    organiser: str


@dataclass(frozen=True)
class Written:
    """A finished file. lacking: as in book.Bound."""

    path: Path
    rows: int
    sha256: str
    snapshot_at: datetime
    lacking: str


def publisher(config: Mapping[str, Any]) -> Publisher:
    """As the settings say."""
    return Publisher(folder=Path(config["INSTANCE"]) / "exports", organiser=config["ORGANISER_NAME"])


def request(
    session: Session, campaign: Campaign, *, format: str, profile: str, account: Account, now: datetime
) -> Export:
    """Ask the worker for a list. Raises ExportRefused when there is no such list or nobody to put in it."""
    refuse_unknown(format=format, profile=profile)
    signed_petition(session, campaign, now=now)
    export = Export(
        campaign=campaign,
        account_id=account.id,
        format=format,
        profile=profile,
        created_at=now,
        state="waiting",
        due_at=now,
        attempts=0,
    )
    session.add(export)
    session.flush()
    return export


def refuse_unknown(*, format: str, profile: str) -> None:
    """Raise ExportRefused unless this kind of list exists."""
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        message = gettext("There is no list as %(format)s. Choose one of: %(known)s.", format=format, known=known)
        raise ExportRefused(message, field="format")
    if profile not in PROFILES:
        known = ", ".join(PROFILES)
        message = gettext("There is no list for %(profile)s. Choose one of: %(known)s.", profile=profile, known=known)
        raise ExportRefused(message, field="profile")


def signed_petition(session: Session, campaign: Campaign, *, now: datetime) -> Petition:
    """The campaign's petition. Raises ExportRefused when there is none, or nobody has confirmed a signature yet."""
    petition = finding.of(session, campaign)
    if petition is None:
        raise ExportRefused(gettext("This campaign has no petition. Add one, then collect signatures."))
    if not snapshot.count(session, petition, snapshot_at=now):
        raise ExportRefused(gettext("Nobody has confirmed a signature yet. Come back when somebody has."))
    return petition


def write(
    sessions: Sessions,
    campaign_id: int,
    *,
    format: str,
    path: Path,
    organiser: str,
    now: datetime,
    paper: str = "",
    progress: Progress = lambda rows: None,
) -> Written:
    """Write a list as of `now` to a file that stands under its name only once it is whole and on disk.

    path: ends in .zip instead when a book is so long that it needs several volumes; paper: "" for what is used in
    the campaign's country; progress: told how many rows are done. Raises ExportRefused as `request` does.
    """
    with snapshot.of(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        petition = signed_petition(session, campaign, now=now)
        rows = _told(snapshot.rows(session, petition, snapshot_at=now), progress)
        if format == "pdf" and book.needs_volumes(snapshot.count(session, petition, snapshot_at=now)):
            path = path.with_suffix(".zip")
        with whole_files.appearing(path) as unfinished:
            if format == "csv":
                bound = Bound(_write_csv(petition, rows, unfinished), lacking="")
            else:
                paper = paper or book.paper_for(campaign.country)
                bound = book.write(
                    session, petition, rows, unfinished, organiser=organiser, paper=paper, snapshot_at=now
                )
            sha256 = _sha256(unfinished)
        return Written(path, bound.rows, sha256, now, bound.lacking)


def build(sessions: Sessions, export_id: int, *, publisher: Publisher, now: datetime) -> None:
    """Make a list that was asked for, and note what came of it. Commits; raises what `write` raises."""
    with reading(), sessions() as session:
        export = session.get_one(Export, export_id)
        _refuse_unauthorised(session, export)
        campaign_id, format = export.campaign_id, export.format
        # The number keeps two lists of one minute apart.
        path = publisher.folder / f"{file_stem(export.campaign, now=now)}-{export.id}.{format}"
    progress = _heartbeat(sessions, export_id, now=now)
    written = write(
        sessions, campaign_id, format=format, path=path, organiser=publisher.organiser, now=now, progress=progress
    )
    with sessions() as session, session.begin():
        export = session.get_one(Export, export_id)
        export.rows, export.sha256 = written.rows, written.sha256
        export.filename, export.snapshot_at = written.path.name, written.snapshot_at
        leases.finish(export, now=now)
        auditing.record(
            session,
            "export.build",
            actor=auditing.WORKER,
            object_kind="export",
            object_id=export_id,
            detail=trail(written),
            now=now,
        )
        if written.lacking:
            export.last_error = lacking_words(written.lacking)


def build_due(sessions: Sessions, *, publisher: Publisher, now: datetime) -> int:
    """Make all lists that are due, for the worker; returns how many were taken up, whatever came of each."""
    whole_files.discard_abandoned(publisher.folder, now=now)
    taken = 0
    while True:
        with sessions() as session:
            claimed = leases.claim(session, Export, now=now)
            session.commit()
            if not claimed:
                return taken
            export_id = claimed[0].id
        taken += 1
        _build_or_fail(sessions, export_id, publisher=publisher, now=now)


def file_stem(campaign: Campaign, *, now: datetime) -> str:
    """What a list is called, without its ending: campaign and instant."""
    return f"{campaign.slug}-{now.astimezone(UTC):%Y-%m-%d-%H%M}"


def of(campaign: Campaign) -> Select[tuple[Export]]:
    """The lists of a campaign, the newest first."""
    return select(Export).where(Export.campaign_id == campaign.id).order_by(Export.id.desc())


def find(session: Session, export_id: int, *, publisher: Publisher) -> tuple[Export, Path]:
    """A finished list and its file. Raises NotFound when it is not finished or the file is gone."""
    export = session.get(Export, export_id)
    if export is None or export.state not in ("done", "dropped"):
        raise NotFound(gettext("There is no finished list of this number."))
    path = publisher.folder / export.filename
    if not export.filename or not path.is_file():
        raise NotFound(gettext("The file of this list is no longer here. Make the list again."))
    return export, path


def trail(written: Written) -> dict[str, str | int]:
    """What the audit trail keeps of a file."""
    return {"rows": written.rows, "sha256": written.sha256, "file": written.path.name}


def lacking_words(letters: str) -> str:
    """What to do about a book with letters that show as boxes."""
    return gettext(
        "No font here has the letters %(letters)s, so they show as boxes. Install the Noto fonts "
        "(fonts-noto-core, fonts-noto-cjk) on the server and make the list again.",
        letters=letters[:40],
    )


def _build_or_fail(sessions: Sessions, export_id: int, *, publisher: Publisher, now: datetime) -> None:
    try:
        build(sessions, export_id, publisher=publisher, now=now)
    except Exception as error:
        # One list that cannot be made must not keep the others waiting. The log gets the kind, never a name.
        log.error("export failed", id=export_id, kind=type(error).__name__)
        refused = isinstance(error, Refused)
        reason = error.message if isinstance(error, Refused) else _plain_reason(error)
        with sessions() as session, session.begin():
            export = session.get_one(Export, export_id)
            export.rows = None
            leases.fail(export, reason=reason, permanent=refused, now=now)


def _heartbeat(sessions: Sessions, export_id: int, *, now: datetime) -> Progress:
    """Every few seconds: how many rows are done, for the page, and a longer lease, so that no other worker takes it."""
    started = last = time.monotonic()

    def beat(rows: int) -> None:
        nonlocal last
        moment = time.monotonic()
        if moment - last < BEAT:
            return
        last = moment
        until = now + timedelta(seconds=moment - started) + leases.LEASE
        with sessions() as session, session.begin():
            session.execute(update(Export).where(Export.id == export_id).values(rows=rows, lease_until=until))

    return beat


def _plain_reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return gettext("The file could not be written: %(reason)s.", reason=error.strerror or type(error).__name__)
    return gettext("Something went wrong while the list was made. It will be tried again.")


def _refuse_unauthorised(session: Session, export: Export) -> None:
    """Rights may have gone between asking and making: then the list is not made at all."""
    if keeping.entitled(session, export.account_id, permissions.EXPORT) is None:
        raise ExportRefused(gettext("Whoever asked for this list may no longer have it."))


def _write_csv(petition: Petition, rows: Iterator[ExportRow], path: Path) -> int:
    """The columns have the names of the sign form, which programs rely on; then the petition's questions as asked."""
    columns = ("number", *asking.handed_over(petition), "signed_on", "text_version")
    questions = {str(question.id): question.label for question in petition.questions}
    cells_of = attrgetter(*columns)

    def cells(row: ExportRow) -> list[str | int]:
        fields = [cell.isoformat() if isinstance(cell, date) else cell for cell in cells_of(row)]
        return [*fields, *(row.answers.get(id, "") for id in questions)]

    with path.open("wb") as file:
        return csv_writing.write(file, [*columns, *questions.values()], (cells(row) for row in rows))


def _told(rows: Iterator[ExportRow], progress: Progress) -> Iterator[ExportRow]:
    for row in rows:
        yield row
        if row.number % STRIDE == 0:
            progress(row.number)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
