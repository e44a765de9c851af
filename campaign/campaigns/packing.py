"""A campaign as the page it could have been drafted from: the way back, for a file that another site imports."""

from datetime import date, timedelta, timezone
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles import writing
from campaign.articles.models import Article
from campaign.articles.page import Block, KeyPoint, Link, Page, Picture, Related, ToDo
from campaign.campaigns import parts
from campaign.campaigns.models import Campaign


def text(session: Session, campaign: Campaign) -> str:
    """The campaign file: article, texts, categories, to-do list, petition, letters. No signature and no count."""
    return writing.text(pack(session, campaign))


def pack(session: Session, campaign: Campaign) -> Page:
    """Everything that drafting makes a campaign of."""
    page = Page(
        headline=campaign.title,
        slug=campaign.slug,
        title=campaign.title,
        language=campaign.language,
        country=campaign.country,
        place=campaign.place,
        categories=[category.name for category in campaign.categories],
        opinion=[campaign.opinion] if campaign.opinion else [],
        opinion_author=campaign.opinion_author,
        action=[campaign.action] if campaign.action else [],
        todo_intro=campaign.todo_intro,
        todo=[
            ToDo(
                action.kind,
                action.title,
                action.body,
                tuple(Link(link["url"], link.get("label", "")) for link in action.links),
                tuple(action.hashtags),
                tuple(action.organisations),
            )
            for action in campaign.todo
        ],
        is_complete=True,
    )
    if campaign.article:
        _add_article(page, campaign.article)
    for part in parts.PARTS.values():
        part.pack(session, campaign, page)
    return page


def _add_article(page: Page, article: Article) -> None:
    for name in ("headline", "outlet", "url", "byline", "dateline", "agency", "licence"):
        setattr(page, name, getattr(article, name))
    if article.published_at:
        zone = timezone(timedelta(minutes=article.published_offset or 0))
        page.published_at = article.published_at.astimezone(zone)
    page.article_language = "" if article.language == page.language else article.language
    page.article = [Block(block["kind"], block["text"]) for block in article.body]
    page.key_points = [KeyPoint(**point) for point in article.key_points]
    page.images = [Picture(image["caption"], image["credit"], image.get("url", "")) for image in article.images]
    page.related = [_related(item) for item in article.related]


def _related(item: dict[str, Any]) -> Related:
    day = date.fromisoformat(item["published_on"]) if item["published_on"] else None
    return Related(item["headline"], item["outlet"], item["url"], day)
