"""What must be right before a campaign is public, and its moves between draft, published and closed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy.orm import Session

from campaign import markup, weblinks
from campaign.campaigns import parts
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.errors import Finding, Refused
from campaign.i18n import gettext, lazy_gettext
from campaign.officials import naming


@dataclass(frozen=True)
class Need:
    """What an act of one kind must have so that people can really do it: any one of `parts`."""

    parts: tuple[str, ...]
    text: LazyString
    blocks: bool = True


NEEDS = {
    "contact": Need(
        ("links", "letters"),
        lazy_gettext("“%(title)s” says to write to somebody: add a letter, or a link to their contact page."),
    ),
    "local": Need(
        ("links", "organisations"),
        lazy_gettext("“%(title)s” names no group: add an organisation or a link."),
    ),
    "social": Need(
        ("hashtags", "body"),
        lazy_gettext("“%(title)s” has nothing to share: add a text or a hashtag."),
    ),
    "learn": Need(("links",), lazy_gettext("“%(title)s” has nothing to read: add a link."), blocks=False),
    "donate": Need(
        ("links",),
        lazy_gettext("“%(title)s” asks for money: add a link to the organisation’s own page for donations."),
    ),
    "accountability": Need(
        ("links", "letters"),
        lazy_gettext("“%(title)s” does not say where to turn: add a link."),
    ),
    "event": Need(
        ("links", "body"),
        lazy_gettext("“%(title)s” does not say when and where: add both, or a link."),
    ),
}

# Typed marks that Markdown left as they are, so that a reader would see them.
LEFTOVER_MARKS = re.compile(r"\*\*|__|```|(?:^|\s)#{2,6}\s|\]\(")


class NotReady(Refused):
    """The campaign has findings that block."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(gettext("This cannot be published yet: %(first)s", first=findings[0].text))
        self.findings = findings


class WrongState(Refused):
    """A campaign in this state cannot do that."""


def check(session: Session, campaign: Campaign, *, now: datetime) -> list[Finding]:
    """What is missing or wrong, in the order of the page; what blocks has `blocks` set."""
    return [
        *_article(campaign),
        *_texts(campaign),
        *_todo(session, campaign, now=now),
        *_stale_officeholders(session, campaign, now=now),
        *parts.check(session, campaign, now=now),
    ]


