"""Who gets a list, and so what may stand in it: an office, those who write to supporters, or the safe."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts import permissions
from campaign.delivery import choosing, snapshot
from campaign.delivery.choosing import Choice
from campaign.delivery.snapshot import ExportRow
from campaign.errors import Refused
from campaign.i18n import gettext, language, ngettext
from campaign.petitions import asking, telling
from campaign.petitions.models import Petition, Signature

# Only an owner takes everything, and says who they are once more.
PERMISSIONS = {"delivery": permissions.EXPORT, "crm": permissions.EXPORT, "backup": permissions.BACKUP}

Cell = str | int
# Asking isinstance takes three times as long, for each cell of a million rows.
_AS_THEY_ARE = frozenset({str, int})


class NotTold(Refused):
    """Signers were not told that this would be handed over. untold: whom, see telling.Untold."""

    def __init__(self, message: str, untold: list[telling.Untold]) -> None:
        super().__init__(message, field="fields")
        self.untold = untold


@dataclass(frozen=True)
class Table:
    """A list as columns and rows of text and numbers. cells: of one row."""

    columns: list[str]
    cells: Callable[[Any], list[Cell]]


def table(petition: Petition, choice: Choice) -> Table:
    """The columns have the names of the sign form, which programs rely on; then the petition's questions as asked."""
    if choice.profile == "backup":
        return Table(list(_BACKUP), _backup_cells)
    names = ["number", *snapshot.fields(petition, choice), "signed_on", "text_version"]
    if choice.profile == "crm":
        names += ["agreed_on", "agreed_to"]
    questions = {str(question.id): question.label for question in petition.questions if choice.profile == "delivery"}
    # Beside initials stands what the area is called; its code is for counting.
    cells_of: Callable[[ExportRow], tuple[Any, ...]] = attrgetter(
        *("city" if name == "area" and choice.profile == "delivery" else name for name in names)
    )

    def cells(row: ExportRow) -> list[Cell]:
        found: list[Any] = [cell if cell.__class__ in _AS_THEY_ARE else _text(cell) for cell in cells_of(row)]
        return [*found, *(row.answers.get(id, "") for id in questions)]

    return Table([*names, *questions.values()], cells)


def rows(
    session: Session,
    petition: Petition,
    choice: Choice,
    *,
    snapshot_at: datetime,
    secret: str,
) -> Iterator[Any]:
    """What `table(…).cells` takes: ExportRow, or for a backup whole rows with a `number`."""
    if choice.profile == "backup":
        return _backup_rows(session, petition, choice, snapshot_at=snapshot_at)
    return snapshot.rows(session, petition, snapshot_at=snapshot_at, choice=choice, secret=secret)


def refuse_untold(session: Session, petition: Petition, choice: Choice, *, snapshot_at: datetime) -> None:
    """Raise NotTold unless all whose signatures are chosen were told of each field that would be handed over."""
    if choice.profile != "delivery":
        return
    for name in choice.fields or ():
        if name not in asking.HANDED_OVER:
            known = ", ".join(asking.HANDED_OVER)
            message = gettext("“%(field)s” is never handed over. There are: %(known)s.", field=name, known=known)
            raise NotTold(message, [])
    chosen = choosing.condition(session, petition, choice, snapshot_at=snapshot_at)
    # The area is made of the postcode, and where a signature comes from is nothing that its signer told.
    names = [name for name in snapshot.fields(petition, choice) if name not in ("area", "origin")]
    told_now = asking.handed_over(petition)
    untold = telling.untold(session, petition, names, told_now=told_now, chosen=chosen)
    if untold:
        raise NotTold(_untold_words(untold), untold)


def _untold_words(untold: Sequence[telling.Untold]) -> str:
    parts = [
        ngettext(
            "“%(field)s”: %(num)s person who signed version %(version)s of the text between %(first)s and %(last)s",
            "“%(field)s”: %(num)s people who signed version %(version)s of the text between %(first)s and %(last)s",
            one.number,
            field=str(asking.WORDS.get(one.field, one.field)),
            version=one.text_version,
            first=_day(one.first_at),
            last=_day(one.last_at),
        )
        for one in untold
    ]
    return gettext(
        "Not all of these signers were told that this would be handed over. %(who)s. Leave the field out, or choose "
        "signatures given later.",
        who="; ".join(parts),
    )


def _day(value: datetime) -> str:
    return format_date(value, format="medium", locale=language())


def text_version(row: Any) -> int:
    """Which version of the text somebody agreed to."""
    return int(row.values["text_version"] if isinstance(row, BackupRow) else row.text_version)


_BACKUP = ("number", *(column.name for column in Signature.__table__.columns), "text_version")


def _backup_rows(session: Session, petition: Petition, choice: Choice, *, snapshot_at: datetime) -> Iterator[Any]:
    versions = {text.id: text.version for text in petition.texts}
    query = (
        select(*Signature.__table__.columns)
        .where(choosing.condition(session, petition, choice, snapshot_at=snapshot_at))
        .order_by(Signature.id)
        .execution_options(yield_per=snapshot.FETCHED_AT_ONCE)
    )
    with session.execute(query) as found:
        for number, row in enumerate(found, 1):
            values = row._asdict()
            yield BackupRow(number, values["id"], values | {"text_version": versions[values["petition_text_id"]]})


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One signature as the database has it, whatever its state."""

    number: int
    signature_id: int
    values: dict[str, Any]


def _backup_cells(row: BackupRow) -> list[Cell]:
    return [row.number, *(_text(row.values[name]) for name in _BACKUP[1:])]


def _text(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False, sort_keys=True)
