"""The command `campaign signatures import`: a table of signatures at once, without the desk and the worker."""

import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session, sessionmaker

from campaign.accounts import auditing
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.petitions import finding, forgetting
from campaign.petitions.batches import columns
from campaign.petitions.batches import receiving as batches
from campaign.petitions.batches import work as batch_work
from campaign.petitions.batches.work import Desk
from campaign.petitions.models import Batch, Petition
from campaign.petitions.origins import SOURCES

SHOWN = 20  # refused rows, when nobody asked for all


class _File:
    """A file on this machine, as a form would have it."""

    def __init__(self, path: Path) -> None:
        self.filename: str | None = path.name
        self._path = path

    def save(self, dst: Path) -> None:
        shutil.copyfile(self._path, dst)
        dst.chmod(0o600)


@click.group()
def signatures() -> None:
    """Signatures on paper, and from other tools."""


@signatures.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", type=click.Choice(list(SOURCES)), help="Default: as the names of the columns say.")
@click.option("--map", "mapped", multiple=True, help="What a column is: 'Vorname=given_name'. Several times for more.")
@click.option("--country", default="", help="Of rows that name none, as US. Default: the campaign's.")
@click.option("--signed-on", type=click.DateTime(["%Y-%m-%d"]), help="Of rows without a day. Default: today.")
@click.option("--basis", default="", help="How these people signed and what they were told. Needed but for --dry-run.")
@click.option("--text-version", type=int, help="What they agreed to. Default: the newest.")
@click.option("--told", default="", help="What they knew would be handed over besides name and country: postcode,city")
@click.option("--wording", default="", help="What they agreed to who agreed to be written to.")
@click.option("--dry-run", is_flag=True, help="Only say what would be new, and what cannot be taken.")
@click.option("--json", "as_json", is_flag=True, help="Print the counts and all refused rows as JSON.")
@with_appcontext
def import_(
    slug: str, file: Path, source: str | None, mapped: tuple[str, ...], country: str, signed_on: datetime | None,
    dry_run: bool, as_json: bool, **said: Any,
) -> None:  # fmt: skip
    """Take in a CSV of signatures that were given on paper or with another tool.

    They are counted apart from those given here, and can be undone as a whole at the desk.
    """
    session, folder = db.session(), batches.folder(current_app.config)
    petition = _petition(session, slug)
    batch = batches.receive(session, petition, _File(file), folder=folder, account=None, now=now())
    try:
        _set_columns(session, batch, source, mapped, country=country, signed_on=signed_on.date() if signed_on else None)
        found = _work(session, batch, folder)
        if not dry_run and found["new"]:
            found = _take_in(session, batch, folder, slug, **said)
    except Refused:
        _discard(session, batch, folder)
        raise
    found |= {"dry_run": dry_run, "batch": batch.id if batch.applied_at else None}
    if not batch.applied_at:
        _discard(session, batch, folder)
    _tell(found, as_json=as_json)


def _petition(session: Session, slug: str) -> Petition:
    petition = finding.of(session, campaign_finding.by_slug(session, slug))
    if petition is None or petition.text is None:
        raise NotFound("This campaign has no petition that anybody could sign.")
    return petition


def _set_columns(
    session: Session, batch: Batch, source: str | None, mapped: Sequence[str], *, country: str, signed_on: date | None
) -> None:
    """As the file says, and as was asked."""
    fields = list(batch.fields)
    for one in mapped:
        name, _, field = one.rpartition("=")
        if name not in batch.header:
            raise Refused(f"There is no column “{name}”. There are: {', '.join(batch.header)}.")
        fields[batch.header.index(name)] = field
    columns.refuse_unfit(batch.header, fields, batch.petition)
    batch.stage = "new"
    batches.set_columns(
        session, batch, source=source or batch.source, fields=fields, country=country.upper() or batch.country,
        signed_on=signed_on or batch.signed_on, now=now(),
    )  # fmt: skip


def _take_in(
    session: Session, batch: Batch, folder: Path, slug: str, *, basis: str, text_version: int | None, told: str,
    wording: str,
) -> dict[str, Any]:  # fmt: skip
    text = batch.petition.text
    batches.apply(
        session, batch, basis=basis, text_version=text_version or (text.version if text else 0),
        told=[name.strip() for name in told.split(",") if name.strip()], wording=wording, account=None,
        kept_until=forgetting.kept_until(batch.petition, current_app.config["RETENTION_DAYS"]), now=now(),
    )  # fmt: skip
    detail = {"campaign": slug, "source": batch.source, "new": batch.counts["new"], "told": batch.told}
    auditing.record(
        session, "batch.apply", actor=auditing.COMMAND_LINE, object_kind="batch", object_id=batch.id, detail=detail,
        now=now(),
    )  # fmt: skip
    return _work(session, batch, folder)


def _work(session: Session, batch: Batch, folder: Path) -> dict[str, Any]:
    """What the worker would do next, here and with a bar. Raises Refused when the file is refused."""
    batch_work.take_up(batch, now=now())
    session.commit()
    id = batch.id
    session.rollback()
    size = batches.path(folder, batch).stat().st_size
    session.rollback()
    with click.progressbar(length=size, label="Reading", file=sys.stderr) as bar:
        desk = Desk(folder, current_app.config["SECRET_KEY"], lambda done, size: bar.update(done - bar.pos))
        batch_work.run(sessionmaker(db.engine), id, desk=desk, clock=now)
    session.expire_all()
    if batch.last_error:
        raise Refused(batch.last_error)
    problems = [
        {"row": one.row, "line": one.line, "column": one.column, "problem": one.text}
        for one in batches.problems(session, batch)
    ]
    return {"source": batch.source, **batch.counts, "problems": problems}


def _discard(session: Session, batch: Batch, folder: Path) -> None:
    """Nothing stays of a file that was not taken in."""
    session.rollback()
    found = session.get(Batch, batch.id)
    if found is not None and found.applied_at is None:
        found.stage = "refused"
        batches.discard(session, found, folder=folder)
        session.commit()


def _tell(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    present = found["here"] + found["earlier"]
    would = " would be" if found["dry_run"] else ""
    click.echo(f"{found['new']}{would} new, {present} already present, {found['refused']} refused")
    for one in found["problems"][:SHOWN]:
        where = f"line {one['line']}" + (f", {one['column']}" if one["column"] else "")
        click.echo(f"{where}: {one['problem']}", err=True)
    if found["refused"] > SHOWN:
        click.echo(f"… and {found['refused'] - SHOWN} more: --json names them all", err=True)
