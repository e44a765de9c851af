"""Commands of this feature."""

import click


@click.group()
def officials() -> None:
    """."""
