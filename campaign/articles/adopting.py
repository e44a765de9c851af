"""Articles that came here before there were stories: placed like new ones, and known again from then on."""

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.articles import seen, stories
from campaign.articles.models import Article

AT_ONCE = 200  # in one transaction


def are_waiting(session: Session) -> bool:
    """True while there are any."""
    return session.scalar(_waiting().with_only_columns(Article.id).limit(1)) is not None


def adopt(session: Session, *, now: datetime) -> int:
    """Place the oldest of them; returns how many those were."""
    dialects.take_turns(session, stories.TURN)
    found = session.scalars(_waiting().order_by(Article.id).limit(AT_ONCE)).all()
    for article in found:
        article.document_key = seen.document_key(article) or seen.NO_DOCUMENT
        article.url_key = seen.url_key(article.url)
        stories.place(session, article, now=now)
    return len(found)


def _waiting() -> Select[tuple[Article]]:
    return select(Article).where(Article.document_key == "")
