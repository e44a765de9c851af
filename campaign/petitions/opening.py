"""When people can sign: the one reading of a campaign's state and a petition's times."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Opening:
    """state and closed_at: the campaign's; closed_at counts only while it is closed. The times: the petition's."""

    state: str
    closed_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    paused_at: datetime | None

    @property
    def ended_at(self) -> datetime | None:
        """The instant from which nobody can sign: the closing time, or earlier when the campaign was closed by hand."""
        closed_by_hand = self.closed_at if self.state == "closed" else None
        return min((instant for instant in (self.closes_at, closed_by_hand) if instant), default=None)

    def is_ended(self, *, now: datetime) -> bool:
        """True from the end on."""
        return self.state == "closed" or (self.closes_at is not None and now >= self.closes_at)

    def is_open(self, *, now: datetime) -> bool:
        """True while people can sign."""
        has_begun = self.opens_at is None or now >= self.opens_at
        is_running = self.state == "published" and self.paused_at is None
        return is_running and has_begun and not self.is_ended(now=now)
