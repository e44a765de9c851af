"""The organiser's form of a petition."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.models import AuditEntry
from campaign.db import now
from campaign.petitions import counting
from campaign.petitions.models import Petition, PetitionText
from tests import make
from tests.conftest import Visitor, read

PATH = "/desk/campaigns/bridge/petition"
LAST_DAY = (now() + timedelta(days=60)).date()
FORM = {"demand": "Mend it.", "body": "Soon.", "goal": "500", "closes_at": LAST_DAY.isoformat(), "post_ids": ["mayor"]}

SignIn = Callable[..., Visitor]


@pytest.fixture
def petition(session: Session) -> Petition:
    post = make.make_post(session, "mayor")
    make.make_post(session, "clerk", label="Clerk of Exampleton")
    row = make.petition(session, make.campaign(session, slug="bridge", state="draft"), post=post)
    session.commit()
    return row


def test_charlie_sets_demand_addressee_goal_and_day(sign_in: SignIn, session: Session, petition: Petition) -> None:
    charlie = sign_in("editor")
    charlie.submit(PATH, FORM | {"post_ids": ["clerk", "mayor"]})

    session.expire_all()
    assert petition.text is not None and petition.text.demand == "Mend it."
    assert (petition.goal, petition.closes_at.date() if petition.closes_at else None) == (500, LAST_DAY)
    assert [addressee.post_id for addressee in petition.addressees] == ["clerk", "mayor"]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "petition.edit")).one()
    assert (entry.object_id, entry.detail) == ("bridge", {"changed": ["text", "terms", "addressees"]})

    page = charlie.page(PATH)
    assert page.find(id="demand")["value"] == "Mend it."
    assert {box["value"] for box in page.find_all("input", type="checkbox", checked=True)} == {"mayor", "clerk"}


def test_the_search_lists_offices_and_saves_nothing(sign_in: SignIn, session: Session, petition: Petition) -> None:
    page = read(sign_in("editor").submit(PATH, FORM | {"search": "clerk", "find": "yes"}, status=200))
    offered = [box["value"] for box in page.find_all("input", attrs={"name": "post_ids"})]
    assert offered == ["mayor", "clerk"]
    assert page.find(id="demand")["value"] == "Mend it."
    session.expire_all()
    assert petition.goal == 100


def test_a_search_that_finds_no_office_says_so(sign_in: SignIn, petition: Petition) -> None:
    page = read(sign_in("editor").submit(PATH, FORM | {"search": "sheriff", "find": "yes"}, status=422), 422)
    assert "No office here" in page.find(id="search-error").text
    assert page.find(id="search")["value"] == "sheriff" and page.find(id="demand")["value"] == "Mend it."


def test_a_signed_text_asks_for_a_note(sign_in: SignIn, session: Session, petition: Petition) -> None:
    charlie = sign_in("editor")
    assert not charlie.page(PATH).find(id="note")
    make.signature(session, petition)
    session.commit()
    assert charlie.page(PATH).find(id="note")

    page = read(charlie.submit(PATH, FORM, status=422), 422)
    assert page.find(id="note-error") and page.find(id="demand")["value"] == "Mend it."
    charlie.submit(PATH, FORM | {"note": "The council decided.", "is_material": "yes"})

    session.expire_all()
    assert petition.text is not None
    assert (petition.text.version, petition.text.note, petition.text.is_material) == (2, "The council decided.", True)


def test_charlie_pauses_and_goes_on(sign_in: SignIn, session: Session, petition: Petition, client: Visitor) -> None:
    petition.campaign.state, petition.closes_at = "published", now() + timedelta(days=60)
    petition.opens_at = None
    session.commit()
    charlie = sign_in("editor")
    charlie.submit(f"{PATH}/pause", {})
    charlie.submit(f"{PATH}/pause", {})

    assert "Paused since" in charlie.page(PATH).main.text
    for path in ("/campaigns/bridge", "/campaigns/bridge/sign"):
        assert "you can still confirm yours" in client.page(path).main.text
    refused = read(client.submit("/campaigns/bridge/sign", {"given_name": "Suzie"}, status=409), 409)
    assert refused.h1.text == "Paused"

    charlie.submit(f"{PATH}/go-on", {})
    assert client.page("/campaigns/bridge/sign").find(id="email")
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("petition.%"))).all()
    assert actions == ["petition.pause", "petition.go_on"]


def test_a_goal_is_raised_or_not_as_charlie_says(
    sign_in: SignIn, session: Session, petition: Petition, client: Visitor
) -> None:
    petition.campaign.state = "published"
    counting.add(session, petition.id, day=make.TODAY, country="US", number=120)
    session.commit()
    page = client.page("/campaigns/bridge")
    assert page.find("progress")["max"] == "250"
    assert "Goal of 100 reached on November 22, 2026 – next goal: 250" in " ".join(page.main.text.split())
    shown = client.get("/campaigns/bridge/count.json").json
    assert (shown["confirmed"], shown["goal"], shown["first_goal"]) == (120, 250, 100)

    sign_in("editor").submit(PATH, FORM | {"goal": "100"})  # the box is not ticked
    assert client.page("/campaigns/bridge").find("progress")["max"] == "100"


BAD = [
    ({"demand": ""}, "demand"),
    ({"demand": "x" * 301}, "demand"),
    ({"goal": "many"}, "goal"),
    ({"goal": "0"}, "goal"),
    ({"goal": "9" * 30}, "goal"),
    ({"closes_at": "2027-02-30"}, "closes_at"),
    ({"closes_at": "2020-01-01"}, "closes_at"),
    ({"opens_at": "9999-12-31"}, "closes_at"),
    ({"post_ids": ["emperor"]}, "post_ids"),
]


def test_a_refused_form_names_the_field_and_saves_nothing(
    sign_in: SignIn, session: Session, petition: Petition
) -> None:
    charlie = sign_in("editor")
    for values, field in BAD:
        page = read(charlie.submit(PATH, FORM | values, status=422), 422)
        assert page.find(id=f"{field}-error"), values
    session.expire_all()
    assert session.scalars(select(PetitionText.demand)).all() == ["Mend the bridge before winter."]
    assert petition.goal == 100


def test_a_campaign_without_a_petition_gets_one(sign_in: SignIn, session: Session, petition: Petition) -> None:
    make.campaign(session, slug="new", state="draft")
    session.commit()
    charlie = sign_in("editor")
    assert charlie.page("/desk/campaigns/new/petition").find(id="demand")["value"] == ""
    charlie.submit("/desk/campaigns/new/petition", FORM)
    assert len(session.scalars(select(Petition)).all()) == 2


@pytest.mark.parametrize("role", ["viewer", "deliverer"])
def test_mallory_may_not(sign_in: SignIn, session: Session, petition: Petition, role: str) -> None:
    mallory = sign_in(role)
    assert mallory.get(PATH).status_code == 403
    mallory.submit(PATH, FORM, status=403)


def test_visitors_are_sent_to_sign_in(client: Visitor, petition: Petition) -> None:
    assert client.get(PATH).location.startswith("/desk/sign-in")
    client.submit(PATH, FORM)


def test_signers_read_that_their_own_members_get_their_names(
    sign_in: SignIn, session: Session, petition: Petition, client: Visitor
) -> None:
    charlie = sign_in("editor")
    charlie.submit(PATH, FORM | {"rule": "my_representative"})
    charlie.submit(PATH, FORM | {"rule": "my_mayor"}, status=422)
    session.expire_all()
    assert petition.addressee_rule == "my_representative"
    petition.campaign.state, petition.campaign.published_at = "published", now()
    session.commit()
    page = client.page("/campaigns/bridge/sign")
    assert page.find(id="data-title").parent.get_text().count("each signer’s own representative") == 1
