"""Offices as the index of texts has them: each with who holds it today."""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from campaign import following, text_index
from campaign.db import now
from campaign.officials.holding import holders
from campaign.officials.models import Area, Post, RosterImport
from campaign.officials.searching import UNLISTED
from campaign.text_index import Entry

KIND = "official"
BATCH = 500


def refresh(session: Session, *, on: date, step: Callable[[int], None] = lambda _done: None) -> int:
    """Bring all offices up to date; returns how many had changed. step: is told how many are done since it last was."""
    entries = list(_entries(session, on))
    changed = text_index.keep_only(session, KIND, {entry.key for entry in entries})
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        changed += text_index.put_all(session, batch)
        step(len(batch))
    return changed


def _entries(session: Session, on: date) -> Iterator[Entry]:
    posts = session.scalars(
        select(Post)
        .where(or_(Post.end_date.is_(None), Post.end_date > on), Post.role.not_in(UNLISTED))
        .options(joinedload(Post.organization), joinedload(Post.area).joinedload(Area.parent))
        .order_by(Post.id)
    ).all()
    held = holders(session, posts, on=on)
    for post in posts:
        names = [term.person.name for term in held[post.id].confirmed]
        places = [area.name for area in (post.area, post.area.parent if post.area else None) if area]
        title = " · ".join([post.label, *names])
        yield Entry(KIND, post.id, title, text=" · ".join([post.title, post.organization.name, *places]).strip(" ·"))


def _follow(session: Session, _ids: set[int]) -> None:
    refresh(session, on=now().date())


# Whatever changes many offices at once leaves a row that says so; for the days in between the worker looks.
following.register(RosterImport, following.Follower(lambda _row: [0], _follow))
