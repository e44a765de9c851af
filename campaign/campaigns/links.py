"""The links of to-do actions: whether each still answers, looked up by the worker again and again, politely."""

import hashlib
import random
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, contains_eager, sessionmaker

from campaign import leases, waking, weblinks
from campaign.campaigns import link_checking
from campaign.campaigns.link_checking import FINE, GONE, MOVED, SILENT, Found
from campaign.campaigns.models import Campaign, LinkCheck, ToDoAction
from campaign.db import reading as only_reading
from campaign.errors import Finding, NotFound
from campaign.fetching import PUBLIC, Limits, Reach
from campaign.i18n import gettext, lazy_gettext

log = structlog.get_logger()

TASK = "links"  # the worker's
HEALTH = (FINE, MOVED, GONE, SILENT)
WORDS = {
    "": lazy_gettext("Not checked yet"),
    FINE: lazy_gettext("Answers"),
    MOVED: lazy_gettext("Has moved"),
    GONE: lazy_gettext("Is gone"),
    SILENT: lazy_gettext("Does not answer"),
}
REASONS = {
    "NotThere": lazy_gettext("the site has no such page"),
    "FrontPage": lazy_gettext("the site sends readers to its front page instead"),
    "HostUnknown": lazy_gettext("there is no site of this name"),
    "BadAddress": lazy_gettext("it is no address of the web"),
    "BadRedirect": lazy_gettext("the site sends readers on to something that is no page"),
    "PrivateAddress": lazy_gettext("it lies in a private network, where readers cannot go"),
    "NotForPrograms": lazy_gettext("the site shows it to people only: open it yourself"),
    "Busy": lazy_gettext("the site is busy"),
    "SiteFault": lazy_gettext("the site has a fault of its own"),
    "TooSlow": lazy_gettext("the site takes too long"),
    "UntrustedCertificate": lazy_gettext("the site cannot prove that it is the one it says"),
    "TooManyRedirects": lazy_gettext("the site sends readers on again and again"),
}
OTHER_REASON = lazy_gettext("the site could not be reached")

LEASE = timedelta(minutes=1)
SAME_HOST = timedelta(seconds=10)  # between two pages of one site
FIRST_PAUSE = timedelta(hours=1)  # after no answer; each further one is four times as long
CUT_OFF = 3  # sites that do not answer, and none that does: it is rather we who are not connected
FORGIVEN = 1  # silences in a row after an answer that nobody is told of
LONGEST_URL = 2000
AT_ONCE = 200  # rows in one transaction, in which others wait
FRESH = timedelta(days=1)  # for which what was found at one link is true of the same link elsewhere

Sessions = sessionmaker[Session]


@dataclass(frozen=True)
class Looking:
    """How links are looked up here. site: the address of this site; every: from one look at a link to the next."""

    site: str
    every: timedelta
    limits: Limits = link_checking.LIMITS
    reach: Reach = PUBLIC


def follow(session: Session, action: ToDoAction, *, now: datetime) -> None:
    """Have the links of an action looked up from now on, new ones at once, and no others."""
    wanted = {_key(link["url"]): link["url"] for link in action.links if _can_be_asked(link["url"])}
    known = {check.key: check for check in action.checks}
    for key, check in known.items():
        if key not in wanted:
            action.checks.remove(check)
        elif action.kind == "petition" and check.health and not check.title:
            leases.retry(check, now=now)
    for key, url in wanted.items():
        if key not in known:
            host = weblinks.host(url)[:255]
            check = LinkCheck(url=url, key=key, host=host, state="waiting", due_at=now, attempts=0)
            check.health, check.title, check.moved_to = "", "", ""
            action.checks.append(check)
    if wanted:
        waking.soon(session, TASK)


