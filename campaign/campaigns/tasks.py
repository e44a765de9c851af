"""What the worker does for campaigns besides importing: links looked up, old articles placed, texts suggested."""

from datetime import datetime, timedelta
from importlib import import_module

from flask import Flask, current_app
from sqlalchemy.orm import Session, sessionmaker

from campaign.articles import adopting
from campaign.campaigns import links
from campaign.campaigns.assistant import suggestions
from campaign.db import db, now, reading

Sessions = sessionmaker[Session]


def claim_links(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Links of to-do actions that are due; none where that is switched off."""
    every = current_app.config["LINK_CHECK_DAYS"]
    return links.claim(sessions, limit=limit, now=now) if every > 0 else []


def look_at_link(app: Flask, id: int) -> None:
    """See whether a link of a to-do action still answers."""
    every = timedelta(days=app.config["LINK_CHECK_DAYS"])
    links.run(_sessions(), id, looking=links.Looking(site=app.config["BASE_URL"], every=every), clock=now)


def adopt_links(now: datetime) -> int:
    """Follow the links of actions that came by an import or from an older version."""
    with reading(), _sessions()() as session:
        if not links.unfollowed(session):
            return 0
    with _sessions().begin() as session:
        return links.adopt(session, now=now)


def adopt_articles(now: datetime) -> int:
    """Put articles that came before there were stories to the others of their events."""
    with reading(), _sessions()() as session:
        if not adopting.are_waiting(session):
            return 0
    with _sessions().begin() as session:
        return adopting.adopt(session, now=now)


def claim_suggestions(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Drafts for which texts are asked; none where there is no assistant."""
    config = current_app.config
    if not suggestions.is_on(config):
        return []
    return suggestions.claim(sessions, limit=limit, seconds=config["ASSISTANT_SECONDS"], now=now)


def suggest_texts(app: Flask, id: int) -> None:
    """Ask the assistant, and put into the draft what is fit for it."""
    # Needs the extra `assistant`, without which nothing is ever claimed.
    answering = import_module("campaign.campaigns.assistant.answering")
    endpoint = import_module("campaign.campaigns.assistant.endpoint")
    named = {name: app.config[f"ASSISTANT_{name.upper()}"] for name in ("url", "model", "key", "seconds")}
    answering.run(_sessions(), id, server=endpoint.Server(**named), clock=now)


def _sessions() -> Sessions:
    return sessionmaker(db.engine)
