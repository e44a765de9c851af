"""The mails we send, one function each; the words stand in templates/mail/<name of the function>/."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.mail import outbox
from campaign.mail.models import Email


def confirm_signature(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    link: str,
    now: datetime,
) -> Email:
    """To somebody who signed, or whose address somebody typed in. link: where they confirm, or say it was not them."""
    context = {"given_name": given_name, "demand": demand, "campaign_title": campaign_title, "link": link}
    return outbox.queue(session, "confirm_signature", to=to, language=language, context=context, now=now)


def already_signed(
    session: Session,
    *,
    to: str,
    language: str,
    given_name: str,
    demand: str,
    campaign_title: str,
    link: str,
    now: datetime,
) -> Email:
    """To somebody whose address was entered again although their signature counts. link: where they can withdraw it."""
    context = {"given_name": given_name, "demand": demand, "campaign_title": campaign_title, "link": link}
    return outbox.queue(session, "already_signed", to=to, language=language, context=context, now=now)
