"""What a postcode tells of the part of its country, and when it tells nothing."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from campaign import areas

CASES = [
    ("US", "99501", "US-AK", "Anchorage"),
    ("US", "99501-1234", "US-AK", "ZIP+4"),
    ("US", "995011234", "US-AK", "ZIP+4 without the dash"),
    ("US", "06390", "US-NY", "Fishers Island is delivered from Connecticut"),
    ("US", "20001", "US-DC", "not a state, but an area"),
    ("US", "20101", "US-VA", "between two runs of DC"),
    ("US", "88510", "US-TX", "El Paso, in the middle of New Mexico's"),
    ("US", "00501", "US-NY", "the lowest there is"),
    ("US", "00901", "", "Puerto Rico is a country of this list"),
    ("US", "96910", "", "so is Guam"),
    ("US", "09012", "", "military, Europe"),
    ("US", "34012", "", "military, the Americas"),
    ("US", "96201", "", "military, the Pacific"),
    ("US", "00000", "", "nowhere"),
    ("US", "9950", "", "cut short"),
    ("US", "", "", "not given"),
    ("CA", "K1A 0A6", "CA-ON", "Ottawa"),
    ("CA", "h2x1y4", "CA-QC", "as people type it"),
    ("CA", "X1A 2N1", "", "two territories share the letter"),
    ("FR", "75001", "FR-75C", "Paris is a collectivity with a code of its own"),
    ("FR", "F-69001", "FR-69", "with the country before it"),
    ("FR", "20000", "FR-2A", "Ajaccio"),
    ("FR", "20200", "FR-2B", "Bastia"),
    ("FR", "20620", "FR-2B", "Biguglia"),
    ("FR", "97400", "FR-974", "La Réunion, given as France"),
    ("FR", "97133", "FR-BL", "Saint-Barthélemy keeps a postcode of Guadeloupe"),
    ("FR", "98000", "", "Monaco"),
    ("FR", "00100", "", "the army"),
    ("ES", "28001", "ES-M", "Madrid"),
    ("ES", "01001", "ES-VI", "the first province"),
    ("ES", "52001", "ES-ML", "the last"),
    ("ES", "53001", "", "none"),
    ("AU", "2000", "AU-NSW", "Sydney"),
    ("AU", "2600", "AU-ACT", "Canberra"),
    ("AU", "0800", "AU-NT", "Darwin"),
    ("AU", "2620", "", "on both sides of a border"),
    ("AU", "6798", "", "Christmas Island"),
    ("DE", "10115", "", "German postcodes cross the Länder"),
    ("GB", "SW1A 1AA", "", "a country without a table"),
    ("RE", "97400", "", "La Réunion given as a country has no areas here"),
]  # fmt: skip

# The file names only the neighbour, into which a corner of each reaches.
ONLY_THE_NEIGHBOUR = {
    "57255", "57430", "57638", "57641", "57642", "57645", "57648", "57660", "81120", "81137", "81324",
}  # fmt: skip
TERRITORIES = ("AS", "GU", "MP", "PR", "VI")


@pytest.mark.parametrize(("country", "postcode", "code", "reason"), CASES)
def test_what_a_postcode_tells(country: str, postcode: str, code: str, reason: str) -> None:
    assert areas.of(country, postcode) == code, reason


def test_every_zip_code_of_one_state_lies_in_that_state(shared: Path) -> None:
    states = defaultdict(set)
    with (shared / "data/us-zipcodes-congress/zccd.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            states[row["zcta"]].add(row["state_abbr"])
    alone = {zip: next(iter(found)) for zip, found in states.items() if len(found) == 1}
    expected = {zip: "" if state in TERRITORIES else f"US-{state}" for zip, state in alone.items()}

    assert len(expected) > 33_000
    assert {zip for zip, code in expected.items() if areas.of("US", zip) != code} == ONLY_THE_NEIGHBOUR


def test_every_area_has_a_name() -> None:
    postcodes = {
        "US": [f"{n:05}" for n in range(0, 100_000, 100)],
        "FR": [f"{n:05}" for n in range(0, 100_000, 100)] + ["97133", "97150"],
        "ES": [f"{n:05}" for n in range(0, 100_000, 1000)],
        "AU": [f"{n:04}" for n in range(10_000)],
        "CA": [f"{letter}1A 1A1" for letter in areas.CANADIAN_LETTERS],
    }
    found = {areas.of(country, postcode) for country, some in postcodes.items() for postcode in some} - {""}
    assert found == set(areas.NAMES)


def test_names_are_those_used_there() -> None:
    names = [areas.name(code) for code in ("US-NC", "FR-22", "ES-SS", "XX-1")]
    assert names == ["North Carolina", "Côtes-d’Armor", "Gipuzkoa", "XX-1"]
