"""What drafts start with."""

import tomllib
from pathlib import Path

import pytest

from campaign.campaigns import playbooks
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


@pytest.mark.parametrize("playbook", playbooks.load().values(), ids=lambda playbook: playbook.category or "general")
def test_no_playbook_decides_what_is_demanded(playbook: playbooks.Playbook) -> None:
    assert playbook.petition and playbook.petition.demand == "", "that sentence is the editor's"
    assert playbook.todo[0].kind == "petition"


def test_a_broken_playbook_is_refused_by_its_name(tmp_path: Path) -> None:
    todo = 'kind = "shout"\ntitle = "Shout"'
    (tmp_path / "loud.toml").write_text(f"categories = []\nletters = []\n[[todo]]\n{todo}", encoding="utf-8")
    with pytest.raises(Refused, match=r"loud\.toml.*shout"):
        playbooks.load(tmp_path)
