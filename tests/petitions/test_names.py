"""What is a name, in any script, and what only pretends to be one."""

import pytest

from campaign.petitions import names
from campaign.text import clean, hidden_characters
from tests.petitions import name_samples

NAMES = [
    "O'Brien", "O’Brien", "d'Hondt", "María José", "李", "Nguyễn Thị Ánh", "ʻOkina", "Jean-Paul", "J-P.", "X", "Null",
    "Åsa", "نور", "علی\u200cرضا", "שרה", "สมชาย", "ශ්\u200dරී", "क्\u200dषितिज", "გიორგი", "Αλέξανδρος", "Наталія",
    "김민수", "さくら", "ドラゴン", "ልዩ", "བཀྲ་ཤིས་", "ᐃᓄᒃ", "ᏣᎳᎩ", "Ó Súilleabháin", "van der Berg", "St. John", "Jr.",
    "Tom & Ann", "de la Cruz y García", "Mary-Jane Watson-Parker", "Þórður", "Ngũgĩ", "Dr. Ravi S/O Kumar", "X Æ A-12",
    "Ærøskøbing",
]  # fmt: skip
NOT_NAMES = [
    ("http://win.example", "a link"),
    ("www.win.example", "a link without its scheme"),
    ("Buy at cheap-pills.com now", "a host in the middle"),
    ("ann@example.org", "an address in the wrong field"),
    ('=HYPERLINK("x")', "a formula"),
    ("＝SUM(1)", "a formula in full-width letters"),
    ("+1+1", "a formula"),
    ("@SUM(1)", "a formula"),
    ("-Ann", "a dash in front is one, too"),
    ("|calc", "a pipe to a program"),
    ("<b>Ann", "a tag"),
    ("&lt;Ann", "an escaped tag"),
    ("{{ config }}", "a template"),
    ("[url]Ann", "another kind of markup"),
    ("12345", "no letter"),
    ("…", "no letter"),
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_somebody(name: str) -> None:
    assert names.problem(name) is None
    assert hidden_characters(name) == []


@pytest.mark.parametrize(("name", "reason"), NOT_NAMES)
def test_not_a_name(name: str, reason: str) -> None:
    assert names.problem(name), reason


def test_a_leading_dash_is_refused_with_advice() -> None:
    assert "Leave the sign out" in (names.problem("-Ann") or "")


@pytest.mark.parametrize(
    "name", ["A\u202enn", "A\u200bnn", "A\u200dnn", "Ann\u200d", "A\x00nn", "A\u2066nn", "\ufeffAnn", "A\nnn"]
)
def test_hidden_characters_are_found(name: str) -> None:
    assert hidden_characters(name)


def is_refused(name: str) -> bool:
    """As the form does."""
    kept = clean(name)
    return bool(names.problem(kept) or hidden_characters(kept) or len(kept) > names.LONGEST)


def test_two_thousand_names_in_seventy_scripts_are_accepted() -> None:
    real = name_samples.real(2000)
    assert len(set(real)) > 1900
    assert [name for name in real if is_refused(name)] == []


def test_six_hundred_hostile_names_are_refused() -> None:
    hostile = name_samples.hostile()
    assert len(hostile) > 600
    assert [ascii(name) for name in hostile if not is_refused(name)] == []
