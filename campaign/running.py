"""Commands that set up and run an installation: demo, serve, worker, db, doctor."""

import click
from flask.cli import with_appcontext

from campaign import migrating


@click.command()
def demo() -> None:
    """."""


@click.command()
def serve() -> None:
    """."""


@click.command()
def worker() -> None:
    """."""


@click.command()
def doctor() -> None:
    """."""


@click.group("db")
def database() -> None:
    """The database's tables."""


@database.command()
@with_appcontext
def upgrade() -> None:
    """Bring the tables to the newest version."""
    migrating.upgrade()
