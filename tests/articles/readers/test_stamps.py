"""Lines that say where and when, as outlets print them."""

from datetime import date

import pytest

from campaign.articles.readers import stamps

US = "Friday, August 15, 2025, 7:28:57\u202fPM Eastern Daylight Time"


@pytest.mark.parametrize(
    ("line", "outlet", "moment"),
    [
        (f"example.com -- {US}", "example.com", "2025-08-15T19:28:57-04:00"),
        ("example.com | 3 March 2026, 14:05 CET", "example.com", "2026-03-03T14:05:00+01:00"),
        ("The Harbour Times — 2026-03-03T14:05:00+01:00", "The Harbour Times", "2026-03-03T14:05:00+01:00"),
        ("Published 2026-03-03 14:05 UTC", "", "2026-03-03T14:05:00+00:00"),
        ("2026-03-03T14:05Z", "", "2026-03-03T14:05:00+00:00"),
        ("March 3 2026 14:05 (GMT+01:00)", "", "2026-03-03T14:05:00+01:00"),
        ("harbour.example | March 3, 2026 | 14:05 UTC-4", "harbour.example", "2026-03-03T14:05:00-04:00"),
        ("7.28pm BST on Friday 15 August 2025", "", "2025-08-15T19:28:00+01:00"),
        ("x.com.au -- Tuesday, 3 March 2026, 9:00 AM AEST", "x.com.au", "2026-03-03T09:00:00+10:00"),
        ("example.in | 3 March 2026, 14:05 IST", "example.in", "2026-03-03T14:05:00+05:30"),
        ("example.ie | 3 March 2026, 14:05 IST", "example.ie", "2026-03-03T14:05:00+01:00"),
        ("example.cn | 3 March 2026, 14:05 CST", "example.cn", "2026-03-03T14:05:00+08:00"),
        ("3. März 2026, 14:05 Uhr MEZ", "", "2026-03-03T14:05:00+01:00"),
        ("lequai.example | mardi 3 mars 2026, 14 h 05, heure de Paris", "lequai.example", "2026-03-03T14:05:00+01:00"),
        ("2026年3月3日 14:05 JST", "", "2026-03-03T14:05:00+09:00"),
        ("Mar 3, 2026 at 2:05 p.m. ET", "", "2026-03-03T14:05:00-05:00"),  # winter
        ("Jul 3, 2026 at 2:05 p.m. ET", "", "2026-07-03T14:05:00-04:00"),  # summer
        (
            "Le Quai de l’Ouest — 3 mars 2026, 14 h 05, heure de Paris",
            "Le Quai de l’Ouest",
            "2026-03-03T14:05:00+01:00",
        ),
        ("12 June 2026, 14:05 Europe/Paris", "", "2026-06-12T14:05:00+02:00"),
        ("12:30 AM EST, 1 January 2026", "", "2026-01-01T00:30:00-05:00"),
        ("03/04/2026 2:05 PM EST", "", "2026-03-04T14:05:00-05:00"),  # an American zone: month first
        ("8 نوفمبر 2026، 10:30 +03:00", "", "2026-11-08T10:30:00+03:00"),
    ],
)
def test_a_time_with_its_zone(line: str, outlet: str, moment: str) -> None:
    stamp = stamps.read(line)
    assert stamp is not None
    assert stamp.moment is not None
    assert (stamp.outlet, stamp.moment.isoformat()) == (outlet, moment)


@pytest.mark.parametrize(
    "line",
    [
        "Floods of 3 March 2026 kill ten",
        "In the March 3 2026 vote they won",
        "The vote on 3 March 2026 was the third, and the council lost it.",
        "12 villages",
        "Boeing 747-400, 14:05",
        "By Jane Doe",
        "",
        "9" * 5000,
    ],
)
def test_a_line_with_other_words_is_no_stamp(line: str) -> None:
    assert stamps.read(line) is None


def test_what_is_missing_stays_open() -> None:
    day_only, no_zone, no_year = (
        stamps.read(line) for line in ("3 de marzo de 2026", "Publié le 15 août 2025 à 14h05", "Aug 15, 14:05 CET")
    )
    assert day_only and (day_only.day, day_only.time, day_only.moment) == (date(2026, 3, 3), None, None)
    assert no_zone and (no_zone.day, no_zone.zone_name, no_zone.moment) == (date(2025, 8, 15), "", None)
    assert no_year and (no_year.has_year, no_year.moment) == (False, None)


def test_an_impossible_day_is_no_time() -> None:
    stamp = stamps.read("31 February 2026, 10:00 CET")
    assert stamp and stamp.has_year and stamp.day is None and stamp.moment is None


def test_an_abbreviation_with_several_meanings_names_them() -> None:
    stamp = stamps.read("example.com | 3 March 2026, 14:05 IST")
    assert stamp
    assert stamp.others == ("India Standard Time", "Irish Standard Time", "Israel Standard Time")


def test_an_outlet_known_from_another_line_settles_the_zone() -> None:
    stamp = stamps.read("3 March 2026, 14:05 IST", outlet="deccan.example.in")
    assert stamp and stamp.others == ()


def test_a_zone_nobody_knows_is_kept_as_printed() -> None:
    stamp = stamps.read("example.org | 3 March 2026, 14:05 XYZT")
    assert stamp and (stamp.zone_name, stamp.moment) == ("XYZT", None)


def test_a_day_that_can_be_read_two_ways_says_so() -> None:
    stamp = stamps.read("03/04/2026 14:05 CET")
    assert stamp and (stamp.day, stamp.other_day) == (date(2026, 4, 3), date(2026, 3, 4))


def test_a_time_of_changing_is_told_from_a_time_of_appearing() -> None:
    assert stamps.read("Updated: March 3, 2026, 14:05 UTC").is_update  # type: ignore[union-attr]
    assert not stamps.read("Published: March 3, 2026, 14:05 UTC").is_update  # type: ignore[union-attr]


def test_a_byline_in_the_same_line() -> None:
    stamp = stamps.read("By Jane Doe | 3 March 2026, 14:05 CET | 5 min read")
    assert stamp and (stamp.byline, stamp.outlet) == ("Jane Doe", "")
