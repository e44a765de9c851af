"""What is missing or wrong in a campaign before it is public: its article, its texts, its to-do list."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from campaign import markup, weblinks
from campaign.campaigns import guessing, kinds, links, outlines, parts, vetting
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.errors import Finding
from campaign.i18n import gettext
from campaign.officials import naming

# Typed marks that Markdown left as they are, so that a reader would see them.
LEFTOVER_MARKS = re.compile(r"\*\*|__|```|(?:^|\s)#{2,6}\s|\]\(")


def findings(session: Session, campaign: Campaign, *, now: datetime) -> Iterator[Finding]:
    """In the order of the page. where: the part and its field, as "opinion", "todo.3.links", "petition.demand"."""
    yield from _article(campaign)
    yield from vetting.check(campaign)
    yield from _texts(campaign)
    yield from _todo(session, campaign, now=now)
    yield from _stale_officeholders(session, campaign, now=now)
    yield from parts.check(session, campaign, now=now)
    yield from guessing.check(campaign)


def texts(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """The campaign's own words, each with where it stands: "opinion", "todo.3"."""
    for where in ("title", "opinion", "action", "todo_intro"):
        yield where, getattr(campaign, where)
    for action in campaign.todo:
        said = "\n".join((action.details or {}).values())
        yield f"todo.{action.position}", f"{action.title}\n{action.body}\n{said}".strip()


def unfinished(text: str, where: str) -> Iterator[Finding]:
    """Prompts nobody answered, and marks that survive rendering. Titles are printed as they are, with any mark."""
    yield from outlines.check(text, where)
    shown = text if where.endswith(("title", "demand")) else markup.plain(text)
    found = LEFTOVER_MARKS.search(shown)
    if found:
        start = max(0, found.start() - 20)
        message = gettext(
            "Formatting marks would be visible here: “%(text)s”. Remove them, or close them.",
            text=shown[start : found.end() + 20].strip(),
        )
        yield Finding("leftover-marks", message, where)


def incomplete(action: ToDoAction, *, letters: int, today: date) -> Iterator[Finding]:
    """What an action of its kind lacks. letters: how many the campaign offers."""
    act = kinds.of(action, letters=letters, today=today)
    for need in kinds.missing(action.kind, act):
        where = "letters" if need.field == "letters" else f"todo.{action.position}.{need.field}"
        text = str(need.text) % {"title": action.title}
        yield Finding(f"incomplete-{action.kind}", text, where, need.blocks)


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
        text = gettext("Say who wrote the opinion; if a machine did, say that, and who approved it.")
        yield Finding("missing-author", text, "opinion_author")
    elif campaign.action and not (campaign.action_author or campaign.opinion_author):
        text = gettext("Say who wrote the call to action; if a machine did, say that, and who approved it.")
        yield Finding("missing-author", text, "action_author")
    for where in ("title", "opinion", "action", "todo_intro"):
        yield from unfinished(getattr(campaign, where), where)


def _todo(session: Session, campaign: Campaign, *, now: datetime) -> Iterator[Finding]:
    if not campaign.todo:
        yield Finding("missing-todo", gettext("Add at least one thing that people can do."), "todo")
    letters = parts.summaries(session, [campaign], now=now).get("letters", {}).get(campaign.id) or 0
    cut_off = links.is_cut_off(session)
    for action in campaign.todo:
        where = f"todo.{action.position}"
        yield from unfinished(action.title, f"{where}.title")
        yield from unfinished(action.body, f"{where}.body")
        for said in (action.details or {}).values():
            yield from outlines.check(said, where)
        yield from incomplete(action, letters=letters, today=now.date())
        yield from _links(action, f"{where}.links", cut_off=cut_off)


def _links(action: ToDoAction, where: str, *, cut_off: bool) -> Iterator[Finding]:
    checked = {check.url: check for check in action.checks}
    for link in action.links:
        values = {"title": action.title, "url": link["url"]}
        if not weblinks.is_link(link["url"]):
            text = gettext("“%(title)s” has a link that leads nowhere: %(url)s. Write the whole address.", **values)
            yield Finding("bad-link", text, where)
            continue
        if weblinks.is_front_page(link["url"]):
            text = gettext("“%(title)s” links to a front page, %(url)s. Link to the page people need.", **values)
            yield Finding("bare-link", text, where, blocks=False)
        if check := checked.get(link["url"]):
            yield from links.findings(check, action.title, where, cut_off=cut_off)


def _stale_officeholders(session: Session, campaign: Campaign, *, now: datetime) -> Iterator[Finding]:
    for where, text in texts(campaign):
        for contradiction in naming.contradictions(session, text, on=now.date()):
            message = gettext("%(sentence)s Mend the text.", sentence=contradiction.sentence)
            yield Finding("stale-officeholder", message, where)
