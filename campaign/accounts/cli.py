"""Commands that keep accounts and the trail: campaign account add | list | password, campaign audit verify."""

import json
import sys
from dataclasses import asdict

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from campaign.accounts import auditing, keeping
from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.db import db, now, reading
from campaign.errors import NotFound

ROLES = [role.value for role in Role]
PASSWORD_STDIN = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def account() -> None:
    """Who can sign in at the desk, and as what."""


@account.command()
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--name", default="", help="How others know them.")
@PASSWORD_STDIN
@with_appcontext
def add(email: str, role: str, name: str, password_stdin: bool) -> None:
    """Make an account for EMAIL. Asks for the password twice."""
    session = db.session()
    keeping.canonical(email)  # a wrong address is refused before anybody thinks up a password
    added = keeping.add(
        session, email=email, name=name, role=Role(role), password=_password(stdin=password_stdin), now=now()
    )
    _record(session, "account.add", added, role=role)
    session.commit()
    click.echo(f"{added.email} can sign in as {added.role}.")


@account.command("list")
@with_appcontext
def list_() -> None:
    """Every account with its role."""
    for row in db.session.scalars(keeping.by_address()):
        click.echo(f"{row.email}\t{row.role}\t{'disabled' if row.disabled_at else 'in use'}")


@account.command()
@click.argument("email")
@PASSWORD_STDIN
@with_appcontext
def password(email: str, password_stdin: bool) -> None:
    """Set a new password for EMAIL and sign it out everywhere."""
    session = db.session()
    found = keeping.find(session, email)
    if found is None:
        raise NotFound(f"There is no account {email}. See: campaign account list", field="email")
    session.rollback()  # nobody should have to wait for the database while a password is typed
    new = _password(stdin=password_stdin)
    keeping.change_password(session, found, password=new)
    _record(session, "account.password", found)
    session.commit()
    click.echo(f"{found.email} has a new password and is signed out everywhere.")


@click.group()
def audit() -> None:
    """The trail of who did what."""


@audit.command()
@click.option("--expect", default="", metavar="HEAD", help="A head noted earlier: it must still be in the trail.")
@click.option("--json", "as_json", is_flag=True, help="Print entries, head, broken and expected_at as JSON.")
@with_appcontext
def verify(expect: str, as_json: bool) -> None:
    """Check that no entry of the audit trail was changed, moved or removed. Exit code 1 when one was.

    Entries cut off at the end are found only by a head (the hash of the last entry) that was noted elsewhere.
    """
    expect = expect.strip().lower()
    with reading():
        found = auditing.verify(db.session(), expect=expect)
    is_cut = bool(expect) and found.expected_at is None
    if as_json:
        click.echo(json.dumps(asdict(found) | {"fits": found.broken is None and not is_cut}))
    else:
        _tell(found, expect)
    if found.broken is not None or is_cut:
        raise click.exceptions.Exit(1)


def _tell(found: auditing.Chain, expect: str) -> None:
    if found.broken is not None:
        click.echo(
            f"Entry {found.broken} does not fit: it, or one just before it, was changed, moved or removed. "
            "Who can reach the database? Compare with a backup.",
            err=True,
        )
    if expect and found.expected_at is None:
        click.echo(f"The head {expect} is no longer in the trail: entries were cut off or changed.", err=True)
    if found.broken is None:
        click.echo(f"{found.entries} entries, each fits the one before.\nHead: {found.head}")
        if found.expected_at is not None:
            click.echo(f"{found.entries - found.expected_at} entries were added since the head you noted.")


def _password(*, stdin: bool) -> str:
    if stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    text: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return text


def _record(session: Session, action: str, row: Account, **detail: str) -> None:
    auditing.record(
        session,
        action,
        actor=auditing.COMMAND_LINE,
        object_kind="account",
        object_id=row.id,
        detail=detail,
        now=now(),
    )
