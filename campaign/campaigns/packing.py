"""A campaign as the page it could have been drafted from: the way back, for a file that another site imports."""

from datetime import date, timedelta, timezone
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles import key_points, writing
from campaign.articles.models import Article
from campaign.articles.page import Block, KeyPoint, Link, Page, Picture, Related, ToDo
from campaign.campaigns import editing, parts
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
        action_author=campaign.action_author,
        machine_made=list(campaign.machine_made or []),
        todo_intro=campaign.todo_intro,
        todo=[
            ToDo(
                action.kind,
                action.title,
                action.body,
                tuple(Link(link["url"], link.get("label", "")) for link in action.links),
                tuple(action.hashtags),
                tuple(action.organisations),
                action.details or {},
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
    for name in editing.SOURCE:
        setattr(page, name, getattr(article, name))
    if article.published_at:
        zone = timezone(timedelta(minutes=article.published_offset or 0))
        page.published_at = article.published_at.astimezone(zone)
    page.article_language = "" if article.language == page.language else article.language
    page.article = [Block(block["kind"], block["text"]) for block in article.body]
    page.key_points = [_point(point) for point in article.key_points if point.get("state") != "dropped"]
    copied = {picture.url: picture for picture in article.pictures}
    others = [image for image in article.images if image.get("url", "") not in copied]
    page.images = [
        *(Picture(one.caption, one.credit, one.url, one.alt, one.licence) for one in copied.values()),
        *(Picture(**image) for image in others),
    ]
    page.related = [_related(item) for item in article.related]


def _point(point: dict[str, Any]) -> KeyPoint:
    label = point["label"]
    if point.get("approved_by"):
        label = f"approved by {point['approved_by']} on {point['approved_on']}"
    return KeyPoint(point["text"], anchored=key_points.is_shown(point), label=label)


def _related(item: dict[str, Any]) -> Related:
    day = date.fromisoformat(item["published_on"]) if item["published_on"] else None
    return Related(item["headline"], item["outlet"], item["url"], day)
