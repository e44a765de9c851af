"""Lists of signatures as files: asked for at the desk, made by the worker from one snapshot, handed out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign import leases
from campaign.accounts import auditing, keeping, permissions
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign
from campaign.delivery import (
    choosing,
    listing,
    packaging,
    profiles,
    progressing,
    signing_key,
    snapshot,
    whole_files,
    written,
)
from campaign.delivery.books import making as book
from campaign.delivery.choosing import Choice
from campaign.delivery.listing import Around, AsTyped
from campaign.delivery.members import Members
from campaign.delivery.models import FORMATS, PROFILES, Export
from campaign.delivery.progressing import Progress
from campaign.delivery.snapshot import Sessions
from campaign.delivery.written import Written
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.petitions import finding
from campaign.petitions.models import Petition

log = structlog.get_logger()

CONTENT_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}
# A million rows are not counted beforehand for a file that tells their number nowhere.
TELLING_TOTALS = frozenset({"json", "pdf"})


class ExportRefused(Refused):
    """There is no such list, nobody to put in it, or not for the one who asks."""


@dataclass(frozen=True)
class Publisher:
    """Who makes lists here, and where they lie.

    folder: for queued exports; organiser: named on covers; instance: where the key for packages is, None to sign
    none; secret: the installation's; site: the address it is reached at.
    """

    folder: Path
    organiser: str
    instance: Path | None = None
    secret: str = ""
    site: str = ""


def publisher(config: Mapping[str, Any]) -> Publisher:
    """As the settings say."""
    instance = Path(config["INSTANCE"])
    return Publisher(
        folder=instance / "exports",
        organiser=config["ORGANISER_NAME"],
        instance=instance,
        secret=config["SECRET_KEY"],
        site=config["BASE_URL"].rstrip("/"),
    )


def request(
    session: Session,
    campaign: Campaign,
    *,
    format: str,
    profile: str,
    account: Account,
    choice: Choice | None = None,
    is_package: bool = False,
    now: datetime,
) -> Export:
    """Ask the worker for a list. Raises Refused when there is no such list, nobody to put in it, or not for them.

    format: one of FORMATS, or several with commas for a package; choice: None for all signatures.
    """
    refuse_unknown(format=format, profile=profile)
    if not permissions.allows(account.role, profiles.PERMISSIONS[profile]):
        raise ExportRefused(gettext("Only an owner may take a full copy."), field="profile")
    choice = replace(choice or Choice(), profile=profile)
    choice = _chosen(session, signed_petition(session, campaign, now=now), choice, format=format, now=now)
    options = choosing.as_json(choice) | ({"is_package": True} if is_package or needs_package(choice, format) else {})
    export = Export(
        campaign=campaign,
        account_id=account.id,
        format=format,
        profile=profile,
        options=options,
        created_at=now,
        state="waiting",
        due_at=now,
        attempts=0,
    )
    session.add(export)
    session.flush()
    return export


def needs_package(choice: Choice, format: str) -> bool:
    """True when a list of this kind is more than one file."""
    return choice.by_office or "," in format


def refuse_unknown(*, format: str, profile: str) -> None:
    """Raise ExportRefused unless this kind of list exists."""
    for one in format.split(","):
        if one not in FORMATS:
            known = ", ".join(FORMATS)
            message = gettext("There is no list as %(format)s. Choose one of: %(known)s.", format=one, known=known)
            raise ExportRefused(message, field="format")
    if profile not in PROFILES:
        known = ", ".join(PROFILES)
        message = gettext("There is no list for %(profile)s. Choose one of: %(known)s.", profile=profile, known=known)
        raise ExportRefused(message, field="profile")
    if profile != "delivery" and "pdf" in format:
        raise ExportRefused(gettext("A book is for handing over. Choose a table for other lists."), field="format")


def signed_petition(session: Session, campaign: Campaign, *, now: datetime) -> Petition:
    """The campaign's petition. Raises ExportRefused when there is none, or nobody has confirmed a signature yet."""
    petition = finding.of(session, campaign)
    if petition is None:
        raise ExportRefused(gettext("This campaign has no petition. Add one, then collect signatures."))
    if snapshot.is_empty(session, petition, snapshot_at=now):
        raise ExportRefused(gettext("Nobody has confirmed a signature yet. Come back when somebody has."))
    return petition


