"""Signatures that come in as a batch: received, looked through, taken in by a worker, and undone as a whole."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath
from typing import Any, Protocol

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from campaign import countries, leases, waking
from campaign.accounts.models import Account
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.petitions import asking, consent
from campaign.petitions.batches import columns, placing
from campaign.petitions.batches import reading as batch_reading
from campaign.petitions.batches.placing import Counts, Placed
from campaign.petitions.batches.row_checking import Problem, Rules
from campaign.petitions.models import Batch, BatchProblem, Petition, PetitionText, Signature
from campaign.petitions.origins import PAPER, SOURCES
from campaign.text import clean, hidden_characters

TASK = "batches of signatures"  # the worker's
# new → checking → checked → applying → following → applied → undoing → undone; checking → refused.
STAGES = ("new", "checking", "checked", "refused", "applying", "following", "applied", "undoing", "undone")
AT_WORK = ("checking", "applying", "following", "undoing")
COUNTED = ("following", "applied")
# The mapping may still be changed, or the file thrown away.
OPEN = ("new", "checked", "refused")
SHORTEST_BASIS, LONGEST_BASIS = 20, 2000  # characters
LONGEST_NAME = 200
LONGEST_WORDING = 500
_QUIET = {"synchronize_session": False}
KEPT = timedelta(days=7)  # files that nobody decides about


class BatchRefused(Refused):
    """This cannot be done with this batch, or not now."""


class TypedRefused(Refused):
    """Rows that were typed in cannot be taken. problems: by the place of the row and the name of the field."""

    def __init__(self, problems: Mapping[tuple[int, str], str]) -> None:
        super().__init__(gettext("Nothing was saved. Mend the rows below."))
        self.problems = problems


class File(Protocol):
    """What a form has of a file: its name, and a way to put it on disk."""

    filename: str | None

    def save(self, dst: Path) -> None: ...


def folder(config: Mapping[str, Any]) -> Path:
    """Where the files wait."""
    return Path(config["INSTANCE"]) / "batches"


def path(folder: Path, batch: Batch) -> Path:
    """The file of a batch, while it is here."""
    return folder / f"{batch.id}.csv"


def receive(
    session: Session, petition: Petition, file: File, *, folder: Path, account: Account | None, now: datetime
) -> Batch:
    """Keep a file, and have it looked through at once when its columns are those of a tool we know.

    Raises BadFile; then the caller rolls back.
    """
    batch = Batch(
        petition=petition,
        source="other",
        stage="new",
        account_id=account.id if account else None,
        file_name=_name(file.filename or ""),
        country=petition.campaign.country if petition.campaign.country in countries.CODES else "",
        signed_on=now.date(),
        created_at=now,
        state="done",
        due_at=now,
        attempts=0,
    )
    session.add(batch)
    session.flush()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = path(folder, batch)
    try:
        file.save(place)
        with batch_reading.opened(place) as table:
            batch.header = [name[:LONGEST_NAME] for name in table.header]
        with place.open("rb") as stored:
            batch.sha256 = hashlib.file_digest(stored, "sha256").hexdigest()
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    batch.source = columns.recognise(batch.header) or "other"
    batch.fields = columns.fields(batch.header, petition)
    if batch.source != "other":
        _queue(session, batch, "checking", now=now)
    session.flush()
    return batch


def find(session: Session, id: int, *, of: Petition | None = None) -> Batch:
    """The batch of this number. Raises NotFound, also when it is another petition's."""
    batch = session.get(Batch, id)
    if batch is None or (of is not None and batch.petition_id != of.id):
        raise NotFound(gettext("There is no batch of this number."))
    return batch


def of(petition: Petition) -> Select[tuple[Batch]]:
    """All batches of a petition, the newest first."""
    return select(Batch).where(Batch.petition_id == petition.id).order_by(Batch.id.desc())


def same_file(session: Session, batch: Batch) -> Batch | None:
    """An earlier batch that counts and came from the very same file, read in the same way."""
    query = select(Batch).where(
        Batch.petition_id == batch.petition_id,
        Batch.sha256 == batch.sha256,
        Batch.sha256 != "",
        Batch.id != batch.id,
        Batch.stage.in_(COUNTED),
    )
    return next((one for one in session.scalars(query.order_by(Batch.id)) if one.fields == batch.fields), None)


