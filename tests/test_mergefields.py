import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.mergefields import (
    FIELDS,
    Leftover,
    Unfilled,
    UnknownField,
    fields_in,
    fill,
    from_placeholders,
    leftovers,
    unfinished,
    written,
)

FULL = {name: f"<{name} value>" for name in FIELDS}


def test_fields_are_replaced_by_their_values() -> None:
    assert fill("Dear {{ official.name }},\n{{date}}", {"official.name": "Ada", "date": "1 May"}) == "Dear Ada,\n1 May"


def test_a_value_is_never_looked_at_again() -> None:
    values = {"sender.name": "{{ date }} [Your Name] \\1 {{ sender.name }}", "date": "22 November 2026"}
    assert fill("{{ sender.name }}, {{ date }}", values) == f"{values['sender.name']}, 22 November 2026"


def test_an_unknown_field_is_named_with_its_line() -> None:
    with pytest.raises(UnknownField, match=r"Line 3.*mp_nam") as caught:
        fill("One\nTwo\nDear {{ mp_nam }}", FULL)
    assert (caught.value.name, caught.value.line) == ("mp_nam", 3)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_value_is_an_error_and_never_a_gap(value: str | None) -> None:
    values = {} if value is None else {"sender.name": value}
    with pytest.raises(Unfilled) as caught:
        fill("Yours,\n{{ sender.name }}", values)
    assert (caught.value.name, caught.value.line) == ("sender.name", 2)


@pytest.mark.parametrize(
    ("template", "values", "filled"),
    [
        ("{{ sender.name }}\n{{ sender.email }}\nEnd", {}, "Suzie\nEnd"),  # an empty line of an address goes
        ("Phone: {{ sender.phone }}\nEnd", {}, "End"),  # its label goes with it
        ("{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}", {"sender.city": "Bath"}, "Bath"),
        (
            "{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}",
            {"sender.city": "Bath", "sender.postcode": "BA1"},
            "Bath BA1",
        ),
        ("{{ sender.postcode }} {{ sender.city }}", {"sender.city": "Marseille"}, "Marseille"),
        ("{{ sender.address_lines }}", {"sender.address_lines": "1 Road\nFlat 2"}, "1 Road\nFlat 2"),
    ],
)
def test_empty_lines_of_an_address_are_left_out(template: str, values: dict[str, str], filled: str) -> None:
    assert fill(template, {"sender.name": "Suzie"} | values) == filled


def test_an_optional_field_inside_a_sentence_is_still_needed() -> None:
    with pytest.raises(Unfilled):
        fill("I live in {{ sender.city }} and I vote.", {})


def test_fields_are_listed_once_in_their_order() -> None:
    assert fields_in("{{ date }} {{sender.name}} {{ date }} {{ nonsense }}") == ["date", "sender.name", "nonsense"]


