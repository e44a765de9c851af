"""The command `campaign signatures sheet`: blank sheets to sign by hand."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from campaign.accounts import auditing
from campaign.campaigns import finding as campaign_finding
from campaign.db import db, now
from campaign.delivery import whole_files
from campaign.delivery.books import making as book
from campaign.delivery.paper import sheets
from campaign.delivery.paper.desk import printer
from campaign.errors import NotFound
from campaign.petitions import finding


@click.command("sheet")
@click.argument("slug")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF.")
@click.option("--number", "count", default=1, show_default=True, help="How many sheets, each with a number of its own.")
@click.option("--paper", type=click.Choice(book.PAPERS), help="Default: what the campaign's country uses.")
@with_appcontext
def sheet(slug: str, output: Path, count: int, paper: str | None) -> None:
    """Write blank sheets to sign by hand, as a PDF. Prints its path."""
    session = db.session()
    petition = finding.of(session, campaign_finding.by_slug(session, slug))
    if petition is None:
        raise NotFound("This campaign has no petition.")
    numbers = sheets.number(session, petition, count)
    detail = {"first": numbers[0], "last": numbers[-1]}
    auditing.record(
        session, "sheets.print", actor=auditing.COMMAND_LINE, object_kind="campaign", object_id=slug, detail=detail,
        now=now(),
    )  # fmt: skip
    size = paper or book.paper_for(petition.campaign.country)
    session.commit()  # nobody waits for the typesetting
    with whole_files.appearing(output) as unfinished:
        sheets.write(petition, numbers, unfinished, paper=size, printer=printer(petition), now=now())
    click.echo(str(output))
