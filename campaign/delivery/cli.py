"""The commands `campaign export`, `campaign verify` and `campaign delivery`: lists as files, at once, and checked."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import sessionmaker

from campaign.accounts import auditing
from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now, reading
from campaign.delivery import choosing, exports, inclusion, listing, remaking, signing_key, verifying, written
from campaign.delivery.books import making as book
from campaign.delivery.choosing import Choice
from campaign.delivery.models import Export
from campaign.delivery.progressing import Progress
from campaign.delivery.proofs import BadProof
from campaign.delivery.verifying import Verified
from campaign.delivery.written import Written
from campaign.errors import Refused

LARGEST_PROOF = 1024 * 1024  # bytes; a comment and twenty hashes take a few thousand
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("slug")
@click.option(
    "--format", "format", default="csv", show_default=True, help="csv, xlsx, json, or pdf for a book; or csv,pdf …"
)
@click.option("--machine", is_flag=True, help="A csv that loses nothing. Dangerous to open in a spreadsheet.")
@click.option("--bom/--no-bom", "has_mark", default=True, help="The mark at the beginning by which Excel knows UTF-8.")
@click.option(
    "--profile", default="delivery", show_default=True,
    help="delivery: what signers were told of, without e-mail addresses; crm: who asked to be written to; backup: all.",
)  # fmt: skip
@click.option("--names", "name_form", default="full", show_default=True, help="full, initial or initials-place.")
@click.option("--fields", help="Only these, with commas: family_name,postcode,comment …")
@click.option("--by", type=click.Choice(["office"]), help="A package with lists for each office.")
@click.option("--package", "is_package", is_flag=True, help="A .zip with a manifest that can be checked.")
@click.option("--since", help="Confirmed after this instant (ISO 8601), or `delivery`: not handed over yet.")
@click.option("--office", default="", help="With --since delivery: to this one, by the id of its post.")
@click.option("--from", "first_on", type=DAY, help="Confirmed on this day or later.")
@click.option("--to", "last_on", type=DAY, help="Confirmed on this day or earlier.")
@click.option("--area", "areas", multiple=True, help="Country or part of one, as US or US-OH. Several times for more.")
@click.option("--text-version", "text_versions", type=int, multiple=True, help="Who agreed to this version.")
@click.option("--consent", "consents", multiple=True, help="For crm: who agreed to this wording, as en.1.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write. Default: the instance's exports/."
)
@click.option("--paper", type=click.Choice(book.PAPERS), help="For a book. Default: what the campaign's country uses.")
@click.option("--json", "as_json", is_flag=True, help="Print path, rows, sha256, snapshot_at and profile as JSON.")
@with_appcontext
def export(
    slug: str, format: str, machine: bool, output: Path | None, paper: str | None, is_package: bool, as_json: bool,
    **chosen: Any,
) -> None:  # fmt: skip
    """Write the confirmed signatures of a campaign to a file. Prints its path.

    Whoever may run commands here owns the site: not even a full copy asks for a password. The audit trail has it.
    With -o NAME.zip, --package, --by office or several formats it is a package. An existing file of this name is
    replaced, and only once the new one is whole.
    """
    format = _format(format, machine)
    choice = _choice(**chosen)
    exports.refuse_unknown(format=format, profile=choice.profile)
    moment = now()
    is_package = is_package or exports.needs_package(choice, format)
    is_package = is_package or (output is not None and output.suffix == ".zip" and format != "pdf")
    ending = ".zip" if is_package else listing.ENDINGS[format]
    path = _path(output, f"{slug}-{moment.astimezone(UTC):%Y-%m-%d}{ending}")
    made = _write(slug, format, path, choice, paper or "", moment, is_package=is_package)
    _record(made, slug, format, choice, moment)
    if cautions := written.cautions(made):
        click.echo(f"Warning: {cautions}", err=True)
    click.echo(json.dumps(_described(made, choice.profile), ensure_ascii=False) if as_json else str(made.path))


@click.command()
@click.argument("package", type=click.Path(path_type=Path), required=False)
@click.option("--key", type=click.Path(path_type=Path), help="The public key of the site it comes from (PEM).")
@click.option("--proof", type=click.Path(path_type=Path), help="A signer’s proof that their row is in a list (JSON).")
@click.option("--root", help="For --proof: the root on the last page of the book, without a package.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(package: Path | None, key: Path | None, proof: Path | None, root: str | None, as_json: bool) -> None:
    """Check a package against its manifest: nothing changed, nothing missing, nothing added. Exit code 1 if not.

    With --key, also that the manifest was signed with it. With --proof, that one row is in the list of this package or
    with this root; nobody else’s row is needed.
    """
    if package is None and not (proof and root):
        raise Refused("Name a package, or a proof and the root it is for: --proof FILE --root HEX.")
    found = verifying.verify(package, key=signing_key.read_public(key) if key else None) if package else Verified()
    said = "" if package is None or found.problems else found.sentence()
    if proof and not found.problems:
        root = root or str((found.manifest or {}).get("merkle_root", ""))
        try:
            said = " ".join(filter(None, [said, inclusion.check(_json(proof), root=root)]))
        except BadProof as error:
            found.add(proof.name, str(error))
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in found.problems:
            click.echo(f"{problem.where}: {problem.text}", err=True)
        if not found.problems:
            click.echo(said)
    sys.exit(1 if found.problems else 0)


@click.group()
def delivery() -> None:
    """What goes with handing signatures over."""


@delivery.command("key")
@with_appcontext
def key() -> None:
    """Make the key that signs packages from now on. Prints the public key, which recipients check them with."""
    pem = signing_key.make(Path(current_app.config["INSTANCE"]))
    auditing.record(db.session(), "delivery.key", actor=auditing.COMMAND_LINE, now=now())
    db.session.commit()
    click.echo(pem.decode(), nl=False)


@delivery.command("again")
@click.argument("number", type=int)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write. Default: where it lay.")
@with_appcontext
def again(number: int, output: Path | None) -> None:
    """Make the list of this number again, byte for byte as it was, or say that it would be another. Prints its path."""
    publisher = exports.publisher(current_app.config)
    path = output or remaking.place(db.session(), number, publisher=publisher)
    db.session.rollback()
    with _written_to(path):
        made = remaking.make_again(sessionmaker(db.engine), number, path=path, publisher=publisher)
    detail = {**written.trail(made), "again": True}
    auditing.record(
        db.session(), "export.build", actor=auditing.COMMAND_LINE, object_kind="export", object_id=number,
        detail=detail, now=now(),
    )  # fmt: skip
    db.session.commit()
    click.echo(str(path))


def _json(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_PROOF + 1)
    except OSError as error:
        raise BadProof(f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_PROOF:
        raise BadProof("is far too long for a proof")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadProof("is no JSON") from error


def _format(format: str, machine: bool) -> str:
    names = [name.strip() for name in format.split(",") if name.strip()]
    if machine and "csv" not in names:
        raise Refused("Only a csv is made for programs. Use --format csv with --machine.", field="machine")
    return ",".join("machine-csv" if machine and name == "csv" else name for name in names)


def _choice(
    *,
    profile: str,
    name_form: str,
    fields: str | None,
    by: str | None,
    has_mark: bool,
    since: str | None,
    office: str,
    first_on: datetime | None,
    last_on: datetime | None,
    areas: tuple[str, ...],
    text_versions: tuple[int, ...],
    consents: tuple[str, ...],
) -> Choice:
    named = tuple(name.strip() for name in fields.split(",") if name.strip()) if fields is not None else None
    return Choice(
        profile=profile,
        name_form=name_form,
        fields=named,
        by_office=by == "office",
        has_mark=has_mark,
        new_only=since == "delivery",
        office=office,
        since=_instant(since) if since and since != "delivery" else None,
        first_on=_day(first_on),
        last_on=_day(last_on),
        areas=areas,
        text_versions=text_versions,
        consents=consents,
    )


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"“{text}” is no instant. Write 2026-11-22T12:00:00+00:00, 2026-11-22, or delivery."
        raise Refused(message, field="since") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _path(output: Path | None, name: str) -> Path:
    if output is None:
        return exports.publisher(current_app.config).folder / name
    return output / name if output.is_dir() else output


def _write(
    slug: str, format: str, path: Path, choice: Choice, paper: str, moment: datetime, *, is_package: bool
) -> Written:
    publisher = exports.publisher(current_app.config)
    with reading(), sessionmaker(db.engine)() as session:
        # In a transaction that is over then: people go on signing while a list is made.
        campaign = finding.by_slug(session, slug)
        count = exports.preview(session, campaign, choice, format=format, publisher=publisher, now=moment)
        campaign_id = campaign.id
    with _progress(count) as progress, _written_to(path):
        return exports.write(
            sessionmaker(db.engine),
            campaign_id,
            format=format,
            path=path,
            publisher=publisher,
            choice=choice,
            is_package=is_package,
            now=moment,
            paper=paper,
            progress=progress,
        )


@contextmanager
def _written_to(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(f"{path} could not be written: {error.strerror}. Choose another place with -o.") from error


@contextmanager
def _progress(count: int) -> Iterator[Progress]:
    """A bar on the terminal of whoever watches; nothing for programs."""
    with click.progressbar(length=count, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda rows: bar.update(rows - bar.pos)
        bar.update(count - bar.pos)


def _record(made: Written, slug: str, format: str, choice: Choice, moment: datetime) -> None:
    """Put it into the audit trail; of a package also a row, by which its signers can check that they are in it."""
    session = db.session()
    if made.root:
        campaign: Campaign = finding.by_slug(session, slug)
        row = Export(
            campaign=campaign, format=format, profile=choice.profile, options=choosing.as_json(choice),
            created_at=moment, due_at=moment, done_at=now(), state="done",
        )  # fmt: skip
        written.note(row, made)
        session.add(row)
    auditing.record(
        session,
        "export.build",
        actor=auditing.COMMAND_LINE,
        object_kind="campaign",
        object_id=slug,
        detail={**written.trail(made), "profile": choice.profile, "filter": choice.filter()},
        now=now(),
    )
    session.commit()


def _described(made: Written, profile: str) -> dict[str, str | int]:
    return {
        "path": str(made.path),
        "rows": made.rows,
        "sha256": made.sha256,
        "snapshot_at": made.snapshot_at.isoformat(),
        "profile": profile,
    }
