"""Offices by words of their names, or of whoever holds them; by place and by kind."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.elements import ColumnElement

from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.officials.models import Area, Membership, Organization, Person, Post
from campaign.text import fold, hidden_characters

MOST_OFFERED = 30
LONGEST = 200  # characters
# There are thousands of them, and nobody writes to a member as a member of a committee.
UNLISTED = ("committee_member",)


def posts(session: Session, text: str, *, on: date) -> list[Post]:
    """Offices for an organiser to choose from: those with all words of `text`, in the order of their names."""
    query = directory(text, on=on).order_by(None).order_by(Post.label, Post.id).limit(MOST_OFFERED)
    return list(session.scalars(query))


def why_nothing(session: Session, text: str, *, on: date) -> Refused | None:
    """What to tell an organiser whom `posts` offers nothing for `text`; None when it offers something."""
    if not text.strip():
        return Refused(gettext("Type a word of the office’s name, or the name of whoever holds it."), field="search")
    if posts(session, text, on=on):
        return None
    message = gettext(
        "No office here has all of these words. Try one of them alone. "
        "An office that is missing is added under “Officials”, “Import files”."
    )
    return Refused(message, field="search")


def directory(
    text: str = "", *, place: str = "", roles: Sequence[str] = (), country: str = "", on: date
) -> Select[tuple[Post]]:
    """Offices that still exist, by body, place and number.

    text: words of the office's name or of its holder's, with accents or without; what is far too long or has hidden
    characters finds nothing, for the databases refuse to look for it. place: the id of an area, with what lies in it.
    """
    around = aliased(Area)
    query = (
        select(Post)
        .join(Post.organization)
        .outerjoin(Post.area)
        .outerjoin(around, around.id == Area.parent_id)
        .where(or_(Post.end_date.is_(None), Post.end_date > on), Post.role.not_in(UNLISTED))
        .options(joinedload(Post.organization), joinedload(Post.area).joinedload(Area.parent))
        .order_by(
            Organization.name,
            func.coalesce(around.name, Area.name, ""),
            func.coalesce(Area.name, "") == func.coalesce(around.name, ""),
            func.length(Post.seat_key),
            Post.seat_key,
            Post.label,
            Post.id,
        )
    )
    if len(text) > LONGEST or hidden_characters(text):
        return query.where(Post.id.is_(None))
    if place:
        query = query.where(or_(Area.id == place, Area.parent_id == place))
    if roles:
        query = query.where(Post.role.in_(roles))
    if country:
        query = query.where(Area.country == country.upper())
    for typed in text.split():
        word = fold(typed)
        # The labels of offices are not folded, so an accent in one is found as it is typed.
        in_label = or_(*(Post.label.icontains(form, autoescape=True) for form in {typed, word}))
        query = query.where(or_(in_label, Post.id == word, _held_by(word, on)))
    return query


def posts_by_id(session: Session, ids: Collection[str]) -> dict[str, Post]:
    """Those of these offices that exist."""
    if not ids:
        return {}
    query = select(Post).where(Post.id.in_(ids)).options(joinedload(Post.organization))
    return {post.id: post for post in session.scalars(query)}


def places(session: Session, *, on: date) -> list[Area]:
    """States, countries and towns that have offices of their own or in their districts, by country and name."""
    around = aliased(Area)
    own = select(Area.id).join(Post, Post.area_id == Area.id).where(Area.classification != "cd")
    outer = select(around.id).join(Area, Area.parent_id == around.id).join(Post, Post.area_id == Area.id)
    live = or_(Post.end_date.is_(None), Post.end_date > on)
    query = (
        select(Area)
        .where(or_(Area.id.in_(own.where(live)), Area.id.in_(outer.where(live, around.classification != "country"))))
        .order_by(Area.country, Area.classification != "country", Area.name)
    )
    return list(session.scalars(query))


def _held_by(word: str, on: date) -> ColumnElement[bool]:
    in_office = and_(
        Membership.post_id == Post.id,
        Membership.start_date <= on,
        or_(Membership.end_date.is_(None), Membership.end_date > on),
    )
    named = Person.search_name.contains(word, autoescape=True)
    return select(Membership.id).join(Membership.person).where(in_office, named).exists()
