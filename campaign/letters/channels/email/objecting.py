"""Offices that want no letters from this site: nothing more reaches them, and organisers learn of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from campaign.db import touched
from campaign.letters.channels.email.models import Objection
from campaign.letters.models import Letter, LetterTemplate
from campaign.officials.models import Post


@dataclass(frozen=True)
class Objecting:
    """An office, and why it wants no letters; "" when it did not say."""

    post: Post
    reason: str
    since: datetime


def object_to(session: Session, post: Post, *, reason: str, now: datetime) -> int:
    """This office wants no more letters from here. Those that wait for it are held; returns how many."""
    if session.get(Objection, post.id) is None:
        session.add(Objection(post_id=post.id, reason=reason[:500], created_at=now))
        session.flush()
    waiting = update(Letter).where(Letter.post_id == post.id, Letter.state == "queued")
    waiting = waiting.values(state="held", changed_at=now)
    return touched(session.execute(waiting, execution_options={"synchronize_session": False}))


def among(session: Session, templates: Collection[LetterTemplate]) -> Sequence[Objecting]:
    """Objecting offices that these letters are addressed to, or that somebody wrote to with one of them."""
    written = select(Letter.post_id).where(Letter.template_id.in_([template.id for template in templates]))
    addressed = [template.target for template in templates]
    query = select(Post, Objection).join(Objection, Objection.post_id == Post.id)
    query = query.where(or_(Post.id.in_(addressed), Post.id.in_(written))).order_by(Post.label, Post.id)
    return [Objecting(post, row.reason, row.created_at) for post, row in session.execute(query).tuples()]
