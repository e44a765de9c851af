"""An organiser's changes to the letters of a campaign."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.campaigns import guessing
from campaign.campaigns.models import Campaign
from campaign.letters import finding, following_up, linting
from campaign.letters.models import LetterTemplate
from campaign.mergefields import written
from campaign.text import slug as slugified

FIELDS = ("title", "target", "subject", "body", "talking_points", "requires")

# What a new letter starts with; the blocks an office needs to answer are there, the words are the organiser's.
STARTING_BODY = f"""{written("official.salutation")},



Sincerely,

{written("sender.name")}
{written("sender.address_lines")}
{written("sender.city")}, {written("sender.region")} {written("sender.postcode")}
{written("sender.email")}"""


def add(session: Session, campaign: Campaign, *, title: str, now: datetime, **values: Any) -> LetterTemplate:
    """A new letter at the end of the campaign's list, under an address of its own; values: as for `new`."""
    template = new(campaign, finding.of(session, campaign), title=title, **values)
    session.add(template)
    campaign.changed_at = now
    session.flush()
    return template


def new(
    campaign: Campaign,
    others: Sequence[LetterTemplate],
    *,
    title: str,
    target: str = "",
    subject: str = "",
    body: str = STARTING_BODY,
    language: str = "",
    talking_points: str = "",
    requires: Sequence[str] = (),
) -> LetterTemplate:
    """A letter for a campaign that has these others; whoever calls adds it."""
    return LetterTemplate(
        campaign=campaign,
        slug=_free(slugified(title, fallback="letter"), {other.slug for other in others}),
        position=max((other.position for other in others), default=0) + 1,
        title=title,
        target=target,
        subject=subject,
        body=body,
        language=language or campaign.language,
        talking_points=talking_points,
        requires=list(requires),
    )


def change(template: LetterTemplate, values: dict[str, Any], *, now: datetime) -> list[str]:
    """Set any of `FIELDS`; returns the names of those that really changed. The address stays, so links keep working."""
    guessing.settle(template.campaign, f"letters.{template.slug}")
    changed = [name for name in FIELDS if name in values and getattr(template, name) != values[name]]
    for name in changed:
        setattr(template, name, values[name])
    if changed:
        template.campaign.changed_at = now
    return changed


def override(session: Session, template: LetterTemplate, reason: str, *, on: date) -> bool:
    """Let the text stand as it is for this reason, or take the reason back with ""; True when that changed anything.

    The reason is for this text and what the directory says of it now: when either changes, it counts no more.
    """
    text = {"subject": template.subject, "body": template.body}
    found = linting.lint(
        session,
        **text,
        target=template.target,
        language=template.language,
        talking_points=template.talking_points,
        on=on,
    )
    mark = linting.override_mark(found, **text) if reason else ""
    changed = (template.override_reason, template.override_sha256) != (reason, mark)
    template.override_reason, template.override_sha256 = reason, mark
    return changed


def delete(session: Session, template: LetterTemplate, *, now: datetime) -> None:
    """Take a letter off the campaign, together with its rows in the ledger."""
    guessing.settle(template.campaign, f"letters.{template.slug}")
    template.campaign.changed_at = now
    following_up.forget_letters_of(session, template, now=now)
    session.delete(template)
    session.flush()


def _free(wanted: str, taken: set[str]) -> str:
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
