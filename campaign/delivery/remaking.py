"""Making a finished list again as it was, for when its file is gone or somebody doubts it: the same bytes, or none."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from campaign.delivery import choosing, exports, members
from campaign.delivery.choosing import Again, Choice
from campaign.delivery.exports import Publisher
from campaign.delivery.models import Export
from campaign.delivery.snapshot import Sessions
from campaign.delivery.written import Written
from campaign.errors import NotFound
from campaign.i18n import gettext


@dataclass(frozen=True)
class _Made:
    """What a list was, read before its making begins: whoever signs meanwhile waits for nobody."""

    campaign_id: int
    format: str
    choice: Choice
    is_package: bool
    snapshot_at: datetime
    sha256: str


def make_again(sessions: Sessions, export_id: int, *, path: Path, publisher: Publisher) -> Written:
    """Write the list of this number to `path`. Raises NotFound, written.NotTheSame, and what `exports.write` raises.

    Of a list to hand over, and of every package, it is known whose signatures it holds: who had just confirmed when it
    was made, and came into the database only after, is left out again.
    """
    with sessions() as session:
        made = _made(session.get(Export, export_id))
    return exports.write(
        sessions,
        made.campaign_id,
        format=made.format,
        path=path,
        publisher=publisher,
        choice=made.choice,
        is_package=made.is_package,
        now=made.snapshot_at,
        expected=made.sha256,
    )


def place(session: Session, export_id: int, *, publisher: Publisher) -> Path:
    """Where the file of this list lay. Raises NotFound."""
    export = session.get(Export, export_id)
    if export is None or not export.filename:
        raise NotFound(gettext("There is no finished list of this number."))
    return publisher.folder / export.filename


def _made(export: Export | None) -> _Made:
    if export is None or export.state not in ("done", "dropped") or not export.sha256 or export.snapshot_at is None:
        raise NotFound(gettext("There is no finished list of this number."))
    options = {**(export.options or {}), "profile": export.profile}
    # A list made by the command line says nothing of that, but only packages have a root.
    is_package = bool(options.pop("is_package", False)) or bool(export.merkle_root)
    choice = choosing.from_json(options)
    if export.members:
        shares = {part.post_id: members.unpack(part.members) for part in export.parts}
        choice = replace(choice, again=Again(members.unpack(export.members), shares))
    return _Made(
        export.campaign_id,
        export.format,
        choice,
        is_package,
        export.snapshot_at,
        export.sha256,
    )
