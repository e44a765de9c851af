"""From an address to a draft: once, whatever dies in between, and in the open when it fails."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign import fetch_failures, worker
from campaign.accounts.models import Account, AuditEntry
from campaign.campaigns import awaited, from_web
from campaign.campaigns.from_web import Web
from campaign.campaigns.models import Campaign, Fetch
from campaign.db import db, now
from tests import make
from tests.site import ADDRESS, QUICK, SMALL, Inside, Site, reach, serving

PAGE = (Path(__file__).parent / "documents" / "otterford.txt").read_bytes()
HTML = (
    "<!doctype html><html lang=en><head><title>Ferry stops for the winter – News Example</title>"
    '<meta property="og:site_name" content="News Example">'
    '<meta property="article:published_time" content="2026-11-21T10:00:00+01:00"></head><body><nav>Home</nav><article>'
    "<h1>Ferry stops for the winter</h1>"
    + "".join(
        f"<p>The café’s guests of day {n} asked why the ferry no longer crosses the lake in winter.</p>"
        for n in range(9)
    )
    + "<script>alert(1)</script></article></body></html>"
).encode("windows-1252")
SLUG = "council-delays-sewage-works-at-otterford-again"
NOW = make.NOW

Sessions = sessionmaker[Session]
Run = Callable[..., Fetch]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        site.texts = {
            "page-of-news": ("text/html; charset=windows-1252", HTML),
            "otter": ("text/plain; charset=utf-8", PAGE),
            "empty": ("text/plain", b" \n"),
        }
        yield site


@pytest.fixture
def sessions(app: Flask) -> Iterator[Sessions]:
    """As the worker makes them."""
    with app.app_context():
        yield sessionmaker(db.engine)


@pytest.fixture
def charlie(session: Session) -> Account:
    account = make.account(session, role="editor", email="charlie@example.org")
    session.commit()
    return account


@pytest.fixture
def ask(sessions: Sessions, site: Site, charlie: Account) -> Callable[..., int]:
    """ask("/otter") → the number of the import."""

    def ask(path: str, at: datetime = NOW) -> int:
        with sessions.begin() as session:
            return from_web.ask(session, site.url(path), account=charlie, reach=reach(), now=at).id

    return ask


@pytest.fixture
def run(sessions: Sessions, session: Session) -> Run:
    """run() does what a worker does with the next one that is due; returns it."""

    def run(at: datetime = NOW, **values: object) -> Fetch:
        (id,) = from_web.claim(sessions, limit=1, now=at)
        web = Web(site="https://campaign.example", **({"limits": SMALL, "reach": reach()} | values))  # type: ignore[arg-type]
        from_web.run(sessions, id, web=web, clock=lambda: at)
        session.rollback()
        return session.get_one(Fetch, id)

    return run


def campaigns(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Campaign.slug)))


def test_an_address_becomes_a_draft(ask: Callable[..., int], run: Run, site: Site, session: Session) -> None:
    ask("/otter#top")
    fetch = run()
    assert (fetch.state, fetch.last_error, fetch.done_at) == ("done", "", NOW)
    assert fetch.campaign and fetch.campaign.slug == SLUG
    assert fetch.campaign.article and fetch.campaign.article.url == site.url("/otter")
    assert site.seen[-1].headers["User-Agent"] == "Campaign (+https://campaign.example)"
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor, entry.object_id) == ("campaign.import", "charlie@example.org", SLUG)


def test_a_web_page_is_read_with_what_its_server_said(ask: Callable[..., int], run: Run, site: Site) -> None:
    ask("/page-of-news")
    campaign = run().campaign
    assert campaign and campaign.article
    article = campaign.article
    assert (article.headline, article.url) == ("Ferry stops for the winter", site.url("/page-of-news"))
    assert article.published_at == datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert article.body[0]["text"].startswith("The café’s guests of day 0")


def test_asking_twice_is_asking_once_until_it_is_over(ask: Callable[..., int], run: Run) -> None:
    first = ask("/otter")
    assert ask("/otter") == first
    run()
    assert ask("/otter") != first


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://a:b@news.example/", "http://127.1/", "http://[::1]/", ""]
)
def test_what_can_never_be_fetched_is_refused_at_once(session: Session, charlie: Account, url: str) -> None:
    with pytest.raises(fetch_failures.FetchFailed):
        from_web.ask(session, url, account=charlie, now=NOW)
    assert session.scalars(select(Fetch)).all() == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/404", "has no such page (404)"),
        ("/403", "readers must pay or sign in"),
        ("/to?url=http://10.0.0.1/", "Addresses of private networks are not fetched"),
        ("/empty", "is empty"),
        ("/bomb", "when unpacked"),
    ],
)
def test_what_fails_for_good_says_why_and_can_be_tried_again(
    ask: Callable[..., int], run: Run, session: Session, path: str, words: str
) -> None:
    id = ask(path)
    fetch = run()
    assert (fetch.state, fetch.step, fetch.open_key) == ("failed", "", None)
    assert words in fetch.last_error
    assert from_web.again(session, fetch, now=NOW) is fetch
    assert (fetch.state, fetch.last_error, fetch.attempts, fetch.id) == ("waiting", "", 0, id)
    assert campaigns(session) == []


def test_what_may_pass_is_tried_three_times(ask: Callable[..., int], run: Run) -> None:
    ask("/500")
    at = NOW
    for _ in range(2):
        fetch = run(at)
        assert (fetch.state, "fault of its own" in fetch.last_error) == ("waiting", True)
        assert fetch.due_at > at
        at = fetch.due_at
    assert run(at).state == "failed"


def test_a_busy_site_is_asked_again_when_it_said(ask: Callable[..., int], run: Run) -> None:
    ask("/busy")
    assert run().due_at == NOW + timedelta(seconds=120)


def test_a_worker_that_died_leaves_the_work_to_the_next(
    ask: Callable[..., int], run: Run, sessions: Sessions, session: Session
) -> None:
    ask("/otter")
    from_web.claim(sessions, limit=1, now=NOW)  # and it is gone
    assert from_web.claim(sessions, limit=1, now=NOW + from_web.LEASE) == []
    assert run(NOW + 2 * from_web.LEASE).state == "done"
    assert campaigns(session) == [SLUG]


def test_a_worker_thought_dead_makes_no_second_draft(
    ask: Callable[..., int], run: Run, sessions: Sessions, session: Session
) -> None:
    ask("/otter")
    later = NOW + 2 * from_web.LEASE

    def while_it_is_fetched(_name: str) -> list[str]:
        if not campaigns(session):
            assert run(later).state == "done"
        return [ADDRESS]

    assert run(NOW, reach=reach(while_it_is_fetched)).state == "done"
    assert campaigns(session) == [SLUG]


def test_a_page_that_ends_every_worker_is_given_up(ask: Callable[..., int], run: Run, sessions: Sessions) -> None:
    ask("/otter")
    for n in range(awaited.MOST_ATTEMPTS):
        assert from_web.claim(sessions, limit=1, now=NOW + n * 2 * from_web.LEASE)
    fetch = run(NOW + timedelta(hours=1))
    assert (fetch.state, "ended the worker each time" in fetch.last_error) == ("failed", True)


def test_whoever_lost_the_right_gets_no_draft(
    ask: Callable[..., int], run: Run, session: Session, charlie: Account
) -> None:
    ask("/otter")
    session.rollback()
    charlie.role = "viewer"
    session.commit()
    assert "may no longer make campaigns" in run().last_error
    assert campaigns(session) == []


def test_others_write_while_a_page_comes(ask: Callable[..., int], run: Run, sessions: Sessions) -> None:
    written = []

    def while_it_is_fetched(_name: str) -> list[str]:
        with sessions.begin() as other:
            written.append(make.account(other).id)
        return [ADDRESS]

    ask("/otter")
    assert run(reach=reach(while_it_is_fetched)).state == "done"
    assert written


def test_the_worker_does_all_that_is_due_and_reaches_nothing_inside(
    app: Flask, session: Session, charlie: Account
) -> None:
    inside = Inside()
    for n in range(5):
        url = f"http://127.0.0.1:{inside.port}/{n}"
        session.add(Fetch(url=url, open_key=str(n), account_id=charlie.id, created_at=now(), due_at=now(), attempts=0))
    session.commit()
    worker.run(app, once=True)
    inside.close()
    session.rollback()
    assert set(session.scalars(select(Fetch.state))) == {"failed"}
    assert inside.visits == 0


def test_the_site_answers_while_a_slow_page_comes(
    app: Flask, ask: Callable[..., int], sessions: Sessions, session: Session
) -> None:
    ask("/drip")
    (id,) = from_web.claim(sessions, limit=1, now=NOW)

    def work() -> None:
        with app.app_context():
            web = Web(site="https://campaign.example", limits=QUICK, reach=reach())
            from_web.run(sessions, id, web=web, clock=lambda: NOW)

    slow = Thread(target=work)
    slow.start()
    answers = [app.test_client().get("/health").status_code for _ in range(3)]
    assert slow.is_alive()
    slow.join(5)
    session.rollback()
    assert answers == [200, 200, 200]
    assert "does not answer in time" in session.get_one(Fetch, id).last_error


def test_old_imports_are_forgotten_and_their_campaigns_stay(
    ask: Callable[..., int], run: Run, session: Session
) -> None:
    ask("/otter")
    run()
    open_one = ask("/404")
    session.rollback()
    assert from_web.forget(session, now=NOW + timedelta(days=29)) == 0
    assert from_web.forget(session, now=NOW + timedelta(days=31)) == 1
    session.commit()
    assert session.scalars(select(Fetch.id)).all() == [open_one]
    assert campaigns(session) == [SLUG]
