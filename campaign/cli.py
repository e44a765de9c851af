"""The `campaign` command: each feature defines its own, here they come together."""

import sys

import click
from flask import Flask
from flask.cli import ScriptInfo

from campaign import __version__, create_app
from campaign.accounts.cli import account, audit
from campaign.campaigns.cli import import_, list_, save
from campaign.delivery.cli import delivery, export, verify
from campaign.delivery.paper.cli import sheet
from campaign.doctor import doctor
from campaign.errors import Refused
from campaign.letters.cli import letters
from campaign.officials.cli import officials
from campaign.petitions.batches.cli import signatures
from campaign.petitions.cli import counts
from campaign.running import database, demo, serve, worker
from campaign.search.cli import search


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="campaign")
def commands() -> None:
    """Petitions and letters to representatives, starting from a news article."""


OURS = (
    demo,
    serve,
    worker,
    database,
    doctor,
    import_,
    list_,
    save,
    search,
    officials,
    letters,
    export,
    verify,
    delivery,
    counts,
    signatures,
    account,
    audit,
)
signatures.add_command(sheet)  # its feature stands after that of the group
for command in OURS:
    commands.add_command(command)


def main() -> None:
    """Run the command line. Whatever is refused goes to stderr in one sentence, and the exit code is 1."""
    try:
        commands(obj=ScriptInfo(create_app=_app), prog_name="campaign")
    except Refused as error:
        click.echo(f"Error: {error.message}", err=True)
        sys.exit(1)


def _app() -> Flask:
    return create_app(quiet=True)