def set_columns(
    session: Session,
    batch: Batch,
    *,
    source: str,
    fields: Sequence[str],
    country: str,
    signed_on: date | None,
    now: datetime,
) -> None:
    """Say what the columns are, and have the file looked through. Raises BadColumns and BatchRefused.

    country, signed_on: of rows that say nothing about them; "" and None to refuse such rows.
    """
    _refuse_unless(batch, *OPEN)
    if source not in SOURCES:
        raise BatchRefused(gettext("Say where these signatures come from."), field="source")
    if country and country not in countries.CODES:
        raise BatchRefused(gettext("Choose a country from the list."), field="country")
    if signed_on and signed_on > now.date():
        raise BatchRefused(gettext("This day is still to come."), field="signed_on")
    columns.refuse_unfit(batch.header, fields, batch.petition)
    batch.source, batch.fields = source, list(fields)
    batch.country, batch.signed_on = country, signed_on
    _queue(session, batch, "checking", now=now)


def apply(
    session: Session,
    batch: Batch,
    *,
    basis: str,
    text_version: int,
    told: Sequence[str],
    wording: str = "",
    account: Account | None,
    kept_until: datetime | None,
    now: datetime,
) -> None:
    """Have all that is new in it counted.

    basis: how these people signed and what they were told, in the organiser's words; told: fields, as in
    asking.HANDED_OVER, that they knew would be handed over, besides name and country; wording: what they agreed to who
    agreed to be written to; kept_until: as forgetting.kept_until says. Raises BatchRefused.
    """
    _refuse_unless(batch, "checked")
    if not batch.counts.get("new"):
        raise BatchRefused(gettext("Nobody in this file is new, so there is nothing to take in."))
    _declare(session, batch, basis=basis, text_version=text_version, told=told, kept_until=kept_until, now=now)
    if batch.counts.get("consents"):
        words = clean(wording)
        if not words or len(words) > LONGEST_WORDING or hidden_characters(words, lines=True):
            message = gettext("Copy the words here that these people agreed to, from the form they filled in.")
            raise BatchRefused(message, field="wording")
        language = batch.petition.campaign.language
        batch.consent_wording_id = consent.agreed(session, language=language, wording=words, now=now).id
    batch.account_id = account.id if account else batch.account_id
    _queue(session, batch, "applying", now=now)


def undo(session: Session, batch: Batch, *, now: datetime) -> None:
    """Take a whole batch out again: at once it does not count, then a worker deletes its names. Raises BatchRefused.

    Who has signed here themselves since then stays, and so do the numbers of those who withdrew.
    """
    session.refresh(batch, with_for_update=True)
    _refuse_unless(batch, "applied")
    placing.count_none(session, batch)
    batch.undone_at = now
    _queue(session, batch, "undoing", now=now)


def discard(session: Session, batch: Batch, *, folder: Path) -> None:
    """Forget a file that was not taken in. Raises BatchRefused."""
    _refuse_unless(batch, *OPEN)
    path(folder, batch).unlink(missing_ok=True)
    forget_open(session, [batch.id])


def forget_open(session: Session, ids: Sequence[int]) -> None:
    """Delete batches that were not taken in, with what a worker that was stopped had placed of them."""
    is_open = select(Batch.id).where(Batch.id.in_(ids), Batch.stage.in_(OPEN))
    session.execute(delete(Signature).where(Signature.batch_id.in_(is_open)), execution_options=_QUIET)
    session.execute(delete(Batch).where(Batch.id.in_(is_open)), execution_options=_QUIET)
    session.expire_all()


