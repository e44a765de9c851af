"""A closed list of licences."""

from datetime import date

import pytest

from campaign.articles import licences


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("CC BY 4.0", "CC BY 4.0"),
        ("cc-by-sa 3.0", "CC BY-SA 3.0"),
        ("CC0", "CC0 1.0"),
        ("public domain", "Public domain"),
        ("Own text", "Own text"),
        ("Permission by Jane Doe on 2026-03-01", "Permission by Jane Doe on 2026-03-01"),
        ("Permission by Jane Doe on 2026-13-01", ""),  # no day of the calendar
        ("Permission by Jane Doe", ""),  # nobody knows when
        ("CC BY-XX 4.0", ""),
        ("All rights reserved", ""),
        ("fair use", ""),
        ("", ""),
    ],
)
def test_only_what_is_on_the_list_is_a_licence(written: str, kept: str) -> None:
    assert licences.known(written) == kept
    assert licences.known(kept) == kept


def test_a_permission_names_who_gave_it_and_when() -> None:
    line = licences.permission("Jane  Doe", date(2026, 3, 1))
    licence = licences.read(line)
    assert licence and (licence.by, licence.on, licence.choice) == ("Jane Doe", date(2026, 3, 1), "Permission")


def test_a_licence_leads_to_its_terms() -> None:
    licence = licences.read("CC BY-NC-ND 4.0")
    assert licence and licence.url == "https://creativecommons.org/licenses/by-nc-nd/4.0/"
