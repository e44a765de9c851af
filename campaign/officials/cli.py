"""Commands for the directory of officials: import files, look up a postcode, ask who holds an office."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from campaign.db import db, now
from campaign.errors import NotFound
from campaign.officials import lookup as looking_up
from campaign.officials import roster
from campaign.officials.holding import holder
from campaign.officials.lookup import Lookup, Seat
from campaign.officials.models import Membership, Post

DAY = click.DateTime(formats=["%Y-%m-%d"])
LINES = 20

EXPLAINED = {
    "ambiguous": "It lies in several districts; choose by street address.",
    "not_found": "It is not in the table. Post-office boxes and new ZIP codes are not; choose a district by hand.",
    "invalid": "This is not a postcode. A ZIP code has five digits.",
    "unavailable": "There is no table of postcodes for this country. Import one: campaign officials import FILE",
}


@click.group()
def officials() -> None:
    """Who holds which office where: import, look up, ask."""


@officials.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as-of", type=DAY, help="The day the files speak for, YYYY-MM-DD.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and write nothing.")
@with_appcontext
def import_(files: tuple[Path, ...], as_of: datetime | None, dry_run: bool) -> None:
    """Import rosters: legislators-current.yaml, executive.yaml, a ZIP table (zccd.csv), or a CSV of offices.

    The content tells which kind a file is. All files are checked first; when one row is refused, nothing is written.
    """
    session = db.session()
    with _progress() as watch:
        report = roster.load(
            session, files, as_of=as_of.date() if as_of else None, now=now(), dry_run=dry_run, watch=watch
        )
        session.commit()
    for file in report.files:
        _tell(file)
    click.echo(f"{'Would change' if dry_run else 'Changed'} {report.changes} rows.")


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


def _day(given: datetime | None) -> date:
    return given.date() if given else now().date()


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal; nothing when the output goes elsewhere."""
    with click.progressbar(length=100, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def watch(done: int, total: int) -> None:
            bar.update(done * 100 // max(total, 1) - bar.pos)

        yield watch


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
