"""The audit trail: who did what to which object, and when. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Account, AuditEntry

COMMAND_LINE = "command line"
WORKER = "worker"


def record(
    session: Session,
    action: str,
    *,
    account: Account | None = None,
    actor: str = "",
    object_kind: str = "",
    object_id: str | int = "",
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Add an entry in the caller's transaction: it is there exactly when the change is.

    action: feature and verb, e.g. "campaign.publish"; actor: COMMAND_LINE or WORKER when no account acts;
    detail: plain values for JSON, never a signer's data.
    """
    entry = AuditEntry(
        at=now,
        account_id=account.id if account else None,
        actor=account.email if account else actor,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        detail=detail or {},
    )
    session.add(entry)
    return entry


def newest() -> Select[tuple[AuditEntry]]:
    """All entries, the newest first."""
    return select(AuditEntry).order_by(AuditEntry.id.desc())
