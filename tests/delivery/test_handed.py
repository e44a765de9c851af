"""What is new is what an office was not handed yet. The mayor got a list; the council did not."""

import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign import dialects
from campaign.delivery import choosing, exports, handed, members, remaking, snapshot, verifying
from campaign.delivery.choosing import Choice
from campaign.delivery.exports import Publisher
from campaign.delivery.ledger import handing_over
from campaign.delivery.models import Export
from campaign.petitions.models import Addressee, Petition, Signature
from tests import make
from tests.delivery.building import build_due

pytestmark = pytest.mark.stored
LATER = make.NOW + timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def petition(session: Session) -> Petition:
    """To two offices."""
    found = make.petition(session, make.campaign(session, slug="bridge"), post=make.make_post(session, "mayor"))
    found.addressees.append(Addressee(post=make.make_post(session, "council", label="Council"), position=2))
    session.flush()
    return found


def a_list(session: Session, petition: Petition, ids: list[int]) -> Export:
    row = Export(campaign=petition.campaign, format="csv", profile="delivery", created_at=make.NOW, due_at=make.NOW)
    row.snapshot_at, row.state, row.rows = make.NOW, "done", len(ids)
    row.members = members.Members(ids).pack() if ids else None
    session.add(row)
    session.flush()
    return row


def hand_over(session: Session, export: Export, *offices: str) -> None:
    told = handing_over.Told(handed_over_on=make.TODAY)
    for office in offices:
        handing_over.record(session, export, post_id=office, told=told, account_id=None, now=LATER)


def new(session: Session, petition: Petition, office: str) -> list[str]:
    choice = choosing.settled(session, petition, Choice(new_only=True, office=office))
    found = [row.given_name for row in snapshot.rows(session, petition, snapshot_at=LATER, choice=choice)]
    assert snapshot.count(session, petition, snapshot_at=LATER, choice=choice) == len(found)
    return found


def test_what_one_office_was_handed_is_new_to_another(session: Session, petition: Petition) -> None:
    ids = [make.signature(session, petition, given_name=name).id for name in ("Ada", "Zoë")]
    hand_over(session, a_list(session, petition, ids), "mayor")
    make.signature(session, petition, given_name="New")
    assert new(session, petition, "mayor") == ["New"]
    assert new(session, petition, "council") == ["Ada", "Zoë", "New"]
    hand_over(session, a_list(session, petition, ids[:1]), "council")
    assert new(session, petition, "council") == ["Zoë", "New"], "of two lists it had the smaller"


def test_a_list_of_which_nobody_noted_whose_it_was_is_told_by_the_clock(session: Session, petition: Petition) -> None:
    make.signature(session, petition, given_name="Old", confirmed_at=make.NOW - DAY)
    make.signature(session, petition, given_name="New", confirmed_at=make.NOW + timedelta(seconds=1))
    hand_over(session, a_list(session, petition, []), "mayor")
    assert new(session, petition, "mayor") == ["New"]
    assert new(session, petition, "council") == ["Old", "New"]


def test_of_several_offices_one_is_named(session: Session, petition: Petition) -> None:
    ada = make.signature(session, petition)
    hand_over(session, a_list(session, petition, [ada.id]), "mayor")
    for office in ("", "nobody"):
        with pytest.raises(choosing.NoSuchChoice, match="mayor, council") as caught:
            new(session, petition, office)
        assert caught.value.field == "office"
    assert choosing.settled(session, petition, Choice(office="council")).office == "", "only what is new has an office"


def test_a_list_that_was_taken_back_is_new_again(session: Session, petition: Petition) -> None:
    ada = make.signature(session, petition, given_name="Ada")
    hand_over(session, a_list(session, petition, [ada.id]), "mayor", "council")
    handing_over.remove(session, handing_over.of(session, petition.campaign)[0], note="A mistake", now=LATER)
    assert new(session, petition, "mayor") == []
    assert new(session, petition, "council") == ["Ada"]


