"""A page that was read in becomes a draft campaign: what it offered, and for the rest what its playbook starts with."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import slugs
from campaign.articles import saving
from campaign.articles.page import Page, ToDo
from campaign.campaigns import categorising, parts, playbooks
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.text import slug


def draft(session: Session, page: Page, *, now: datetime) -> Campaign:
    """Save the article and make a draft campaign of it, with a petition and letters from the parts that own them."""
    found = categorising.find_or_make(session, page.categories)
    suggested = playbooks.for_categories(category.slug for category in found)
    playbook = playbooks.Playbook() if page.is_complete else suggested
    campaign = Campaign(
        state="draft",
        title=page.title or page.headline,
        language=page.language or "en",
        country=page.country,
        place=page.place,
        article=saving.save(session, page, now=now),
        opinion="\n\n".join(page.opinion),
        opinion_author=page.opinion_author,
        action="\n\n".join(page.action),
        todo_intro=page.todo_intro,
        todo=_actions(page.todo or playbook.todo),
        categories=found,
        warnings=[{"code": warning.code, "text": warning.text, "where": warning.where} for warning in page.warnings],
        created_at=now,
        changed_at=now,
    )
    slugs.insert(session, campaign, slug(page.slug or campaign.title, fallback="campaign"))
    for part in parts.PARTS.values():
        part.draft(session, campaign, page, playbook, now=now)
    session.flush()
    return campaign


def _actions(todos: Sequence[ToDo]) -> list[ToDoAction]:
    """To-do actions as rows, numbered from 1."""
    return [
        ToDoAction(
            position=position,
            kind=todo.kind,
            title=todo.title,
            body=todo.body,
            links=[{"url": link.url, "label": link.label} for link in todo.links],
            hashtags=list(todo.hashtags),
            organisations=list(todo.organisations),
        )
        for position, todo in enumerate(todos, start=1)
    ]
