"""`campaign doctor`: what is unsafe or missing in this installation, and how to mend it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import config, migrating
from campaign.accounts import auditing
from campaign.accounts.models import Account
from campaign.accounts.permissions import Role
from campaign.campaigns.assistant import suggestions
from campaign.config import Problem
from campaign.db import db, now, reading
from campaign.errors import Refused
from campaign.letters import watching
from campaign.letters.channels.printing import paper
from campaign.mail import breaker, switching
from campaign.mail.models import Email
from campaign.officials import roster
from campaign.petitions import counting
from campaign.search import rebuilding
from campaign.typesetting import TypesettingError

LEAST_FREE = 200 * 1024 * 1024  # bytes
OLDEST_WAITING = 15 * 60  # seconds a due mail may wait before something is wrong


@click.command()
@with_appcontext
def doctor() -> None:
    """List what is unsafe or missing, and how to mend it. Exit code 1 when something must be mended."""
    found = list(problems())
    for problem in found:
        mark = "MEND " if problem.stops else "LOOK "
        click.echo(f"{mark} {problem.setting}: {problem.text}\n      {problem.remedy}")
    if not found:
        click.echo("Nothing is unsafe or missing.")
    if any(problem.stops for problem in found):
        raise click.exceptions.Exit(1)


def problems() -> Iterator[Problem]:
    """Everything found, settings first. In development unsafe settings are only worth a look."""
    production = current_app.config["ENV"] == "production"
    for problem in config.problems(current_app.config):
        yield problem if production else Problem(problem.setting, problem.text, problem.remedy, stops=False)
    try:
        migrating.require_current()
    except Refused as error:
        yield Problem("database", error.message, "Nothing else was looked at.")
        return
    with reading():
        yield from _in_database()
    yield from _on_disk()
    yield from _fonts()
    if current_app.config["ASSISTANT_URL"] and not suggestions.is_installed():
        text = "is set, and what reads the assistant’s answers is not installed."
        yield Problem("ASSISTANT_URL", text, "pip install 'campaign[assistant]'", stops=False)


def _in_database() -> Iterator[Problem]:
    session = db.session()
    owners = select(func.count(Account.id)).where(Account.role == Role.OWNER, Account.disabled_at.is_(None))
    if not session.scalar(owners):
        yield Problem("accounts", "nobody owns this site.", "campaign account add you@example.org --role owner")
    broken = auditing.verify(session).broken
    if broken is not None:
        text = f"entry {broken} does not fit: it, or one just before it, was changed, moved or removed by hand."
        yield Problem("audit trail", text, "Who can reach the database? Compare with a backup, entry by entry.")
    drifts = counting.check(session, fix=False)
    if drifts:
        yield Problem("counts", f"{len(drifts)} counters differ from the rows.", "campaign counts check --fix")
    if rebuilding.is_astray(session):
        yield Problem("search", "the index lacks something, or has something too much.", "campaign search reindex")
    yield from _mail(session)
    yield from _roster()
    for trouble in watching.troubles(session, on=now().date()):
        name = f"letter {trouble.campaign}/{trouble.letter}"
        yield Problem(name, "nobody can write it: " + trouble.why, "Mend it at the desk.", stops=False)
    if held := watching.held(session):
        yield Problem("letters", f"{held} confirmed letters are held back.", "See the desk: Letters.", stops=False)
    if watching.undecided(session):
        text = "many people sent nearly the same letter; more of them wait."
        yield Problem("letters", text, "Decide at the desk: Letters that are alike.", stops=False)


def _mail(session: Session) -> Iterator[Problem]:
    if switching.is_paused(session):
        yield Problem("mail", "somebody paused all mail.", "Go on at the desk: Outgoing mail.", stops=False)
        return
    if breaker.for_app().spent(session, now=now()):
        text = "confirmation mails are held back: far more are asked for than people confirm."
        yield Problem("mail", text, "Look at who signs, then see the desk: Outgoing mail.", stops=False)
        return
    oldest = session.scalar(select(func.min(Email.due_at)).where(Email.state == "waiting"))
    if oldest and (now() - oldest).total_seconds() > OLDEST_WAITING:
        yield Problem("worker", "mail has waited for more than 15 minutes.", "Is `campaign worker` running?")
    failed = session.scalar(select(func.count(Email.id)).where(Email.state == "failed"))
    if failed:
        yield Problem("mail", f"{failed} mails could not be sent.", "See the desk: Outgoing mail.", stops=False)


def _roster() -> Iterator[Problem]:
    as_of = roster.as_of(db.session())
    if as_of is None:
        yield Problem("officials", "no offices are loaded.", "campaign db upgrade", stops=False)
    elif (now().date() - as_of).days > current_app.config["ROSTER_WARN_DAYS"]:
        text = f"the newest list of officeholders is of {as_of}."
        yield Problem("officials", text, "campaign officials sync, or import newer files", stops=False)


def _on_disk() -> Iterator[Problem]:
    free = shutil.disk_usage(Path(current_app.config["INSTANCE"])).free
    if free < LEAST_FREE:
        yield Problem("disk", f"{free // 2**20} MB are free.", "Make room: signatures are refused when it is full.")


def _fonts() -> Iterator[Problem]:
    try:
        scripts = paper.lacking(now())
    except TypesettingError as error:
        yield Problem("typst", f"PDFs cannot be made: {error}.", "Install the dependencies again.", stops=False)
        return
    if scripts:
        text = f"no font has the letters of: {', '.join(scripts)}. PDFs with such names are refused."
        yield Problem(
            "fonts", text, "apt install fonts-noto-cjk, or put a font into the instance’s fonts/.", stops=False
        )
