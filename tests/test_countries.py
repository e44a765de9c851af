"""Countries and what their postcodes look like."""

import pytest

from campaign import countries

GOOD = [
    ("US", "99501"), ("US", "99501-1234"), ("US", "00601"), ("GB", "SW1A 1AA"), ("GB", "sw1a1aa"), ("GB", "M1 1AE"),
    ("CA", "k1a 0a6"), ("FR", "75001"), ("FR", "75 001"), ("DE", "10115"), ("DE", "D-10115"), ("AU", "2000"),
    ("NL", "1012AB"), ("JP", "１００-０００１"), ("PL", "00-950"), ("BR", "01310100"), ("IE", ""), ("IE", "D02 AF30"),
    ("AE", ""), ("HK", ""), ("HK", "999077"), ("PA", ""), ("US", "٩٩٥٠١"),
]  # fmt: skip
BAD = [
    ("US", "9950"), ("US", "ABCDE"), ("US", ""), ("GB", "99999"), ("GB", ""), ("CA", "D1A 0A6"), ("FR", "7500"),
    ("DE", "1011"), ("NL", "1012"), ("IE", "12345"), ("AE", "<b>"), ("HK", "x" * 16), ("PA", "="),
]  # fmt: skip


@pytest.mark.parametrize(("country", "postcode"), GOOD)
def test_a_postcode_as_people_write_it(country: str, postcode: str) -> None:
    assert countries.postcode_problem(country, postcode) is None


@pytest.mark.parametrize(("country", "postcode"), BAD)
def test_a_postcode_that_is_none(country: str, postcode: str) -> None:
    assert countries.postcode_problem(country, postcode)


@pytest.mark.parametrize("country", countries.POSTCODES)
def test_each_example_is_right(country: str) -> None:
    assert country in countries.CODES
    assert countries.postcode_problem(country, countries.POSTCODES[country].example) is None


def test_the_message_shows_how_one_looks() -> None:
    problem = countries.postcode_problem("GB", "99999", "fr")
    assert problem and "Royaume-Uni" in problem and "SW1A 1AA" in problem


def test_every_country_once_in_the_readers_order() -> None:
    french = countries.choices("fr")
    assert len(french) == len({code for code, _ in french}) == len(countries.CODES) == 250
    names = [name for _, name in french]
    assert names.index("Égypte") < names.index("Finlande") < names.index("Zimbabwe")
    assert {"EU", "UN", "ZZ", "XA"}.isdisjoint(countries.CODES)
    assert {"US", "FR", "PS", "TW", "XK"} <= countries.CODES


def test_an_unknown_language_gets_english_names() -> None:
    assert countries.name("DE", "tlh-XX") == "Germany"
    assert countries.name("ZZZ", "en") == "ZZZ"
