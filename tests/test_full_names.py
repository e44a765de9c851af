"""The parts of a name stand in the order in which they are said."""

import pytest

from campaign.full_names import full_name, in_parts

NAMES = [
    ("Ada", "Lovelace", "GB", "Ada Lovelace", "given name first"),
    ("小龍", "李", "HK", "李小龍", "Chinese"),
    ("小龍", "李", "", "李小龍", "wherever they live"),
    ("蔵之介", "佐々木", "JP", "佐々木蔵之介", "Japanese, with a mark that doubles"),
    ("さくら", "葛\U000e0100城", "JP", "葛\U000e0100城さくら", "a chosen form of a letter"),
    ("연아", "김", "KR", "김연아", "Korean"),
    ("小.", "李", "TW", "李小.", "the given name as an initial"),
    ("Bruce", "李", "HK", "Bruce 李", "two scripts"),
    ("János", "Kovács", "HU", "Kovács János", "Hungarian"),
    ("Văn An", "Nguyễn", "VN", "Nguyễn Văn An", "Vietnamese"),
    ("小龍", "", "HU", "小龍", "one name"),
    ("", "Kovács", "HU", "Kovács", "one name, in the other field"),
    ("سوزان", "الخطيب", "JO", "سوزان الخطيب", "Arabic"),
]


@pytest.mark.parametrize(("given", "family", "country", "full", "reason"), NAMES)
def test_a_name_is_said_as_its_people_say_it(given: str, family: str, country: str, full: str, reason: str) -> None:
    assert full_name(given, family, country) == full, reason


WHOLE = [
    ("Ada King Lovelace", "GB", ("Ada King", "Lovelace"), "Ada King Lovelace"),
    ("Suharto", "ID", ("Suharto", ""), "Suharto"),
    ("Nguyễn Văn An", "VN", ("Văn An", "Nguyễn"), "Nguyễn Văn An"),
    ("李 小龍", "", ("小龍", "李"), "李小龍"),
    ("李小龍", "", ("李小龍", ""), "李小龍"),
]


@pytest.mark.parametrize(("whole", "country", "parts", "full"), WHOLE)
def test_a_name_that_was_written_as_one_is_said_as_it_was_written(
    whole: str, country: str, parts: tuple[str, str], full: str
) -> None:
    assert in_parts(whole, country) == parts
    assert full_name(*parts, country) == full
