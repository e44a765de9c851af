"""Reports of one event stand together."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.articles import headlines, inbox, seen
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


def test_summaries_from_one_agency_bring_reports_together_under_any_headline() -> None:
    first = item("Harbour wall gives way in storm")
    first.summary = (
        "The old harbour wall at Otterford gave way on Monday night, and forty families had to leave their homes."
    )
    second = item("Forty families homeless")
    second.summary = "OTTERFORD: The old harbour wall at Otterford gave way on Monday, and forty families had to leave."
    third = item("Families ask for new school")
    third.summary = "Families in Otterford ask the council for a new school, since the old one leaks whenever it rains."
    assert [len(group.items) for group in inbox.grouped([first, second, third])] == [2, 1]


@pytest.mark.stored
def test_a_report_leads_to_the_article_that_is_here_already(session: Session) -> None:
    text = "The council of Otterford votes on Tuesday about the new bridge that was promised for so many years."
    make.article(session, headline="Vote on the bridge", body=[{"kind": "paragraph", "text": text}])
    old = make.article(session, headline="Ferry stops for winter", published_at=make.NOW - timedelta(days=40))
    same = make.article(
        session, headline="Other", url="https://h.example.org/7", url_key=seen.url_key("https://h.example.org/7")
    )
    reports = [item("Council to decide"), item("Ferry stops for the winter"), item("Storm")]
    reports[0].summary = text
    reports[2].url = "https://www.h.example.org/7?utm_source=feed"
    found = [group.article for group in inbox.grouped(reports, inbox.newest_articles(session))]
    assert [article and article.headline for article in found] == ["Vote on the bridge", None, "Other"]
    assert old not in found and same in found


def test_variants_of_one_headline_are_folded() -> None:
    names = [
        "Mayors sit down to discuss fate of bridge as talks begin",
        "Mayors meet to discuss fate of bridge",
        "Snow",
    ]
    assert headlines.folded(names, str) == [names[:2], names[2:]]
