"""Feeds this site reads again and again: politely, with patience for failures, and each report once."""

import hashlib
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, sessionmaker

from campaign import fetch_failures, leases, waking
from campaign.articles import fetching, reading
from campaign.articles.models import Feed, FeedItem
from campaign.articles.page import Page
from campaign.db import reading as only_reading
from campaign.errors import NotFound, Refused
from campaign.fetch_failures import FetchFailed
from campaign.fetching import PUBLIC, USUAL, Fetched, Limits, Reach, check
from campaign.i18n import gettext

log = structlog.get_logger()

TASK = "feeds"  # the worker's
PACES = (10, 30, 60, 360, 1440)  # minutes between two looks that may be chosen
LONGEST_PAUSE = timedelta(days=1)
MOST_FAILURES = 14  # in a row: two weeks, with these pauses
LEASE = timedelta(minutes=1)
KEPT = timedelta(days=30)  # after a report has gone from its feed
LONGEST_URL = 1000

Sessions = sessionmaker[Session]


class NoFeed(Refused):
    """There is no feed that could be followed at this address."""


def follow(session: Session, url: str, *, minutes: int, reach: Reach = PUBLIC, now: datetime) -> Feed:
    """Read this feed from now on, the first time at once; one that is followed already gets the new pace.

    minutes: between two looks, one of PACES. Raises NoFeed, and a FetchFailed for what is no address of the public web.
    """
    if minutes not in PACES:
        raise NoFeed(gettext("Choose how often the feed is read."), field="minutes")
    url = check(url, reach)
    if len(url) > LONGEST_URL:
        raise NoFeed(gettext("The address is too long."), field="url")
    feed = Feed(url=url, minutes=minutes, created_at=now, state="waiting", due_at=now, attempts=0)
    try:
        with session.begin_nested():
            session.add(feed)
    except IntegrityError:
        feed = session.scalars(select(Feed).where(Feed.url == url)).one()
        feed.minutes = minutes
    waking.soon(session, TASK)
    return feed


def again(session: Session, feed: Feed, *, now: datetime) -> None:
    """Read it now, whatever its pauses say; not oftener than the shortest pace, except after a failure."""
    is_early = feed.read_at and feed.read_at > now - timedelta(minutes=PACES[0])
    if feed.state == "working" or (is_early and not feed.last_error):
        return
    leases.retry(feed, now=now)
    waking.soon(session, TASK)


def find(session: Session, id: int) -> Feed:
    """The feed of this number, to be changed. Raises NotFound."""
    feed = session.get(Feed, id, with_for_update=True)
    if feed is None:
        raise NotFound(gettext("There is no feed of this number."))
    return feed


def find_item(session: Session, id: int) -> FeedItem:
    """The report of this number. Raises NotFound."""
    item = session.get(FeedItem, id)
    if item is None:
        raise NotFound(gettext("There is no report of this number."))
    return item


def put_aside(item: FeedItem) -> None:
    """Take it out of the inbox. It is kept while it stands in its feed: else it would come again."""
    item.state = "aside"


def followed() -> Select[tuple[Feed]]:
    """All feeds, those that fail first."""
    return select(Feed).order_by(Feed.last_error == "", Feed.title, Feed.id)


