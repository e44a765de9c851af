"""Markdown as plain blocks for print."""

from typing import Any

from campaign.delivery.books.plain_blocks import blocks


def shown(markdown: str) -> list[tuple[Any, ...]]:
    return [
        (block["kind"], block["depth"], block["number"], "".join(span["text"] for span in block["spans"]))
        for block in blocks(markdown)
    ]


def test_paragraphs_headings_and_quotes() -> None:
    assert shown("One\ntwo\n\n## Why\n\n> so") == [
        ("paragraph", 0, 0, "One two"),
        ("heading", 0, 0, "Why"),
        ("quote", 0, 0, "so"),
    ]


def test_lists_keep_their_numbers_and_depth() -> None:
    assert shown("3. three\n4. four\n   - deep\n\n   more\n- bullet") == [
        ("numbered", 1, 3, "three"),
        ("numbered", 1, 4, "four"),
        ("bullet", 2, 1, "deep"),
        ("continued", 1, 0, "more"),
        ("bullet", 1, 1, "bullet"),
    ]


def test_empty_items_give_nothing() -> None:
    assert shown("-\n- b") == [("bullet", 1, 2, "b")]


def test_weight_and_slant_stay_with_their_words() -> None:
    [block] = blocks("plain **strong *both*** end")
    assert [(span["text"], span["strong"], span["emphasis"]) for span in block["spans"]] == [
        ("plain ", False, False),
        ("strong ", True, False),
        ("both", True, True),
        (" end", False, False),
    ]


def test_links_show_where_they_lead() -> None:
    assert shown("[report](https://example.org/r)")[0][3] == "report (https://example.org/r)"
    assert shown("<https://example.org/r>")[0][3] == "https://example.org/r"


def test_html_and_code_are_text() -> None:
    assert shown("<b>x</b> `#sys`")[0][3] == "<b>x</b> #sys"
    assert shown("```\n#import\n```")[0][3] == "#import"