def preview(
    session: Session, campaign: Campaign, choice: Choice, *, format: str, publisher: Publisher, now: datetime
) -> int:
    """How many rows the list would have. Raises as `request` does."""
    refuse_unknown(format=format, profile=choice.profile)
    petition = signed_petition(session, campaign, now=now)
    choice = _chosen(session, petition, choice, format=format, now=now)
    return _count(session, petition, choice, publisher=publisher, now=now)


def write(
    sessions: Sessions,
    campaign_id: int,
    *,
    format: str,
    path: Path,
    organiser: str = "",
    publisher: Publisher | None = None,
    choice: Choice | None = None,
    is_package: bool = False,
    now: datetime,
    paper: str = "",
    progress: Progress = lambda rows: None,
    expected: str = "",
) -> Written:
    """Write a list as of `now` to a file that stands under its name only once it is whole and on disk.

    path: ends in .zip instead when a book is so long that it needs several volumes; publisher: for packages and lists
    of contacts; paper: "" for what is used in the campaign's country; progress: told how many rows are done;
    expected: the SHA-256 of the file, to make one again. Raises Refused as `request` does, and written.NotTheSame.
    """
    publisher = publisher or Publisher(path.parent, organiser)
    with snapshot.of(sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        petition = signed_petition(session, campaign, now=now)
        choice = _chosen(session, petition, choice or Choice(), format=format, now=now)
        if snapshot.is_empty(session, petition, snapshot_at=now, choice=choice, secret=publisher.secret):
            raise ExportRefused(gettext("Nobody’s signature is among those you chose. Choose others."))
        is_package = is_package or needs_package(choice, format)
        tells_total = is_package or format in TELLING_TOTALS
        total = _count(session, petition, choice, publisher=publisher, now=now) if tells_total else 0
        whose = Members()
        around = Around(
            now, organiser=publisher.organiser, total=total, address=_address(publisher, campaign), paper=paper
        )

        def rows() -> Iterator[Any]:
            found = profiles.rows(session, petition, choice, snapshot_at=now, secret=publisher.secret)
            return progressing.told(whose.noting(found), progress)

        def as_typed(more: Sequence[str], shape: snapshot.Shape) -> Iterator[Any]:
            parts = snapshot.as_typed(
                session, petition, snapshot_at=now, choice=choice, more=more, shape=shape, whose=whose
            )
            return progressing.told_by_parts(parts, progress)

        straight = as_typed if snapshot.shows_as_typed(petition, choice) else None
        if is_package:
            return _write_package(session, petition, rows, straight, path, format, choice, around, publisher, expected)
        if format == "pdf" and book.needs_volumes(total):
            path = path.with_suffix(".zip")
        with whole_files.appearing(path) as unfinished:
            made = listing.write(
                session, petition, rows, unfinished, format=format, choice=choice, around=around,
                as_typed=straight,
            )  # fmt: skip
            sha256 = written.summed(unfinished, expected=expected)
        # Only of what can be handed over it matters later whose it was.
        handed = whose if choice.profile == "delivery" else None
        return Written(path, made.rows, sha256, now, made.lacking, tuple(made.shortened), members=handed)


def build(sessions: Sessions, export_id: int, *, publisher: Publisher, now: datetime) -> None:
    """Make a list that was asked for, and note what came of it. Commits; raises what `write` raises.

    A worker that takes over from one that died makes it of the same instant.
    """
    with sessions() as session, session.begin():
        export = session.get_one(Export, export_id)
        _refuse_unauthorised(session, export)
        snapshot_at = export.snapshot_at = export.snapshot_at or now
        campaign_id, format = export.campaign_id, export.format
        options = {**(export.options or {}), "profile": export.profile}
        is_package = bool(options.pop("is_package", False))
        ending = ".zip" if is_package else listing.ENDINGS[format]
        # The number keeps two lists of one minute apart.
        path = publisher.folder / f"{file_stem(export.campaign, now=snapshot_at)}-{export.id}{ending}"
    made = write(
        sessions,
        campaign_id,
        format=format,
        path=path,
        publisher=publisher,
        choice=choosing.from_json(options),
        is_package=is_package,
        now=snapshot_at,
        progress=progressing.heartbeat(sessions, export_id, now=now),
    )
    with sessions() as session, session.begin():
        export = session.get_one(Export, export_id)
        written.note(export, made)
        export.filename = made.path.name
        leases.finish(export, now=now)
        auditing.record(
            session,
            "export.build",
            actor=auditing.WORKER,
            object_kind="export",
            object_id=export_id,
            detail=written.trail(made),
            now=now,
        )
        export.last_error = written.cautions(made)[:500]


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many lists for this worker; returns their numbers."""
    with sessions() as session, session.begin():
        return [export.id for export in leases.claim(session, Export, now=now, limit=limit)]


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


def run(sessions: Sessions, export_id: int, *, publisher: Publisher, now: datetime) -> None:
    """Make a list that was claimed, and note what came of it, its failure too. Commits."""
    try:
        build(sessions, export_id, publisher=publisher, now=now)
    except Exception as error:
        # The log gets the kind, never a name.
        log.error("export failed", id=export_id, kind=type(error).__name__)
        refused = isinstance(error, Refused)
        reason = error.message if isinstance(error, Refused) else _plain_reason(error)
        with sessions() as session, session.begin():
            export = session.get_one(Export, export_id)
            export.rows = None
            leases.fail(export, reason=reason, permanent=refused, now=now)


def _plain_reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return gettext("The file could not be written: %(reason)s.", reason=error.strerror or type(error).__name__)
    return gettext("Something went wrong while the list was made. It will be tried again.")


def _refuse_unauthorised(session: Session, export: Export) -> None:
    """Rights may have gone between asking and making: then the list is not made at all."""
    if keeping.entitled(session, export.account_id, profiles.PERMISSIONS[export.profile]) is None:
        raise ExportRefused(gettext("Whoever asked for this list may no longer have it."))


def _chosen(session: Session, petition: Petition, choice: Choice, *, format: str, now: datetime) -> Choice:
    """The choice, checked. Raises choosing.NoSuchChoice, profiles.NotTold."""
    if choice.by_office and "," not in format and format == "json":
        raise ExportRefused(
            gettext("JSON holds all signatures. For each office choose tables or books."), field="format"
        )
    choice = choosing.settled(session, petition, choice)
    profiles.refuse_untold(session, petition, choice, snapshot_at=now)
    return choice


def _count(session: Session, petition: Petition, choice: Choice, *, publisher: Publisher, now: datetime) -> int:
    return snapshot.count(session, petition, snapshot_at=now, choice=choice, secret=publisher.secret)


def _address(publisher: Publisher, campaign: Campaign) -> str:
    return f"{publisher.site}/campaigns/{campaign.slug}" if publisher.site else ""


def _write_package(
    session: Session,
    petition: Petition,
    rows: Callable[[], Iterator[Any]],
    as_typed: AsTyped | None,
    path: Path,
    format: str,
    choice: Choice,
    around: Around,
    publisher: Publisher,
    expected: str,
) -> Written:
    secret = packaging.salts(publisher.secret, petition, choice, snapshot_at=around.snapshot_at)
    with whole_files.appearing(path) as unfinished:
        packed = packaging.write(
            session,
            petition,
            rows,
            unfinished,
            formats=tuple(format.split(",")),
            choice=choice,
            around=around,
            salts=bytes.fromhex(secret),
            key=signing_key.private_key(publisher.instance) if publisher.instance else None,
            lists=publisher.folder,
            as_typed=as_typed,
        )
        sha256 = written.summed(unfinished, expected=expected)
    listed = packed.listed
    return Written(
        path,
        listed.rows,
        sha256,
        around.snapshot_at,
        listed.lacking,
        tuple(listed.shortened),
        root=packed.root,
        members=packed.members,
        salts=secret,
        manifest_sha256=packed.manifest_sha256,
        by_office=packed.by_office,
    )
