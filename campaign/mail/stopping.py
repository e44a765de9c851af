""" "Never write to me": the link in every mail that stops all mail to its mailbox, and the list of such mailboxes."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal

from flask import current_app
from itsdangerous import BadSignature, Signer
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.db import touched
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.mail.mailboxes import mailbox_key
from campaign.mail.models import Suppression

Reason = Literal["asked", "bounced", "complained"]
REASONS: tuple[Reason, ...] = ("asked", "bounced", "complained")

# Signed with a salt of its own: a token made for anything else stops nobody's mail, and the other way round.
SALT = "campaign stop mail"
LONGEST_DETAIL = 300


class UnknownLink(NotFound):
    """Nobody was mailed this link."""


def link(key: str) -> str:
    """The full address of the page where the owner of a mailbox stops our mail. Nothing is stored for it."""
    base: str = current_app.config["BASE_URL"]
    return f"{base.rstrip('/')}/mail/stop/{token_of(key)}"


def token_of(key: str, *, salt: str = SALT) -> str:
    """What only we can make of a mailbox's key. salt: what the token is for; it opens nothing else."""
    return Signer(current_app.config["SECRET_KEY"], salt=salt).sign(key).decode()


def key_of(token: str, *, salt: str = SALT) -> str:
    """The mailbox that a link's token was made for. Raises UnknownLink."""
    for secret in (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]):
        try:
            return Signer(secret, salt=salt).unsign(token).decode()
        except BadSignature:
            continue
    raise UnknownLink(gettext("This link is not complete. Open it from the mail again, or copy all of it."))


def stop(session: Session, key: str, *, reason: Reason, detail: str = "", now: datetime) -> bool:
    """Write to this mailbox no more; what waits for it will not leave. True when it was not on the list yet.

    The first reason stays: a mailbox that asked is not written to again because a bounce was lifted.
    """
    row = dialects.insert(session, Suppression).values(
        mailbox_key=key, reason=reason, detail=detail[:LONGEST_DETAIL], created_at=now
    )
    if reason == "asked":
        row = row.on_conflict_do_update(
            index_elements=["mailbox_key"], set_={"reason": "asked"}, where=Suppression.reason != "asked"
        )
    else:
        row = row.on_conflict_do_nothing(index_elements=["mailbox_key"])
    return session.execute(row.returning(Suppression.mailbox_key)).first() is not None


def resume(session: Session, key: str) -> bool:
    """Write to this mailbox again; its owner, or the owner of the site, asked for it. False when it was not listed."""
    statement = delete(Suppression).where(Suppression.mailbox_key == key)
    return touched(session.execute(statement)) > 0


def lift(session: Session, address: str) -> bool:
    """Write to this address again, and to all its spellings. False when it was not on the list."""
    return resume(session, mailbox_key(current_app.config["SECRET_KEY"], address))


def is_stopped(session: Session, key: str) -> bool:
    return bool(stopped(session, [key]))


def stopped(session: Session, keys: Collection[str]) -> dict[str, str]:
    """Which of these mailboxes are on the list, and why."""
    query = select(Suppression.mailbox_key, Suppression.reason).where(Suppression.mailbox_key.in_(keys))
    return {row.mailbox_key: row.reason for row in session.execute(query)}


def numbers(session: Session) -> dict[str, int]:
    """How many mailboxes are on the list for each reason."""
    query = select(Suppression.reason, func.count().label("number")).group_by(Suppression.reason)
    counted = {row.reason: row.number for row in session.execute(query)}
    return {reason: counted.get(reason, 0) for reason in REASONS}
