"""A page that was read becomes an Article."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign.articles.models import Article
from campaign.articles.page import Page, Related
from campaign.text import slug

_TRIES = 5


def save(session: Session, page: Page, *, now: datetime) -> Article:
    """Add the article of a page. Its texts stay plain: whoever shows them escapes them.

    Two articles never share a slug: the second “Floods in May” becomes floods-in-may-2.
    """
    base = page.slug or slug(page.headline, fallback="article")
    for attempt in range(_TRIES):
        article = _article(page, _free_slug(session, base), now)
        try:
            with session.begin_nested():
                session.add(article)
            break
        except IntegrityError:
            # Somebody else took the slug between the question and the insert.
            if attempt == _TRIES - 1:
                raise
    return article


def _free_slug(session: Session, base: str) -> str:
    similar = or_(Article.slug == base, Article.slug.startswith(f"{base}-", autoescape=True))
    taken = set(session.scalars(select(Article.slug).where(similar)))
    if base not in taken:
        return base
    return next(candidate for number in range(2, len(taken) + 3) if (candidate := f"{base}-{number}") not in taken)


def _article(page: Page, free_slug: str, now: datetime) -> Article:
    offset = page.published_at.utcoffset() if page.published_at else None
    return Article(
        slug=free_slug,
        headline=page.headline,
        outlet=page.outlet,
        url=page.url,
        published_at=page.published_at,
        published_offset=None if offset is None else int(offset.total_seconds() // 60),
        byline=page.byline,
        dateline=page.dateline,
        agency=page.agency,
        language=page.language,
        licence=page.licence,
        body=[{"kind": block.kind, "text": block.text} for block in page.article],
        key_points=[
            {"text": point.text, "anchored": point.anchored, "label": point.label} for point in page.key_points
        ],
        images=[{"caption": image.caption, "credit": image.credit} for image in page.images],
        related=[_related(item) for item in page.related],
        source_text=page.source_text,
        imported_at=now,
    )


def _related(item: Related) -> dict[str, str | None]:
    return {
        "headline": item.headline,
        "outlet": item.outlet,
        "url": item.url,
        "published_on": item.published_on.isoformat() if item.published_on else None,
    }
