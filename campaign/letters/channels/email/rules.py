"""Whether a letter to an office may leave from this server today, and where to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.letters.channels.email.models import Objection
from campaign.officials import addressing, freshness, holding
from campaign.officials.models import Membership, Post


class CannotSend(Refused):
    """This letter does not leave from here; the message says why, and the other ways stay open."""


@dataclass(frozen=True)
class Way:
    """Where a letter to an office goes today. holder: who has the office, as a mark to compare (see `mark`)."""

    address: str
    holder: str


def way(session: Session, post: Post, *, on: date) -> Way:
    """Where letters to the office may go, and to whom. Raises CannotSend."""
    found = ways(session, [post], on=on)[post.id]
    if isinstance(found, CannotSend):
        raise found
    return found


def ways(session: Session, posts: Sequence[Post], *, on: date) -> dict[str, Way | CannotSend]:
    """The same for many offices, by post id; a handful of questions for all of them."""
    ids = [post.id for post in posts]
    objected = set(session.scalars(select(Objection.post_id).where(Objection.post_id.in_(ids))))
    holdings = holding.holders(session, posts, on=on)
    # So that nobody's channels are asked for one by one; `kept` keeps them until they were looked at.
    terms = [term.id for held in holdings.values() for term in held.memberships]
    kept = [
        *session.scalars(select(Post).where(Post.id.in_(ids)).options(selectinload(Post.contact_details))),
        *session.scalars(
            select(Membership).where(Membership.id.in_(terms)).options(selectinload(Membership.contact_details))
        ),
    ]
    found: dict[str, Way | CannotSend] = {}
    for held in holdings.values():
        try:
            found[held.post.id] = _way(session, held, has_objected=held.post.id in objected, on=on)
        except CannotSend as error:
            found[held.post.id] = error
    del kept
    return found


def _way(session: Session, held: holding.Holding, *, has_objected: bool, on: date) -> Way:
    if not current_app.config["LETTER_EMAIL"]:
        raise CannotSend(gettext("This site does not send letters itself."))
    if has_objected:
        raise CannotSend(gettext("This office asked not to get letters through this site. Choose another way."))
    if not held.confirmed:
        raise CannotSend(gettext("Nobody is known for certain to hold this office today. Choose another way."))
    config = current_app.config
    days = {"warn_days": config["ROSTER_WARN_DAYS"], "block_days": config["ROSTER_BLOCK_DAYS"]}
    if freshness.of(session, held, on=on, **days).blocks:
        raise CannotSend(gettext("Our list of officeholders is too old to send letters by it. Choose another way."))
    mailboxes = [contact for contact in addressing.channels(held) if contact.type == "email" and "@" in contact.value]
    for contact in mailboxes:
        if contact.status == "ok":
            return Way(contact.value, _mark(held))
    if mailboxes:
        raise CannotSend(gettext("The office’s mailbox takes no letters at the moment. Choose another way."))
    raise CannotSend(gettext("This office has no mailbox that we know of. Choose another way."))


def mark(session: Session, post: Post, *, on: date) -> str:
    """Who holds the office on that day, as a mark to compare: a letter to somebody else must not leave."""
    return _mark(holding.holder(session, post, on=on))


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


def _mark(held: holding.Holding) -> str:
    people = ",".join(str(term.person_id) for term in held.confirmed)
    return f"{held.post.id} {held.status} {people}"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="letter objection")
