"""The numbers of one list, counted from its own rows: what a book says is what stands in it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from campaign import areas
from campaign.charts import DayCount
from campaign.delivery.snapshot import ExportRow
from campaign.petitions.origins import ONLINE


@dataclass
class Tally:
    """How many rows there are of each kind. by_area: ISO 3166-2, of the rows whose postcode tells.

    reasons: why rows are listed apart, see splitting.REASONS; told_comments: how many wrote a comment.
    """

    count: int = 0
    by_country: Counter[str] = field(default_factory=Counter)
    by_area: Counter[str] = field(default_factory=Counter)
    by_day: Counter[date] = field(default_factory=Counter)
    by_version: Counter[int] = field(default_factory=Counter)
    by_origin: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    comments: int = 0

    @property
    def days(self) -> list[DayCount]:
        """Each day with signatures, the first one first."""
        return [DayCount(day, number, 0) for day, number in sorted(self.by_day.items())]


def tally(rows: Iterable[ExportRow], *, reason_of: Callable[[ExportRow], str] = lambda row: "") -> Tally:
    """Count in one pass; memory grows with the number of places and days, not of rows."""
    found = Tally()
    areas_of: dict[tuple[str, str], str] = {}
    for row in rows:
        found.count += 1
        found.by_country[row.country] += 1
        found.by_day[row.signed_on] += 1
        found.by_version[row.text_version] += 1
        found.by_origin[row.origin or ONLINE] += 1
        found.comments += bool(row.comment)
        place = row.country, row.postcode
        area = row.area or areas_of.get(place)
        if area is None:
            area = areas_of[place] = areas.of(*place)
        if area:
            found.by_area[area] += 1
        if reason := reason_of(row):
            found.reasons[reason] += 1
    return found
