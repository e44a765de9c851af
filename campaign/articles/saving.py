"""A page that was read becomes an Article."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import dialects, slugs
from campaign.articles import key_points, licences, seen, stories
from campaign.articles.models import Article
from campaign.articles.page import Page, Related
from campaign.articles.slugging import slug_of


def save(
    session: Session, page: Page, *, now: datetime, complete: Callable[[Article], object] | None = None
) -> Article:
    """Add the article of a page. Its texts stay plain: whoever shows them escapes them.

    complete: is given the article before it is stored. Two articles never share a slug: the second “Floods in May”
    becomes floods-in-may-2.
    """
    article = _article(page, now)
    if complete is not None:
        complete(article)
    dialects.take_turns(session, stories.TURN)  # before that for addresses, as whoever looks for a document does
    slugs.add(session, article, _address(page))
    seen.note(session, article)
    stories.place(session, article, now=now, bands=page.bands)
    return article


def foresee(session: Session, pages: Sequence[Page]) -> None:
    """Ask at once what saving many pages would ask for each: those that are new in every way need no more."""
    seen.foresee(session, pages)
    sketch(pages)
    stories.foresee(session, [band for page in pages for band in page.bands or ()])
    slugs.foresee(session, Article, map(_address, pages))


def sketch(pages: Iterable[Page]) -> None:
    """Find out beforehand, without a database, what placing these in their stories takes most time for."""
    for page in pages:
        if page.bands is None:
            page.bands = stories.bands_of(page.paragraphs)


def _address(page: Page) -> str:
    return page.slug or slug_of(page.headline, page, fallback="article")


def _article(page: Page, now: datetime) -> Article:
    offset = page.published_at.utcoffset() if page.published_at else None
    return Article(
        headline=page.headline,
        outlet=page.outlet,
        url=page.url,
        published_at=page.published_at,
        published_offset=None if offset is None else int(offset.total_seconds() // 60),
        byline=page.byline,
        dateline=page.dateline,
        agency=page.agency,
        language=page.article_language or page.language,
        licence=licences.known(page.licence),
        licence_reason=page.licence_reason,
        archived_url=page.archived_url,
        body=[{"kind": block.kind, "text": block.text} for block in page.article],
        key_points=key_points.kept(page.key_points, page.paragraphs),
        images=[asdict(image) for image in page.images],
        related=[_related(item) for item in page.related],
        source_text=page.source_text,
        imported_at=now,
        document_key=seen.document_key(page) or seen.NO_DOCUMENT,
        url_key=seen.url_key(page.url),
    )


def _related(item: Related) -> dict[str, str | None]:
    return {
        "headline": item.headline,
        "outlet": item.outlet,
        "url": item.url,
        "published_on": item.published_on.isoformat() if item.published_on else None,
    }
