"""Asking for suggested texts, as rows the worker works off: asked for at the desk, answered once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from campaign import leases, waking
from campaign.accounts.models import Account
from campaign.campaigns.models import Campaign, Suggestion
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext

TASK = "assistant"  # the worker's

Sessions = sessionmaker[Session]


class NotSuggestable(Refused):
    """Nothing can be suggested for this campaign, or not here."""


def is_installed() -> bool:
    """True when the extra `assistant` is."""
    return find_spec("msgspec") is not None


def is_on(config: Mapping[str, Any]) -> bool:
    """True when whoever runs this site wants it: never by itself."""
    return bool(config["ASSISTANT_URL"] and config["ASSISTANT_MODEL"]) and is_installed()


def ask(session: Session, campaign: Campaign, *, account: Account, model: str, now: datetime) -> Suggestion:
    """Ask for texts for a draft; the same again while that is in work. Raises NotSuggestable for what is public."""
    if campaign.state != "draft":
        raise NotSuggestable(gettext("Texts are suggested for drafts only: readers see this campaign."))
    suggestion = Suggestion(campaign_id=campaign.id, open_key=campaign.id, account_id=account.id, model=model[:200])
    suggestion.created_at = suggestion.due_at = now
    suggestion.state, suggestion.attempts = "waiting", 0
    try:
        with session.begin_nested():
            session.add(suggestion)
    except IntegrityError:
        suggestion = session.scalars(select(Suggestion).where(Suggestion.open_key == campaign.id)).one()
    waking.soon(session, TASK)
    return suggestion


def find(session: Session, id: int) -> Suggestion:
    """The suggestion of this number. Raises NotFound."""
    suggestion = session.get(Suggestion, id)
    if suggestion is None:
        raise NotFound(gettext("There is no suggestion of this number."))
    return suggestion


def newest(session: Session, campaign: Campaign) -> Suggestion | None:
    """The last one that was asked for."""
    of_it = select(Suggestion).where(Suggestion.campaign_id == campaign.id)
    return session.scalar(of_it.order_by(Suggestion.id.desc()).limit(1))


def claim(sessions: Sessions, *, limit: int, seconds: float, now: datetime) -> list[int]:
    """Take so many for this worker; returns their numbers. seconds: that an answer may take."""
    with sessions() as session, session.begin():
        lease = timedelta(seconds=seconds + 60)
        claimed = leases.claim(session, Suggestion, now=now, limit=limit, lease=lease)
        for suggestion in claimed:
            suggestion.step = "asking"
        return [suggestion.id for suggestion in claimed]
