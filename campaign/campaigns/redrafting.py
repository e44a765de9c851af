"""A draft whose categories or language changed: the suggestions of the playbook that fits now, where nobody wrote."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from campaign.articles.page import Page, ToDo
from campaign.campaigns import drafting, guessing, kinds, links, outlines, packing, parts, playbooks, starting
from campaign.campaigns.models import Campaign, ToDoAction
from campaign.campaigns.outlines import Section
from campaign.campaigns.playbooks import Playbook
from campaign.text import clean

TODO = "todo"


def fitting(campaign: Campaign) -> Playbook | None:
    """The playbook that this draft would start from today, while another one's suggestions stand in it untouched."""
    if campaign.state != "draft":
        return None
    chosen = playbooks.for_categories((category.slug for category in campaign.categories), campaign.language)
    return chosen if _untouched(campaign, chosen) else None


def redraft(session: Session, campaign: Campaign, *, now: datetime) -> list[str]:
    """Replace what stands there untouched; returns the names of these parts, as "opinion", "todo" or "letters"."""
    chosen = fitting(campaign)
    if chosen is None:
        return []
    replaced = _untouched(campaign, chosen)
    page = _page(session, campaign, chosen, replaced, now=now)
    for where, sections in (("opinion", chosen.opinion), ("action", chosen.action)):
        if where in replaced:
            setattr(campaign, where, outlines.text(sections))
            guessing.mark(campaign, where, by=guessing.PLAYBOOK, name=chosen.name)
    if TODO in replaced:
        _replace_actions(session, campaign, page.todo, chosen, now=now)
    for name, part in parts.PARTS.items():
        if name in replaced:
            part.suggest(session, campaign, page, by=guessing.PLAYBOOK, name=chosen.name, now=now)
    campaign.changed_at = now
    session.flush()
    return replaced


def _untouched(campaign: Campaign, chosen: Playbook) -> list[str]:
    """The parts that are wholly another playbook's."""
    found = [
        where
        for where in ("opinion", "action")
        if _is_outline(getattr(campaign, where))
        and not _is_outline_of(getattr(chosen, where), getattr(campaign, where))
    ]
    if any(_is_suggested(action) and not _is_among(action, chosen.todo) for action in campaign.todo):
        found.append(TODO)
    for name in parts.PARTS:
        guesses = [guess for where, guess in (campaign.guesses or {}).items() if where.partition(".")[0] == name]
        if guesses and all(guess["by"] == guessing.PLAYBOOK and guess["name"] != chosen.name for guess in guesses):
            found.append(name)
    return found


def _page(session: Session, campaign: Campaign, chosen: Playbook, replaced: Sequence[str], *, now: datetime) -> Page:
    """What the playbook suggests for this campaign's country and place."""
    page = Page(campaign.title, language=campaign.language, place=campaign.place)
    if "letters" not in replaced:
        page.letters = packing.pack(session, campaign).letters  # the petition goes to whom they are written to
    fitted = starting.fitted(session, chosen, page, country=campaign.country, on=now.date())
    page.todo, page.petition, page.letters = list(chosen.todo), fitted.petition, list(fitted.letters)
    return page


def _replace_actions(
    session: Session, campaign: Campaign, todo: Sequence[ToDo], chosen: Playbook, *, now: datetime
) -> None:
    """The list's own actions stay before those of the playbook, and none is suggested of which there is one already."""
    for action in [action for action in campaign.todo if _is_suggested(action)]:
        guessing.settle(campaign, f"{TODO}.{action.id}")
        campaign.todo.remove(action)
    session.flush()
    kept = {action.kind for action in campaign.todo}
    added = drafting.actions([suggested for suggested in todo if suggested.kind not in kept])
    campaign.todo.extend(added)
    for position, action in enumerate(campaign.todo, start=1):
        action.position = position
    session.flush()
    for action in added:
        guessing.mark(campaign, f"{TODO}.{action.id}", by=guessing.PLAYBOOK, name=chosen.name)
        links.follow(session, action, now=now)


def _is_suggested(action: ToDoAction) -> bool:
    """True while nobody saved it. One of the page's own, which a playbook only completed, is none."""
    if not guessing.is_guess(action.campaign, f"{TODO}.{action.id}"):
        return False
    return any(_is_among(action, playbook.todo) for playbook in _every())


def _is_among(action: ToDoAction, todo: Sequence[ToDo]) -> bool:
    return any(_same(action, suggested) for suggested in todo)


def _same(action: ToDoAction, suggested: ToDo) -> bool:
    return (action.kind, action.title, clean(action.body)) == (
        suggested.kind,
        suggested.title,
        clean(suggested.body),
    ) and action.details == kinds.kept(suggested.kind, suggested.details)


def _is_outline(written: str) -> bool:
    """True for the prompts of any playbook, in which not a word was changed."""
    return any(
        _is_outline_of(sections, written) for playbook in _every() for sections in (playbook.opinion, playbook.action)
    )


def _is_outline_of(sections: Sequence[Section], written: str) -> bool:
    return bool(sections) and clean(outlines.text(sections)) == clean(written)


def _every() -> list[Playbook]:
    return [playbook for language in playbooks.languages() for playbook in playbooks.load(language).values()]
