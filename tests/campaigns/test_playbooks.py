"""What drafts start with."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from campaign.campaigns import kinds, outlines, playbooks
from campaign.campaigns.models import TODO_KINDS
from campaign.errors import Refused
from campaign.paths import SEEDS


def test_the_first_category_with_a_playbook_decides() -> None:
    assert playbooks.for_categories(["unheard-of", "water", "us-elections"]).category == "water"


def test_without_one_the_general_playbook_is_used() -> None:
    assert playbooks.for_categories(["unheard-of"]).category == playbooks.GENERAL
    assert playbooks.for_categories([]).todo


def test_every_playbook_serves_a_category_that_exists() -> None:
    categories = tomllib.loads((SEEDS / "categories.toml").read_text(encoding="utf-8"))["category"]
    assert set(playbooks.load()) - {playbooks.GENERAL} <= {category["slug"] for category in categories}


def test_all_eight_kinds_of_acts_are_suggested_somewhere() -> None:
    assert {todo.kind for playbook in playbooks.load().values() for todo in playbook.todo} == set(TODO_KINDS)


def test_no_playbook_decides_what_is_said() -> None:
    for playbook in playbooks.load().values():
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
    for playbook in playbooks.load().values():
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
        playbooks.load(tmp_path)
