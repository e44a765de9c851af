"""A document is known again, and a changed page at the same address is told from another report there."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from campaign.articles import saving, seen
from campaign.articles.page import Block, Page
from tests.make import NOW

TEXT = " ".join(f"The council said in part {number} that the bridge stays closed." for number in range(20))
PAGE = Page(
    "Bridge closed",
    url="https://h.example.org/a?id=7",
    article=[Block("paragraph", TEXT)],
    source_text=f"Bridge\n{TEXT}",
)


@pytest.mark.stored
@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({}, True),
        ({"source_text": f"Bridge\r\n\r\n {TEXT}"}, True),  # line ends differ from machine to machine
        ({"source_text": "<html>new adverts"}, True),  # same address, same headline
        ({"source_text": "…", "headline": "Bridge still closed"}, True),  # the outlet has rewritten its headline
        ({"source_text": "…", "url": "http://www.h.example.org/a/?utm_source=x&id=7#top"}, True),
        ({"source_text": "…", "url": "https://h.example.org/a?id=8"}, False),
        (
            {"source_text": "…", "headline": "Ferry", "article": [Block("paragraph", "Another day.")]},
            False,
        ),  # a live page
        ({"source_text": "…", "url": ""}, False),
        ({"source_text": "…", "is_complete": True}, False),  # a campaign file: another campaign about the same report
    ],
)
def test_a_document_is_known_again(session: Session, changes: dict[str, object], known: bool) -> None:
    article = saving.save(session, PAGE, now=NOW)
    found = seen.find(session, replace(PAGE, **changes))  # type: ignore[arg-type]
    assert found is (article if known else None)


def test_a_front_page_stands_for_no_report() -> None:
    assert seen.url_key("https://h.example.org/") == seen.url_key("mailto:a@h.example.org") == seen.url_key("") == ""
