"""Links to finished lists: each opens one list for one account, once, and only for ten minutes."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from campaign.accounts.models import Account
from campaign.db import touched
from campaign.delivery.models import DownloadLink, Export
from campaign.errors import NotFound
from campaign.i18n import gettext

LASTS = timedelta(minutes=10)
# Then nobody can even be told that their link is over.
KEPT = timedelta(days=1)


class LinkOver(NotFound):
    """It was this account's link, and was used or has expired. link: whose list a new one can be asked for."""

    def __init__(self, message: str, link: DownloadLink) -> None:
        super().__init__(message)
        self.link = link


def make(session: Session, export: Export, *, account: Account, now: datetime) -> str:
    """A new link to a list; returns its token of 256 random bits, of which only a hash is stored."""
    token = secrets.token_urlsafe(32)
    session.add(
        DownloadLink(
            export_id=export.id,
            account_id=account.id,
            token_hash=_hash(token),
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    return token


def find(session: Session, token: str, *, account: Account, now: datetime) -> DownloadLink:
    """An account's link that can still be used. Raises LinkOver, and NotFound for everybody else's and for guesses."""
    query = select(DownloadLink).where(DownloadLink.token_hash == _hash(token), DownloadLink.account_id == account.id)
    link = session.scalar(query.execution_options(populate_existing=True))
    if link is None:
        raise NotFound(gettext("This link opens nothing for you. Each opens one list, for whoever asked for it."))
    if link.used_at is not None:
        raise LinkOver(gettext("This link has been used. Each gives its file once."), link)
    if link.expires_at <= now:
        raise LinkOver(gettext("This link has expired. Each holds for ten minutes."), link)
    return link


def use(session: Session, token: str, *, account: Account, now: datetime) -> Export:
    """Use a link up and return its list. Of many who try at the same moment one succeeds. Raises as `find` does."""
    unused = (
        update(DownloadLink)
        .where(DownloadLink.token_hash == _hash(token), DownloadLink.account_id == account.id)
        .where(DownloadLink.used_at.is_(None), DownloadLink.expires_at > now)
        .values(used_at=now)
        .returning(DownloadLink.export_id)
        .execution_options(synchronize_session=False)
    )
    export_id = session.scalar(unused)
    if export_id is None:
        find(session, token, account=account, now=now)
        raise NotFound(gettext("This link opens nothing for you. Each opens one list, for whoever asked for it."))
    return session.get_one(Export, export_id)


def forget_over(session: Session, *, now: datetime) -> int:
    """Delete the links that were over long ago; returns how many."""
    over = delete(DownloadLink).where(DownloadLink.expires_at <= now - KEPT)
    return touched(session.execute(over))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
