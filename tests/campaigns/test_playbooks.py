"""What drafts start with."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from campaign import placeholders
from campaign.campaigns import kinds, outlines, playbooks
from campaign.campaigns.models import TODO_KINDS
from campaign.errors import Refused
from campaign.paths import SEEDS

LANGUAGES = playbooks.languages()
EVERY = [playbook for language in LANGUAGES for playbook in playbooks.load(language).values()]


@pytest.mark.parametrize(
    "path", sorted(playbooks.FOLDER.rglob("*.toml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_no_line_ends_where_only_the_file_is_wrapped(path: Path) -> None:
    """Letters and petitions keep their line ends: whoever got one read half a line, then the other half."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    parts = [values.get("petition", {}), *values.get("todo", []), *values.get("letters", [])]
    texts = [text for part in parts for text in part.values() if isinstance(text, str)]
    assert [found for text in texts for found in re.findall(r".*\w\n\w.*", text)] == []


def test_the_first_category_with_a_playbook_decides() -> None:
    assert playbooks.for_categories(["unheard-of", "water", "us-elections"]).category == "water"


def test_without_one_the_general_playbook_is_used() -> None:
    assert playbooks.for_categories(["unheard-of"]).category == playbooks.GENERAL
    assert playbooks.for_categories([]).todo


def test_every_playbook_serves_a_category_that_exists() -> None:
    categories = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))["category"]
    slugs = {category["slug"] for category in categories}
    assert {playbook.category for playbook in EVERY} - {playbooks.GENERAL} <= slugs


@pytest.mark.parametrize(
    ("language", "category", "found", "spoken"),
    [
        ("fr", "water", "water", "fr"),
        ("ar-JO", "water", "water", "ar"),
        ("fr_CA", "us-elections", playbooks.GENERAL, "fr"),  # words people can read matter more than the subject
        ("de", "water", "water", "en"),
        ("", "water", "water", "en"),
        ("../fr", "water", "water", "en"),
    ],
)
def test_the_language_of_the_campaign_picks_the_playbook(language: str, category: str, found: str, spoken: str) -> None:
    chosen = playbooks.for_categories([category], language)
    assert (chosen.category, chosen.language) == (found, spoken)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_translated_playbook_says_the_same_in_its_own_words(language: str) -> None:
    for slug, translated in playbooks.load(language).items():
        english = playbooks.load()[slug]
        assert [todo.kind for todo in translated.todo] == [todo.kind for todo in english.todo]
        assert [letter.target for letter in translated.letters] == [letter.target for letter in english.letters]
        assert translated.petition and english.petition
        asked = [
            (one.petition.addressees, one.petition.goal, one.days) for one in (translated, english) if one.petition
        ]
        assert asked[0] == asked[1]
        assert len(translated.opinion) == len(english.opinion) and len(translated.action) == len(english.action)
        for letter, original in zip(translated.letters, english.letters, strict=True):
            assert fields(letter.body) == fields(original.body)


def fields(body: str) -> list[str]:
    return [found.text for found in placeholders.found_in(body)]


def test_all_eight_kinds_of_acts_are_suggested_somewhere() -> None:
    assert {todo.kind for playbook in EVERY for todo in playbook.todo} == set(TODO_KINDS)


def test_no_playbook_decides_what_is_said() -> None:
    for playbook in EVERY:
        assert playbook.petition and outlines.is_outline(playbook.petition.demand), "that sentence is the editor's"
        assert playbook.todo[0].kind == "petition"
        assert len(playbook.opinion) >= 2 and len(playbook.action) >= 2
        for sections in (playbook.opinion, playbook.action):
            (found,) = outlines.check(outlines.text(sections), "opinion")
            assert found.code == "leftover-prompt"


def test_every_subject_of_a_new_site_has_a_fitting_playbook() -> None:
    categories = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))["category"]
    assert {category["slug"] for category in categories} - set(playbooks.load()) == set()


def test_what_a_playbook_suggests_lacks_only_what_an_editor_must_do() -> None:
    today = date(2026, 11, 22)
    lacking = set()
    for playbook in EVERY:
        for todo in playbook.todo:
            act = kinds.Act(
                links=[link.url for link in todo.links],
                body=todo.body,
                organisations=todo.organisations,
                details=todo.details,
                letters=len(playbook.letters),
                shared=todo.details.get("share", ""),
                today=today,
            )
            lacking |= {(todo.kind, need.field) for need in kinds.missing(todo.kind, act) if need.blocks}
    assert lacking == {("donate", "checked_on"), ("event", "on"), ("event", "place")}


def test_a_broken_playbook_is_refused_by_its_name(tmp_path: Path) -> None:
    todo = 'kind = "shout"\ntitle = "Shout"'
    (tmp_path / "loud.toml").write_text(
        f'categories = []\nname = ""\nopinion = []\naction = []\nletters = []\n[[todo]]\n{todo}', encoding="utf-8"
    )
    with pytest.raises(Refused, match=r"loud\.toml.*shout"):
        playbooks.load(folder=tmp_path)
