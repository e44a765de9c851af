"""Offices by words of their names, or of whoever holds them: for organisers who choose one."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.elements import ColumnElement

from campaign.officials.models import Membership, Person, Post
from campaign.text import fold, hidden_characters

MOST_OFFERED = 30
LONGEST = 200  # characters


def posts(session: Session, text: str, *, on: date) -> list[Post]:
    """Offices that still exist whose name or holder has all words of `text`, in the order of their names.

    None for what is far too long or has hidden characters: the databases refuse to look for it.
    """
    if len(text) > LONGEST or hidden_characters(text):
        return []
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
