"""Petitions by their campaign, the newest names under one, and offices a petition could be addressed to."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.elements import ColumnElement

from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.officials.models import Membership, Person, Post
from campaign.petitions.models import Petition, Signature
from campaign.text import fold

MOST_OFFERED = 30


def of(session: Session, campaign: Campaign) -> Petition | None:
    """The campaign's petition."""
    return session.scalar(select(Petition).where(Petition.campaign_id == campaign.id))


def readable(session: Session, slug: str) -> Petition:
    """The petition of a published or closed campaign. Raises NotFound, also while it has no text."""
    petition = of(session, finding.readable(session, slug))
    if petition is None or petition.text is None:
        raise NotFound(gettext("This campaign has no petition."))
    return petition


def recent_names(session: Session, petition: Petition, *, most: int = 5) -> list[str]:
    """The newest confirmed signers who let their names be shown."""
    query = (
        select(Signature.given_name, Signature.family_name)
        .where(Signature.petition_id == petition.id, Signature.state == "confirmed", Signature.show_name)
        .order_by(Signature.confirmed_at.desc())
        .limit(most)
    )
    return [f"{given} {family}".strip() for given, family in session.execute(query)]


def posts(session: Session, text: str, *, on: date) -> list[Post]:
    """Offices that still exist whose name or holder has all words of `text`, in the order of their names."""
    query = (
        select(Post)
        .join(Post.organization)
        .outerjoin(Membership, and_(Membership.post_id == Post.id, Membership.start_date <= on, _not_over(on)))
        .outerjoin(Membership.person)
        .where(or_(Post.end_date.is_(None), Post.end_date > on))
        .options(joinedload(Post.organization))
        .order_by(Post.label, Post.id)
        .distinct()
        .limit(MOST_OFFERED)
    )
    for word in fold(text).split():
        holder = Person.search_name.contains(word, autoescape=True)
        query = query.where(or_(Post.label.icontains(word, autoescape=True), Post.id == word, holder))
    return list(session.scalars(query))


def posts_by_id(session: Session, ids: Collection[str]) -> dict[str, Post]:
    """Those of these offices that exist."""
    query = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.organization))
    return {post.id: post for post in session.scalars(query)}


def _not_over(on: date) -> ColumnElement[bool]:
    return or_(Membership.end_date.is_(None), Membership.end_date > on)
