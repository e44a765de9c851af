"""Commands for the directory of officials: import files, look up a postcode, ask who holds an office."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign.accounts import auditing
from campaign.db import db, now
from campaign.errors import NotFound
from campaign.officials import lookup as looking_up
from campaign.officials import roster, undoing
from campaign.officials import sync as downloading
from campaign.officials.holding import holder
from campaign.officials.lookup import Lookup, Seat
from campaign.officials.models import Membership, Post

DAY = click.DateTime(formats=["%Y-%m-%d"])
LINES = 20

EXPLAINED = {
    "ambiguous": "It lies in several districts; choose by street address.",
    "not_found": "It is not in the table. Post-office boxes and new ZIP codes are not; choose a district by hand.",
    "invalid": "This is not a postcode. A ZIP code has five digits.",
    "unavailable": "There is no table of postcodes for this country and day. See: campaign officials import --help",
}


@click.group()
def officials() -> None:
    """Who holds which office where: import, look up, ask."""


@officials.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=DAY, help="The day the files speak for, YYYY-MM-DD.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@click.option("--older", is_flag=True, help="Read in an older roster than the newest here, for its history.")
@with_appcontext
def import_(files: tuple[Path, ...], as_of: datetime | None, dry_run: bool, older: bool) -> None:
    """Import rosters, ZIP tables and lists of offices.

    Of congress-legislators: legislators-current, executive, legislators-district-offices, legislators-social-media,
    committees-current and committee-membership-current (YAML); us_congressional_districts.csv of ocd-division-ids;
    zccd.csv or the Census Bureau's ZCTA relationship file; or a CSV of offices of any country.

    The content tells which kind a file is. All files are checked first; when one row is refused, nothing is written.
    """
    with _progress("Importing") as watch:
        report = _load(files, as_of.date() if as_of else None, dry_run, "officials.import", watch, older=older)
    _tell_all(report)


@officials.command()
@click.option("--as-of", type=DAY, help="The day the files speak for; today when left out.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@with_appcontext
def sync(as_of: datetime | None, dry_run: bool) -> None:
    """Download the published rosters (setting ROSTER_SOURCES) and import them."""
    addresses, timeout = current_app.config["ROSTER_SOURCES"], current_app.config["ROSTER_TIMEOUT"]
    with tempfile.TemporaryDirectory() as folder:
        with _progress("Downloading") as watch:
            files = downloading.download(addresses, Path(folder), timeout=timeout, watch=watch)
        with _progress("Importing") as watch:
            report = _load(files, _day(as_of), dry_run, "officials.sync", watch)
    _tell_all(report)


@officials.command()
@with_appcontext
def undo() -> None:
    """Take the last import back: every row is again what it was before."""
    session = db.session()
    names = undoing.undo(session)
    auditing.record(session, "officials.undo", actor=auditing.COMMAND_LINE, detail={"files": names}, now=now())
    session.commit()
    click.echo(f"Undone: {', '.join(names)}.")


@officials.command()
@click.argument("postcode")
@click.option("--country", default="US", show_default=True, help="Two letters, as in ISO 3166.")
@click.option("--on", type=DAY, help="The day asked about; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def lookup(postcode: str, country: str, on: datetime | None, as_json: bool) -> None:
    """The districts of a postcode, and who sits for them."""
    session, day = db.session(), _day(on)
    found = looking_up.areas(session, country, postcode, on=day)
    seats = looking_up.seats(session, found.areas, on=day)
    if as_json:
        values = {
            "status": found.status,
            "as_of": found.as_of.isoformat() if found.as_of else None,
            "candidates": [_seat(seat) for seat in seats.candidates],
            "senators": [_seat(seat) for seat in seats.senators],
        }
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    click.echo(f"{found.postcode}: {found.status}. {EXPLAINED.get(found.status, '')}".strip())
    for seat in [*seats.candidates, *seats.senators]:
        click.echo(f"  {_place(found, seat)}{seat.post.label}: {_who(seat)}")


@officials.command()
@click.argument("post_id")
@click.option("--on", type=DAY, help="The day asked about; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def who(post_id: str, on: datetime | None, as_json: bool) -> None:
    """Who holds an office, e.g. us-president, us-senate-ny-1, us-house-ny-14, us-house-ak-0."""
    session, day = db.session(), _day(on)
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(
            f"There is no office “{post_id}” in the directory. Ids look like us-president or us-house-ny-14."
        )
    holding = holder(session, post, on=day)
    if as_json:
        holders = [_member(term) | {"acting": term.acting} for term in holding.memberships]
        values = {"post": post.id, "on": day.isoformat(), "status": holding.status, "holders": holders}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    click.echo(f"{post.label} on {day}: {holding.status}")
    for term in holding.memberships:
        click.echo(f"  {term.person.name}, {term.start_date} to {term.end_date or 'now'} ({term.end_kind})")


def _load(
    files: Sequence[Path],
    as_of: date | None,
    dry_run: bool,
    action: str,
    watch: Callable[[int, int], None],
    *,
    older: bool = False,
) -> roster.Report:
    session = db.session()
    by = auditing.COMMAND_LINE
    report = roster.load(session, files, as_of=as_of, now=now(), dry_run=dry_run, older=older, by=by, watch=watch)
    if not dry_run:
        detail = {"files": [path.name for path in files], "rows": report.changes}
        auditing.record(session, action, actor=by, detail=detail, now=now())
    session.commit()
    return report


def _day(given: datetime | None) -> date:
    return given.date() if given else now().date()


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal; nothing when the output goes elsewhere."""
    with click.progressbar(length=100, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def watch(done: int, total: int) -> None:
            bar.update(done * 100 // max(total, 1) - bar.pos)

        yield watch


def _tell_all(report: roster.Report) -> None:
    for file in report.files:
        _tell(file)
    for count, what, lines in (
        (len(report.departed), "departures", report.departed),
        (len(report.arrived), "arrivals", report.arrived),
    ):
        if count:
            click.echo(f"{count} {what}: {', '.join(line.partition(' from ')[0] for line in lines)}")
    for status in ("vacant", "unconfirmed", "conflict"):
        seats = [id for id, found in report.doubtful.items() if found == status]
        if seats:
            click.echo(f"{len(seats)} {status}: {', '.join(seats)}")
    click.echo(f"{'Would change' if report.dry_run else 'Changed'} {report.changes} rows.")


def _tell(file: roster.FileReport) -> None:
    note = f" ({file.note})" if file.note else ""
    changes = file.changes
    click.echo(f"{file.file}: {file.kind}, as of {file.as_of}{note}")
    click.echo(f"  {changes.added} added, {changes.changed} changed, {changes.ended} ended")
    for line in changes.lines[:LINES]:
        click.echo(f"  {line}")
    if len(changes.lines) > LINES:
        click.echo(f"  … and {len(changes.lines) - LINES} more")
    for problem in file.problems:
        click.echo(f"Warning: {problem}", err=True)


def _seat(seat: Seat) -> dict[str, Any]:
    number = seat.post.seat_key
    members = seat.holding.memberships
    return {
        "division": seat.area.id,
        "state": seat.state.id.rpartition(":")[2].upper(),
        "district": int(number) if number.isdigit() and seat.area is not seat.state else None,
        "role": seat.post.role,
        "seat": seat.status,
        "member": _member(members[0]) if len(members) == 1 else None,
    }


def _member(term: Membership) -> dict[str, Any]:
    return {
        "name": term.person.name,
        "identifiers": {row.scheme: row.identifier for row in term.person.identifiers},
        "term_start": term.start_date.isoformat(),
        "term_end": term.end_date.isoformat() if term.end_date else None,
    }


def _place(found: Lookup, seat: Seat) -> str:
    """With two states, everybody must see whose senators these are."""
    return f"If you live in {seat.state.name}: " if len(found.states) > 1 else ""


def _who(seat: Seat) -> str:
    names = ", ".join(term.person.name for term in seat.holding.memberships)
    if seat.status == "filled":
        return names
    return f"{seat.status} ({names}?)" if names else seat.status
