"""The campaign file: what is written is read as it was, and written again is the same."""

from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from campaign.articles import writing
from campaign.articles.page import Block, KeyPoint, Link, Page, Picture, Related, SampleLetter, SamplePetition, ToDo
from campaign.articles.readers import campaign_file, lines
from tests.conftest import FULL, LARGEST

# Everything that means something in the file, mixed with letters.
PIECES = st.sampled_from([
    "# Opinion", "## contact: Write", "# x", "##", "```", "~~~", "\\", "\\# x", "\\\\```", "Links: none", "Links:",
    "Organisations: A; B", "Hashtags: #a", "Target: x", "Subject: y", "- [x] z", "---", "[a](https://b.example/c_(d))",
    "[a](<b>)", "**bold**", "_it_", "__init__", "*", "`code`", ">", "!", "a", "Ä b", "\n", "\n\n", "  ", "    ", ":",
    ";", "“q”", "5 * 3", "#MendIt", "https://example.org/a", "# Letter: x", "\u200b", "\u202e", "e\u0301", "—",
    ", 2026-01-01", " — x", "{{ a }}", "NO", "null", "no: yes", "'", '"', "\t",
])  # fmt: skip
TEXT = st.lists(PIECES, max_size=12).map("".join)
LINE = st.lists(PIECES.filter(lambda piece: "\n" not in piece), max_size=6).map("".join)
NAME = LINE.filter(lambda line: any(character.isalnum() for character in line))
URL = st.sampled_from(["https://example.org/", "https://example.org/a_(b)?c=d#e", "mailto:a@example.org", ""])
PAGES = st.builds(
    Page,
    headline=NAME,
    title=NAME,
    slug=st.sampled_from(["", "bridge", "bridge-2"]),
    outlet=LINE,
    byline=LINE,
    licence=LINE,
    opinion_author=LINE,
    language=st.sampled_from(["en", "fr", "zh-Hant"]),
    article_language=st.sampled_from(["", "de"]),
    country=st.sampled_from(["", "NO"]),
    categories=st.lists(LINE, max_size=3),
    published_at=st.none() | st.just(datetime(2026, 3, 3, 14, 5, 9, tzinfo=timezone(timedelta(minutes=345)))),
    article=st.lists(st.builds(Block, st.sampled_from(["paragraph", "subhead"]), LINE), max_size=4),
    key_points=st.lists(st.builds(KeyPoint, LINE, st.booleans(), st.sampled_from(["", "AI generated"])), max_size=3),
    images=st.lists(st.builds(Picture, LINE, LINE, URL), max_size=2),
    opinion=st.lists(TEXT, max_size=1),
    action=st.lists(TEXT, max_size=1),
    todo_intro=TEXT,
    todo=st.lists(
        st.builds(
            ToDo,
            st.sampled_from(["contact", "event"]),
            LINE,
            TEXT,
            st.lists(st.builds(Link, URL.filter(bool), LINE), max_size=2).map(tuple),
            st.lists(st.sampled_from(["#MendIt", "#a", "#Ä"]), max_size=2, unique=True).map(tuple),
            st.lists(LINE, max_size=2).map(tuple),
        ),
        max_size=3,
    ),
    letters=st.lists(
        st.builds(SampleLetter, LINE, TEXT, st.sampled_from(["", "mayor"]), LINE, st.sampled_from(["", "fr"]), TEXT,
                  st.sampled_from([(), ("postcode", "city")])),
        max_size=2,
    ),
    petition=st.none() | st.builds(SamplePetition, LINE, TEXT, st.sampled_from([(), ("mayor", "us-president")]),
                                   st.none() | st.integers(1, 10**6), st.none() | st.just(date(2027, 3, 31))),
    related=st.lists(st.builds(Related, LINE, LINE, URL, st.none() | st.just(date(2026, 2, 1))), max_size=3),
    is_complete=st.booleans(),
)  # fmt: skip


# Without shrinking, which takes minutes on pages of so many parts; the difference says enough.
@given(PAGES)
@settings(
    max_examples=3000 if LARGEST else 100 if FULL else 12,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_written_and_read_everything_is_where_it_was(page: Page) -> None:
    """Whatever a text says, it is no heading, no letter and no label of the file."""
    first = writing.text(page)
    read = campaign_file.read(first)
    assert writing.text(read) == first
    assert [(todo.kind, len(todo.links), todo.hashtags) for todo in read.todo] == [
        (todo.kind, len(todo.links), todo.hashtags) for todo in page.todo
    ]
    texts = [lines.joined(block.text) for block in page.article]
    assert [block.text for block in read.article] == [text for text in texts if text]
    assert len(read.letters) == len([letter for letter in page.letters if writing._text(letter.body)])
    assert "\n\n".join(read.opinion) == writing._normal("".join(page.opinion))
    assert read.todo_intro == writing._normal(page.todo_intro)
    assert read.is_complete == page.is_complete


@pytest.mark.parametrize("text", ["Soft  \nbreak", "    code\n    more", "```\n# a comment\n\n## b\n```", "- a\n  - b"])
def test_the_layout_of_markdown_is_kept(text: str) -> None:
    read = campaign_file.read(writing.text(Page("x", opinion=[f"First.\n\n{text}\n\nLast."])))
    assert "\n\n".join(read.opinion) == f"First.\n\n{text}\n\nLast."


def test_a_file_is_pleasant_to_read() -> None:
    page = Page(
        "Bridge shut", title="Reopen it", country="NO",
        article=[Block("paragraph", "It is shut."), Block("subhead", "Why")],
        todo=[ToDo("contact", "Write", "See [x](https://a.example/b).", (Link("https://a.example/b", "x"),))],
        petition=SamplePetition("Reopen it.", addressees=("mayor",), goal=500), categories=["Transport"],
    )  # fmt: skip
    assert writing.text(page) == (
        "---\ntitle: Reopen it\ncountry: NO\ncategories:\n- Transport\nheadline: Bridge shut\npetition:\n"
        "  addressees:\n  - mayor\n  goal: 500\n---\n\n# Article\n\nIt is shut.\n\n## Why\n\n# To do\n\n"
        "## contact: Write\n\n"
        "See [x](https://a.example/b).\n\n# Petition\n\nReopen it.\n"
    )
