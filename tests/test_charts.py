"""Pictures of numbers."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from flask import Flask

from campaign import charts, i18n
from campaign.charts import DayCount, MomentCount, Period

LAST = date(2026, 11, 22)


@pytest.fixture
def speaking() -> Iterator[Flask]:
    """An app that knows its languages and nothing else."""
    app = Flask("charts")
    app.config["LANGUAGES"] = ["en", "ar"]
    i18n.init_app(app)
    with app.test_request_context():
        yield app


def series(length: int) -> list[DayCount]:
    return [DayCount(LAST - timedelta(days=n), confirmed=n % 7, pending=n % 3) for n in range(length)]


def test_nothing_to_show_is_no_picture(speaking: Flask) -> None:
    assert charts.days([]) == ""
    assert charts.periods([]) == []


def test_missing_days_are_empty_periods() -> None:
    found = charts.periods([DayCount(date(2026, 11, 22), 3, 1), DayCount(date(2026, 11, 20), 2, 0)])
    assert found == [
        Period(date(2026, 11, 20), date(2026, 11, 20), 2, 0),
        Period(date(2026, 11, 21), date(2026, 11, 21), 0, 0),
        Period(date(2026, 11, 22), date(2026, 11, 22), 3, 1),
    ]


@pytest.mark.parametrize("length", [1, 2, 6, 62, 63, 365, 434, 730, 4000])
def test_periods_cover_every_day_once_and_lose_no_signature(length: int) -> None:
    days = series(length)
    found = charts.periods(days)
    assert len(found) <= charts.MOST_BARS
    assert found[0].first == days[-1].day and found[-1].last == LAST
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(found))
    assert sum(one.confirmed for one in found) == sum(one.confirmed for one in days)
    assert sum(one.pending for one in found) == sum(one.pending for one in days)


@pytest.mark.parametrize("length", [1, 2, 30, 365, 730])
def test_the_picture_is_described_and_stays_in_its_frame(speaking: Flask, length: int) -> None:
    svg = ElementTree.fromstring(charts.days(series(length)))
    assert svg.get("role") == "img"
    assert svg[0].tag == "title" and svg[1].tag == "desc"
    assert "confirmed" in (svg[1].text or "")
    for bar in svg.iter("rect"):
        x, y, width, height = (float(bar.get(name, "nan")) for name in ("x", "y", "width", "height"))
        assert x >= charts.LEFT and x + width <= charts.WIDTH
        assert y >= charts.TOP - 0.1 and y + height <= charts.HEIGHT - charts.BOTTOM + 0.1


@pytest.mark.parametrize("length", [1, 2, 6, 30, 365, 730])
def test_there_are_few_labels_and_the_newest_day_has_one(speaking: Flask, length: int) -> None:
    svg = ElementTree.fromstring(charts.days(series(length)))
    dates = [label.text for label in svg.iter("text") if label.get("y") == str(charts.HEIGHT - 8)]
    assert 1 <= len(dates) <= charts.MOST_LABELS
    assert "Nov" in (dates[-1] or "")


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 4), (1, 4), (4, 4), (5, 8), (9, 20), (21, 40), (80, 80), (81, 200), (1_000_000, 2_000_000)],
)
def test_the_scale_has_round_whole_numbers(most: int, top: int) -> None:
    assert charts._ceiling(most) == top


def test_no_style_or_script_stands_in_the_picture(speaking: Flask) -> None:
    svg = charts.days(series(30))
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href", svg)


def test_waiting_signatures_are_told_apart_without_colour(speaking: Flask) -> None:
    svg = ElementTree.fromstring(charts.days([DayCount(LAST, 3, 2)]))
    confirmed, pending = svg.iter("rect")
    assert confirmed.get("class") == "bar confirmed" and confirmed.get("stroke") is None
    assert pending.get("class") == "bar pending" and pending.get("stroke") == "currentColor"


def test_the_picture_does_not_turn_round_in_arabic(speaking: Flask) -> None:
    with speaking.test_request_context("/?lang=ar"):
        svg = ElementTree.fromstring(charts.days(series(30)))
    assert svg.get("direction") == "ltr"
    assert "نوفمبر" in "".join(label.text or "" for label in svg.iter("text"))


def test_moments_and_rankings_are_pictures_with_words(speaking: Flask) -> None:
    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    svg = ElementTree.fromstring(charts.moments([MomentCount(at + timedelta(hours=n), n, 1) for n in range(24)]))
    titles = [title.text or "" for title in svg.iter("title")]
    assert len(titles) == 25 and "10:00: 0 confirmed, 1 waiting" in titles[1]

    svg = ElementTree.fromstring(charts.ranking([("<b>Ελλάδα", 40), ("United States", 10), ("Fiji", -1)], "By country"))
    widths = [float(bar.get("width") or "") for bar in svg.iter("rect")]
    assert svg.get("aria-label") == "By country" and widths[0] == 4 * widths[1] and widths[2] == 0
    assert charts.moments([]) == charts.ranking([], "Nothing") == ""
