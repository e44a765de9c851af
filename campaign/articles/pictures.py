"""Pictures of articles: copied once by the worker when somebody here says who took them and why we may show them.

Readers never load a picture from where its outlet has it. What they get is a file made anew, which we serve ourselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from campaign import fetch_failures, fetching, leases, waking
from campaign.articles import child, licences, picture_files
from campaign.articles.models import Article, Picture
from campaign.db import reading as only_reading
from campaign.errors import NotFound, Refused
from campaign.fetch_failures import FetchFailed
from campaign.fetching import PUBLIC, Limits, Reach
from campaign.i18n import gettext, lazy_gettext
from campaign.text import clean

log = structlog.get_logger()

TASK = "pictures"  # the worker's
MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=1)
MIB = 1024**2
LIMITS = Limits(wire=8 * MIB, unpacked=8 * MIB)
MOST = 12  # of one article
KINDS = frozenset(
    {"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/webp", "image/avif", "application/octet-stream"}
)

Sessions = sessionmaker[Session]

# What failures are called whose usual words speak of a web page.
_WORDS = {
    fetch_failures.WrongKind: lazy_gettext(
        "This is not a picture but %(kind)s. Open the picture alone in a browser, and copy that address."
    ),
    fetch_failures.TooLarge: lazy_gettext("The picture is larger than %(most)s MB. Choose a smaller version of it."),
    fetch_failures.TooLargeUnpacked: lazy_gettext(
        "The picture is larger than %(most)s MB when unpacked. Choose another version of it."
    ),
    fetch_failures.PrivateAddress: lazy_gettext("Pictures inside private networks are not fetched."),
    fetch_failures.TooSlow: lazy_gettext("%(host)s does not answer in time. Try again later."),
    fetch_failures.CutOff: lazy_gettext("%(host)s broke off in the middle. Try again."),
    fetch_failures.NotThere: lazy_gettext("%(host)s has no such picture (%(status)s). Look for its new address."),
    fetch_failures.NotForPrograms: lazy_gettext(
        "%(host)s does not give this picture to programs (%(status)s). Ask whoever took it for a copy."
    ),
}


class BadPicture(Refused):
    """Something is missing without which a picture may not be shown, or cannot be."""


@dataclass(frozen=True)
class Web:
    """How pictures are fetched here, and where their copies lie. site: the address of this site."""

    site: str
    folder: Path
    limits: Limits = LIMITS
    reach: Reach = PUBLIC


def ask(
    session: Session,
    article: Article,
    *,
    url: str,
    caption: str,
    credit: str,
    alt: str,
    licence: str,
    account_id: int | None,
    reach: Reach = PUBLIC,
    now: datetime,
) -> Picture:
    """Ask the worker for a copy of the picture at an address; the row it already has, if there is one.

    Raises BadPicture without a credit, a description or a licence, and a FetchFailed for what is no public address.
    """
    _require(url=url, credit=credit, alt=alt, licence=licence)
    url = fetching.check(url, reach)
    known = next((picture for picture in article.pictures if picture.url == url), None)
    if known is None and len(article.pictures) >= MOST:
        raise BadPicture(gettext("An article has %(most)s pictures at most. Remove one first.", most=MOST), field="url")
    picture = known or Picture(article=article, url=url, created_at=now, due_at=now, state="waiting", attempts=0)
    picture.account_id = account_id
    _describe(picture, caption, credit, alt, licence)
    session.add(picture)
    if not picture.digest and picture.state != "working":
        leases.retry(picture, now=now)
        waking.soon(session, TASK)
    session.flush()
    return picture


def describe(picture: Picture, *, caption: str, credit: str, alt: str, licence: str) -> None:
    """Change what is said about a picture. Raises BadPicture as `ask` does."""
    _require(url=picture.url, credit=credit, alt=alt, licence=licence)
    _describe(picture, caption, credit, alt, licence)


def again(session: Session, picture: Picture, *, now: datetime) -> None:
    """Try once more what did not work. What is in work, or done, stays as it is."""
    if picture.state == "failed" or (picture.state == "waiting" and picture.last_error):
        leases.retry(picture, now=now)
        waking.soon(session, TASK)


def find(session: Session, article: Article, id: int) -> Picture:
    """A picture of this article. Raises NotFound, also for one of another article."""
    picture = session.get(Picture, id)
    if picture is None or picture.article_id != article.id:
        raise NotFound(gettext("There is no such picture in this article."))
    return picture


def remove(session: Session, picture: Picture) -> None:
    """Take a picture out of its article. Its file goes with the next clean-up, if nothing else uses it."""
    picture.article.pictures.remove(picture)
    session.flush()


def is_used(session: Session, digest: str) -> bool:
    """True while an article shows the file of this digest."""
    return session.scalar(select(Picture.id).where(Picture.digest == digest).limit(1)) is not None


def claim(sessions: Sessions, *, limit: int, now: datetime) -> list[int]:
    """Take so many pictures for this worker; returns their numbers."""
    with sessions() as session, session.begin():
        claimed = leases.claim(session, Picture, now=now, limit=limit, lease=LEASE)
        for picture in claimed:
            picture.step = "fetching"
        return [picture.id for picture in claimed]


def run(sessions: Sessions, id: int, *, web: Web, clock: Callable[[], datetime]) -> None:
    """Fetch one that was claimed, make it anew, keep it, and note what came of it, its failure too. Commits."""
    with only_reading(), sessions() as session:
        picture = session.get(Picture, id)
        if picture is None:  # removed since
            return
        url, attempt = picture.url, picture.attempts
    try:
        if attempt > MOST_ATTEMPTS:
            raise BadPicture(gettext("This picture ended the worker each time. Choose another version of it."))
        data = _fetched(url, web)
        _note(sessions, id, attempt, lambda picture: setattr(picture, "step", "drawing"))
        found = _drawn(data)
        digest = picture_files.keep(web.folder, found["data"])
        _note(sessions, id, attempt, lambda picture: _finish(picture, digest, found, clock()))
    except Refused as error:
        is_passing = isinstance(error, FetchFailed) and error.is_passing and attempt < MOST_ATTEMPTS
        words = _words(error)
        _note(sessions, id, attempt, lambda picture: _fail(picture, words, not is_passing, clock()))
    except Exception as error:
        # Ours, not the picture's.
        log.error("picture failed", id=id, kind=type(error).__name__)
        unknown = gettext("Something went wrong while this picture was copied. Try again.")
        _note(sessions, id, attempt, lambda picture: _fail(picture, unknown, True, clock()))


def forget_unused(session: Session, folder: Path, *, now: datetime) -> int:
    """Delete the files of pictures that no article uses any more; returns how many."""
    used = set(session.scalars(select(Picture.digest).where(Picture.digest != "")))
    return picture_files.forget(folder, but=used, now=now)


def _fetched(url: str, web: Web) -> bytes:
    agent = f"Campaign (+{web.site})"
    answer = fetching.fetch(url, agent=agent, kinds=KINDS, limits=web.limits, reach=web.reach)
    return answer.body


def _drawn(data: bytes) -> dict[str, str | int]:
    try:
        found: dict[str, str | int] = child.parse("picture", data)
    except child.Unreadable as error:
        if error.code == "too-much":
            message = gettext("The picture takes too long or too much memory to read. Choose a smaller version of it.")
            raise BadPicture(message, field="url") from error
        raise
    return found


def _words(error: Refused) -> str:
    kind = type(error)
    if not isinstance(error, FetchFailed) or kind not in _WORDS:
        return error.message
    if kind is fetch_failures.WrongKind and error.values.get("kind") == "image/svg+xml":
        return child.refusal("picture-svg").message
    return str(_WORDS[kind]) % {"status": error.status, **error.values}


def _note(sessions: Sessions, id: int, attempt: int, change: Callable[[Picture], None]) -> None:
    """Change the row, unless another worker has taken it over."""
    with sessions() as session, session.begin():
        picture = leases.held(session, Picture, id, attempt=attempt)
        if picture is not None:
            change(picture)


def _finish(picture: Picture, digest: str, found: dict[str, str | int], now: datetime) -> None:
    picture.digest, picture.step = digest, ""
    picture.width, picture.height = int(found["width"]), int(found["height"])
    leases.finish(picture, now=now)


def _fail(picture: Picture, reason: str, permanent: bool, now: datetime) -> None:
    leases.fail(picture, reason=reason, permanent=permanent, now=now)
    picture.step = ""


def _require(*, url: str, credit: str, alt: str, licence: str) -> None:
    if not clean(url):
        raise BadPicture(gettext("Enter the address of the picture."), field="url")
    if not clean(credit):
        raise BadPicture(gettext("Say who took it."), field="credit")
    if not clean(alt):
        raise BadPicture(gettext("Say what is to be seen; screen readers read it out."), field="alt")
    if not licences.known(licence):
        raise BadPicture(
            gettext("Say why we may show it: its licence, or who gave permission. A quotation is no picture."),
            field="licence",
        )


def _describe(picture: Picture, caption: str, credit: str, alt: str, licence: str) -> None:
    picture.caption, picture.credit, picture.alt = clean(caption)[:1000], clean(credit)[:300], clean(alt)[:500]
    picture.licence = licences.known(licence)
