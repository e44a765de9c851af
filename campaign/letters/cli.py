"""Commands of this feature: what is wrong in a campaign's texts and letters, and one letter as text."""

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from campaign.campaigns import checking
from campaign.campaigns import finding as campaign_finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.errors import NotFound, Refused
from campaign.full_names import in_parts
from campaign.letters import finding, linting, part, rendering
from campaign.letters.channels.cwc import xml
from campaign.letters.linting import LetterFinding
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.officials import addressing, holding, naming
from campaign.officials.models import Post


@dataclass(frozen=True)
class Placed:
    """A finding and the text it is in: a letter's slug, or "opinion", "action", "todo_intro", "todo.3"."""

    letter: str
    finding: LetterFinding

    def as_json(self) -> dict[str, Any]:
        """As programs rely on it."""
        found = self.finding
        return {
            "letter": self.letter,
            "line": found.line,
            "code": found.code,
            "text": found.text,
            "holder": found.holder,
            "blocks": found.blocks,
        }


@click.group()
def letters() -> None:
    """Check letters, and print one filled in."""


@letters.command()
@click.argument("slug", required=False)
@click.option(
    "--file", type=click.File(encoding="utf-8"), help="A letter as text: “Subject: …”, an empty line, the body."
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose officeholders count. Default: today.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object with the key “findings”.")
@with_appcontext
def lint(slug: str | None, file: Any, on: Any, as_json: bool) -> None:
    """Find placeholders, stale officeholders and what is missing, in a campaign or a file. Exit 1 when one blocks."""
    if bool(slug) == bool(file):
        raise Refused("Name a campaign, or a file with --file.")
    day = on.date() if on else now().date()
    if file:
        subject, body = split(file.read())
        findings = linting.lint(db.session(), subject=subject, body=body, target=None, on=day)
        found = [Placed(file.name, finding) for finding in findings]
    else:
        found = list(_lint_campaign(campaign_finding.by_slug(db.session(), slug or ""), day))
    if as_json:
        click.echo(json.dumps({"findings": [placed.as_json() for placed in found]}, ensure_ascii=False, indent=2))
    for placed in [] if as_json else found:
        kind = "" if placed.finding.blocks else " (to think about)"
        click.echo(f"{placed.letter}:{placed.finding.line}: {placed.finding.code}{kind}: {placed.finding.text}")
    sys.exit(1 if any(placed.finding.blocks for placed in found) else 0)


@letters.command()
@click.argument("slug")
@click.argument("letter")
@click.option("--post", "post_id", required=True, help="The id of the office, e.g. us-president.")
@click.option("--sender", "sender_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the letter. Default: today.")
@with_appcontext
def render(slug: str, letter: str, post_id: str, sender_file: Path, on: Any) -> None:
    """Print one letter filled in for whoever holds the office on that day. The sender is a JSON object."""
    rendered, _ = _rendered(slug, letter, post_id, sender_file, on.date() if on else now().date())
    click.echo(f"Subject: {rendered.subject}\n\n{rendered.body}")


@letters.command("export-cwc")
@click.argument("slug")
@click.argument("letter")
@click.option("--post", "post_id", required=True, help="The id of an office of Congress, e.g. us-house-ny-14.")
@click.option("--sender", "sender_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--prefix", required=True, type=click.Choice(xml.PREFIXES), help="How the writer is addressed.")
@click.option("--topic", required=True, type=click.Choice(xml.TOPICS), help="What it is about, as Congress sorts it.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def export_cwc(slug: str, letter: str, post_id: str, sender_file: Path, prefix: str, topic: str, output: Path) -> None:
    """Write one letter in the XML of Communicating with Congress. Unverified; nothing is sent."""
    config = current_app.config
    names = ("CWC_AGENT", "CWC_EMAIL", "CWC_CONTACT", "CWC_PHONE")
    if missing := [name for name in names if not config[name]]:
        raise Refused(f"Set {', '.join(missing)} to what you agreed with Congress.", field=missing[0])
    rendered, post = _rendered(slug, letter, post_id, sender_file, now().date())
    contacts = addressing.channels(holding.holder(db.session(), post, on=now().date()))
    made = xml.document(
        rendered,
        agent=xml.Agent(*(config[name] for name in names)),
        code=xml.office(contacts),
        prefix=prefix,
        topic=topic,
        campaign_id=slug,
        number=secrets.token_hex(16),
        on=now().date(),
    )
    output.write_bytes(made)
    click.echo(f"{output}: {xml.UNVERIFIED}", err=True)


def split(text: str) -> tuple[str, str]:
    """Subject and body of a letter as text; a file without “Subject:” is all body."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    head, _, body = text.partition("\n")
    if not head.lower().startswith("subject:"):
        return "", text.strip("\n")
    return head[len("subject:") :].strip(), body.strip("\n")


def read_sender(text: str) -> Sender:
    """A writer from JSON: the fields of Sender; “name” for both names, address lines as a list or a text.

    Raises Refused for anything else.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise Refused(f"The sender is not JSON: {error}.", field="sender") from error
    if not isinstance(values, dict):
        raise Refused("The sender must be a JSON object.", field="sender")
    if "name" in values:
        given, family = in_parts(str(values.pop("name")), str(values.get("country") or ""))
        values = {"given_name": given, "family_name": family} | values
    if isinstance(values.get("address_lines"), list):
        values["address_lines"] = "\n".join(map(str, values["address_lines"]))
    known = {field.name for field in fields(Sender)}
    if unknown := sorted(set(values) - known):
        raise Refused(f"Unknown in the sender: {', '.join(unknown)}. Known: name, {', '.join(sorted(known))}.")
    return Sender(**{name: str(value or "") for name, value in values.items()})


def _rendered(slug: str, letter: str, post_id: str, sender_file: Path, on: date) -> tuple[RenderedLetter, Post]:
    """A letter that could leave, and its office. Raises whatever stands against that."""
    session = db.session()
    campaign = campaign_finding.by_slug(session, slug)
    template = finding.by_slug(session, campaign, letter)
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(f"There is no office with the id {post_id}. Look it up with: campaign officials lookup")
    for found in part.lint(session, template, on=on):
        if found.blocks and _is_unready(found, template.body):
            raise Refused(f"{letter}, line {found.line}: {found.text} To see all: campaign letters lint {slug}")
    made = rendering.render(
        session,
        template,
        post,
        sender=read_sender(sender_file.read_text(encoding="utf-8")),
        campaign_title=campaign.title,
        campaign_url=f"{current_app.config['BASE_URL'].rstrip('/')}/campaigns/{slug}",
        on=on,
    )
    return rendering.finished(made, subject=made.subject, body=made.body), post


def _is_unready(found: LetterFinding, body: str) -> bool:
    """What a draft may have and rendering does not see: no subject, or a greeting to who does not hold the office."""
    is_stale = found.code == "stale-officeholder" and linting.is_salutation(body, found.line)
    return is_stale or found.code == "missing-subject"


def _lint_campaign(campaign: Campaign, on: date) -> Iterator[Placed]:
    for where, text in checking.texts(campaign):
        for stale in naming.contradictions(db.session(), text, on=on):
            line = text.count("\n", 0, stale.offset) + 1
            yield Placed(where, LetterFinding(line, "stale-officeholder", stale.sentence, stale.holder_name))
    for template in finding.of(db.session(), campaign):
        for found in part.lint(db.session(), template, on=on):
            yield Placed(template.slug, found)
