"""Documents that other processes read come back in their order, and refusals in their place."""

import os
from functools import partial

import pytest

from campaign.articles import reading
from campaign.articles.page import Page
from campaign.campaigns import reading_ahead
from campaign.errors import Refused
from tests.make import NOW


def read(text: str) -> list[Page]:
    [page] = reading.read(text, most=1 << 20, now=NOW)
    page.place = str(os.getpid())
    return [page]


def test_pages_come_in_their_order_from_other_processes() -> None:
    documents = [(str(number), partial(read, f"Report {number} of the day\n\nIt rained.")) for number in range(70)]
    found = [(name, given()[0]) for name, given in reading_ahead.read(documents)]
    assert [(name, page.headline) for name, page in found] == [(str(n), f"Report {n} of the day") for n in range(70)]
    assert str(os.getpid()) not in {page.place for _, page in found}


def test_what_cannot_be_read_is_refused_in_its_place() -> None:
    documents = [(text, partial(read, text)) for text in ("Floods\n\nIt rained.", " ", "Storms\n\nIt blew.")]
    (_, first), (_, second), (_, third) = reading_ahead.read(documents)
    assert (first()[0].headline, third()[0].headline) == ("Floods", "Storms")
    with pytest.raises(Refused, match="is empty") as refused:
        second()
    assert refused.value.field == "document"


def test_a_caller_who_stops_early_is_not_kept_waiting() -> None:
    documents = [(str(number), partial(read, f"Report {number}\n\nIt rained.")) for number in range(1000)]
    found = reading_ahead.read(documents)
    next(found)
    found.close()  # type: ignore[attr-defined]  # of the generator
