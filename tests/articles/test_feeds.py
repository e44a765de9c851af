"""Feeds: each report once, polite to the server, patient, and open about what failed."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign import fetch_failures, worker
from campaign.articles import feeds
from campaign.articles.models import Feed, FeedItem
from campaign.db import db, now
from tests import make
from tests.site import SMALL, Inside, Pages, Site, reach, serving

NOW = make.NOW
Sessions = sessionmaker[Session]
Poll = Callable[..., Feed]


def rss(*reports: tuple[str, str]) -> bytes:
    """(path, headline) of each report."""
    items = "".join(
        f"<item><title>{headline}</title><link>https://news.example{path}</link><guid>{path}</guid>"
        f"<pubDate>Sat, 21 Nov 2026 0{n}:00:00 GMT</pubDate><description>What is known of it.</description></item>"
        for n, (path, headline) in enumerate(reports)
    )
    return f'<rss version="2.0"><channel><title>News Example</title>{items}</channel></rss>'.encode()


BRIDGE = ("/bridge", "Council votes on the bridge")
FERRY = ("/ferry", "Ferry stops for the winter")


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.seen.clear()
    running.texts = {"feed": ("application/rss+xml", rss(BRIDGE, FERRY))}
    return running


@pytest.fixture
def sessions(app: Flask) -> Iterator[Sessions]:
    """As the worker makes them."""
    with app.app_context():
        yield sessionmaker(db.engine)


@pytest.fixture
def follow(sessions: Sessions, site: Site) -> Callable[..., int]:
    """follow("/feed") → the number of the feed."""

    def follow(path: str = "/feed", minutes: int = 60) -> int:
        with sessions.begin() as session:
            return feeds.follow(session, site.url(path), minutes=minutes, reach=reach(), now=NOW).id

    return follow


@pytest.fixture
def poll(sessions: Sessions, session: Session) -> Poll:
    """poll(at) does what a worker does with the one feed that is due."""

    def poll(at: object = NOW) -> Feed:
        (id,) = feeds.claim(sessions, limit=1, now=at)  # type: ignore[arg-type]
        feeds.poll(sessions, id, site="https://campaign.example", limits=SMALL, reach=reach(), clock=lambda: at)  # type: ignore[arg-type,return-value]
        session.rollback()
        return session.get_one(Feed, id)

    return poll


def headlines(session: Session) -> set[str]:
    session.rollback()
    return set(session.scalars(select(FeedItem.headline)))


def test_new_reports_arrive(follow: Callable[..., int], poll: Poll, session: Session) -> None:
    follow()
    feed = poll()
    assert (feed.title, feed.last_error, feed.read_at) == ("News Example", "", NOW)
    assert headlines(session) == {BRIDGE[1], FERRY[1]}
    item = session.scalars(select(FeedItem).where(FeedItem.headline == FERRY[1])).one()
    assert (item.url, item.outlet, item.state) == ("https://news.example/ferry", "News Example", "new")
    assert item.summary == "What is known of it."


def test_a_report_comes_once_however_often_it_stands_there(
    follow: Callable[..., int], poll: Poll, session: Session, site: Site
) -> None:
    follow()
    at = NOW
    for _ in range(5):
        at = poll(at).due_at
    assert session.query(FeedItem).count() == 2
    site.texts["feed"] = (
        "application/rss+xml",
        rss(("/bridge", "Council votes on the bridge (changed)"), ("/new", "New")),
    )
    poll(at)
    assert headlines(session) == {BRIDGE[1], FERRY[1], "New"}


def test_following_twice_is_following_once_at_the_new_pace(follow: Callable[..., int], session: Session) -> None:
    assert follow(minutes=60) == follow(minutes=1440)
    assert session.scalars(select(Feed.minutes)).all() == [1440]


@pytest.mark.parametrize("minutes", [0, 1, 9, -60])
def test_nobody_is_asked_oftener_than_every_ten_minutes(session: Session, minutes: int) -> None:
    with pytest.raises(feeds.NoFeed):
        feeds.follow(session, "https://news.example/feed", minutes=minutes, now=NOW)


def test_addresses_inside_are_not_followed(session: Session) -> None:
    with pytest.raises(fetch_failures.PrivateAddress):
        feeds.follow(session, "http://169.254.169.254/feed", minutes=60, now=NOW)


def test_it_is_read_at_its_pace(follow: Callable[..., int], poll: Poll, sessions: Sessions) -> None:
    follow(minutes=30)
    due = poll().due_at
    assert timedelta(minutes=30) <= due - NOW <= timedelta(minutes=33)
    assert feeds.claim(sessions, limit=1, now=due - timedelta(seconds=1)) == []


def test_an_unchanged_feed_is_not_sent_again(
    follow: Callable[..., int], poll: Poll, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tagged(page: Pages) -> None:
        if page.headers.get("If-None-Match") == '"one"':
            page.answer(b"", status=304)
        else:
            page.answer(rss(BRIDGE), kind="application/rss+xml", ETag='"one"')

    monkeypatch.setattr(Pages, "page_tagged_feed", tagged, raising=False)
    follow("/tagged-feed")
    due = poll().due_at
    feed = poll(due)
    assert (feed.read_at, feed.last_error, feed.etag) == (due, "", '"one"')
    item = session.scalars(select(FeedItem)).one()
    assert (item.found_at, item.seen_at) == (NOW, due), "it still stands there"


def test_failures_make_the_pauses_longer_and_are_shown(
    follow: Callable[..., int], poll: Poll, site: Site, session: Session
) -> None:
    follow("/500", minutes=60)
    at, pauses = NOW, []
    for _ in range(7):
        feed = poll(at)
        assert (feed.state, "fault of its own" in feed.last_error) == ("waiting", True)
        pauses.append((feed.due_at - at).total_seconds() / 3600)
        at = feed.due_at
    # Up to a tenth longer, as chance has it.
    assert [hours <= pause <= hours * 1.11 for hours, pause in zip((2, 4, 8, 16), pauses, strict=False)] == [True] * 4
    assert all(24 <= pause <= 27 for pause in pauses[4:]), "never longer than a day"


def test_a_feed_that_works_again_is_forgiven(
    follow: Callable[..., int], poll: Poll, site: Site, session: Session
) -> None:
    site.texts["feed"] = ("text/html", b"<!doctype html><title>Sorry</title><p>We are rebuilding.")
    follow()
    feed = poll()
    assert feed.last_error
    site.texts["feed"] = ("application/rss+xml", rss(BRIDGE))
    feed = poll(feed.due_at)
    assert (feed.state, feed.attempts, feed.last_error) == ("waiting", 0, "")


@pytest.mark.parametrize("path", ["/410", "/404"])
def test_a_feed_that_is_gone_is_given_up_in_the_open(follow: Callable[..., int], poll: Poll, path: str) -> None:
    follow(path)
    at = NOW
    feed = poll(at)
    while feed.state != "failed":
        feed = poll(feed.due_at)
    assert feed.attempts == (1 if path == "/410" else feeds.MOST_FAILURES)
    assert "has no such page" in feed.last_error


def test_a_busy_server_says_when(follow: Callable[..., int], poll: Poll) -> None:
    follow("/busy", minutes=10)
    assert poll().due_at >= NOW + timedelta(seconds=120)


def test_a_worker_that_died_leaves_the_feed_to_the_next(
    follow: Callable[..., int], poll: Poll, sessions: Sessions, session: Session
) -> None:
    follow()
    feeds.claim(sessions, limit=1, now=NOW)  # and it is gone
    assert feeds.claim(sessions, limit=1, now=NOW) == []
    poll(NOW + 2 * feeds.LEASE)
    assert len(headlines(session)) == 2


def test_a_feed_unfollowed_while_it_is_read_leaves_nothing(
    follow: Callable[..., int], sessions: Sessions, session: Session
) -> None:
    id = follow()
    feeds.claim(sessions, limit=1, now=NOW)

    def while_it_is_fetched(_name: str) -> list[str]:
        with sessions.begin() as other:
            other.delete(feeds.find(other, id))
        return ["127.0.0.9"]

    feeds.poll(sessions, id, site="x", limits=SMALL, reach=reach(while_it_is_fetched), clock=lambda: NOW)
    assert headlines(session) == set()


def test_reports_that_have_gone_from_the_feed_are_forgotten_after_a_month(
    follow: Callable[..., int], poll: Poll, session: Session, site: Site
) -> None:
    follow(minutes=1440)
    due = poll().due_at
    site.texts["feed"] = ("application/rss+xml", rss(BRIDGE))
    poll(due)
    assert feeds.forget(session, now=NOW + feeds.KEPT) == 0
    assert feeds.forget(session, now=NOW + feeds.KEPT + timedelta(seconds=1)) == 1
    session.commit()
    assert headlines(session) == {BRIDGE[1]}


def test_reading_now_is_no_way_around_the_pace(follow: Callable[..., int], poll: Poll, session: Session) -> None:
    follow()
    feed = poll()
    due = feed.due_at
    feeds.again(session, feed, now=NOW + timedelta(minutes=5))
    assert feed.due_at == due
    feeds.again(session, feed, now=NOW + timedelta(minutes=11))
    assert feed.due_at == NOW + timedelta(minutes=11)


def test_the_worker_reads_feeds_and_reaches_nothing_inside(app: Flask, session: Session) -> None:
    inside = Inside()
    for n in range(3):
        url = f"http://127.0.0.1:{inside.port}/{n}"
        session.add(Feed(url=url, created_at=now(), due_at=now(), attempts=0))
    session.commit()
    worker.run(app, once=True)
    inside.close()
    session.rollback()
    assert {feed.last_error[:9] for feed in session.scalars(select(Feed))} == {"Only the "}
    assert inside.visits == 0
