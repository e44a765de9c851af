"""Pages that show several reports of one event: for organisers and for readers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.articles import stories
from campaign.articles.models import Article
from campaign.campaigns import sources
from campaign.campaigns.models import Campaign
from tests import make
from tests.conftest import Visitor
from tests.make import NOW

PAGE = "/desk/campaigns/bridge/sources"


@pytest.fixture
def charlie(sign_in: Callable[..., Visitor]) -> Visitor:
    return sign_in(role="editor")


def a_report(session: Session, headline: str, text: str, hours: float = 0) -> Article:
    slug = headline.lower().replace(" ", "-")
    body = [{"kind": "paragraph", "text": text}]
    at = NOW + timedelta(hours=hours)
    return make.article(
        session,
        slug=slug,
        headline=headline,
        outlet=f"{slug}.example",
        url=f"https://{slug}.example/1",
        body=body,
        published_at=at,
    )


@pytest.fixture
def campaign(session: Session) -> Campaign:
    own = a_report(session, "Vote near", "The council met Mayor Anna Petrov on Monday.")
    other = a_report(session, "Vote over", "The council met Mayor Anna Petroff and Bishop John Smith.", 5)
    stories.unite(session, own, other, now=NOW)
    row = make.campaign(session, slug="bridge", article=own)
    session.commit()
    return row


def test_an_organiser_cites_leaves_out_and_starts_from_another_report(
    charlie: Visitor, session: Session, campaign: Campaign
) -> None:
    page = charlie.page("/desk/campaigns/bridge")
    assert "1 other report of this event was imported." in page.text and "A newer report exists:" in page.text
    own, other = session.scalars(select(Article).order_by(Article.id)).all()
    assert charlie.page(PAGE).select_one(f"form[action='{PAGE}/{other.id}/cite'] button")
    for step, cited in (("cite", ["Vote over"]), ("leave-out", []), ("cite", ["Vote over"]), ("lead", ["Vote near"])):
        assert charlie.submit(f"{PAGE}/{other.id}/{step}", {}).location == PAGE
        session.rollback()
        assert [report.article.headline for report in sources.cited(session, campaign)] == cited
    assert campaign.article_id == other.id
    assert charlie.page(PAGE).select_one(f"form[action='{PAGE}/{own.id}/lead'] button")
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == [f"campaign.source.{name}" for name in ("cite", "leave_out", "cite", "lead")]


def test_another_report_is_cited_by_its_address(charlie: Visitor, session: Session, campaign: Campaign) -> None:
    a_report(session, "Third", "Something else.")
    session.commit()
    page = charlie.submit(PAGE, {"address": "https://nowhere.example/1"}, status=422).get_data(as_text=True)
    assert "Import it first" in page and "https://nowhere.example/1" in page
    charlie.submit(PAGE, {"address": "/articles/third"})
    assert "Third" in charlie.page(PAGE).select_one("main ul.list").text  # type: ignore[union-attr]


def test_readers_see_other_reports_with_outlet_date_link_and_differences(
    client: Visitor, session: Session, campaign: Campaign
) -> None:
    assert "Vote over" not in client.page("/campaigns/bridge").text
    own, other = session.scalars(select(Article).order_by(Article.id)).all()
    copy = a_report(session, "Vote over says agency", "…", 6)
    copy.copy_of_id, copy.story_id = other.id, other.story_id
    for article in (other, copy):
        sources.cite(session, campaign, article, now=NOW)
    session.commit()
    page = client.page("/campaigns/bridge")
    article = page.select_one("section[aria-labelledby=article-title]")
    assert article and article.select_one("a[href='https://vote-over.example/1']")
    assert "vote-over.example" in article.text and "1 more version of this text" in article.text
    assert "A newer report exists:" in article.text
    assert "Named only by vote-over.example: Bishop John Smith" in " ".join(article.text.split())
    assert {"Petrov", "Petroff"} <= {name.text for name in article.select("details strong")}
    assert "Also reported by" in client.page(f"/articles/{own.slug}").text


def test_related_headlines_in_variants_are_folded(charlie: Visitor, session: Session, campaign: Campaign) -> None:
    names = ["Mayors sit down to discuss fate of bridge", "Mayors meet to discuss fate of the bridge", "Snow"]
    own = session.get_one(Article, campaign.article_id)
    own.related = [{"headline": name, "outlet": "", "url": "", "published_on": None} for name in names]
    session.commit()
    page = charlie.page("/desk/campaigns/bridge")
    assert "1 more version" in [summary.text for summary in page.select("details details summary")]


def test_mallory_changes_nothing(
    client: Visitor, sign_in: Callable[..., Visitor], session: Session, campaign: Campaign
) -> None:
    other = session.scalars(select(Article.id).where(Article.slug == "vote-over")).one()
    assert client.submit(f"{PAGE}/{other}/cite", {}).location.endswith("/desk/sign-in")
    sign_in(role="viewer").submit(f"{PAGE}/{other}/cite", {}, status=403)
    session.rollback()
    assert sources.cited(session, campaign) == []
