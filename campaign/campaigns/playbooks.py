"""What a category starts with where the page offers nothing: to-do actions, a petition, letters. Data in seeds/."""

from dataclasses import dataclass

from campaign.articles.page import SampleLetter, SamplePetition, ToDo


@dataclass(frozen=True)
class Playbook:
    """Suggestions an editor starts from; never published unread."""

    category: str = ""
    todo: tuple[ToDo, ...] = ()
    petition: SamplePetition | None = None
    letters: tuple[SampleLetter, ...] = ()
