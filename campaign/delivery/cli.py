"""The command `campaign export`: a list of confirmed signatures as a file, at once."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import sessionmaker

from campaign.accounts import auditing
from campaign.campaigns import finding
from campaign.db import db, now, reading
from campaign.delivery import book, exports, snapshot
from campaign.delivery.exports import Progress, Written
from campaign.errors import Refused


@click.command()
@click.argument("slug")
@click.option("--format", "format", default="csv", show_default=True, help="csv, or pdf for a book to print.")
@click.option("--profile", default="delivery", show_default=True, help="delivery: without e-mail addresses.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write. Default: the instance's exports/."
)
@click.option("--paper", type=click.Choice(book.PAPERS), help="For a book. Default: what the campaign's country uses.")
@click.option("--by", help="Not yet: one list per office.")
@click.option("--json", "as_json", is_flag=True, help="Print path, rows, sha256, snapshot_at and profile as JSON.")
@with_appcontext
def export(
    slug: str, format: str, profile: str, output: Path | None, paper: str | None, by: str | None, as_json: bool
) -> None:
    """Write the confirmed signatures of a campaign to a file. Prints its path.

    An existing file of this name is replaced, and only once the new one is whole.
    """
    if by:
        raise Refused("Lists per office come later. Without --by there is one list of all signatures.")
    exports.refuse_unknown(format=format, profile=profile)
    moment = now()
    path = _path(output, f"{slug}-{moment.astimezone(UTC):%Y-%m-%d}.{format}")
    written = _write(slug, format, path, paper or "", moment)
    _audit(written, slug, profile)
    if written.lacking:
        click.echo(f"Warning: {exports.lacking_words(written.lacking)}", err=True)
    click.echo(json.dumps(_described(written, profile), ensure_ascii=False) if as_json else str(written.path))


def _path(output: Path | None, name: str) -> Path:
    if output is None:
        return exports.publisher(current_app.config).folder / name
    return output / name if output.is_dir() else output


def _write(slug: str, format: str, path: Path, paper: str, moment: datetime) -> Written:
    campaign_id, count = _looked_up(slug, moment)
    with _progress(count) as progress:
        try:
            return exports.write(
                sessionmaker(db.engine),
                campaign_id,
                format=format,
                path=path,
                organiser=exports.publisher(current_app.config).organiser,
                now=moment,
                paper=paper,
                progress=progress,
            )
        except OSError as error:
            raise Refused(f"{path} could not be written: {error.strerror}. Choose another place with -o.") from error


def _looked_up(slug: str, moment: datetime) -> tuple[int, int]:
    """Campaign id and number of rows, from a transaction that is over: people go on signing while a list is made."""
    with reading(), sessionmaker(db.engine)() as session:
        campaign = finding.by_slug(session, slug)
        petition = exports.signed_petition(session, campaign, now=moment)
        return campaign.id, snapshot.count(session, petition, snapshot_at=moment)


@contextmanager
def _progress(count: int) -> Iterator[Progress]:
    """A bar on the terminal of whoever watches; nothing for programs."""
    with click.progressbar(length=count, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda rows: bar.update(rows - bar.pos)
        bar.update(count - bar.pos)


def _audit(written: Written, slug: str, profile: str) -> None:
    auditing.record(
        db.session(),
        "export.build",
        actor=auditing.COMMAND_LINE,
        object_kind="campaign",
        object_id=slug,
        detail={**exports.trail(written), "profile": profile},
        now=now(),
    )
    db.session.commit()


def _described(written: Written, profile: str) -> dict[str, str | int]:
    return {
        "path": str(written.path),
        "rows": written.rows,
        "sha256": written.sha256,
        "snapshot_at": written.snapshot_at.isoformat(),
        "profile": profile,
    }