def type_in(
    session: Session,
    petition: Petition,
    rows: Sequence[Mapping[str, str]],
    *,
    sheet: int | None,
    country: str,
    signed_on: date | None,
    basis: str,
    text_version: int,
    account: Account,
    secret: str,
    kept_until: datetime | None,
    now: datetime,
) -> Batch:
    """Take in rows of a sheet of paper as they were typed, in one step; rows without anything are left out.

    sheet: the number printed on it, None on paper of another kind. Raises TypedRefused, BatchRefused.
    """
    if sheet is not None and not 1 <= sheet <= petition.sheets_printed:
        raise BatchRefused(gettext("No sheet of this number was printed for this petition."), field="sheet")
    names = tuple(rows[0]) if rows else ()
    batch = Batch(
        petition=petition, source=PAPER, stage="applied", account_id=account.id, header=list(names), fields=list(names),
        file_name=gettext("Sheet %(number)s", number=sheet) if sheet else "", country=country, signed_on=signed_on,
        created_at=now, applied_at=now, state="done", due_at=now, done_at=now, attempts=0,
    )  # fmt: skip
    told = asking.handed_over(petition)
    session.add(batch)
    session.flush()
    _declare(session, batch, basis=basis, text_version=text_version, told=told, kept_until=kept_until, now=now)
    read = _read_typed(Rules(petition, batch, secret=secret, today=now.date()), rows, names)
    counts = Counts(rows=len(read))
    firsts = list({row.found.key: row for row in reversed(read)}.values())[::-1]
    counts.earlier = len(read) - len(firsts)
    placing.place(session, batch, placing.judge(session, batch, firsts, counts, again=False))
    counts.new = placing.count_all(session, batch, now=now)
    if not counts.new:
        raise BatchRefused(gettext("All of these people are in already. Nothing was saved."))
    batch.counts = counts.stored()
    session.flush()
    return batch


def problems(session: Session, batch: Batch, *, most: int | None = None) -> Sequence[BatchProblem]:
    """Rows that were refused, in the order of the file."""
    query = select(BatchProblem).where(BatchProblem.batch_id == batch.id).order_by(BatchProblem.row).limit(most)
    return session.scalars(query).all()


def _declare(
    session: Session,
    batch: Batch,
    *,
    basis: str,
    text_version: int,
    told: Sequence[str],
    kept_until: datetime | None,
    now: datetime,
) -> None:
    """What the organiser answers for."""
    said = clean(basis)
    if len(said) < SHORTEST_BASIS or len(said) > LONGEST_BASIS or hidden_characters(said, lines=True):
        message = gettext(
            "Write how these people signed and what they were told, in %(least)s to %(most)s characters.",
            least=SHORTEST_BASIS,
            most=LONGEST_BASIS,
        )
        raise BatchRefused(message, field="basis")
    of_version = (PetitionText.petition_id == batch.petition_id) & (PetitionText.version == text_version)
    text = session.scalar(select(PetitionText).where(of_version))
    if text is None:
        raise BatchRefused(gettext("Choose the version of the text that they agreed to."), field="text_version")
    if kept_until and kept_until <= now:
        raise BatchRefused(gettext("The names of this petition have been deleted as promised. It takes no more."))
    always = {"given_name", "country"}
    batch.basis, batch.petition_text_id = said, text.id
    batch.told = [name for name in asking.HANDED_OVER if name in {*told, *always}]


def _read_typed(rules: Rules, rows: Sequence[Mapping[str, str]], names: Sequence[str]) -> list[Placed]:
    read, wrong = [], {}
    for number, typed in enumerate(rows, 1):
        if not any(clean(cell) for cell in typed.values()):
            continue
        try:
            read.append(Placed(number, rules.read([typed[name] for name in names])))
        except Problem as problem:
            field = problem.column if problem.column in names else "given_name"
            wrong[number - 1, field] = problem.text
    if wrong:
        raise TypedRefused(wrong)
    if not read:
        raise BatchRefused(gettext("Type in at least one row."))
    return read


def _queue(session: Session, batch: Batch, stage: str, *, now: datetime) -> None:
    batch.stage = stage
    leases.retry(batch, now=now)
    session.flush()
    waking.soon(session, TASK)


def _refuse_unless(batch: Batch, *stages: str) -> None:
    if batch.stage not in stages:
        raise BatchRefused(gettext("Meanwhile something else has happened to this batch. Look at it again."))


def _name(name: str) -> str:
    """Only the last part: a browser may send a path, an attacker certainly would."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in last if not hidden_characters(letter))
    return plain[-LONGEST_NAME:] or "file"
