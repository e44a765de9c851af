"""Whether a letter to an office may leave from this server today, and where to."""

from datetime import date

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.letters.channels.email.models import Objection
from campaign.officials import addressing, freshness, holding
from campaign.officials.models import Post


class CannotSend(Refused):
    """This letter does not leave from here; the message says why, and the other ways stay open."""


def address(session: Session, post: Post, *, on: date) -> str:
    """The office's own address for letters. Raises CannotSend."""
    if not current_app.config["LETTER_EMAIL"]:
        raise CannotSend(gettext("This site does not send letters itself."))
    if session.get(Objection, post.id):
        raise CannotSend(gettext("This office asked not to get letters through this site. Choose another way."))
    held = holding.holder(session, post, on=on)
    if not held.confirmed:
        raise CannotSend(gettext("Nobody is known for certain to hold this office today. Choose another way."))
    config = current_app.config
    days = {"warn_days": config["ROSTER_WARN_DAYS"], "block_days": config["ROSTER_BLOCK_DAYS"]}
    if freshness.of(session, held, on=on, **days).blocks:
        raise CannotSend(gettext("Our list of officeholders is too old to send letters by it. Choose another way."))
    mailboxes = [contact for contact in addressing.channels(held) if contact.type == "email" and "@" in contact.value]
    for contact in mailboxes:
        if contact.status == "ok":
            return contact.value
    if mailboxes:
        raise CannotSend(gettext("The office’s mailbox takes no letters at the moment. Choose another way."))
    raise CannotSend(gettext("This office has no mailbox that we know of. Choose another way."))


def mark(session: Session, post: Post, *, on: date) -> str:
    """Who holds the office on that day, as a mark to compare: a letter to somebody else must not leave."""
    held = holding.holder(session, post, on=on)
    people = ",".join(str(term.person_id) for term in held.confirmed)
    return f"{post.id} {held.status} {people}"


def objection_token(post_id: str) -> str:
    """What stands in the link at the foot of each letter, with which the office stops them."""
    return str(_signer().dumps(post_id))


def objecting_office(session: Session, token: str) -> Post:
    """The office whose link this is. Raises NotFound."""
    try:
        post = session.get(Post, str(_signer().loads(token)))
    except BadSignature:
        post = None
    if post is None:
        raise NotFound(gettext("This link opens nothing here. Copy the whole address from the letter."))
    return post


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="letter objection")
