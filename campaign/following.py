"""What is derived from rows follows them: noted when they change, made anew once before the transaction is committed.

For the index of texts. A campaign is changed in many places (its editor, its petition, its letters, an import); all of
them say so in the row, and none of them has to think of the index.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

NOTED = "changed rows to follow"


@dataclass(frozen=True)
class Follower:
    """noted: what of a changed row is to be followed, nothing for rows that do not matter; follow: bring it up to date.

    noted is asked in the middle of a flush: it only looks at the row.
    """

    noted: Callable[[Any], Iterable[int]]
    follow: Callable[[Session, set[int]], None]


_followers: dict[type, Follower] = {}


def register(kind: type, follower: Follower) -> None:
    """One for each kind of row. Called when the module that derives something is read in."""
    _followers[kind] = follower


@event.listens_for(Session, "after_flush")
def _note(session: Session, _context: object) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        follower = _followers.get(type(row))
        if follower is not None:
            found = set(follower.noted(row))
            if found:
                session.info.setdefault(NOTED, {}).setdefault(type(row), set()).update(found)


@event.listens_for(Session, "before_commit")
def _follow(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint: there is more to come, and it may still be undone
        return
    session.flush()
    noted: dict[type, set[int]] = session.info.pop(NOTED, {})
    for kind, ids in noted.items():
        _followers[kind].follow(session, ids)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTED, None)
