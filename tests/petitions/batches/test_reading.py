"""A CSV from somewhere: what is in it comes out, and what is wrong with it is named with line and byte."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.petitions.batches import reading as batch_reading
from campaign.petitions.batches.reading import BadFile, Table

# No lone CR: programs that write CSV quote it, and some readers take it for the end of a line.
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6)


def read(data: bytes) -> list[list[str]]:
    table = Table(io.BytesIO(data))
    return [table.header, *(row.cells for row in table.rows())]


def written(rows: list[list[str]], delimiter: str, end: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [["given_name", "postcode", "comment"], *rows]
    )
    return text.getvalue()


@given(rows=ROWS, delimiter=st.sampled_from(",;\t"), end=st.sampled_from(["\n", "\r\n"]), mark=st.booleans())
def test_whatever_was_written_is_read(rows: list[list[str]], delimiter: str, end: str, mark: bool) -> None:
    text = written(rows, delimiter, end)
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        found = read((("\ufeff" if mark else "") + text).encode(encoding))
        assert found[1:] == [row for row in rows if any(cell.strip() for cell in row)]


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_table_or_are_refused(data: bytes) -> None:
    try:
        read(data)
    except BadFile as error:
        assert error.message


@given(rows=st.lists(st.sampled_from(["Ada,10001", '"Bo, Jr",1', '"x""y",2', '"two\nlines",3']), max_size=30))
def test_an_open_quote_is_found_where_it_was_opened(rows: list[str]) -> None:
    before = "given_name,postcode\n" + "".join(f"{row}\n" for row in rows)
    data = f'{before}"Grace,10001\nAlan,10002\n'.encode()
    line, byte = before.count("\n") + 1, len(before.encode())
    with pytest.raises(BadFile) as refused:
        read(data)
    assert f"line {line:,} (byte {byte:,})" in refused.value.message


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"a,b\nZo\xeb,1\n", "line 2 (byte 6) is not in UTF-8"),
        (b"a,b\n1,\0\n", "NUL byte in line 2 (byte 6)"),
        (b"a,b\r\n1,2\r\n3,4\n", "line ends change in line 3 (byte 10), from CR LF to LF"),
        (b"a,b\n1,2\r3,4\n", "line ends change in line 2 (byte 4), from LF to CR"),
        (b'a,b\n"x" y,2\n', "line 2 (byte 4) something follows"),
        (b'a,b\n1,"' + b"x" * 140_000 + b'"\n', "longer than any text"),
        (b"x" * 1_100_000, "longer than any row"),
        (",".join("c" * 300).encode(), "more than 200 columns"),
        ("\ufeffa\tb\n1\t2".encode("utf-16-le") + b"\x00", "UTF-16"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named(data: bytes, said: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(data)
    assert said.lower() in refused.value.message.lower()


def test_line_ends_within_a_cell_are_no_line_ends() -> None:
    assert read(b'a,b\r\n"one\ntwo",2\r\n') == [["a", "b"], ["one\ntwo", "2"]]


def test_one_row_more_than_there_may_be_refuses_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_reading, "MOST_ROWS", 3)
    assert len(read(b"a\n" + b"1\n" * 3)) == 4
    with pytest.raises(BadFile, match="more than 3 rows"):
        read(b"a\n" + b"1\n" * 4)
