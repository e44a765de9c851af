"""What many steps of one transaction ask for, and the database is asked once: for imports of thousands of pages."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from campaign.db import Base

KNOWN = "what was asked in this transaction"

Args = ParamSpec("Args")
Found = TypeVar("Found")


def remembered(
    session: Session,
    models: tuple[type[Base], ...],
    ask: Callable[Concatenate[Session, Args], Found],
    *args: Args.args,
    **named: Args.kwargs,
) -> Found:
    """What `ask` finds with these arguments; until the transaction ends it is not asked with them again.

    models: the tables it looks at. When a row of theirs is written, everything is asked anew.
    """
    known = session.info.setdefault(KNOWN, {})
    key = (ask, args, tuple(sorted(named.items())))
    if key not in known:
        known[key] = models, ask(session, *args, **named)
    found: Found = known[key][1]
    return found


@event.listens_for(Session, "after_flush")
def _forget_written(session: Session, _context: object) -> None:
    known = session.info.get(KNOWN)
    if not known:
        return
    written = {type(row) for rows in (session.new, session.dirty, session.deleted) for row in rows}
    for key in [key for key, (models, _) in known.items() if not written.isdisjoint(models)]:
        del known[key]


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(KNOWN, None)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(KNOWN, None)
