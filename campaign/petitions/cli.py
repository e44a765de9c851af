"""Commands of this feature."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from campaign.db import db
from campaign.petitions import counting
from campaign.petitions.models import Petition
from campaign.petitions.origins import ONLINE


@click.group()
def counts() -> None:
    """The counters of confirmed signatures."""


@counts.command("check")
@click.option("--fix", is_flag=True, help="Set counters that are wrong to what the signatures say.")
@with_appcontext
def check_(fix: bool) -> None:
    """Compare the counters with the signatures; exit code 1 when they differ and were not mended."""
    session = db.session()
    drifts = counting.check(session, fix=fix)
    query = select(Petition).options(joinedload(Petition.campaign))
    slugs = {petition.id: petition.campaign.slug for petition in session.scalars(query)} if drifts else {}
    for drift in drifts:
        apart = "" if drift.origin == ONLINE else f" {drift.origin}"
        where = f"{slugs[drift.petition_id]} {drift.day} {drift.country}{apart}"
        click.echo(f"{where}: counted {drift.counted}, signatures {drift.signatures}")
    session.commit()
    if not drifts:
        click.echo("All counters agree with the signatures.")
    elif fix:
        click.echo(f"Mended: {len(drifts)}")
    else:
        click.echo(f"Wrong: {len(drifts)}. Mend them with: campaign counts check --fix", err=True)
        sys.exit(1)
