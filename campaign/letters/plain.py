"""The letter as a sheet to fill in by hand, for those who want neither a form nor a screen."""

from datetime import date

from sqlalchemy.orm import Session

from campaign.i18n import gettext
from campaign.letters.models import LetterTemplate
from campaign.mergefields import FIELDS, fields_in, written
from campaign.officials import addressing, holding, targets
from campaign.officials.models import Post

LINE = "…" * 12


def sheet(session: Session, template: LetterTemplate, *, campaign_url: str, on: date) -> str:
    """Subject and body. What the office is called is filled in where there is one office; the rest are dotted lines,
    each with what belongs there.
    """
    values = {"campaign.title": template.campaign.title, "campaign.url": campaign_url}
    post = None if targets.needs_area(template.target) else session.get(Post, template.target)
    if post is not None:
        official = addressing.fields_of(holding.holder(session, post, on=on))
        values |= {name: value for name, value in official.items() if value}
    text = f"{gettext('Subject')}: {template.subject}\n\n{template.body}\n"
    for name in fields_in(text):
        text = text.replace(written(name), values.get(name) or f"{LINE} ({FIELDS[name]})")
    return text
