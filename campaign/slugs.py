"""Addresses that nobody has yet, for rows people link to."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from campaign import dialects, foreseeing
from campaign.statements import Statement

TURN = "addresses that are given out"


def add(session: Session, row: Any, wanted: str) -> None:
    """Add a row with a unique `slug` column under the first free one: `wanted`, `wanted-2`, `wanted-3` …

    Whoever takes one keeps the others waiting until the transaction ends, so of two that come at once the second gets
    the next number. The row is written together with what else is added, at the session's next flush.
    """
    dialects.take_turns(session, TURN)
    row.slug = next(slug for slug in _numbered(wanted) if not _is_taken(session, type(row), slug))
    foreseeing.take(session, type(row).slug, [row.slug])
    session.add(row)


def foresee(session: Session, model: Any, wanted: Iterable[str]) -> None:
    """Ask at once which of the addresses that many new rows want nobody has."""
    dialects.take_turns(session, TURN)
    foreseeing.look(session, model.slug, wanted)


def _numbered(wanted: str) -> Iterator[str]:
    yield wanted
    yield from (f"{wanted}-{number}" for number in count(2))


def _is_taken(session: Session, model: Any, slug: str) -> bool:
    if foreseeing.are_free(session, model.slug, [slug]):
        return False
    if model not in _by_slug:
        _by_slug[model] = Statement(lambda _insert: select(model.id).where(model.slug == bindparam("slug")))
    return _by_slug[model].row(session, {"slug": slug}) is not None


_by_slug: dict[Any, Statement] = {}
