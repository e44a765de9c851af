"""Reports of one event stand together."""

from datetime import datetime, timedelta

import pytest

from campaign.articles import inbox
from campaign.articles.models import FeedItem
from tests import make


def item(headline: str, at: datetime = make.NOW) -> FeedItem:
    return FeedItem(headline=headline, found_at=at)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("Council votes to mend the old bridge", "Council votes to mend old bridge at last", True),
        ("Bridge: council votes to mend it", "Council votes to mend bridge", True),
        ("Le conseil vote la réparation du pont", "Le conseil VOTE la reparation du pont!", True),
        ("議会は古い橋の修理を可決した", "議会、古い橋の修理を可決した", True),
        ("Council votes to mend the old bridge", "Council votes to close the swimming pool", False),
        ("議会は古い橋の修理を可決した", "市長は新しい学校を約束した", False),
        ("Storm", "Strike", False),
    ],
)
def test_headlines_that_share_most_words_tell_of_one_event(first: str, second: str, together: bool) -> None:
    assert len(inbox.grouped([item(first), item(second)])) == (1 if together else 2)


def test_the_same_headline_a_week_later_is_another_event() -> None:
    items = [item("Council meets on Monday"), item("Council meets on Monday", make.NOW - timedelta(days=7))]
    assert len(inbox.grouped(items)) == 2


def test_nothing_is_lost_and_the_order_stays() -> None:
    items = [item("Ferry stops for winter"), item("Council mends bridge"), item("Ferry stops for the winter")]
    groups = inbox.grouped(items)
    assert [[report.headline for report in group.items] for group in groups] == [
        ["Ferry stops for winter", "Ferry stops for the winter"],
        ["Council mends bridge"],
    ]