def unfollowed(session: Session) -> list[ToDoAction]:
    """Actions with links of which none is followed: they came here by another way than an organiser's form."""
    has_links = cast(ToDoAction.links, String).like("%://%")
    query = select(ToDoAction).outerjoin(ToDoAction.checks).where(LinkCheck.id.is_(None), has_links).limit(AT_ONCE)
    return [action for action in session.scalars(query) if any(_can_be_asked(link["url"]) for link in action.links)]


def adopt(session: Session, *, now: datetime) -> int:
    """Follow the links of those actions; returns how many they were."""
    found = unfollowed(session)
    for action in found:
        follow(session, action, now=now)
    return len(found)


def find(session: Session, id: int) -> LinkCheck:
    """The check of this number, to be changed. Raises NotFound."""
    check = session.get(LinkCheck, id, with_for_update=True)
    if check is None:
        raise NotFound(gettext("This link is not looked up any more."))
    return check


def again(session: Session, check: LinkCheck, *, now: datetime) -> None:
    """Look it up as soon as its site may be asked again."""
    if check.state != "working":
        leases.retry(check, now=now)
        waking.soon(session, TASK)


def take_new_address(session: Session, check: LinkCheck, *, now: datetime) -> None:
    """Put the address to which a page has moved in the place of the old one. Nothing happens where it has not."""
    action, old, new = check.action, check.url, check.moved_to
    if not new:
        return
    action.links = [link | {"url": new} if link["url"] == old else link for link in action.links]
    action.body = action.body.replace(f"]({old})", f"]({new})")
    action.campaign.changed_at = now
    follow(session, action, now=now)


def report(health: str | None = None) -> Select[tuple[LinkCheck]]:
    """The links of all campaigns that are not closed, those that fail first; of one health only, where one is given."""
    order = case({GONE: 0, SILENT: 1, MOVED: 2, "": 3}, value=LinkCheck.health, else_=4)
    query = (
        select(LinkCheck)
        .join(LinkCheck.action)
        .join(ToDoAction.campaign)
        .options(contains_eager(LinkCheck.action).contains_eager(ToDoAction.campaign))
        .where(Campaign.state != "closed")
        .order_by(order, Campaign.title, ToDoAction.position, LinkCheck.id)
    )
    return query if health is None else query.where(LinkCheck.health == health)


