"""Puts a machine's texts into a draft: only where nobody has written yet, and labelled until a person approves them."""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.articles.page import Page
from campaign.campaigns import drafting, guessing, links, parts
from campaign.campaigns.assistant.judging import Unsaved
from campaign.campaigns.models import Campaign
from campaign.i18n import gettext


def take(
    session: Session, campaign: Campaign, page: Page, *, name: str, now: datetime
) -> tuple[list[str], list[Unsaved]]:
    """Where its texts went, and those for which there was no room. name: of the machine."""
    saved: list[str] = []
    unused: list[Unsaved] = []
    for where in ("opinion", "action"):
        text = "\n\n".join(getattr(page, where))
        if not text:
            continue
        if getattr(campaign, where) and not guessing.is_guess(campaign, where):
            unused.append(_unused(where, text))
            continue
        setattr(campaign, where, text)
        campaign.machine_made = [*(name for name in campaign.machine_made or [] if name != where), where]
        guessing.mark(campaign, where, by=guessing.ASSISTANT, name=name)
        saved.append(where)
    if page.todo:
        if all(guessing.is_guess(campaign, f"todo.{action.id}") for action in campaign.todo):
            _replace_actions(session, campaign, page, name=name, now=now)
            saved.append("todo")
        else:
            unused.append(_unused("todo", "\n".join(todo.title for todo in page.todo)))
    for part in parts.PARTS.values():
        taken = part.suggest(session, campaign, page, by=guessing.ASSISTANT, name=name, now=now)
        if taken is None:
            continue
        if taken:
            saved.append(part.name)
        else:
            unused.append(_unused(part.name, ""))
    if saved:
        campaign.changed_at = now
    session.flush()
    return saved, unused


def _replace_actions(session: Session, campaign: Campaign, page: Page, *, name: str, now: datetime) -> None:
    guessing.settle(campaign, "todo")
    campaign.todo.clear()
    session.flush()
    campaign.todo.extend(drafting.actions(page.todo))
    session.flush()
    for action in campaign.todo:
        guessing.mark(campaign, f"todo.{action.id}", by=guessing.ASSISTANT, name=name)
        links.follow(session, action, now=now)


def _unused(part: str, text: str) -> Unsaved:
    return Unsaved(part, text, [gettext("Somebody has written or saved this part already; it stays as it is.")])
