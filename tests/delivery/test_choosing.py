"""Whose signatures a list holds, with which fields, and what signers must have been told first."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session, sessionmaker

from campaign.delivery import choosing, exports, members, snapshot
from campaign.delivery.choosing import Choice
from campaign.delivery.exports import ExportRefused, Publisher
from campaign.delivery.ledger import handing_over
from campaign.delivery.models import Export
from campaign.delivery.profiles import NotTold
from campaign.mail import stopping
from campaign.mail.mailboxes import mailbox_key
from campaign.petitions import asking
from campaign.petitions.models import ConsentWording, Petition, PetitionText, Signature
from tests import make

LATER = make.NOW + timedelta(minutes=1)
DAY = timedelta(days=1)
SECRET = "only-for-tests-" + "x" * 32


def names(session: Session, petition: Petition, **chosen: object) -> list[str]:
    choice = choosing.settled(session, petition, Choice(**chosen))  # type: ignore[arg-type]
    found = [
        row.given_name for row in snapshot.rows(session, petition, snapshot_at=LATER, choice=choice, secret=SECRET)
    ]
    assert snapshot.count(session, petition, snapshot_at=LATER, choice=choice, secret=SECRET) == len(found)
    return found


def table(
    engine: Engine, petition: Petition, path: Path, format: str = "csv", **chosen: object
) -> list[dict[str, str]]:
    exports.write(
        sessionmaker(engine),
        petition.campaign_id,
        format=format,
        path=path,
        publisher=Publisher(path.parent, "", secret=SECRET),
        choice=Choice(**chosen),  # type: ignore[arg-type]
        now=LATER,
    )
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


@pytest.mark.stored
def test_signatures_are_chosen_by_day_place_and_text(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition, given_name="Ohio", area="US-OH", confirmed_at=make.NOW - 2 * DAY)
    make.signature(session, petition, given_name="Paris", country="FR", area="FR-75C", confirmed_at=make.NOW - DAY)
    petition.texts.append(PetitionText(version=2, demand="Mend it soon.", created_at=make.NOW))
    make.signature(session, petition, given_name="Texas", area="US-TX")
    make.signature(session, petition, given_name="Pending", state="pending")
    session.flush()
    assert names(session, petition) == ["Ohio", "Paris", "Texas"]
    assert names(session, petition, areas=("us-oh", "FR")) == ["Ohio", "Paris"]
    assert names(session, petition, areas=("US",)) == ["Ohio", "Texas"]
    assert names(session, petition, first_on=date(2026, 11, 21)) == ["Paris", "Texas"]
    assert names(session, petition, last_on=date(2026, 11, 21)) == ["Ohio", "Paris"]
    assert names(session, petition, since=make.NOW - DAY) == ["Texas"]
    assert names(session, petition, text_versions=(2,)) == ["Texas"]


@pytest.mark.stored
def test_after_a_hand_over_a_list_can_hold_only_what_is_new(session: Session) -> None:
    petition = make.petition(session)
    old = make.signature(session, petition, given_name="Old", confirmed_at=make.NOW - DAY)
    late = make.signature(session, petition, given_name="Late", confirmed_at=make.NOW - timedelta(seconds=1))
    make.signature(session, petition, given_name="New", confirmed_at=make.NOW + timedelta(seconds=30))
    row = Export(campaign=petition.campaign, format="csv", profile="delivery", created_at=make.NOW, due_at=make.NOW)
    row.snapshot_at, row.state, row.members = make.NOW, "done", members.Members([old.id]).pack()
    session.add(row)
    session.flush()
    with pytest.raises(choosing.NoSuchChoice, match="all signatures are new"):
        names(session, petition, new_only=True)
    [office] = [addressee.post_id for addressee in petition.addressees]
    told = handing_over.Told(handed_over_on=make.TODAY)
    handing_over.record(session, row, post_id=office, told=told, account_id=None, now=LATER)
    # Late was confirmed before that list, but stood in the database only after it.
    assert names(session, petition, new_only=True) == ["Late", "New"]
    assert late.id not in members.unpack(row.members)


@pytest.mark.stored
def test_contacts_are_those_who_asked_and_did_not_stop(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session)
    wording = ConsentWording(purpose="updates", language="en", version=1, wording="Write to me", created_at=make.NOW)
    session.add(wording)
    session.flush()
    agreed = {"subscribe": True, "subscribed_at": make.NOW, "consent_wording_id": wording.id}
    make.signature(session, petition, given_name="Ticked", email="ticked@example.org", **agreed)
    make.signature(session, petition, given_name="Silent", email="silent@example.org")
    make.signature(session, petition, given_name="Stopped", email="Stopped@example.org", **agreed)
    make.signature(session, petition, given_name="Withdrawn", state="withdrawn", **agreed)
    make.signature(session, petition, given_name="Pending", state="pending", **agreed)
    stopping.stop(session, mailbox_key(SECRET, "stopped@example.org"), reason="asked", now=make.NOW)
    session.commit()
    (row,) = table(engine, petition, tmp_path / "crm.csv", profile="crm")
    assert (row["email"], row["agreed_to"], row["agreed_on"]) == ("ticked@example.org", "en.1", "2026-11-22")
    assert "comment" not in row and "phone" not in row
    assert names(session, petition, profile="crm", consents=("en.1",)) == ["Ticked"]
    with pytest.raises(choosing.NoSuchChoice, match=r"There are: en\.1"):
        names(session, petition, profile="crm", consents=("de.1",))


def test_only_an_owner_takes_a_full_copy(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session)
    make.signature(session, petition, email="suzie@example.org")
    make.signature(session, petition, state="pending", email="pending@example.org")
    session.commit()
    charlie, owner = make.account(session, role="deliverer"), make.account(session, role="owner")
    ask = {"format": "json", "profile": "backup", "now": LATER}
    with pytest.raises(ExportRefused, match="Only an owner"):
        exports.request(session, petition.campaign, account=charlie, **ask)  # type: ignore[arg-type]
    assert exports.request(session, petition.campaign, account=owner, **ask).id  # type: ignore[arg-type]
    rows = table(engine, petition, tmp_path / "all.csv", "machine-csv", profile="backup")
    assert [(row["email"], row["state"]) for row in rows] == [
        ("suzie@example.org", "confirmed"),
        ("pending@example.org", "pending"),
    ]


@pytest.mark.stored
def test_what_signers_were_not_told_of_is_not_handed_over(
    app: Flask, session: Session, engine: Engine, tmp_path: Path
) -> None:
    petition = make.petition(session)
    for days in (3, 4, 5):
        make.signature(session, petition, created_at=make.NOW - days * DAY)
    asking.set_ways(session, petition, {"city": "optional"}, now=make.NOW - 2 * DAY)
    make.signature(session, petition, created_at=make.NOW - DAY, confirmed_at=make.NOW, city="Ulm")
    session.commit()
    wrong = pytest.raises(NotTold, match="3 people who signed version 1 of the text between Nov 17, 2026")
    with app.app_context(), wrong as caught:
        table(engine, petition, tmp_path / "list.csv")
    assert [(one.field, one.text_version, one.number) for one in caught.value.untold] == [("city", 1, 3)]
    assert not (tmp_path / "list.csv").exists()
    without = table(engine, petition, tmp_path / "list.csv", fields=("family_name", "postcode", "comment"))
    assert len(without) == 4 and "city" not in without[0]
    session.execute(update(Signature).where(Signature.city == "").values(confirmed_at=make.NOW - 2 * DAY))
    session.commit()
    told = table(engine, petition, tmp_path / "list.csv", since=make.NOW - DAY)
    assert [row["city"] for row in told] == ["Ulm"]


@pytest.mark.parametrize("field", ["email", "network_key", "nonsense"])
def test_addresses_and_traces_are_never_handed_over(
    session: Session, engine: Engine, tmp_path: Path, field: str
) -> None:
    petition = make.petition(session)
    make.signature(session, petition)
    session.commit()
    with pytest.raises(NotTold, match="never handed over"):
        table(engine, petition, tmp_path / "list.csv", fields=(field,))


def test_names_can_be_cut(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session)
    make.signature(session, petition, given_name="Ada", family_name="Lovelace", postcode="43004", area="US-OH")
    session.commit()
    (row,) = table(engine, petition, tmp_path / "a.csv", name_form="initial")
    assert (row["given_name"], row["family_name"], row["postcode"]) == ("A.", "Lovelace", "43004")
    (row,) = table(engine, petition, tmp_path / "b.csv", name_form="initials-place")
    assert (row["given_name"], row["family_name"], row["area"]) == ("A.", "L.", "Ohio")
    assert "postcode" not in row and "Lovelace" not in row.values()


def test_the_list_for_programs_loses_nothing(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session)
    typed = ["=1+1", "'quoted'", " led", "a\r\nb", "\ttab", 'say "x"', "\u202eRLO", "n" * 10_000, "＝1"]
    for text in typed:
        make.signature(session, petition, comment=text)
    session.commit()
    rows = table(engine, petition, tmp_path / "list.csv", "machine-csv")
    assert [row["comment"] for row in rows] == typed
    assert not (tmp_path / "list.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    plain = table(engine, petition, tmp_path / "plain.csv", has_mark=False)
    assert [row["comment"] for row in plain][:3] == ["'=1+1", "'quoted'", " led"]
    assert not (tmp_path / "plain.csv").read_bytes().startswith(b"\xef\xbb\xbf")


@pytest.mark.stored
def test_json_has_the_shapes_of_the_standard(session: Session, engine: Engine, tmp_path: Path) -> None:
    petition = make.petition(session, make.campaign(session, slug="bridge"))
    make.letter_template(session, petition.campaign, slug="mayor")
    make.signature(session, petition, given_name="Zoë", family_name="Łukas", comment='say "=1+1"', postcode="99501")
    session.commit()
    path = tmp_path / "list.json"
    publisher = Publisher(tmp_path, "", site="https://example.org")
    exports.write(sessionmaker(engine), petition.campaign_id, format="json", path=path, publisher=publisher, now=LATER)
    found = json.loads(path.read_bytes())
    assert found["total_records"] == 1
    inside = found["_embedded"]
    assert inside["osdi:petition"]["total_signatures"] == 1
    assert inside["osdi:petition"]["browser_url"] == "https://example.org/campaigns/bridge"
    assert [one["name"] for one in inside["osdi:advocacy_campaigns"]] == ["mayor"]
    assert inside["osdi:outreaches"] == []
    (signature,) = inside["osdi:signatures"]
    assert signature["comments"] == 'say "=1+1"' and signature["origin_system"] == "campaign"
    assert signature["_embedded"]["osdi:person"] == {
        "given_name": "Zoë",
        "family_name": "Łukas",
        "postal_addresses": [{"primary": True, "postal_code": "99501", "country": "US"}],
    }
    assert b"@" not in path.read_bytes()


def test_a_choice_survives_being_kept() -> None:
    choice = Choice(
        profile="crm", fields=("comment",), since=make.NOW, first_on=make.TODAY, areas=("US",), consents=("en.1",)
    )
    kept = json.loads(json.dumps(choosing.as_json(choice)))
    assert choosing.from_json(kept | {"of a later version": 1}) == choice
    assert choosing.as_json(Choice()) == {}
