"""Commands of this feature."""

import sys

import click
from flask.cli import with_appcontext

from campaign import migrating
from campaign.db import db, now
from campaign.search import rebuilding


@click.group()
def search() -> None:
    """Search: the index of all that readers can find."""


@search.command()
@with_appcontext
def reindex() -> None:
    """Make the index anew from campaigns, articles and offices. Meanwhile readers find less."""
    migrating.require_current()
    session = db.session()
    length = rebuilding.work(session)
    with click.progressbar(length=length, label="Indexing", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def step(done: int) -> None:
            session.commit()  # on SQLite nobody else can write while a transaction lasts
            bar.update(done)

        rebuilding.rebuild(session, now=now(), step=step)
        session.commit()
    click.echo("The index has everything that readers may see.")