def new() -> Select[tuple[FeedItem]]:
    """The reports nobody has put aside, the newest first."""
    items = select(FeedItem).options(joinedload(FeedItem.feed)).where(FeedItem.state == "new")
    return items.order_by(FeedItem.found_at.desc(), FeedItem.id)


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many feeds for this worker; returns their numbers."""
    with sessions() as session, session.begin():
        return [feed.id for feed in leases.claim(session, Feed, now=now, limit=limit, lease=LEASE)]


def poll(
    sessions: Sessions,
    id: int,
    *,
    site: str,
    limits: Limits = USUAL,
    reach: Reach = PUBLIC,
    clock: Callable[[], datetime],
) -> None:
    """Read a feed that was claimed, keep what is new, and say when it is read next. Commits.

    site: the address of this site.
    """
    with only_reading(), sessions() as session:
        feed = session.get(Feed, id)
        if feed is None:  # nobody follows it any more
            return
        url, attempt, etag, last_modified = feed.url, feed.attempts, feed.etag, feed.last_modified
    try:
        document = fetching.document(url, site=site, etag=etag, last_modified=last_modified, limits=limits, reach=reach)
        pages = [] if document.status == 304 else _pages(document, most=limits.unpacked, now=clock())
        with sessions() as session, session.begin():
            _keep(session, id, attempt, document, pages, reach=reach, now=clock())
    except Refused as error:
        _fail(sessions, id, attempt, error, now=clock())
    except Exception as error:
        log.error("feed failed", id=id, kind=type(error).__name__)
        unknown = NoFeed(gettext("Something went wrong while this feed was read. It will be tried again."))
        _fail(sessions, id, attempt, unknown, now=clock())


def forget(session: Session, *, now: datetime) -> int:
    """Delete reports that have gone from their feeds a month ago; returns how many."""
    ids = list(session.scalars(select(FeedItem.id).where(FeedItem.seen_at < now - KEPT).limit(1000)))
    session.execute(delete(FeedItem).where(FeedItem.id.in_(ids)))
    return len(ids)


def _pages(document: Fetched, *, most: int, now: datetime) -> Sequence[Page]:
    origin = reading.Origin.of(document)
    # One bad report must not hide the others: nobody is looking.
    return reading.read(document.body, origin, feed=True, skips_bad=True, most=most, now=now)


def _keep(
    session: Session, id: int, attempt: int, document: Fetched, pages: Sequence[Page], *, reach: Reach, now: datetime
) -> None:
    feed = leases.held(session, Feed, id, attempt=attempt)
    if feed is None:
        return
    if document.status != 304:
        feed.etag, feed.last_modified = document.etag, document.last_modified
        feed.title = next((page.outlet for page in pages if page.outlet), "")[:300]
        _keep_items(session, feed, pages, reach=reach, now=now)
    else:
        session.execute(
            update(FeedItem).where(FeedItem.feed_id == id, FeedItem.seen_at == feed.read_at).values(seen_at=now)
        )
    feed.state, feed.lease_until, feed.attempts, feed.last_error = "waiting", None, 0, ""
    feed.read_at, feed.due_at = now, now + timedelta(minutes=feed.minutes) * _jitter()


def _keep_items(session: Session, feed: Feed, pages: Sequence[Page], *, reach: Reach, now: datetime) -> None:
    found: dict[str, tuple[str, Page]] = {}
    for page in pages:
        try:
            url = check(page.url, reach)
        except FetchFailed:  # of no use to anybody: it could not be fetched
            continue
        found.setdefault(hashlib.sha256(url.encode()).hexdigest(), (url, page))
    known = set(session.scalars(select(FeedItem.key).where(FeedItem.feed_id == feed.id, FeedItem.key.in_(found))))
    session.execute(update(FeedItem).where(FeedItem.feed_id == feed.id, FeedItem.key.in_(known)).values(seen_at=now))
    session.add_all(
        FeedItem(
            feed_id=feed.id,
            key=key,
            state="new",
            headline=page.headline[:300],
            outlet=page.outlet[:200],
            url=url,
            summary=next((block.text for block in page.article), "")[:500],
            published_at=min(page.published_at, now) if page.published_at else None,
            found_at=now,
            seen_at=now,
        )
        for key, (url, page) in found.items()
        if key not in known
    )


def _fail(sessions: Sessions, id: int, attempt: int, error: Refused, *, now: datetime) -> None:
    with sessions() as session, session.begin():
        feed = leases.held(session, Feed, id, attempt=attempt)
        if feed is None:
            return
        feed.lease_until, feed.last_error = None, error.message[:500]
        is_gone = isinstance(error, fetch_failures.NotThere) and error.status == 410
        if is_gone or attempt >= MOST_FAILURES:
            feed.state = "failed"
            return
        pause = min(timedelta(minutes=feed.minutes) * 2 ** min(attempt, 12), LONGEST_PAUSE)
        asked_for = timedelta(seconds=(error.retry_after or 0) if isinstance(error, FetchFailed) else 0)
        feed.state, feed.due_at = "waiting", now + max(pause * _jitter(), min(asked_for, LONGEST_PAUSE))


def _jitter() -> float:
    """So that feeds that were added together are not read together for ever."""
    return random.uniform(1.0, 1.1)  # noqa: S311  # not a secret
