"""The worker's share: digests that are due, and addresses that are to be forgotten."""

from datetime import datetime
from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from campaign.db import db
from campaign.subscriptions import digests, links, mailing, subscribing


def build_digests(now: datetime) -> int:
    """Queue the mails of those who follow what there is news of."""
    with Session(db.engine) as session, session.begin():
        write = partial(mailing.digest, now=now)
        return digests.build(session, hour=current_app.config["DIGEST_HOUR"], write=write, now=now)


def forget(now: datetime) -> int:
    """Forget addresses that nobody confirmed in time, those that left long ago, and links that open nothing."""
    with Session(db.engine) as session, session.begin():
        return subscribing.forget(session, now=now) + links.forget_expired(session, now=now)
