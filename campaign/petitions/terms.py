"""What signing needs to know of a petition, and nothing else: its times, what it asks, and its newest text.

Everybody who signs waits for this. Loading the petition as an object, with its campaign, texts and questions, takes
ten times as long; pages that show it do that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Select, Table, bindparam, exists, func, select
from sqlalchemy.orm import Session

from campaign.campaigns import finding
from campaign.campaigns.models import READABLE, Campaign
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.petitions.models import Petition, PetitionText, Question
from campaign.petitions.opening import Opening
from campaign.statements import Statement


@dataclass(frozen=True)
class Terms(Opening):
    """A petition as it stands now. Its names are the petition's own; campaign and text stand beside them.

    text_id, text_version, demand: of the newest text; asks: see asking.py; has_questions: it asks some of its own
    """

    id: int
    campaign_id: int
    asks: dict[str, str]
    title: str
    language: str
    country: str
    text_id: int
    text_version: int
    demand: str
    has_questions: bool


class TermsChanged(Exception):
    """They are not what the form was made by any more: begin anew with those that hold now."""


def readable(session: Session, slug: str) -> Terms:
    """Of the petition of a published or closed campaign. Raises NotFound, also while it has no text."""
    row = _BY_SLUG.row(session, {"slug": slug})
    if row is not None and row.state in READABLE:
        return Terms(*row)
    finding.readable(session, slug)  # says what is wrong with the campaign, if anything
    raise NotFound(gettext("This campaign has no petition."))


# Each process remembers what it has read, so that signing asks once, in the transaction that signs.
_read: WeakKeyDictionary[Engine, dict[str, Terms]] = WeakKeyDictionary()


def remembered(session: Session, slug: str, *, now: datetime) -> Terms:
    """As `readable`, but perhaps as they were once: look again before anything comes of it, as `signing.sign` does.

    Only open petitions are remembered, and those whose terms are all there is to their form.
    """
    kept = _read.setdefault(session.get_bind().engine, {})
    terms = kept.get(slug)
    if terms is None or not terms.is_open(now=now):
        terms = readable(session, slug)
        if not terms.has_questions:
            kept[slug] = terms
    return terms


def refuse_changed(session: Session, terms: Terms) -> None:
    """Raises TermsChanged unless these hold now."""
    if of(session, terms.id) != terms:
        raise TermsChanged


def forget(session: Session, slug: str) -> None:
    """They have changed: read them anew."""
    _read.get(session.get_bind().engine, {}).pop(slug, None)


def of(session: Session, petition_id: int) -> Terms | None:
    """Of this petition, whatever its campaign's state. None while it has no text."""
    row = _BY_ID.row(session, {"id": petition_id})
    return Terms(*row) if row is not None else None


def questions(session: Session, terms: Terms) -> tuple[tuple[int, str, bool], ...]:
    """The petition's own questions that are asked now, in their order: (id, label, is_required)."""
    if not terms.has_questions:
        return ()
    columns = select(Question.id, Question.label, Question.is_required).order_by(Question.position)
    asked = columns.where(Question.petition_id == terms.id, Question.is_retired.is_(False))
    return tuple(tuple(row) for row in session.execute(asked))


def by_id() -> Select[Any]:
    """For who asks for more with the same statement: columns are Terms' fields, in their order. id: the petition's."""
    return _query().where(Petition.__table__.c.id == bindparam("id"))


def _query() -> Select[Any]:
    """Its columns are Terms' fields, in their order."""
    petition, campaign = cast(Table, Petition.__table__).c, cast(Table, Campaign.__table__).c
    text, question = cast(Table, PetitionText.__table__).c, cast(Table, Question.__table__).c
    newest = select(func.max(text.version)).where(text.petition_id == petition.id)
    columns = (
        *(campaign.state, campaign.closed_at, petition.opens_at, petition.closes_at, petition.paused_at),
        *(petition.id, petition.campaign_id, petition.asks, campaign.title, campaign.language, campaign.country),
        *(text.id.label("text_id"), text.version, text.demand),
        exists().where(question.petition_id == petition.id, question.is_retired.is_(False)).label("has_questions"),
    )
    is_newest = text.version == newest.correlate(Petition.__table__).scalar_subquery()
    rows = select(*columns).where(petition.campaign_id == campaign.id, text.petition_id == petition.id)
    return rows.where(is_newest)


_BY_SLUG = Statement(lambda _insert: _query().where(Campaign.__table__.c.slug == bindparam("slug")))
_BY_ID = Statement(lambda _insert: by_id())
