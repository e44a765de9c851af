"""What an action of each kind must have."""

from typing import Any

import pytest

from campaign.campaigns import kinds
from campaign.campaigns.kinds import Act
from tests import make

PAGE = "https://example.org/give"
GIVEN = {"country": "FR", "checked_on": "2026-11-20"}


@pytest.mark.parametrize(
    ("kind", "values", "lacks"),
    [
        ("petition", {}, []),
        ("petition", {"links": [PAGE]}, ["links"]),  # nobody has seen it answer
        ("petition", {"links": [PAGE], "answered": frozenset({PAGE})}, []),
        ("contact", {}, ["letters"]),
        ("contact", {"letters": 1}, []),
        ("contact", {"letters": 1, "links": [PAGE]}, ["channel?"]),
        ("contact", {"letters": 1, "links": [PAGE], "details": {"channel": "form"}}, []),
        ("contact", {"letters": 1, "links": [PAGE], "details": {"channel": "email"}}, ["channel"]),
        ("contact", {"letters": 1, "links": ["mailto:a@b.example"], "details": {"channel": "form"}}, ["channel"]),
        ("contact", {"letters": 1, "links": ["mailto:a@b.example"], "details": {"channel": "email"}}, []),
        ("local", {}, ["organisations"]),
        ("local", {"organisations": ["Friends of the bridge"]}, []),
        ("social", {}, ["share"]),
        ("social", {"hashtags": ["#Bridge"]}, []),
        ("social", {"details": {"share": "Cross it."}, "shared": "x" * 256}, []),
        ("social", {"details": {"share": "Cross it."}, "shared": "x" * 257}, ["share"]),
        ("social", {"hashtags": ["#" + "x" * 99], "shared": "x" * 200}, ["share"]),
        ("learn", {}, ["links?"]),
        ("donate", {}, ["organisations", "links", "country", "checked_on"]),
        ("donate", {"organisations": ["A charity"], "links": [PAGE], "details": GIVEN}, []),
        ("donate", {"organisations": ["A"], "links": ["http://example.org/give"], "details": GIVEN}, ["links"]),
        ("donate", {"organisations": ["A"], "links": [PAGE], "details": GIVEN | {"checked_on": "2027-01-01"}},
         ["checked_on"]),  # not yet
        ("donate", {"organisations": ["A"], "links": [PAGE], "details": GIVEN | {"checked_on": "2025-11-20"}},
         ["checked_on?"]),  # long ago
        ("donate", {"organisations": ["A"], "links": [PAGE], "details": GIVEN | {"checked_on": "soon"}},
         ["checked_on"]),
        ("accountability", {}, ["recipient", "accepts", "links"]),
        ("accountability", {"links": [PAGE], "details": {"recipient": "The court", "accepts": "Reports"}}, []),
        ("event", {}, ["on", "place"]),
        ("event", {"details": {"on": "2026-11-21", "place": "Town hall"}}, ["on"]),  # it is over
        ("event", {"details": {"on": "2026-11-22", "place": "Town hall"}}, []),
    ],
)  # fmt: skip
def test_an_act_needs_what_its_kind_needs(kind: str, values: dict[str, Any], lacks: list[str]) -> None:
    act = Act(**{"today": make.TODAY, **values})
    assert [need.field + ("" if need.blocks else "?") for need in kinds.missing(kind, act)] == lacks


def test_details_of_other_kinds_are_not_kept() -> None:
    details = {"country": "FR", "checked_on": "", "place": "Paris"}
    assert kinds.kept("donate", details) == {"country": "FR"}
    assert kinds.kept("event", details) == {"place": "Paris"}
    assert kinds.kept("learn", details) == {}
