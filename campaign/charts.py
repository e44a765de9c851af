"""Pictures of numbers: SVG made on the server, without script or style, beside a table of the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date, format_skeleton
from markupsafe import Markup

from campaign.i18n import figure, gettext, language

# Small, so that its letters are legible when a phone shows the whole picture.
WIDTH, HEIGHT = 440, 200
LEFT, RIGHT, TOP, BOTTOM = 52, 4, 10, 30
MOST_BARS = 62
MOST_LABELS = 4
ROW = 36  # of a ranking: a line of text and its bar
# The longest series first: a bar stands for a day, a week or about a month.
STEPS = (1, 7, 28, 91, 364)


@dataclass(frozen=True)
class DayCount:
    """Signatures of one day: confirmed on it, and signed on it but not confirmed yet."""

    day: date
    confirmed: int
    pending: int


@dataclass(frozen=True)
class MomentCount:
    """Signatures given in one minute or hour, which begins at `at`."""

    at: datetime
    confirmed: int
    pending: int


@dataclass(frozen=True)
class Period:
    """The signatures of some days in a row, `last` counted."""

    first: date
    last: date
    confirmed: int
    pending: int


def periods(series: Sequence[DayCount]) -> list[Period]:
    """The series without gaps, from its first day to its last, in at most 62 periods of equal length.

    Days may be missing, in any order; the newest period always ends on the last day.
    """
    if not series:
        return []
    first, last = min(one.day for one in series), max(one.day for one in series)
    days = (last - first).days + 1
    step = next((step for step in STEPS if days <= step * MOST_BARS), STEPS[-1])
    count = -(-days // step)
    confirmed, pending = [0] * count, [0] * count
    for one in series:
        place = count - 1 - (last - one.day).days // step
        confirmed[place] += one.confirmed
        pending[place] += one.pending
    ends = [last - timedelta(days=step * (count - 1 - place)) for place in range(count)]
    return [
        Period(max(first, end - timedelta(days=step - 1)), end, confirmed[place], pending[place])
        for place, end in enumerate(ends)
    ]


def days(series: Sequence[DayCount]) -> Markup:
    """Stacked bars over time: confirmed below, pending above. Nothing for an empty series.

    Colours come from the stylesheet (.chart .bar, .chart .pending …); without one the bars are told apart by their
    fill. Time runs from left to right in every language, as on the axes of newspapers in Arabic and Hebrew.
    """
    bars = periods(series)
    if not bars:
        return Markup("")
    description = gettext(
        "From %(first)s to %(last)s: %(confirmed)s confirmed and %(pending)s waiting for confirmation.",
        first=_date(bars[0].first),
        last=_date(bars[-1].last),
        **_sums(bars),
    )
    shapes = [(span(bar), bar.confirmed, bar.pending) for bar in bars]
    return _picture(gettext("Signatures over time"), description, shapes, _dates(bars))


def moments(series: Sequence[MomentCount]) -> Markup:
    """The same over minutes or hours, all of one length, without gaps. Nothing for an empty series."""
    if not series:
        return Markup("")
    description = gettext(
        "From %(first)s to %(last)s UTC: %(confirmed)s confirmed and %(pending)s waiting for confirmation.",
        first=_time(series[0].at),
        last=_time(series[-1].at),
        **_sums(series),
    )
    shapes = [(_time(one.at), one.confirmed, one.pending) for one in series]
    labels = [f"{one.at:%H:%M}" for one in series]
    return _picture(gettext("Signatures over time"), description, shapes, _labels(labels))


def ranking(series: Sequence[tuple[str, int]], title: str) -> Markup:
    """One bar from left to right for each name, as long as its number. Nothing for an empty series.

    The names stand above their bars, so that long ones fit and both directions of writing do.
    """
    if not series:
        return Markup("")
    most = max(max(number for _, number in series), 1)
    rows = []
    for place, (name, number) in enumerate(series):
        y, width = place * ROW, round((WIDTH - 2) * max(number, 0) / most, 1)
        rows.append(
            Markup(
                '<g><text x="0" y="{}">{}</text><text x="{}" y="{}" text-anchor="end">{}</text>'
                '<rect class="bar confirmed" x="0" y="{}" width="{}" height="8"/></g>'
            ).format(y + 14, f"\u2068{name}\u2069", WIDTH, y + 14, figure(number), y + 20, width)
        )
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" height="{}" direction="ltr" font-size="13" '
        'fill="currentColor" aria-label="{}">{}</svg>'
    ).format(WIDTH, ROW * len(series), WIDTH, ROW * len(series), title, Markup("").join(rows))


def _picture(title: str, description: str, bars: Sequence[tuple[str, int, int]], axis: Markup) -> Markup:
    """bars: (what one stands for, confirmed, pending)."""
    top = _ceiling(max(confirmed + pending for _, confirmed, pending in bars))
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {} {}" width="{}" height="{}" direction="ltr" font-size="13" '
        'fill="currentColor" aria-labelledby="chart-title chart-desc">'
        '<title id="chart-title">{}</title><desc id="chart-desc">{}</desc>{}{}{}</svg>'
    ).format(
        WIDTH,
        HEIGHT,
        WIDTH,
        HEIGHT,
        title,
        description,
        _grid(top),
        Markup("").join(_bar(*bar, place, len(bars), top) for place, bar in enumerate(bars)),
        axis,
    )


def _sums(series: Sequence[Period] | Sequence[MomentCount]) -> dict[str, str]:
    confirmed, pending = sum(one.confirmed for one in series), sum(one.pending for one in series)
    return {"confirmed": figure(confirmed), "pending": figure(pending)}


def _ceiling(most: int) -> int:
    """The smallest of 4, 8, 20, 40, 80, 200 … that is not below `most`: its quarters are round numbers."""
    top = 4
    while True:
        for factor in (1, 2, 5):
            if most <= top * factor:
                return top * factor
        top *= 10


def _grid(top: int) -> Markup:
    lines = []
    for quarter in range(5):
        value = top * quarter // 4
        y = _y(value, top)
        lines.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{}" y2="{}" stroke="currentColor" stroke-opacity="0.2"/>'
                '<text x="{}" y="{}" text-anchor="end" dominant-baseline="middle">{}</text>'
            ).format(LEFT, WIDTH - RIGHT, y, y, LEFT - 8, y, figure(value))
        )
    return Markup("").join(lines)


def _bar(name: str, confirmed: int, pending: int, place: int, count: int, top: int) -> Markup:
    slot = (WIDTH - LEFT - RIGHT) / count
    width = round(min(slot * 0.8, 40), 1)
    x = round(LEFT + slot * place + (slot - width) / 2, 1)
    shapes = []
    for css, value, below in (("confirmed", confirmed, 0), ("pending", pending, confirmed)):
        if not value:
            continue
        y = _y(below + value, top)
        shapes.append(
            Markup('<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"{}/>').format(
                css, x, y, width, round(_y(below, top) - y, 1), _look(css)
            )
        )
    if not shapes:
        return Markup("")
    label = gettext(
        "%(days)s: %(confirmed)s confirmed, %(pending)s waiting",
        days=name,
        confirmed=figure(confirmed),
        pending=figure(pending),
    )
    return Markup("<g><title>{}</title>{}</g>").format(label, Markup("").join(shapes))


def _look(css: str) -> Markup:
    # An outline, not only another shade: the two stay apart in print and for people who see no colours.
    return Markup(' fill-opacity="0.25" stroke="currentColor"') if css == "pending" else Markup("")


def _dates(bars: Sequence[Period]) -> Markup:
    return _labels([_short(bar.last, bars) for bar in bars])


def _labels(names: Sequence[str]) -> Markup:
    slot = (WIDTH - LEFT - RIGHT) / len(names)
    every = -(-len(names) // MOST_LABELS)
    # Counted from the newest bar, whose label matters most.
    shown = [place for place in range(len(names)) if (len(names) - 1 - place) % every == 0]
    labels = []
    for place in shown:
        anchor = "end" if place == len(names) - 1 and len(names) > MOST_LABELS else "middle"
        x = WIDTH - RIGHT if anchor == "end" else round(LEFT + slot * (place + 0.5), 1)
        labels.append(
            Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(x, HEIGHT - 8, anchor, names[place])
        )
    return Markup("").join(labels)


def span(period: Period) -> str:
    """ "22 November 2026", or "16 November 2026 – 22 November 2026" for more days than one."""
    if period.first == period.last:
        return _date(period.last)
    return f"{_date(period.first)} – {_date(period.last)}"


def _short(value: date, bars: Sequence[Period]) -> str:
    skeleton = "yMMM" if bars[0].first.year != bars[-1].last.year else "MMMd"
    return format_skeleton(skeleton, value, locale=language())


def _time(value: datetime) -> str:
    return f"{_date(value.date())}, {value:%H:%M}"


def _date(value: date) -> str:
    return format_date(value, format="long", locale=language())


def _y(value: int, top: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)
