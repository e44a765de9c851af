"""An organiser's changes to a campaign: its texts and categories, the article's source, the to-do list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from campaign.articles import seen
from campaign.campaigns import categorising, guessing, kinds, links
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.errors import NotFound
from campaign.i18n import gettext
from campaign.text import clean

TEXTS = ("title", "language", "country", "place", "opinion", "opinion_author", "action", "action_author", "todo_intro")
SOURCE = ("headline", "outlet", "url", "archived_url", "byline", "dateline", "agency", "licence", "licence_reason")


@dataclass(frozen=True)
class ToDoValues:
    """What an organiser says about one to-do action. body is Markdown; links: (address, label)."""

    kind: str
    title: str
    body: str = ""
    links: Sequence[tuple[str, str]] = ()
    hashtags: Sequence[str] = ()
    organisations: Sequence[str] = ()
    details: Mapping[str, str] = field(default_factory=dict)  # those of other kinds are left out


def texts(campaign: Campaign, *, now: datetime, **values: str) -> list[str]:
    """Change any of `TEXTS`; returns the names of those that really changed. None of them is a guess any more."""
    guessing.settle(campaign, *values)
    return _change(campaign, campaign, values, TEXTS, now=now)


def label_machine_made(campaign: Campaign, names: Sequence[str], *, now: datetime) -> bool:
    """Tell readers of which of "opinion" and "action" a machine made the draft; True when that is a change."""
    if set(names) == set(campaign.machine_made or []):
        return False
    campaign.machine_made = [name for name in ("opinion", "action") if name in names]
    campaign.changed_at = now
    return True


def categorise(session: Session, campaign: Campaign, names: Sequence[str], *, now: datetime) -> bool:
    """Put the campaign under exactly these categories, making those nobody has used yet. True when that is a change."""
    wanted = categorising.find_or_make(session, names)
    campaign.categories_from = "editor"  # who looked at them and saved has confirmed them
    if {category.id for category in wanted} == {category.id for category in campaign.categories}:
        return False
    campaign.categories = wanted
    campaign.changed_at = now
    return True


def source(campaign: Campaign, *, published_at: datetime | None, now: datetime, **values: str) -> list[str]:
    """Correct what is known of the article: `SOURCE`, and when it was published (with the outlet's zone)."""
    article = campaign.article
    if article is None:
        raise NotFound(gettext("This campaign has no article."))
    changed = _change(campaign, article, values, SOURCE, now=now)
    article.url_key = seen.url_key(article.url)
    offset = _minutes_east(published_at)
    if (published_at, offset) != (article.published_at, article.published_offset):
        article.published_at, article.published_offset = published_at, offset
        campaign.changed_at = now
        changed.append("published_at")
    if changed:
        article.changed_at = now
    return changed


def action(session: Session, campaign: Campaign, id: int) -> ToDoAction:
    """One to-do action of this campaign. Raises NotFound, also for one of another campaign."""
    found = session.get(ToDoAction, id)
    if found is None or found.campaign_id != campaign.id:
        raise NotFound(gettext("There is no such action in this campaign."))
    return found


def add_action(session: Session, campaign: Campaign, values: ToDoValues, *, now: datetime) -> ToDoAction:
    """Append a to-do action."""
    added = ToDoAction(position=len(campaign.todo) + 1)
    _fill(added, values)
    campaign.todo.append(added)
    campaign.changed_at = now
    session.flush()
    links.follow(session, added, now=now)
    return added


def change_action(session: Session, action: ToDoAction, values: ToDoValues, *, now: datetime) -> None:
    """Replace what a to-do action says; its place in the list stays."""
    _fill(action, values)
    guessing.settle(action.campaign, f"todo.{action.id}")
    links.follow(session, action, now=now)
    action.campaign.changed_at = now


def move_action(action: ToDoAction, *, up: bool, now: datetime) -> None:
    """Swap a to-do action with its neighbour; at the end of the list nothing happens."""
    campaign = action.campaign
    order = list(campaign.todo)
    index = order.index(action)
    other = index - 1 if up else index + 1
    if not 0 <= other < len(order):
        return
    order[index], order[other] = order[other], order[index]
    _number(order)
    campaign.changed_at = now


def delete_action(session: Session, action: ToDoAction, *, now: datetime) -> None:
    """Remove a to-do action and close the gap."""
    campaign = action.campaign
    guessing.settle(campaign, f"todo.{action.id}")
    campaign.todo.remove(action)
    _number(campaign.todo)
    campaign.changed_at = now
    session.flush()


def _change(campaign: Campaign, row: Any, values: dict[str, str], known: Sequence[str], *, now: datetime) -> list[str]:
    unknown = set(values) - set(known)
    if unknown:
        raise TypeError(f"not editable: {sorted(unknown)}")
    changed = [name for name, value in values.items() if getattr(row, name) != clean(value)]
    for name in changed:
        setattr(row, name, clean(values[name]))
    if changed:
        campaign.changed_at = now
    return changed


def _fill(action: ToDoAction, values: ToDoValues) -> None:
    action.kind, action.title, action.body = values.kind, clean(values.title), clean(values.body)
    action.links = [{"url": url, "label": label} for url, label in values.links]
    action.hashtags = list(values.hashtags)
    action.organisations = list(values.organisations)
    action.details = kinds.kept(values.kind, {name: clean(value) for name, value in values.details.items()})


def _number(actions: Sequence[ToDoAction]) -> None:
    for position, action in enumerate(actions, start=1):
        action.position = position


def _minutes_east(instant: datetime | None) -> int | None:
    offset = instant.utcoffset() if instant else None
    return None if offset is None else round(offset.total_seconds() / 60)
