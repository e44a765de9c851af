"""The pause switch: while it is on, mails are queued and none is sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.mail.models import MailSwitch

THE_ONE = 1


def is_paused(session: Session) -> bool:
    return bool(session.scalar(select(MailSwitch.paused_at).where(MailSwitch.id == THE_ONE)))


def state(session: Session) -> MailSwitch:
    """Since when, by whom and why mail is paused; `paused_at` is None when it is not."""
    return session.get(MailSwitch, THE_ONE) or MailSwitch(id=THE_ONE, paused_by="", reason="")


def pause(session: Session, *, by: str, reason: str = "", now: datetime) -> None:
    """Send nothing from now on. by: the account's address. Mails that are just being sent still leave."""
    _set(session, paused_at=now, paused_by=by, reason=reason)


def resume(session: Session, *, by: str) -> None:
    """Send again, what waits first."""
    _set(session, paused_at=None, paused_by=by, reason="")


def _set(session: Session, **values: object) -> None:
    row = dialects.insert(session, MailSwitch).values(id=THE_ONE, **values)
    session.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
    session.expire_all()
