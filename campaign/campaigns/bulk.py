"""Many documents at once become drafts: read one by one, stored a batch at a time, each bad one named."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from campaign.articles import checking
from campaign.articles.page import Page
from campaign.campaigns import importing
from campaign.campaigns.importing import Imported
from campaign.db import reading as only_reading
from campaign.errors import Refused
from campaign.i18n import gettext

MOST = 200  # documents in one batch
AT_ONCE = 25  # documents whose rows are written together
SOONEST = 5.0  # seconds: what was read by then is stored, so that nobody waits long for a first result
LONGEST = 0.5  # seconds of storing before a commit: on SQLite nobody else writes meanwhile, and people want to sign


@dataclass
class Outcome:
    """What became of one document: its campaigns in the order of its pages, or why there are none.

    lines: what is said of each campaign.
    """

    name: str
    pages: list[Page] = field(default_factory=list)
    imported: list[Imported] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    error: Refused | None = None


def run(
    session: Session,
    documents: Iterable[tuple[str, Callable[[], list[Page]]]],
    *,
    tell: Callable[[Imported], str],
    clock: Callable[[], datetime],
) -> Iterator[list[Outcome]]:
    """Import all documents; gives what is committed, batch by batch, in the order of the documents. Commits.

    documents: the name of each, and what reads its pages or raises Refused; it is not asked within a transaction.
    tell: called in the transaction of each campaign; what it returns is said once that is committed. A document that
    is refused, or that the database does not take, leaves nothing, and the others go on.
    """
    batch: list[Outcome] = []
    begun = time.monotonic()
    for name, read in documents:
        batch.append(_read(name, read))
        if len(batch) >= MOST or time.monotonic() - begun > SOONEST:
            yield from _store(session, batch, tell, clock)
            batch, begun = [], time.monotonic()
    yield from _store(session, batch, tell, clock)


def _read(name: str, read: Callable[[], list[Page]]) -> Outcome:
    try:
        return Outcome(name, read())
    except Refused as error:
        return Outcome(name, error=error)


def _store(
    session: Session, batch: list[Outcome], tell: Callable[[Imported], str], clock: Callable[[], datetime]
) -> Iterator[list[Outcome]]:
    # On SQLite whoever is about to write keeps the others from it, so what only reads comes before.
    with only_reading():
        for outcome in batch:
            checking.warn(session, outcome.pages, now=clock())
    session.rollback()
    done: list[Outcome] = []
    begun = time.monotonic()
    for start in range(0, len(batch), AT_ONCE):
        some = batch[start : start + AT_ONCE]
        _draft(session, [outcome for outcome in some if outcome.error is None], tell, now=clock())
        done += some
        if time.monotonic() - begun > LONGEST:
            session.commit()
            yield done
            done, begun = [], time.monotonic()
    session.commit()
    if done:
        yield done


def _draft(session: Session, some: Sequence[Outcome], tell: Callable[[Imported], str], *, now: datetime) -> None:
    """All together; where one of them cannot be stored, each by itself, so that it alone is left out."""
    try:
        with session.begin_nested():
            imported = importing.take_in_all(session, [page for outcome in some for page in outcome.pages], now=now)
    except (Refused, DataError, IntegrityError):
        for outcome in some:
            _draft_alone(session, outcome, now=now)
    else:
        rest = iter(imported)
        for outcome in some:
            outcome.imported = list(islice(rest, len(outcome.pages)))
    # Not before it is sure that they stay: what is put on record now goes to the end of the trail once for all.
    for outcome in some:
        outcome.lines = [tell(imported) for imported in outcome.imported]


def _draft_alone(session: Session, outcome: Outcome, *, now: datetime) -> None:
    """All campaigns of one document, or none."""
    try:
        with session.begin_nested():
            outcome.imported = [importing.take_in(session, page, now=now) for page in outcome.pages]
    except Refused as error:
        outcome.error = error
    except (DataError, IntegrityError):
        message = gettext(
            "It could not be stored. Look for a headline or an address that is very long, and shorten it."
        )
        outcome.error = Refused(message)
