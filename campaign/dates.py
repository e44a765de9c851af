"""One way to print dates, in the reader's language, always inside <time>."""

from datetime import UTC, date, datetime, timedelta, timezone

from babel.dates import format_date, format_timedelta
from flask import Flask
from markupsafe import Markup, escape

from campaign.db import now
from campaign.i18n import gettext, language


def init_app(app: Flask) -> None:
    """Templates get `day`, `instant` and `ago`."""
    app.jinja_env.globals.update(day=day, instant=instant, ago=ago)


def day(value: date | datetime | None) -> Markup:
    """<time datetime="2026-11-22">22 November 2026</time>, or nothing for None."""
    if value is None:
        return Markup("")
    only = value.date() if isinstance(value, datetime) else value
    shown = format_date(only, format="long", locale=language())
    return Markup('<time datetime="{}">{}</time>').format(only.isoformat(), shown)


def instant(value: datetime | None, *, offset: int | None = None) -> Markup:
    """Date, time and zone. offset: minutes east of UTC in which it was printed by its source; None means UTC."""
    if value is None:
        return Markup("")
    zone = UTC if offset is None else timezone(timedelta(minutes=offset))
    local = value.astimezone(zone)
    shown = format_date(local, format="long", locale=language()) + gettext(", ") + f"{local:%H:%M}"
    return Markup('<time datetime="{}">{} {}</time>').format(local.isoformat(), shown, escape(zone_name(local)))


def ago(value: datetime | None) -> Markup:
    """<time datetime="2026-11-22T11:46:00+00:00">14 minutes ago</time>, or nothing for None."""
    if value is None:
        return Markup("")
    passed = max(timedelta(), now() - value)
    shown = format_timedelta(-passed, add_direction=True, locale=language())
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), shown)


def zone_name(value: datetime) -> str:
    """ "UTC" or "UTC−04:00": an abbreviation like EST names several zones in the world."""
    seconds = int((value.utcoffset() or timedelta()).total_seconds())
    if not seconds:
        return "UTC"
    sign = "−" if seconds < 0 else "+"
    return f"UTC{sign}{abs(seconds) // 3600:02d}:{abs(seconds) // 60 % 60:02d}"
