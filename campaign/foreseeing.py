"""Which of many values no row has: asked at once, so that most of many new rows need no question of their own.

For imports of thousands of pages. Only for whoever keeps others from adding such rows until the transaction ends (see
`dialects.take_turns`), and says of each row of its own which values that has.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import InstrumentedAttribute, Session, SessionTransaction

FREE = "values that no row has"


def look(session: Session, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> None:
    """Ask which of these are free; what was asked of this column before is forgotten."""
    wanted = set(values)
    having = session.scalars(select(column).where(column.in_(wanted))) if wanted else ()
    session.info.setdefault(FREE, {})[column] = wanted.difference(having)


def are_free(session: Session, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> bool:
    """True when it is certain that no row has any of these; False also for what nobody has looked at."""
    free = session.info.get(FREE, {}).get(column)
    return free is not None and free.issuperset(values)


def take(session: Session, column: InstrumentedAttribute[Any], values: Iterable[Any]) -> None:
    """A new row has these, whether it is written already or not."""
    free = session.info.get(FREE, {}).get(column)
    if free:
        free.difference_update(values)


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(session: Session, _previous: SessionTransaction) -> None:
    session.info.pop(FREE, None)


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(FREE, None)
