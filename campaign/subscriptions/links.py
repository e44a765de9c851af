"""The secrets in mails to subscribers. The link to their own page is random and runs out; only its hash is kept.

The link that ends the mails is made of the mailbox's key, as that of "never write to me" is: it holds as long as mails
are kept, and nothing is stored for it.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign import tokens
from campaign.db import touched
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.mail import stopping
from campaign.subscriptions.models import Subscription, SubscriptionLink

PURPOSE = "campaign subscription"
UNSUBSCRIBE = "campaign unsubscribe"
LIFE = timedelta(days=30)
UNCONFIRMED = timedelta(days=7)


class UnknownLink(NotFound):
    """No subscription has this link, or it is too old."""


def issue(session: Session, subscription_id: int, *, wish: str = "", life: timedelta = LIFE, now: datetime) -> str:
    """A new link, beside those there are; returns its token. wish: what its reader is asked whether to follow."""
    token = tokens.draw()
    session.add(
        SubscriptionLink(
            token_hash=tokens.hashed(PURPOSE, token),
            subscription_id=subscription_id,
            wish=wish,
            expires_at=now + life,
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, *, hold: bool = False, now: datetime) -> SubscriptionLink:
    """The link with this token. Raises UnknownLink.

    hold: nobody else changes its subscription until the transaction ends, and what is returned is as it is now.
    """
    query = select(SubscriptionLink).where(
        SubscriptionLink.token_hash == tokens.hashed(PURPOSE, token), SubscriptionLink.expires_at > now
    )
    link = session.scalar(query)
    if link and hold:
        own = select(Subscription).where(Subscription.id == link.subscription_id).with_for_update()
        session.scalar(own, execution_options={"populate_existing": True})
        link = session.scalar(query, execution_options={"populate_existing": True})
    if link is None:
        message = gettext(
            "This link opens nothing here. It may be too old, or cut short by your mail program: copy all of it."
        )
        raise UnknownLink(message)
    return link


def take_back(session: Session, token: str) -> None:
    """Nobody will ever have this link: its mail could not be queued."""
    own = SubscriptionLink.token_hash == tokens.hashed(PURPOSE, token)
    session.execute(delete(SubscriptionLink).where(own), execution_options={"synchronize_session": False})


def use(session: Session, link: SubscriptionLink, *, now: datetime) -> None:
    """Its question is answered, and it opens the page from now on; others that ask something still do."""
    mine = update(SubscriptionLink).where(SubscriptionLink.token_hash == link.token_hash)
    session.execute(mine.values(wish="", expires_at=now + LIFE))
    session.refresh(link)


def forget_expired(session: Session, *, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` links that open nothing any more; returns how many."""
    old = select(SubscriptionLink.token_hash).where(SubscriptionLink.expires_at <= now).limit(limit)
    deleted = session.execute(
        delete(SubscriptionLink).where(SubscriptionLink.token_hash.in_(old)),
        execution_options={"synchronize_session": False},
    )
    return touched(deleted)


def way_out(mailbox_key: str) -> str:
    """The token of the page that ends the mails."""
    return stopping.token_of(mailbox_key, salt=UNSUBSCRIBE)


def mailbox_of(token: str) -> str:
    """Whose mails a token ends. Raises stopping.UnknownLink."""
    return stopping.key_of(token, salt=UNSUBSCRIBE)