def test_what_was_noted_before_offices_were_went_to_the_only_one(session: Session, petition: Petition) -> None:
    ada = make.signature(session, petition, given_name="Ada")
    hand_over(session, a_list(session, petition, [ada.id]), "mayor")
    handing_over.of(session, petition.campaign)[0].post_id = None
    session.flush()
    assert handed.to_each(session, petition) == {}, "one of two, and nobody knows which"
    petition.addressees.pop()
    session.flush()
    assert new(session, petition, "") == []


def made(session: Session, engine: Engine, petition: Petition, publisher: Publisher, **chosen: object) -> Export:
    choice = Choice(new_only=True, **chosen)  # type: ignore[arg-type]
    account = make.account(session, role="owner")
    wanted = exports.preview(session, petition.campaign, choice, format="csv", publisher=publisher, now=LATER)
    asked = exports.request(
        session, petition.campaign, format="csv", profile="delivery", account=account, choice=choice, now=LATER
    )
    session.commit()
    build_due(sessionmaker(engine), publisher=publisher, now=LATER)
    session.refresh(asked)
    assert (asked.state, asked.rows) == ("done", wanted), asked.last_error
    return asked


@pytest.mark.parametrize("office", ["mayor", "council", ""])
def test_lists_of_what_is_new_can_be_made_again(
    session: Session, engine: Engine, petition: Petition, tmp_path: Path, office: str
) -> None:
    """office: "" for a package with a list for each."""
    publisher = Publisher(tmp_path / "exports", "Charlie", secret="x" * 32)
    ada = make.signature(session, petition, given_name="Ada")
    hand_over(session, a_list(session, petition, [ada.id]), "mayor")
    make.signature(session, petition, given_name="New")
    export = made(session, engine, petition, publisher, office=office, by_office=not office)
    path = publisher.folder / export.filename
    assert handed.listed(session, export, office or "council")
    if not office:
        with zipfile.ZipFile(path) as bundle:
            lists = {name: bundle.read(name).decode() for name in bundle.namelist() if name.endswith(".csv")}
            assert json.loads(bundle.read("manifest.json"))["filter"] == {"new_only": True}
        assert ["Ada" in text for text in (lists["bridge-mayor.csv"], lists["bridge-council.csv"])] == [False, True]
        assert all("New" in text for text in lists.values())
        assert not verifying.verify(path).problems
    hand_over(session, export, *([office] if office else ["mayor", "council"]))
    by_day = handing_over.of(session, petition.campaign)
    assert {one.post_id: one.new_signatures for one in by_day if one.export_id == export.id} == {
        one: {"mayor": 1, "council": 2}[one] for one in ([office] if office else ["mayor", "council"])
    }
    session.commit()
    again = remaking.make_again(sessionmaker(engine), export.id, path=tmp_path / "again", publisher=publisher)
    assert (tmp_path / "again").read_bytes() == path.read_bytes() and again.sha256 == export.sha256


def test_whoever_has_all_gets_no_list_of_nothing_new(
    session: Session, engine: Engine, petition: Petition, tmp_path: Path
) -> None:
    publisher = Publisher(tmp_path / "exports", "Charlie", secret="x" * 32)
    ada = make.signature(session, petition, given_name="Ada")
    hand_over(session, a_list(session, petition, [ada.id]), "mayor")
    export = made(session, engine, petition, publisher, by_office=True)
    assert [part.post_id for part in export.parts] == ["council"]
    with zipfile.ZipFile(publisher.folder / export.filename) as bundle:
        assert [name for name in bundle.namelist() if name.endswith(".csv")] == ["bridge-council.csv"]


@pytest.mark.parametrize("number", [1, 7, 8, 9, 255, 256, 5000])
def test_the_database_finds_each_number_among_many(session: Session, petition: Petition, number: int) -> None:
    first = make.signature(session, petition).id
    for id in (first + number, first + number + 1):
        make.signature(session, petition, id=id)
    found = members.Members([first, first + number])
    among = dialects.is_among(session, Signature.id, first=found.first, bits=found.bits)
    ids = select(Signature.id).where(Signature.petition_id == petition.id).order_by(Signature.id)
    assert session.scalars(ids.where(among)).all() == [first, first + number]
    assert session.scalars(ids.where(~among)).all() == [first + number + 1]
    assert not session.scalars(ids.where(dialects.is_among(session, Signature.id, first=0, bits=b""))).all()
