"""Times as programs write them, “2026-03-03T14:05:00+01:00”, read as a stamp like those that newspapers print."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from campaign.articles.readers import stamps
from campaign.articles.readers.stamps import Stamp


def best(times: Sequence[str], *, outlet: str = "") -> Stamp | None:
    """The most exact of several accounts of one time, the first of them where they contradict; None without any."""
    found = [stamp for time in times if (stamp := read(time, outlet=outlet))]
    if not found:
        return None
    first = found[0]
    if first.moment or first.day is None:
        return first
    near = [stamp for stamp in found if stamp.day and abs(stamp.day - first.day) <= timedelta(days=1)]
    return next((stamp for stamp in near if stamp.moment), next((stamp for stamp in near if stamp.time), first))


def read(text: str, *, outlet: str = "") -> Stamp | None:
    """One time in ISO 8601 or as in mails; else as newspapers print it."""
    text = " ".join(text.split())[: stamps.LONGEST]
    printed = None if _iso(text) else stamps.read(text, outlet=outlet)
    moment = None if printed else _iso(text) or _mailed(text)
    if moment is None:
        return printed
    has_time = len(text) > len("2026-03-03")
    zoned = moment if has_time and _is_storable(moment) else None
    return Stamp(
        printed=text,
        day=moment.date(),
        has_year=True,
        time=moment.time() if has_time else None,
        moment=zoned,
        zone_name=text[-6:] if zoned else "",
    )


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _mailed(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _is_storable(moment: datetime) -> bool:
    """With a zone; and with a date in UTC, which an instant at either end of the calendar may lack."""
    try:
        return moment.tzinfo is not None and bool(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return False
