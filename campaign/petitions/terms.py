"""What signing needs to know of a petition, and nothing else: its times, what it asks, and its newest text.

Everybody who signs waits for this. Loading the petition as an object, with its campaign, texts and questions, takes
ten times as long; pages that show it do that.
"""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, exists, func, select
from sqlalchemy.orm import Session

from campaign.campaigns import finding
from campaign.campaigns.models import READABLE, Campaign
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.petitions.models import Petition, PetitionText, Question
from campaign.petitions.opening import Opening


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


def readable(session: Session, slug: str) -> Terms:
    """Of the petition of a published or closed campaign. Raises NotFound, also while it has no text."""
    row = session.execute(_BY_SLUG, {"slug": slug}).first()
    if row is not None and row.state in READABLE:
        return Terms(*row)
    finding.readable(session, slug)  # says what is wrong with the campaign, if anything
    raise NotFound(gettext("This campaign has no petition."))


def of(session: Session, petition_id: int) -> Terms | None:
    """Of this petition, whatever its campaign's state. None while it has no text."""
    row = session.execute(_BY_ID, {"id": petition_id}).first()
    return Terms(*row) if row is not None else None


def questions(session: Session, terms: Terms) -> tuple[tuple[int, str, bool], ...]:
    """The petition's own questions that are asked now, in their order: (id, label, is_required)."""
    if not terms.has_questions:
        return ()
    columns = select(Question.id, Question.label, Question.is_required).order_by(Question.position)
    asked = columns.where(Question.petition_id == terms.id, Question.is_retired.is_(False))
    return tuple(tuple(row) for row in session.execute(asked))


def _query() -> Select[Any]:
    """Its columns are Terms' fields, in their order. Of tables, not of objects: these take longer to read."""
    petition, campaign = cast(Table, Petition.__table__).c, cast(Table, Campaign.__table__).c
    text, question = cast(Table, PetitionText.__table__).c, cast(Table, Question.__table__).c
    newest = select(func.max(text.version)).where(text.petition_id == petition.id)
    columns = (
        *(campaign.state, campaign.closed_at, petition.opens_at, petition.closes_at, petition.paused_at),
        *(petition.id, petition.campaign_id, petition.asks, campaign.title, campaign.language, campaign.country),
        *(text.id.label("text_id"), text.version, text.demand),
        exists().where(question.petition_id == petition.id, question.is_retired.is_(False)),
    )
    is_newest = text.version == newest.correlate(Petition.__table__).scalar_subquery()
    rows = select(*columns).where(petition.campaign_id == campaign.id, text.petition_id == petition.id)
    return rows.where(is_newest)


# Made once: putting a query together takes longer than asking it.
_BY_SLUG = _query().where(Campaign.__table__.c.slug == bindparam("slug"))
_BY_ID = _query().where(Petition.__table__.c.id == bindparam("id"))
