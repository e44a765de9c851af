"""Addresses that nobody has yet, for rows people link to."""

from itertools import count
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.statements import Statement


def insert(session: Session, row: Any, wanted: str) -> None:
    """Add a row with a unique `slug` column under the first free one: `wanted`, `wanted-2`, `wanted-3` …

    The unique key decides, so of two that come at once the second gets the next number.
    """
    for number in count(1):
        row.slug = wanted if number == 1 else f"{wanted}-{number}"
        if _is_taken(session, row):
            continue
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            if not _is_taken(session, row):
                raise
        else:
            return


def _is_taken(session: Session, row: Any) -> bool:
    model = type(row)
    if model not in _by_slug:
        _by_slug[model] = Statement(lambda _insert: select(model.id).where(model.slug == bindparam("slug")))
    return _by_slug[model].row(session, {"slug": row.slug}) is not None


_by_slug: dict[Any, Statement] = {}
