"""Rules and notes by which fakes were taken out keep no name of anybody who was forgotten."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaign.petitions import forgetting
from campaign.petitions.models import Petition, Signature
from campaign.petitions.waves import invalidating
from campaign.petitions.waves.invalidating import Rule
from tests import make

ANN = {"given_name": "Ann", "family_name": "Qzvxwk", "email": "ann@qzvxwk.example", "domain": "qzvxwk.example"}


@pytest.fixture
def petition(session: Session) -> Petition:
    return make.petition(session)


@pytest.fixture
def ann(session: Session, petition: Petition) -> Signature:
    return make.signature(session, petition, **ANN)


CASES: list[tuple[dict[str, Any], str, dict[str, Any], str, str]] = [
    ({"name": "ann q*"}, "", {}, "", "a pattern that finds her"),
    ({"name": "*QZVXWK"}, "Typed by hand", {}, "Typed by hand", "whatever its letters"),
    ({"name": "bo*"}, "", {"name": "bo*"}, "", "a pattern that does not"),
    ({"domain": "qzvxwk.example"}, "", {}, "", "a domain of her own"),
    ({"domain": "mail.example"}, "", {"domain": "mail.example"}, "", "somebody else's"),
    ({"network": "a1"}, "see Ann Qzvxwk’s", {"network": "a1"}, "", "a note with her name"),
    ({"network": "a1"}, "from ann@qzvxwk.example", {"network": "a1"}, "", "or her address"),
    ({"network": "a1"}, "Annual wave", {"network": "a1"}, "Annual wave", "part of another word"),
    ({"network": "a1"}, "not Ann", {"network": "a1"}, "not Ann", "one word may be anybody's, she was not taken out"),
]


@pytest.mark.parametrize(("rule", "note", "left", "note_left", "reason"), CASES)
def test_what_names_her_goes_and_the_rest_stays(
    session: Session, petition: Petition, ann: Signature,
    rule: dict[str, Any], note: str, left: dict[str, Any], note_left: str, reason: str,
) -> None:  # fmt: skip
    row = invalidating.invalidate(session, petition, Rule(**rule, country="VA"), note=note, now=make.NOW)

    forgetting.erase(session, ann, now=make.NOW)

    session.refresh(row)
    kept = {part: said for part, said in row.rule.items() if part not in ("states", "country")}
    assert (kept, row.note) == (left, note_left), reason
    assert row.rule["country"] == "VA"


BRUCE: list[tuple[dict[str, Any], str, dict[str, Any], str]] = [
    ({"name": "李小*"}, "", {}, ""),
    ({"network": "a1"}, "都是李小龍的", {"network": "a1"}, ""),
    ({"network": "a1"}, "姓李的", {"network": "a1"}, "姓李的"),
]


@pytest.mark.parametrize(("rule", "note", "left", "note_left"), BRUCE)
def test_a_name_without_spaces_is_found_in_a_text_without_them(
    session: Session, petition: Petition, rule: dict[str, Any], note: str, left: dict[str, Any], note_left: str
) -> None:
    bruce = make.signature(session, petition, given_name="小龍", family_name="李")
    row = invalidating.invalidate(session, petition, Rule(**rule, country="VA"), note=note, now=make.NOW)
    forgetting.erase(session, bruce, now=make.NOW)
    session.refresh(row)
    kept = {part: said for part, said in row.rule.items() if part not in ("states", "country")}
    assert (kept, row.note) == (left, note_left)


def test_a_domain_that_others_share_is_nobodys_name(session: Session, petition: Petition, ann: Signature) -> None:
    make.signature(session, petition, domain=ANN["domain"])
    row = invalidating.invalidate(session, petition, Rule(domain=ANN["domain"], country="VA"), note="", now=make.NOW)
    forgetting.erase(session, ann, now=make.NOW)
    session.refresh(row)
    assert row.rule["domain"] == ANN["domain"]


def test_one_word_about_somebody_who_was_taken_out_names_them(
    session: Session, petition: Petition, ann: Signature
) -> None:
    row = invalidating.invalidate(session, petition, Rule(domain=ANN["domain"]), note="Mostly Qzvxwk", now=make.NOW)
    session.refresh(ann)
    forgetting.erase(session, ann, now=make.NOW)
    session.refresh(row)
    assert (row.note, row.rule) == ("", {"states": ["pending", "confirmed"]})
    assert invalidating.undo(session, row, now=make.NOW) == 0
