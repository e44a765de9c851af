"""A finished list, and what is to be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from campaign.delivery import whole_files
from campaign.delivery.members import Members
from campaign.delivery.models import Export, ExportPart
from campaign.errors import Refused
from campaign.i18n import gettext


class NotTheSame(Refused):
    """A list cannot be made again as it was."""


@dataclass(frozen=True)
class Written:
    """A finished file. lacking, shortened: as in Listed; what follows them: of a package, see Packed."""

    path: Path
    rows: int
    sha256: str
    snapshot_at: datetime
    lacking: str
    shortened: tuple[int, ...] = ()
    root: str = ""
    members: Members | None = None
    salts: str = ""
    manifest_sha256: str = ""
    by_office: Mapping[str, Members] = field(default_factory=dict)


def trail(written: Written) -> dict[str, str | int]:
    """What the audit trail keeps of a file."""
    return {"rows": written.rows, "sha256": written.sha256, "file": written.path.name}


def cautions(written: Written) -> str:
    """What to know before the file is used; "" when there is nothing."""
    found = [lacking_words(written.lacking)] if written.lacking else []
    if written.shortened:
        numbers = ", ".join(map(str, written.shortened[:20]))
        message = "Texts too long for a cell of a spreadsheet were cut in these rows: %(numbers)s. The CSV has all."
        found.append(gettext(message, numbers=numbers))
    return " ".join(found)


def lacking_words(letters: str) -> str:
    """What to do about a book with letters that show as boxes."""
    return gettext(
        "No font here has the letters %(letters)s, so they show as boxes. Install the Noto fonts "
        "(fonts-noto-core, fonts-noto-cjk) on the server and make the list again.",
        letters=letters[:40],
    )


def summed(path: Path, *, expected: str) -> str:
    """The SHA-256 of a file. Raises NotTheSame unless it is the one expected, "" for any."""
    sha256 = whole_files.sha256(path)
    if expected and sha256 != expected:
        raise NotTheSame(
            gettext(
                "It would not be the same file: since then somebody in it has withdrawn, corrected their entry or been "
                "erased, or this site, its key or an office has changed. Make a new list."
            )
        )
    return sha256


def note(export: Export, made: Written) -> None:
    """Keep of a file what its row says."""
    export.rows, export.sha256, export.snapshot_at = made.rows, made.sha256, made.snapshot_at
    export.merkle_root, export.secret, export.manifest_sha256 = made.root, made.salts, made.manifest_sha256
    export.members = made.members.pack() if made.members else None
    export.parts = [
        ExportPart(post_id=post_id, rows=len(whose), members=whose.pack()) for post_id, whose in made.by_office.items()
    ]
