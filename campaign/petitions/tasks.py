"""What the worker does for petitions besides signing: batches, and signers of texts that have changed."""

from datetime import datetime
from itertools import takewhile

from flask import Flask, current_app
from sqlalchemy.orm import Session, sessionmaker

from campaign.db import db, now
from campaign.petitions.batches import receiving as batches
from campaign.petitions.batches import work as batch_work
from campaign.petitions.texts import asking_again
from campaign.web import absolute


def take_in_batch(app: Flask, id: int) -> None:
    """Do what is next for a batch."""
    desk = batch_work.Desk(batches.folder(app.config), app.config["SECRET_KEY"])
    batch_work.run(_sessions(), id, desk=desk, clock=now)


def forget_batch_files(now: datetime) -> int:
    """Delete files of signatures that nobody decided about for a week."""
    return batch_work.forget(_sessions(), folder=batches.folder(current_app.config), now=now)


def ask_again(now: datetime) -> int:
    """Write to signers whose petition's text has changed in substance."""
    # A transaction for each, as for reminders.
    return sum(takewhile(bool, (_ask_next(now) for _ in range(asking_again.BATCH))))


def _ask_next(now: datetime) -> int:
    secret = current_app.config["SECRET_KEY"]
    with _sessions().begin() as session:
        return asking_again.ask_again(
            session, secret=secret, address=lambda token: absolute("petitions.text", token=token), now=now, limit=1
        )


def _sessions() -> sessionmaker[Session]:
    return sessionmaker(db.engine)
