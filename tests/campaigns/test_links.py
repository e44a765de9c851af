"""Whether the links of to-do actions still lead somewhere."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign.campaigns import link_checking, links, publishing
from campaign.campaigns.links import Looking
from campaign.campaigns.models import Campaign, LinkCheck, ToDoAction
from tests import make
from tests.conftest import Visitor, either_database
from tests.site import ADDRESS, QUICK, Site, reach, serving

NOW = make.NOW
WEEK = timedelta(days=7)
Sessions = sessionmaker[Session]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        site.texts = {
            "petition": ("text/html; charset=utf-8", b"<html><title>Save &amp; mend\n it</title><p>" + b"x" * 300_000),
            "untitled": ("text/html", b"<p>No title"),
            "data": ("application/json", b'{"title": "<title>No</title>"}'),
        }
        yield site


def look(site: Site, path: str, **values: Any) -> link_checking.Found:
    limits = replace(link_checking.LIMITS, connect=1, read=0.3, total=3)
    return link_checking.look(site.url(path), site="https://c.example", limits=limits, reach=reach(), **values)


@pytest.mark.parametrize(
    ("path", "health", "why"),
    [
        ("/page", "fine", ""),
        ("/declared-large", "fine", ""),  # nobody reads it
        ("/404", "gone", "NotThere 404"),
        ("/410", "gone", "NotThere 410"),
        ("/403", "silent", "NotForPrograms 403"),
        ("/500", "silent", "SiteFault 500"),
        ("/busy", "silent", "Busy 429"),
        ("/silent", "silent", "TooSlow"),
        ("/circle", "silent", "TooManyRedirects"),
        ("/to?url=/", "gone", "FrontPage"),  # what is gone, many sites answer with their front page
        ("/to?url=/page", "fine", ""),  # only for now
        ("/to?url=file:///etc/passwd", "gone", "BadRedirect"),
        ("/to?url=http://127.0.0.1/", "gone", "PrivateAddress"),
        ("/hops/2", "moved", ""),
    ],
)
def test_how_a_link_does(site: Site, path: str, health: str, why: str) -> None:
    site.texts[""] = ("text/html", b"<title>Home</title>")
    found = look(site, path)
    assert (found.health, found.why) == (health, why)


def test_the_new_address_of_a_page_is_known(site: Site) -> None:
    assert look(site, "/hops/2").moved_to == site.url("/page")
    assert look(site, "/busy").retry_after == 120


@pytest.mark.parametrize(
    ("path", "title"), [("/petition", "Save & mend it"), ("/untitled", ""), ("/data", ""), ("/404", "")]
)
def test_the_title_of_a_page_is_read_where_it_is_wanted(site: Site, path: str, title: str) -> None:
    assert look(site, path, with_title=True).title == title


def test_hidden_characters_in_a_title_are_left_out(site: Site) -> None:
    site.texts["bidi"] = ("text/html; charset=utf-8", "<title>Sign\u202e now\u200b</title>".encode())
    assert look(site, "/bidi", with_title=True).title == "Sign now"


def test_an_unknown_host_may_be_our_own_fault() -> None:
    found = link_checking.look("http://nowhere.example/a", site="", limits=QUICK, reach=reach(lambda _name: []))
    assert (found.health, found.why) == ("silent", "HostUnknown")


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return make.campaign(session)


def with_links(session: Session, campaign: Campaign, *urls: str, **values: Any) -> ToDoAction:
    pairs = [{"url": url, "label": ""} for url in urls]
    action = make.todo(session, campaign, links=pairs, **values)
    links.follow(session, action, now=NOW)
    session.commit()
    return action


@pytest.fixture
def run(session: Session, site: Site) -> Callable[..., list[LinkCheck]]:
    """run() does what a worker does with all that is due at an instant; returns all checks."""

    def run(at: datetime = NOW, **values: Any) -> list[LinkCheck]:
        sessions = sessionmaker(session.get_bind())
        session.rollback()
        limits = replace(link_checking.LIMITS, connect=1, read=0.3, total=3)
        looking = Looking(**{"site": "", "every": WEEK, "limits": limits, "reach": reach(), **values})
        for id in links.claim(sessions, limit=2, now=at):
            links.run(sessions, id, looking=looking, clock=lambda: at)
        session.expire_all()
        return list(session.scalars(select(LinkCheck).order_by(LinkCheck.id)))

    return run


def test_links_are_followed_and_those_taken_out_are_not(session: Session, campaign: Campaign) -> None:
    action = with_links(session, campaign, "https://a.example/1", "mailto:a@b.example", "https://b.example/2")
    assert [check.url for check in action.checks] == ["https://a.example/1", "https://b.example/2"]
    action.links = [{"url": "https://b.example/2", "label": "b"}]
    links.follow(session, action, now=NOW)
    session.commit()
    assert session.scalars(select(LinkCheck.url)).all() == ["https://b.example/2"]
    session.delete(action)
    session.commit()
    assert session.scalars(select(LinkCheck.url)).all() == []


def test_links_that_came_by_an_import_are_adopted(session: Session, campaign: Campaign) -> None:
    make.todo(session, campaign, links=[{"url": "https://a.example/1", "label": ""}])
    make.todo(session, campaign, links=[{"url": "mailto:a@b.example", "label": ""}])
    assert links.adopt(session, now=NOW) == 1
    assert links.adopt(session, now=NOW) == 0


def test_a_link_is_looked_up_each_week(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    with_links(session, campaign, site.url("/page"))
    (check,) = run()
    assert (check.health, check.checked_at, check.state, check.attempts) == ("fine", NOW, "waiting", 0)
    assert check.due_at >= NOW + WEEK
    seen = len(site.seen)
    run(NOW + timedelta(days=6))
    assert len(site.seen) == seen
    run(NOW + timedelta(days=8))
    assert len(site.seen) == seen + 1


def test_one_site_is_asked_for_one_page_at_a_time(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    with_links(session, campaign, site.url("/page"), site.url("/untitled"), site.url("/page", host="other.example"))
    assert [check.health for check in run()] == ["fine", "", "fine"]
    assert [check.health for check in run(NOW + timedelta(seconds=5))] == ["fine", "", "fine"]
    assert [check.health for check in run(NOW + timedelta(seconds=11))] == ["fine", "fine", "fine"]


def test_a_silent_site_is_asked_less_and_less_and_one_silence_is_forgiven(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    site.texts["moody"] = ("text/html", b"<p>Here.")
    with_links(session, campaign, site.url("/moody"))
    run()
    del site.texts["moody"]
    at = NOW + timedelta(days=8)
    (check,) = run(at, reach=reach(lambda _name: ["127.0.0.250"], is_allowed=lambda _address: True))
    assert (check.health, check.attempts) == ("fine", 1)
    assert timedelta(hours=1) <= check.due_at - at <= timedelta(hours=2)
    at = check.due_at
    (check,) = run(at, reach=reach(lambda _name: ["127.0.0.250"], is_allowed=lambda _address: True))
    assert (check.health, links.reason(check)) == ("silent", "the site could not be reached")
    assert check.due_at - at >= timedelta(hours=4)


def test_a_busy_site_is_left_alone_as_long_as_it_asks(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    with_links(session, campaign, site.url("/busy"))
    (check,) = run()
    assert (check.health, links.reason(check)) == ("silent", "the site is busy (429)")
    assert check.due_at >= NOW + timedelta(hours=1)


def test_the_same_link_in_two_actions_is_asked_for_once(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    for _ in range(2):
        with_links(session, campaign, site.url("/page"))
    with_links(session, campaign, site.url("/page"), kind="petition")
    seen = len(site.seen)
    assert [check.health for check in run()] == ["fine", "fine", ""]
    assert len(site.seen) == seen + 1


def test_a_petition_elsewhere_needs_an_answer_and_a_title(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    action = with_links(session, campaign, site.url("/petition"), kind="petition", title="Sign there")

    def codes() -> list[str]:
        return [found.code for found in publishing.check(session, campaign, now=NOW) if found.where.startswith("todo")]

    assert codes() == ["incomplete-petition"]
    run()
    assert codes() == []
    assert action.checks[0].title == "Save & mend it"
    action.links = [{"url": site.url("/untitled"), "label": ""}]
    links.follow(session, action, now=NOW)
    session.commit()
    run(NOW + timedelta(minutes=1))
    assert codes() == ["incomplete-petition"]


def test_the_publish_check_says_which_links_fail(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    hosts = ("a", "b", "c")
    paths = ("/404", "/500", "/hops/2")
    urls = [site.url(path, host=f"{host}.example") for host, path in zip(hosts, paths, strict=True)]
    with_links(session, campaign, *urls)
    run()
    run(NOW + timedelta(seconds=1))
    found = [one for one in publishing.check(session, campaign, now=NOW) if one.where == "todo.1.links"]
    assert [(one.code, one.blocks) for one in found] == [
        ("dead-link", True),
        ("silent-link", False),
        ("moved-link", False),
    ]
    assert "the site has no such page (404)" in found[0].text
    assert links.failing(session, [campaign.id]) == {campaign.id: 2}


def test_where_no_site_answers_links_are_not_blamed(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    with_links(session, campaign, *(f"http://{name}.example/page" for name in "abc"))

    def codes() -> list[str]:
        found = publishing.check(session, campaign, now=NOW)
        return [one.code for one in found if one.where == "todo.1.links"]

    offline = reach(lambda _name: [])
    run(reach=offline)
    assert links.failing(session, [campaign.id]) == {campaign.id: 2}  # of two hosts one cannot tell
    run(NOW + timedelta(seconds=1), reach=offline)
    assert (links.failing(session, [campaign.id]), codes()) == ({}, [])
    with_links(session, campaign, site.url("/page", host="d.example"), title="Read it")
    run(NOW + timedelta(seconds=2))
    assert links.failing(session, [campaign.id]) == {campaign.id: 3}
    assert codes() == ["silent-link"] * 3


def test_a_new_address_is_taken_over(
    session: Session, campaign: Campaign, site: Site, run: Callable[..., list[LinkCheck]]
) -> None:
    old = site.url("/hops/2")
    action = with_links(session, campaign, old, body=f"Read [it]({old}).")
    (check,) = run()
    links.take_new_address(session, check, now=NOW)
    session.commit()
    assert action.links == [{"url": site.url("/page"), "label": ""}]
    assert action.body == f"Read [it]({site.url('/page')})."
    assert [check.health for check in action.checks] == [""]


def test_a_link_taken_out_while_it_is_looked_up_is_let_go(session: Session, campaign: Campaign, site: Site) -> None:
    action = with_links(session, campaign, site.url("/page"))
    sessions = sessionmaker(session.get_bind())
    (id,) = links.claim(sessions, limit=1, now=NOW)

    def meanwhile(_name: str) -> list[str]:
        with sessions.begin() as other:
            other.delete(other.get_one(LinkCheck, id))
        return [ADDRESS]

    session.rollback()
    looking = Looking(site="", every=WEEK, reach=reach(meanwhile))
    links.run(sessions, id, looking=looking, clock=lambda: NOW)
    links.run(sessions, id, looking=looking, clock=lambda: NOW)
    session.expire_all()
    assert action.checks == []


@either_database
def test_the_report_shows_what_fails_first_and_looks_again(session: Session, sign_in: Callable[..., Visitor]) -> None:
    campaign = make.campaign(session, title="Mend the bridge")
    action = with_links(session, campaign, "https://a.example/1", "https://b.example/2", "https://c.example/3")
    for check, health in zip(action.checks, ("fine", "gone", "moved"), strict=True):
        check.health, check.checked_at, check.due_at = health, NOW, NOW + WEEK
        check.moved_to = "https://c.example/4" if health == "moved" else ""
    ids = [check.id for check in action.checks]
    session.commit()
    charlie = sign_in("editor")
    page = charlie.page("/desk/links")
    assert [tag.text for tag in page.select(".list .tag")] == ["Is gone", "Has moved", "Answers"]
    assert [tag.text for tag in charlie.page("/desk/links?health=gone").select(".list .tag")] == ["Is gone"]
    assert "1 link fails" in charlie.page("/desk").text
    charlie.submit(f"/desk/links/{ids[1]}/again", {"campaign": campaign.slug, "action": action.id})
    charlie.submit(f"/desk/links/{ids[2]}/take", {})
    charlie.submit("/desk/links/999/again", {}, status=404)
    session.rollback()
    assert session.get_one(LinkCheck, ids[1]).due_at < NOW + WEEK
    assert action.links[2]["url"] == "https://c.example/4"
    assert sign_in("viewer").post(f"/desk/links/{ids[0]}/again").status_code == 403
