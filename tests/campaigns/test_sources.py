"""A campaign cites the other reports of its event, as far as an organiser wants."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.articles import stories
from campaign.articles.models import Article
from campaign.campaigns import sources
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from tests import make
from tests.make import NOW

pytestmark = pytest.mark.stored


def an_article(session: Session, headline: str, hours: float = 0, **values: object) -> Article:
    return make.article(session, headline=headline, published_at=NOW + timedelta(hours=hours), **values)


def a_story(session: Session, *articles: Article) -> None:
    for other in articles[1:]:
        stories.unite(session, articles[0], other, now=NOW)


def headlines(reports: list[sources.Report]) -> list[str]:
    return [report.article.headline for report in reports]


def a_campaign(session: Session, article: Article, state: str = "draft") -> Campaign:
    return make.campaign(session, article=article, state=state)


def test_drafts_cite_each_other_and_public_pages_stay_as_they_are(session: Session) -> None:
    articles = [an_article(session, name) for name in ("One", "Two", "Three")]
    a_story(session, *articles)
    draft, public = a_campaign(session, articles[0]), a_campaign(session, articles[1], "published")
    newest = a_campaign(session, articles[2])
    sources.cite_story(session, newest, now=NOW)
    assert headlines(sources.cited(session, newest)) == ["One", "Two"]
    assert headlines(sources.cited(session, draft)) == ["Three"]
    assert sources.cited(session, public) == []
    assert headlines(sources.decisions(session, public).proposed) == ["One", "Three"]


def test_leaving_out_citing_again_and_another_lead_can_all_be_undone(session: Session) -> None:
    one, two = an_article(session, "One"), an_article(session, "Two")
    a_story(session, one, two)
    campaign = a_campaign(session, one)
    sources.leave_out(session, campaign, two, now=NOW)
    assert headlines(sources.decisions(session, campaign).left_out) == ["Two"]
    sources.cite_story(session, campaign, now=NOW)
    assert sources.cited(session, campaign) == [], "what was left out is not proposed again"
    sources.cite(session, campaign, two, now=NOW)
    sources.lead(session, campaign, two, now=NOW)
    assert (campaign.article, headlines(sources.cited(session, campaign))) == (two, ["One"])
    sources.lead(session, campaign, one, now=NOW)
    assert (campaign.article, headlines(sources.cited(session, campaign))) == (one, ["Two"])


def test_copies_of_one_text_are_folded(session: Session) -> None:
    one, two = an_article(session, "One"), an_article(session, "Two")
    copy = an_article(session, "Two again", -1, copy_of_id=two.id)
    campaign = a_campaign(session, one)
    for article in (copy, two):
        sources.cite(session, campaign, article, now=NOW)
    [report] = sources.cited(session, campaign)
    assert (report.article, report.copies) == (two, [copy])


@pytest.mark.parametrize(
    ("hours", "values", "is_newer"),
    [
        (5, {}, True),
        (0.5, {}, False),
        (-5, {}, False),
        (5, {"copy_of_id": "own"}, False),
        (5, {"published_at": None}, False),
    ],
)
def test_a_report_of_the_same_event_an_hour_later_is_newer(
    session: Session, hours: float, values: dict[str, object], is_newer: bool
) -> None:
    own = an_article(session, "Talks go on")
    later = an_article(session, "Talks are over", hours)
    for name, value in values.items():
        setattr(later, name, own.id if name == "copy_of_id" else value)
    a_story(session, own, later)
    found = sources.newer(session, a_campaign(session, own), for_readers=False)
    assert (found.article if found else None) is (later if is_newer else None)


def test_readers_hear_of_a_newer_report_only_when_it_is_cited_or_public(session: Session) -> None:
    own, later = an_article(session, "Talks go on"), an_article(session, "Talks are over", 5)
    a_story(session, own, later)
    campaign = a_campaign(session, own, "published")
    draft = a_campaign(session, later)
    assert sources.newer(session, campaign, for_readers=True) is None, "nobody may guess what is being drafted"
    sources.cite(session, campaign, later, now=NOW)
    found = sources.newer(session, campaign, for_readers=True)
    assert found and (found.article, found.has_page) == (later, False)
    draft.state = "published"
    session.flush()
    found = sources.newer(session, campaign, for_readers=True)
    assert found and found.has_page
    sources.leave_out(session, campaign, later, now=NOW)
    assert sources.newer(session, campaign, for_readers=True) is None


def test_a_report_is_cited_by_its_outlets_address_or_ours(session: Session) -> None:
    own = an_article(session, "One")
    other = an_article(session, "Two", slug="two", url="https://h.example.org/2")
    other.url_key = sources.seen.url_key(other.url)
    campaign = a_campaign(session, own)
    for address in ("https://www.h.example.org/2#top", "https://our.example.org/articles/two", "/articles/two/"):
        sources.leave_out(session, campaign, other, now=NOW)
        assert sources.add(session, campaign, address, now=NOW) is other
        assert headlines(sources.cited(session, campaign)) == ["Two"]
    assert own.story_id == other.story_id is not None
    for address in ("https://h.example.org/3", "two", f"/articles/{own.slug}"):
        with pytest.raises(sources.NotASource):
            sources.add(session, campaign, address, now=NOW)


def test_an_article_of_another_event_is_nobody_s_to_choose(session: Session) -> None:
    campaign = a_campaign(session, an_article(session, "One"))
    other = an_article(session, "Elsewhere")
    for id in (other.id, 0, -1, 2**40):
        with pytest.raises(NotFound):
            sources.find(session, campaign, id)