@pytest.mark.parametrize(
    ("blank", "field"),
    [
        ("[Your Name]", "sender.name"),
        ("[YOUR NAME]", "sender.name"),
        ("[Name]", "sender.name"),
        ("[Insert Your Full Name Here]", "sender.name"),
        ("[your_name]", "sender.name"),
        ("(your name)", "sender.name"),
        ("YOUR NAME", "sender.name"),
        ("<your name>", "sender.name"),
        ("{name}", "sender.name"),
        ("{{name}}", "sender.name"),
        ("{{sender.name}}", "sender.name"),
        ("［Your Name］", "sender.name"),
        ("*|FNAME|*", "sender.given_name"),
        ("%LAST_NAME%", "sender.family_name"),
        ("[Your Address]", "sender.address_lines"),
        ("[Your Street Address]", "sender.address_lines"),
        ("[Your Email]", "sender.email"),
        ("[E-mail address]", "sender.email"),
        ("[Phone Number]", "sender.phone"),
        ("[ZIP Code]", "sender.postcode"),
        ("[Date]", "date"),
        ("[Today’s Date]", "date"),
        ("[Representative's Name]", "official.name"),
        ("[Representative’s Name]", "official.name"),
        ("[REP/SEN NAME]", "official.name"),
        ("[Senator's Name]", "official.name"),
        ("[Name of your Representative]", "official.name"),
        ("[Member of Congress]", "official.name"),
        ("[Official]", "official.name"),
        ("[Senator's last name]", "official.family_name"),
        ("[District]", "official.area"),
        ("[Votre nom]", "sender.name"),
        ("[Votre prénom]", "sender.given_name"),
        ("[Code postal]", "sender.postcode"),
        ("[Ihr Name]", "sender.name"),
        ("[Straße]", "sender.address_lines"),
        ("[Su nombre]", "sender.name"),
        ("[اسمك]", "sender.name"),
        ("[البريد الإلكتروني]", "sender.email"),
    ],
)
def test_common_blanks_are_read_as_fields(blank: str, field: str) -> None:
    converted = from_placeholders(f"I am writing. {blank} and on.")
    assert (converted.text, converted.unknown) == (f"I am writing. {written(field)} and on.", [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear [Representative's Name],\nI ask", "{{ official.salutation }},\nI ask"),
        ("Dear Senator [Last Name]:", "{{ official.salutation }}:"),
        ("Dear [Title] [Name],", "{{ official.salutation }},"),
        ("Dear ________,", "{{ official.salutation }},"),
        ("Dear [NAME], I ask you", "{{ official.salutation }}, I ask you"),
        ("Chère [nom de la députée],", "{{ official.salutation }},"),
        ("Sehr geehrte {{name}},", "{{ official.salutation }},"),
        ("Sincerely,\n______", "Sincerely,\n{{ sender.name }}"),
        ("Name: ____\nAddress: ____", "Name: {{ sender.name }}\nAddress: {{ sender.address_lines }}"),
        ("[City, State ZIP]", "{{ sender.city }}, {{ sender.region }} {{ sender.postcode }}"),
        ("[Your City, State]", "{{ sender.city }}, {{ sender.region }}"),
        ("[Your Name and Address]", "{{ sender.name }}\n{{ sender.address_lines }}"),
        (
            "Thank you. Sincerely, [Your Name] [Your Email]",
            "Thank you.\n\nSincerely,\n{{ sender.name }}\n{{ sender.email }}",
        ),
        ("See [the report](https://example.org/r) [1] [sic].", "See [the report](https://example.org/r) [1] [sic]."),
    ],
)
def test_blanks_are_read_where_they_stand(text: str, expected: str) -> None:
    converted = from_placeholders(text)
    assert (converted.text, converted.unknown) == (expected, [])


def test_blanks_that_nobody_can_read_are_named() -> None:
    converted = from_placeholders("Dear [Name],\n\n[write your reason here]\n")
    assert converted.unknown == [Leftover("[write your reason here]", 3)]


BLANKS = """
    [write your reason here]
    [Your Name]
    [REP/SEN NAME]
    ［Name］
    {{ sender.name }}
    {{x}}
    {name}
    {% import os %}
    <your name>
    ____
    (your story)
    YOUR NAME
    XXXX
    %NAME%
    *|FNAME|*
"""


@pytest.mark.parametrize("blank", [line.strip() for line in BLANKS.strip().splitlines()])
def test_a_blank_in_a_finished_letter_is_found_with_its_line(blank: str) -> None:
    assert leftovers(f"Dear Ada,\nplease {blank} now.") == [Leftover(blank, 2)]


def test_half_a_field_is_found() -> None:
    assert [found.text for found in leftovers("Dear {{ official.name,")] == ["{{"]


@pytest.mark.parametrize(
    "plain",
    [
        "He said “it [sic] works” [1], [2] […].",
        "See [the report](https://example.org/report).",
        "If a < b and c > d, then 3 < 4. I <3 my town -> yours <-",
        "Write to <ann@example.org> or <https://example.org/x>.",
        "An under_score, 100% AND 50% OFF, XXX and your name",
        "(you know) (as your office said)",
    ],
)
def test_ordinary_text_is_no_blank(plain: str) -> None:
    assert leftovers(plain) == []


def test_fields_that_exist_are_fine_in_a_template() -> None:
    assert unfinished("{{ sender.name }} {{mp_nam}} [x y]") == [Leftover("{{mp_nam}}", 1), Leftover("[x y]", 1)]


PAYLOADS = [
    f"{open}{inside}{close}"
    for open, close in [
        ("${", "}"),
        ("#{", "}"),
        ("{%", "%}"),
        ("<%=", "%>"),
        ("{#", "#}"),
        ("@(", ")"),
        ("{", "}"),
        ("", ""),
    ]
    for inside in ["7*7", "config", "''.__class__.__mro__", "import os", "request.application", "self", "range(9**9)"]
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_code_is_text_in_templates_and_in_values(payload: str) -> None:
    assert fill(payload, FULL) == payload
    assert fill("By {{ sender.name }}.", {"sender.name": payload}) == f"By {payload}."


@given(st.text())
def test_a_text_without_fields_stays_as_it_is(text: str) -> None:
    if "{{" not in text:
        assert fill(text, FULL) == text


@given(
    st.lists(st.sampled_from([*map(written, FIELDS), "\n", " and ", ", ", "[sic]"]), max_size=20), st.text(min_size=1)
)
def test_every_field_becomes_its_value_and_nothing_else(pieces: list[str], value: str) -> None:
    value = value.strip() or "x"
    values = dict.fromkeys(FIELDS, value)
    expected = "".join(value if piece.startswith("{{") else piece for piece in pieces)
    assert fill("".join(pieces), values) == expected


@given(st.text(alphabet=st.sampled_from("[]{}<>_ aDearNameYour,:\n'’%|*()X"), max_size=200))
@settings(max_examples=500)
def test_reading_blanks_twice_changes_nothing_more(text: str) -> None:
    once = from_placeholders(text)
    assert from_placeholders(once.text).unknown == once.unknown == unfinished(once.text)


@pytest.mark.parametrize(
    "piece", ["[", "{{", "{{ ", "<a", "_", "Dear [a] ", "Sincerely, ", " ", "(your ", "*|A", "X", "{{ date }}", "[a] "]
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    leftovers(text)
    from_placeholders(text)
    fields_in(text)
    assert time.process_time() - started < 3  # quadratic work would take minutes
