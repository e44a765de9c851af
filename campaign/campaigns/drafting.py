"""A page that was read in becomes a draft campaign: what it offered, and for the rest what its playbook starts with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from campaign import slugs
from campaign.articles import saving
from campaign.articles.models import Article
from campaign.articles.page import Page, ToDo
from campaign.articles.slugging import slug_of
from campaign.campaigns import categorising, kinds, parts, starting, suggesting, summarising
from campaign.campaigns.models import Campaign, Category, ToDoAction
from campaign.campaigns.starting import Start
from campaign.remembering import remembered
from campaign.text import slug


@dataclass(frozen=True)
class Draft:
    """A campaign whose rows may not be written yet, and what it started with."""

    campaign: Campaign
    started: Start

    def finish(self) -> None:
        """Once its rows are written."""
        self.started.mark(self.campaign)


def draft(session: Session, page: Page, *, now: datetime) -> Campaign:
    """Save the article and make a draft campaign of it, with a petition and letters from the parts that own them."""
    begun = begin(session, page, now=now)
    session.flush()
    begun.finish()
    return begun.campaign


def foresee(session: Session, pages: Sequence[Page]) -> None:
    """Ask at once what drafts of many pages would ask for each."""
    saving.foresee(session, pages)
    slugs.foresee(session, Campaign, map(_address, pages))


def begin(session: Session, page: Page, *, now: datetime) -> Draft:
    """As `draft`; but whoever calls flushes, and then finishes the draft: the rows of many are written together."""
    summarised = None if page.is_complete or page.key_points else summarising.choose
    article = saving.save(session, page, now=now, complete=summarised)
    found, chosen_by = _categories(session, page, article)
    started = starting.start(session, page, found, on=now.date())
    campaign = Campaign(
        state="draft",
        title=page.title or page.headline,
        language=page.language or "en",
        country=started.country,
        place=page.place,
        article=article,
        opinion=started.opinion,
        opinion_author=page.opinion_author,
        action=started.action,
        action_author=page.action_author,
        machine_made=list(page.machine_made),
        todo_intro=page.todo_intro,
        todo=actions(started.todo),
        categories=found,
        categories_from=chosen_by,
        warnings=[{"code": warning.code, "text": warning.text, "where": warning.where} for warning in page.warnings],
        created_at=now,
        changed_at=now,
    )
    slugs.add(session, campaign, _address(page))
    with session.no_autoflush:  # all rows of a draft go to the database together
        for part in parts.PARTS.values():
            part.draft(session, campaign, page, started.playbook, now=now)
    return Draft(campaign, started)


def _address(page: Page) -> str:
    own = slug(page.slug, fallback="")
    return own or slug_of(page.title or page.headline, page, fallback="campaign")


def _categories(session: Session, page: Page, article: Article) -> tuple[list[Category], str]:
    """The page's own categories, else those its words suggest; and who chose them."""
    if page.categories or page.is_complete:
        return categorising.find_or_make(session, page.categories), "editor" if page.is_complete else "page"
    suggested = suggesting.for_article(remembered(session, (Category,), categorising.everything), article)
    return [suggestion.category for suggestion in suggested], "suggested"


def actions(todos: Sequence[ToDo]) -> list[ToDoAction]:
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
            details=kinds.kept(todo.kind, todo.details),
        )
        for position, todo in enumerate(todos, start=1)
    ]
