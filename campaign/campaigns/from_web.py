"""From an address to a draft campaign: asked for at the desk, fetched and read by the worker, once."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload, sessionmaker

from campaign import leases, waking, weblinks
from campaign.accounts import auditing, keeping, permissions
from campaign.accounts.models import Account
from campaign.articles import fetching, reading
from campaign.articles.page import Page
from campaign.campaigns import awaited, importing
from campaign.campaigns.awaited import MOST_ATTEMPTS
from campaign.campaigns.models import Fetch
from campaign.db import reading as only_reading
from campaign.errors import NotFound, Refused
from campaign.fetching import PUBLIC, USUAL, Fetched, Limits, Reach, check
from campaign.i18n import gettext

log = structlog.get_logger()

TASK = "imports"  # the worker's
LEASE = timedelta(minutes=1)  # fetching and reading together take less than half of it
LONGEST_PAUSE = timedelta(hours=1)
KEPT = timedelta(days=30)

Sessions = sessionmaker[Session]


class ImportRefused(Refused):
    """This import cannot be done, or not for the one who asked."""


@dataclass(frozen=True)
class Web:
    """How documents are fetched here. site: the address of this site."""

    site: str
    limits: Limits = USUAL
    reach: Reach = PUBLIC


def ask(session: Session, url: str, *, account: Account, reach: Reach = PUBLIC, now: datetime) -> Fetch:
    """Ask the worker for a campaign of what stands at an address; the same again while that is in work.

    Raises a FetchFailed for what is no address of the public web. Names are looked up later, outside of requests.
    """
    url = check(url, reach)
    key = hashlib.sha256(url.encode()).hexdigest()
    fetch = Fetch(url=url, open_key=key, account_id=account.id, created_at=now, state="waiting", due_at=now, attempts=0)
    try:
        with session.begin_nested():
            session.add(fetch)
    except IntegrityError:
        fetch = session.scalars(select(Fetch).where(Fetch.open_key == key)).one()
    waking.soon(session, TASK)
    return fetch


def again(session: Session, fetch: Fetch, *, now: datetime) -> Fetch:
    """Try once more. What is in work already, or done, stays as it is."""
    if fetch.state != "failed" and not (fetch.state == "waiting" and fetch.last_error):
        return fetch
    key = hashlib.sha256(fetch.url.encode()).hexdigest()
    other = session.scalars(select(Fetch).where(Fetch.open_key == key)).one_or_none()
    if other is not None and other is not fetch:
        return other
    fetch.open_key = key
    leases.retry(fetch, now=now)
    waking.soon(session, TASK)
    return fetch


def find(session: Session, id: int, *, to_change: bool = False) -> Fetch:
    """The import of this number. Raises NotFound."""
    fetch = session.get(Fetch, id, with_for_update=to_change or None)
    if fetch is None:
        raise NotFound(gettext("There is no import of this number."))
    return fetch


def newest() -> Select[tuple[Fetch]]:
    """All imports of addresses, the newest first."""
    return select(Fetch).options(selectinload(Fetch.campaign)).order_by(Fetch.id.desc())


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many imports for this worker; returns their numbers."""
    with sessions() as session, session.begin():
        claimed = leases.claim(session, Fetch, now=now, limit=limit, lease=LEASE)
        for fetch in claimed:
            fetch.step = "fetching"
        return [fetch.id for fetch in claimed]


def run(sessions: Sessions, id: int, *, web: Web, clock: Callable[[], datetime]) -> None:
    """Fetch, read and draft one that was claimed, and note what came of it, its failure too. Commits.

    A worker that dies in between leaves nothing but a lease that runs out: the campaign and the word that it is done
    are one transaction.
    """
    with only_reading(), sessions() as session:
        fetch = session.get_one(Fetch, id)
        url, attempt = fetch.url, fetch.attempts
        is_allowed = keeping.entitled(session, fetch.account_id, permissions.EDIT) is not None
    try:
        if not is_allowed:
            raise ImportRefused(gettext("Whoever asked for this import may no longer make campaigns."))
        if attempt > MOST_ATTEMPTS:
            raise ImportRefused(gettext("Reading this page ended the worker each time. Paste the text instead."))
        document = fetching.document(url, site=web.site, limits=web.limits, reach=web.reach)
        awaited.set_step(sessions, Fetch, id, attempt, "reading")
        page = _read(sessions, document, most=web.limits.unpacked, now=clock())
        _draft(sessions, id, attempt, page, now=clock())
    except Refused as error:
        _fail(sessions, id, attempt, error, now=clock())
    except Exception as error:
        # Ours, not the page's. The log gets the kind, never what people typed.
        log.error("import failed", id=id, kind=type(error).__name__)
        unknown = gettext("Something went wrong while this was read. Try again, or paste the text.")
        _fail(sessions, id, attempt, ImportRefused(unknown), now=clock())


def attribute(page: Page, url: str) -> None:
    """A page that does not say where it is from is from where it was found."""
    page.url = page.url or url
    page.outlet = page.outlet or weblinks.host(page.url)


def forget(session: Session, *, now: datetime) -> int:
    """Delete imports that were over a month ago; returns how many. The campaigns stay."""
    is_over = Fetch.open_key.is_(None) & (Fetch.created_at < now - KEPT)
    ids = list(session.scalars(select(Fetch.id).where(is_over).limit(1000)))
    session.execute(delete(Fetch).where(Fetch.id.in_(ids)))
    return len(ids)


def _read(sessions: Sessions, document: Fetched, *, most: int, now: datetime) -> Page:
    """The page in a document; of a feed, its newest report."""
    # Parsing takes its time, and the transaction begins only when it is over: the directory is asked last.
    with only_reading(), sessions() as session:
        page = reading.read(document.body, reading.Origin.of(document), session=session, most=most, now=now)[0]
    attribute(page, document.url)
    return page


def _draft(sessions: Sessions, id: int, attempt: int, page: Page, *, now: datetime) -> None:
    with sessions() as session, session.begin():
        fetch = leases.held(session, Fetch, id, attempt=attempt)
        if fetch is None:
            return
        imported = importing.take_in(session, page, now=now)
        campaign = imported.campaign
        fetch.campaign, fetch.step, fetch.open_key = campaign, "", None
        leases.finish(fetch, now=now)
        if not imported.is_new:
            return
        account = session.get(Account, fetch.account_id) if fetch.account_id else None
        detail = {"fetch": id, "warnings": len(campaign.warnings)}
        auditing.record(
            session,
            "campaign.import",
            account=account,
            actor=auditing.WORKER,
            object_kind="campaign",
            object_id=campaign.slug,
            detail=detail,
            now=now,
        )


def _fail(sessions: Sessions, id: int, attempt: int, error: Refused, *, now: datetime) -> None:
    awaited.fail(sessions, Fetch, id, attempt, error, longest_pause=LONGEST_PAUSE, now=now)
