"""Rows as lines of text: whatever stands in a cell, it comes out as it went in."""

import json
from collections.abc import Callable

import pytest

from campaign.delivery import blocks
from campaign.delivery.blocks import BETWEEN, Block

ORDINARY = [["Ann", "I cross, every day"], ["Zoë", ""], [",", "],["], ["[", "]"], ["", ""], ["فاطمة", "😀; 100% %s"]]
SPECIAL = [
    ["null", "nullify"],
    ['","', "\\"],
    ["\n", "\\n"],
    [f"a{BETWEEN}b", f"\\{BETWEEN}"],
    ["\t\r\v\f\b\x01\x1e", '"'],
]

# What PostgreSQL writes instead, see "Text Format" in its description of COPY.
INSTEAD = {
    "\\": "\\\\",
    BETWEEN: f"\\{BETWEEN}",
    **{sign: f"\\{letter}" for sign, letter in zip("\b\f\n\r\t\v", "bfnrtv", strict=True)},
}


def arrays(rows: list[list[str]]) -> Block:
    return blocks.of_arrays([json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows])


def copied(rows: list[list[str]]) -> Block:
    cells = [["".join(INSTEAD.get(sign, sign) for sign in cell) for cell in row] for row in rows]
    return blocks.of_copied("".join(BETWEEN.join(row) + "\n" for row in cells).encode())


def cells(block: Block) -> list[list[str]]:
    return [block.apart.get(place, line.split(BETWEEN)) for place, line in enumerate(block.lines)]


@pytest.mark.parametrize("made", [arrays, copied])
@pytest.mark.parametrize("rows", [ORDINARY, SPECIAL, [*ORDINARY, *SPECIAL], [*SPECIAL, *ORDINARY], [["", ""]]])
def test_cells_come_out_as_they_went_in(made: Callable[[list[list[str]]], Block], rows: list[list[str]]) -> None:
    assert cells(made(rows)) == rows
    assert len(made(rows)) == len(rows)


@pytest.mark.parametrize("made", [arrays, copied])
def test_what_is_special_stands_in_no_line(made: Callable[[list[list[str]]], Block]) -> None:
    block = made([*ORDINARY, *SPECIAL])
    assert not [line for line in block.lines for sign in line if (sign < " " and sign != BETWEEN) or sign in '"\\']
    assert {line.count(BETWEEN) for line in block.lines} == {1}, "empty cells keep their places"


@pytest.mark.parametrize("made", [arrays, copied])
def test_ordinary_rows_are_never_set_apart(made: Callable[[list[list[str]]], Block]) -> None:
    assert not made(ORDINARY).apart
