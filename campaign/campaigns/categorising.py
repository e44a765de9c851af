"""Subjects: found by whatever name a page gives them, made when nobody has used them yet, counted for browsing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaign import slugs
from campaign.campaigns.models import READABLE, Campaign, Category, campaign_category
from campaign.text import clean, fold, slug


def find_or_make(session: Session, names: Iterable[str]) -> list[Category]:
    """The categories of these names, in their order and each once; case, accents and language do not matter."""
    known = {
        fold(name): category
        for category in session.scalars(select(Category))
        for name in (category.name, *category.names.values())
    }
    found: list[Category] = []
    for name in filter(None, map(clean, names)):
        category = known.get(fold(name))
        if category is None:
            category = known[fold(name)] = _make(session, name)
        if category not in found:
            found.append(category)
    session.flush()  # whoever asks next finds those that are new, too
    return found


def everything(session: Session) -> list[Category]:
    """All categories by name."""
    return list(session.scalars(select(Category).order_by(Category.name)))


def as_read(category: Category, language: str) -> str:
    """What lists that people of this language read are ordered by."""
    return fold(category.name_in(language))


@dataclass(frozen=True)
class Subject:
    """A category with the number of its readable campaigns, and when the text of one last changed."""

    category: Category
    number: int
    changed_at: datetime


def with_numbers(session: Session) -> list[Subject]:
    """All categories that have readable campaigns, by name."""
    query = (
        select(Category, func.count(Campaign.id), func.max(Campaign.changed_at))
        .join(campaign_category, campaign_category.c.category_id == Category.id)
        .join(Campaign, Campaign.id == campaign_category.c.campaign_id)
        .where(Campaign.state.in_(READABLE))
        .group_by(Category.id)
        .order_by(Category.name)
    )
    return [Subject(*row) for row in session.execute(query).tuples()]


def _make(session: Session, name: str) -> Category:
    category = Category(name=name[:120], names={})
    slugs.add(session, category, slug(name, fallback="category"))
    return category
