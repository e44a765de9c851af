"""Commands of this feature."""

import click


@click.command("import")
def import_() -> None:
    """."""


@click.command("list")
def list_() -> None:
    """."""
