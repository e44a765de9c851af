"""One way to show long lists: pages of rows, with the number of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows `first` to `last` (counted from 1) of `total`."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def count(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return min(self.total, (self.number - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.number * self.size)


def paginate(session: Session, query: Select[tuple[Row]], *, number: int, size: int = 20) -> Page[Row]:
    """Page `number` of a query, counted from 1; a number past the end gives the last page."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).all()
    return Page(rows, number, size, total)