def failing(session: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    """How many links of each campaign fail; campaigns without any are left out."""
    failures = (GONE,) if is_cut_off(session) else (GONE, SILENT)
    query = (
        select(ToDoAction.campaign_id, func.count())
        .join(ToDoAction.checks)
        .where(ToDoAction.campaign_id.in_(campaign_ids), LinkCheck.health.in_(failures))
        .group_by(ToDoAction.campaign_id)
    )
    return dict(session.execute(query).tuples().all())


def is_cut_off(session: Session) -> bool:
    """Whether no site has ever answered us: then silence says something about this machine, and nothing about links."""
    answered = LinkCheck.health.in_((FINE, MOVED)) | LinkCheck.last_error.contains(" ")  # a status
    if session.scalar(select(LinkCheck.id).where(answered).limit(1)):
        return False
    silent = select(func.count(LinkCheck.host.distinct())).where(LinkCheck.health == SILENT)
    return (session.scalar(silent) or 0) >= CUT_OFF


def words(health: str) -> str:
    """How a link does, for people."""
    return str(WORDS[health])


def reason(check: LinkCheck) -> str:
    """Why a link fails, for people; "" for one that does not."""
    if check.health not in (GONE, SILENT):
        return ""
    name, _, status = check.last_error.partition(" ")
    words = str(REASONS.get(name, OTHER_REASON))
    return f"{words} ({status})" if status else words


def findings(check: LinkCheck, title: str, where: str, *, cut_off: bool = False) -> Iterator[Finding]:
    """What the publish check says of a link. title: of its action; cut_off: see `is_cut_off`."""
    values = {"title": title, "url": check.url, "reason": reason(check), "address": check.moved_to}
    if check.health == GONE:
        text = gettext("“%(title)s” has a link that leads nowhere, %(url)s: %(reason)s. Mend it, or take it out.")
        yield Finding("dead-link", text % values, where)
    elif check.health == SILENT and not cut_off:
        text = gettext("“%(title)s” has a link that did not answer us, %(url)s: %(reason)s. Open it yourself.")
        yield Finding("silent-link", text % values, where, blocks=False)
    elif check.health == MOVED:
        text = gettext("“%(title)s” links to a page that has moved to %(address)s. Take the new address.")
        yield Finding("moved-link", text % values, where, blocks=False)


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many links for this worker, no two of one site; returns their numbers."""
    claimed: list[int] = []
    with sessions() as session, session.begin():
        for _ in range(limit):
            lately = LinkCheck.tried_at > now - SAME_HOST
            is_asked = or_(lately, and_(LinkCheck.state == "working", LinkCheck.lease_until >= now))
            hosts = select(LinkCheck.host).where(is_asked)
            for check in leases.claim(session, LinkCheck, now=now, lease=LEASE, where=LinkCheck.host.not_in(hosts)):
                check.tried_at = now
                claimed.append(check.id)
            session.flush()
    return claimed


def run(sessions: Sessions, id: int, *, looking: Looking, clock: Callable[[], datetime]) -> None:
    """Look up one link that was claimed, and note what came of it, for the same link of other actions too. Commits."""
    with only_reading(), sessions() as session:
        check = session.get(LinkCheck, id)
        if check is None:  # the link was taken out meanwhile
            return
        url, attempt, is_petition = check.url, check.attempts, check.action.kind == "petition"
        known = _known(session, check, now=clock())
    found = known or link_checking.look(
        url, site=looking.site, with_title=is_petition, limits=looking.limits, reach=looking.reach
    )
    with sessions() as session, session.begin():
        check = leases.held(session, LinkCheck, id, attempt=attempt)
        if check is None:
            return
        _note(check, found, every=looking.every, now=clock())
        # Whoever asks for a petition elsewhere needs its title, and looks for itself.
        same = and_(
            LinkCheck.key == check.key,
            LinkCheck.id != id,
            LinkCheck.state == "waiting",
            LinkCheck.due_at <= clock(),
        )
        others = select(LinkCheck).join(LinkCheck.action).where(same, ToDoAction.kind != "petition").limit(AT_ONCE)
        for other in session.scalars(others):
            other.attempts = check.attempts
            _note(other, found, every=looking.every, now=clock())


def _known(session: Session, check: LinkCheck, *, now: datetime) -> Found | None:
    """What was found lately at the same link of another action: a thousand drafts of one playbook share theirs."""
    if check.health or check.action.kind == "petition":
        return None
    same = (LinkCheck.key == check.key) & (LinkCheck.id != check.id)
    fine = LinkCheck.health.in_((FINE, MOVED)) & (LinkCheck.checked_at > now - FRESH)
    other = session.scalar(select(LinkCheck).where(same, fine).limit(1))
    return Found(other.health, moved_to=other.moved_to) if other else None


def _note(check: LinkCheck, found: Found, *, every: timedelta, now: datetime) -> None:
    check.state, check.lease_until = "waiting", None
    if found.health == SILENT:
        pause = min(FIRST_PAUSE * 4 ** min(check.attempts - 1, 8), every)
        asked_for = min(timedelta(seconds=found.retry_after or 0), every)
        check.due_at = now + max(pause * _jitter(), asked_for)
        if check.health in (FINE, MOVED) and check.attempts <= FORGIVEN:
            return
    else:
        check.due_at, check.attempts = now + every * _jitter(), 0
        check.moved_to = found.moved_to
        check.title = found.title or check.title
    check.health, check.last_error, check.checked_at = found.health, found.why, now


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _can_be_asked(url: str) -> bool:
    return len(url) <= LONGEST_URL and weblinks.is_page(url)


def _jitter() -> float:
    """So that links that were added together are not looked up together for ever."""
    return random.uniform(1.0, 1.1)  # noqa: S311  # not a secret
