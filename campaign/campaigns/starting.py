"""What a draft starts with where its page offers nothing: its playbook, fitted to the country the story is about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from campaign.articles.page import Page, SamplePetition, ToDo
from campaign.campaigns import guessing, jurisdiction, kinds, outlines, playbooks
from campaign.campaigns.models import Campaign, Category
from campaign.campaigns.playbooks import Playbook
from campaign.officials import targets


@dataclass(frozen=True)
class Start:
    """What the campaign has to begin with. guessed: (where, by, name) of each part that is not the page's own.

    todo_guessed: the places in `todo` of those that are not, or not wholly.
    """

    playbook: Playbook
    country: str
    opinion: str
    action: str
    todo: Sequence[ToDo]
    guessed: list[tuple[str, str, str]] = field(default_factory=list)
    todo_guessed: frozenset[int] = frozenset()

    def mark(self, campaign: Campaign) -> None:
        """Say in the campaign what was guessed. Its actions have their ids by now."""
        for where, by, name in self.guessed:
            guessing.mark(campaign, where, by=by, name=name)
        for index in sorted(self.todo_guessed):
            where = f"todo.{campaign.todo[index].id}"
            guessing.mark(campaign, where, by=guessing.PLAYBOOK, name=self.playbook.name)


def start(session: Session, page: Page, categories: Iterable[Category], *, on: date) -> Start:
    """What a page says, completed from the playbook of its categories. A page that is complete stays as it is."""
    opinion, action = "\n\n".join(page.opinion), "\n\n".join(page.action)
    if page.is_complete:
        return Start(Playbook(), page.country, opinion, action, page.todo)
    chosen = playbooks.for_categories((category.slug for category in categories), page.language)
    guessed: list[tuple[str, str, str]] = []
    country = page.country
    if not country:
        found = jurisdiction.guess(session, page, on=on)
        country = found.country
        if country:
            guessed.append(("country", guessing.TEXT, found.why))
    if not opinion and chosen.opinion:
        opinion = outlines.text(chosen.opinion)
        guessed.append(("opinion", guessing.PLAYBOOK, chosen.name))
    if not action and chosen.action:
        action = outlines.text(chosen.action)
        guessed.append(("action", guessing.PLAYBOOK, chosen.name))
    todo = [_completed(item, chosen) for item in page.todo] or list(chosen.todo)
    own = dict(enumerate(page.todo))
    return Start(
        playbook=fitted(session, chosen, page, country=country, on=on),
        country=country,
        opinion=opinion,
        action=action,
        todo=todo,
        guessed=guessed,
        todo_guessed=frozenset(index for index, item in enumerate(todo) if item != own.get(index)),
    )


def _completed(item: ToDo, playbook: Playbook) -> ToDo:
    """The page's action, with the details that its kind needs and only the playbook has."""
    like = next((other for other in playbook.todo if other.kind == item.kind), None)
    if like is None or item.kind not in ("donate", "accountability"):
        return item
    details = kinds.KINDS[item.kind].details
    known = {name: text for name, text in like.details.items() if name in details and not item.details.get(name)}
    links = item.links or (like.links if known else ())
    if item.kind == "donate" and not item.links and like.links:
        # Its links are those of its own organisations, which the page may not name.
        return replace(item, links=like.links, organisations=(*item.organisations, *_new(like, item)), details=known)
    return replace(item, links=links, details={**item.details, **known}) if known else item


def _new(like: ToDo, item: ToDo) -> list[str]:
    return [name for name in like.organisations if name not in item.organisations]


def fitted(session: Session, playbook: Playbook, page: Page, *, country: str, on: date) -> Playbook:
    """The playbook with the offices of this country, and with days from today on.

    page: its place says which offices, and its own letters whom the petition goes to.
    """
    place = page.place
    language = "" if playbook.language == page.language else playbook.language
    letters = tuple(
        replace(
            letter,
            target=jurisdiction.target(session, letter.target, country=country, place=place, on=on),
            language=language,
        )
        for letter in playbook.letters
    )
    # Two letters to the same office are one too many.
    letters = tuple(
        letter
        for index, letter in enumerate(letters)
        if not letter.target or letter.target not in [other.target for other in letters[:index]]
    )
    petition = playbook.petition
    if petition is not None:
        written_to = [letter.target for letter in page.letters if letter.target]
        own = tuple(dict.fromkeys(id for id in written_to if not targets.needs_area(id)))
        suggested = jurisdiction.addressees(session, petition.addressees, country=country, place=place, on=on)
        petition = _petition(petition, own or suggested, closes_on=on + timedelta(days=playbook.days))
    return replace(playbook, letters=letters, petition=petition)


def _petition(petition: SamplePetition, addressees: tuple[str, ...], *, closes_on: date) -> SamplePetition:
    return replace(petition, addressees=addressees, closes_on=closes_on)
