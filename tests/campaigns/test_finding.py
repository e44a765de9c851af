"""Which campaigns readers may see, in which order."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from campaign.campaigns import finding
from campaign.errors import NotFound
from tests import make


def test_a_draft_is_not_readable(session: Session) -> None:
    make.campaign(session, slug="secret", state="draft")
    assert finding.by_slug(session, "secret")
    with pytest.raises(NotFound):
        finding.readable(session, "secret")


def test_open_campaigns_come_first_then_the_newest(session: Session) -> None:
    for slug, days in (("older", 3), ("newer", 1)):
        make.campaign(session, slug=slug, published_at=make.NOW - timedelta(days=days))
    make.campaign(session, slug="ended", state="closed", published_at=make.NOW, closed_at=make.NOW)
    make.campaign(session, slug="secret", state="draft")
    assert [campaign.slug for campaign in session.scalars(finding.public())] == ["newer", "older", "ended"]


def test_a_category_lists_its_own_campaigns(session: Session) -> None:
    transport = make.category(session)
    make.campaign(session, slug="bus", categories=[transport])
    make.campaign(session, slug="other")
    assert [campaign.slug for campaign in session.scalars(finding.public(transport))] == ["bus"]


def test_an_article_is_public_only_with_a_readable_campaign(session: Session) -> None:
    campaign = make.campaign(session, state="draft")
    assert campaign.article
    with pytest.raises(NotFound):
        finding.article(session, campaign.article.slug)
    campaign.state = "published"
    assert finding.article(session, campaign.article.slug) == (campaign.article, [campaign])