def publish(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Make a draft public. Raises NotReady while a finding blocks, and WrongState unless it is a draft."""
    _require(session, campaign, "draft", gettext("This campaign is public already. Look at it, or close it."))
    blocking = [finding for finding in check(session, campaign, now=now) if finding.blocks]
    if blocking:
        raise NotReady(blocking)
    campaign.state, campaign.changed_at = "published", now
    campaign.published_at = campaign.published_at or now


def unpublish(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Take a published campaign off the site; it is a draft again."""
    _require(session, campaign, "published", gettext("Only a published campaign can be taken off the site."))
    campaign.state, campaign.changed_at = "draft", now


def close(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """End a campaign: it stays readable, and nobody can sign any more."""
    _require(session, campaign, "published", gettext("Only a published campaign can be closed."))
    campaign.state, campaign.changed_at, campaign.closed_at = "closed", now, now


def reopen(session: Session, campaign: Campaign, *, now: datetime) -> None:
    """Go on with a closed campaign."""
    _require(session, campaign, "closed", gettext("This campaign is not closed, so there is nothing to open again."))
    campaign.state, campaign.changed_at, campaign.closed_at = "published", now, None


def _require(session: Session, campaign: Campaign, state: str, message: str) -> None:
    # Two organisers who press at once go one after the other, and the second is told.
    session.flush()
    session.refresh(campaign, attribute_names=["state"], with_for_update=True)
    if campaign.state != state:
        raise WrongState(message)


def _article(campaign: Campaign) -> Iterator[Finding]:
    article = campaign.article
    if article is None or not article.body:
        text = gettext("There is no article. Import the report this campaign starts from.")
        yield Finding("missing-article", text, "article")
        return
    if not article.outlet:
        yield Finding("missing-outlet", gettext("Name the outlet that published the article."), "article.outlet")
    if not article.url:
        text = gettext("Add the address of the original article, so that readers can check it.")
        yield Finding("missing-source", text, "article.url")
    elif not weblinks.is_page(article.url):
        text = gettext("The article’s address is not a whole one. Write it with https:// in front.")
        yield Finding("bad-source", text, "article.url")
    elif weblinks.is_front_page(article.url):
        text = gettext("The article’s address is only the outlet’s front page. Link to the report itself if you can.")
        yield Finding("bare-source", text, "article.url", blocks=False)
    if article.published_at is None:
        text = gettext("Say when the article was published; readers see how old it is.")
        yield Finding("missing-date", text, "article.published_at", blocks=False)


def _texts(campaign: Campaign) -> Iterator[Finding]:
    if not campaign.categories:
        text = gettext("Choose at least one category; people find campaigns through them.")
        yield Finding("missing-category", text, "categories")
    if campaign.opinion and not campaign.opinion_author:
        text = gettext("Say who wrote the opinion, or who approved it.")
        yield Finding("missing-author", text, "opinion_author")
    for where in ("title", "opinion", "action", "todo_intro"):
        yield from _leftovers(getattr(campaign, where), where)


def _leftovers(text: str, where: str) -> Iterator[Finding]:
    """Marks that survive rendering. Titles are printed as they are, so any mark in them stays."""
    shown = text if where.endswith("title") else markup.plain(text)
    found = LEFTOVER_MARKS.search(shown)
    if found:
        start = max(0, found.start() - 20)
        message = gettext(
            "Formatting marks would be visible here: “%(text)s”. Remove them, or close them.",
            text=shown[start : found.end() + 20].strip(),
        )
        yield Finding("leftover-marks", message, where)


def _todo(session: Session, campaign: Campaign, *, now: datetime) -> Iterator[Finding]:
    if not campaign.todo:
        yield Finding("missing-todo", gettext("Add at least one thing that people can do."), "todo")
    has_letters = bool(parts.summaries(session, [campaign], now=now).get("letters", {}).get(campaign.id))
    for action in campaign.todo:
        where = f"todo.{action.position}"
        yield from _leftovers(action.title, f"{where}.title")
        yield from _leftovers(action.body, where)
        yield from _needs(action, where, has_letters=has_letters)
        yield from _links(action, where)


def _links(action: ToDoAction, where: str) -> Iterator[Finding]:
    for link in action.links:
        values = {"title": action.title, "url": link["url"]}
        if not weblinks.is_link(link["url"]):
            text = gettext("“%(title)s” has a link that leads nowhere: %(url)s. Write the whole address.", **values)
            yield Finding("bad-link", text, where)
        elif weblinks.is_front_page(link["url"]):
            text = gettext("“%(title)s” links to a front page, %(url)s. Link to the page people need.", **values)
            yield Finding("bare-link", text, where, blocks=False)


def _needs(action: ToDoAction, where: str, *, has_letters: bool) -> Iterator[Finding]:
    need = NEEDS.get(action.kind)
    if need is None:
        return
    has = {"letters": has_letters, "body": action.body, "links": action.links}
    has |= {"hashtags": action.hashtags, "organisations": action.organisations}
    if not any(has[part] for part in need.parts):
        text = str(need.text) % {"title": action.title}
        yield Finding(f"incomplete-{action.kind}", text, where, blocks=need.blocks)


def texts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The campaign's own words, each with where it stands: "opinion", "todo.3"."""
    for where in ("title", "opinion", "action", "todo_intro"):
        yield where, getattr(campaign, where)
    for action in campaign.todo:
        yield f"todo.{action.position}", f"{action.title}\n{action.body}"


def _stale_officeholders(session: Session, campaign: Campaign, *, now: datetime) -> Iterator[Finding]:
    for where, text in texts(campaign):
        for contradiction in naming.contradictions(session, text, on=now.date()):
            message = gettext("%(sentence)s Mend the text.", sentence=contradiction.sentence)
            yield Finding("stale-officeholder", message, where)
