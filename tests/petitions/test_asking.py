"""What a petition asks, what it hands over, and what the organiser may change."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.petitions import asking
from campaign.petitions.asking import NotAskable, Wanted
from campaign.petitions.models import Petition, Question
from tests import make
from tests.conftest import Visitor, read
from tests.make import NOW

PATH = "/desk/campaigns/bridge/petition/fields"
AS_USUAL = {
    "family_name": "optional", "organisation": "no", "postcode": "required", "city": "no", "phone": "no",
    "comment": "optional",
}  # fmt: skip


@pytest.fixture
def petition(session: Session) -> Petition:
    row = make.petition(session, make.campaign(session, slug="bridge"))
    session.commit()
    return row


def test_a_petition_asks_the_usual_until_somebody_chooses(session: Session, petition: Petition) -> None:
    assert asking.ways(petition) == AS_USUAL
    assert asking.handed_over(petition) == ("given_name", "family_name", "country", "postcode", "comment")
    assert asking.words(petition) == ["your name", "country", "postcode", "comment"]


def test_what_is_not_asked_is_not_handed_over(session: Session, petition: Petition) -> None:
    assert asking.set_ways(session, petition, {"postcode": "no", "city": "required", "nonsense": "no"}, now=NOW)
    assert not asking.set_ways(session, petition, {"postcode": "no", "city": "sometimes"}, now=NOW)
    session.commit()
    assert asking.handed_over(petition) == ("given_name", "family_name", "country", "city", "comment")


def test_questions_come_go_and_change_places(session: Session, petition: Petition) -> None:
    assert asking.set_questions(session, petition, [Wanted(None, "Which bus?"), Wanted(None, "Which stop?")], now=NOW)
    bus, stop = asking.questions(petition)
    wanted = [Wanted(stop.id, "Which stop?", is_required=True), Wanted(bus.id, ""), Wanted(None, " ")]
    assert asking.set_questions(session, petition, wanted, now=NOW)
    assert not asking.set_questions(session, petition, wanted, now=NOW)
    session.commit()
    assert [(q.label, q.is_required, q.position) for q in petition.questions] == [("Which stop?", True, 1)]


def test_an_answered_question_keeps_its_words_and_is_retired(session: Session, petition: Petition) -> None:
    asking.set_questions(session, petition, [Wanted(None, "Which bus?")], now=NOW)
    bus = asking.questions(petition)[0]
    make.signature(session, petition, answers={str(bus.id): "The 12"})

    with pytest.raises(NotAskable, match="People have answered"):
        asking.set_questions(session, petition, [Wanted(bus.id, "Which tram?")], now=NOW)
    assert asking.set_questions(session, petition, [], now=NOW)

    assert asking.questions(petition) == []
    assert session.scalars(select(Question.is_retired)).all() == [True]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        (["x" * 201], "too long"),
        (["Which\nbus?"], "two lines"),
        (["Which bus?", "which BUS?"], "twice"),
        (["email"], "the name of a column"),
        ([f"Question {n}" for n in range(11)], "too many"),
    ],
)
def test_what_cannot_be_asked(session: Session, petition: Petition, labels: list[str], reason: str) -> None:
    with pytest.raises(NotAskable):
        asking.set_questions(session, petition, [Wanted(None, label) for label in labels], now=NOW)


def test_charlie_chooses_fields_and_asks_a_question(
    sign_in: Callable[..., Visitor], session: Session, petition: Petition
) -> None:
    charlie = sign_in("editor")
    assert charlie.page("/desk/campaigns/bridge/petition").find("a", href=PATH)
    form = AS_USUAL | {"city": "required", "label_new": "Which bus?", "required_new": "yes"}
    charlie.submit(PATH, form)
    session.rollback()
    (bus,) = asking.questions(petition)
    assert (bus.label, bus.is_required, asking.ways(petition)["city"]) == ("Which bus?", True, "required")
    assert charlie.page(PATH).find(id=f"label_{bus.id}")["value"] == "Which bus?"

    doubled = form | {f"label_{bus.id}": "Which bus?"}
    assert read(charlie.submit(PATH, doubled, status=422), 422).find(id="label_new-error")
    charlie.submit(PATH, AS_USUAL | {f"label_{bus.id}": ""})

    session.rollback()
    assert (asking.questions(petition), asking.ways(petition)) == ([], AS_USUAL)
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "petition.ask")).all()) == 2


def test_only_who_edits_decides(sign_in: Callable[..., Visitor], client: Visitor, petition: Petition) -> None:
    assert client.get(PATH).location.startswith("/desk/sign-in")
    sign_in("viewer").submit(PATH, AS_USUAL | {"city": "no"}, status=403)
