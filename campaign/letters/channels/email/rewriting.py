"""An office changed hands while a letter to it waits: without own words in it, it is written anew to the new holder."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from campaign.errors import Refused
from campaign.letters import ledger, rendering
from campaign.letters.channels.email import rules
from campaign.letters.channels.email.models import MailedLetter
from campaign.letters.models import LetterTemplate
from campaign.letters.rendering import RenderedLetter, Sender
from campaign.web import absolute


def made_from(template: LetterTemplate, letter: RenderedLetter) -> dict[str, Any] | None:
    """What it takes to write this letter anew; None when its writer changed it, for those words are theirs alone."""
    if letter.has_own_words:
        return None
    return {"template": ledger.text_sha256(template.subject, template.body), "sender": asdict(letter.sender)}


def anew(session: Session, mailed: MailedLetter, *, on: date) -> RenderedLetter | None:
    """The letter to whoever holds its office on that day, changed in nothing else; None when that cannot be."""
    template, kept = mailed.letter.template, mailed.made_from
    if not kept or kept["template"] != ledger.text_sha256(template.subject, template.body):
        return None
    try:
        made = rendering.render(
            session,
            template,
            mailed.letter.post,
            sender=Sender(**kept["sender"]),
            campaign_title=template.campaign.title,
            campaign_url=absolute("campaigns.show", slug=template.campaign.slug),
            on=on,
        )
        return rendering.finished(made, subject=made.subject, body=made.body)
    except Refused:
        return None


def text(session: Session, mailed: MailedLetter, *, on: date) -> tuple[str, str]:
    """Subject and body as they would leave on that day."""
    if rules.mark(session, mailed.letter.post, on=on) != mailed.holder and (letter := anew(session, mailed, on=on)):
        return letter.subject, letter.body
    return mailed.subject, mailed.body


def rewrite(session: Session, mailed: MailedLetter, *, on: date) -> bool:
    """Write the letter anew, in the ledger too; False when it must not be touched."""
    letter = anew(session, mailed, on=on)
    if letter is None:
        return False
    mailed.subject, mailed.body = letter.subject, letter.body
    mailed.holder = rules.mark(session, letter.post, on=on)
    ledger.describe(mailed.letter, letter)
    return True
