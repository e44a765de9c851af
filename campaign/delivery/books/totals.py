"""The numbers of a book as plain values: tables by place and by day, and the bars of their picture."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date

from campaign import areas, charts, countries
from campaign.charts import Period
from campaign.delivery.tallying import Tally
from campaign.i18n import figure, gettext, language
from campaign.petitions import origins
from campaign.petitions.origins import ONLINE

MOST_PLACES = 60  # the rest is one row, so that a table stays on its page


def tables(found: Tally) -> list[dict[str, Any]]:
    """By country, by area where postcodes tell it, and by origin where that differs; each with title, head and rows."""
    by_country = {countries.name(code, language()): number for code, number in _most(found.by_country)}
    by_area = {areas.name(code): number for code, number in _most(found.by_area)}
    unknown = found.count - sum(found.by_area.values())
    made = [_table(gettext("Signatures by country"), gettext("Country"), by_country, found.count)]
    if by_area:
        made.append(_table(gettext("Signatures by area"), gettext("Area"), by_area, found.count - unknown))
        if unknown:
            made[-1]["rows"].append([gettext("Elsewhere, or not told by the postcode"), figure(unknown)])
    if set(found.by_origin) - {ONLINE}:
        by_origin = {origins.words(origin): number for origin, number in _most(found.by_origin)}
        made.append(_table(gettext("How the signatures were given"), gettext("Origin"), by_origin, found.count))
    return made


def days(found: Tally) -> dict[str, Any]:
    """Signatures over time: `bars` from 0 to 1, `most` for the top of the scale, and the same numbers as rows."""
    periods = charts.periods(found.days)
    most = max((period.confirmed for period in periods), default=0)
    return {
        "title": gettext("Signatures over time"),
        "head": [gettext("Days"), gettext("Signatures")],
        "bars": [period.confirmed / most for period in periods] if most else [],
        "most": figure(most),
        "ends": [_day(periods[0].first), _day(periods[-1].last)] if periods else [],
        "alt": _described(periods, most),
        "rows": [[_span(period), figure(period.confirmed)] for period in periods if period.confirmed],
    }


def _most(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda one: (-one[1], one[0]))


def _table(title: str, head: str, counted: Mapping[str, int], total: int) -> dict[str, Any]:
    """Small numbers stand last and are folded into one row where there are many."""
    shown = list(counted.items())[:MOST_PLACES]
    rest = total - sum(number for _, number in shown)
    rows = [[name, figure(count)] for name, count in shown]
    if rest:
        rows.append([gettext("Others"), figure(rest)])
    return {"title": title, "head": [head, gettext("Signatures")], "rows": rows}


def _described(periods: list[Period], most: int) -> str:
    """What the picture shows, for people who cannot see it."""
    if not periods:
        return ""
    peak = max(periods, key=lambda period: period.confirmed)
    return gettext(
        "Bars from %(first)s to %(last)s; the highest, %(most)s, is %(peak)s. The table beside has all numbers.",
        first=_day(periods[0].first),
        last=_day(periods[-1].last),
        most=figure(most),
        peak=_span(peak),
    )


def _span(period: Period) -> str:
    return _day(period.last) if period.first == period.last else f"{_day(period.first)} – {_day(period.last)}"


def _day(value: date) -> str:
    return format_date(value, format="medium", locale=language())
