"""Commands of this feature."""

import click


@click.group()
def export() -> None:
    """."""
