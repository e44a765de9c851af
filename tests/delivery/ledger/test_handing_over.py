"""The ledger counts what lists hold, and remembers what was said in it. Charlie hands over; the mayor gets it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from campaign.delivery import members
from campaign.delivery.ledger import handing_over
from campaign.delivery.ledger.handing_over import NotHandedOver, Told
from campaign.delivery.models import Delivery, Export, ExportPart
from campaign.errors import NotFound
from campaign.petitions.models import Petition
from tests import make

pytestmark = pytest.mark.stored
DAY = timedelta(days=1)


def a_list(session: Session, petition: Petition, ids: list[int], **values: Any) -> Export:
    """A finished package with these signatures."""
    defaults = {"format": "csv", "profile": "delivery", "state": "done", "snapshot_at": make.NOW, "sha256": "f" * 64}
    values = defaults | {"rows": len(ids), "members": members.Members(ids).pack() if ids else None} | values
    row = Export(campaign=petition.campaign, created_at=make.NOW, due_at=make.NOW, **values)
    session.add(row)
    session.flush()
    return row


def handed_over(session: Session, export: Export, on: date = make.TODAY, *, post_id: str = "", **told: Any) -> Delivery:
    post_id = post_id or handing_over.recipients(session, export)[0].post.id
    return handing_over.record(
        session, export, post_id=post_id, told=Told(on, **told), account_id=None, now=make.NOW + DAY
    )


def test_a_hand_over_keeps_office_holder_and_number(session: Session) -> None:
    post = make.make_post(session)
    term = make.membership(session, make.person(session), post)
    petition = make.petition(session, post=post)
    entry = handed_over(session, a_list(session, petition, [1, 2, 3], manifest_sha256="a" * 64))
    assert (entry.office, entry.membership, entry.signatures, entry.new_signatures) == (post.label, term, 3, 3)
    assert (entry.sha256, entry.is_package) == ("a" * 64, True)


def test_new_is_what_this_office_did_not_have_before(session: Session) -> None:
    petition = make.petition(session)
    handed_over(session, a_list(session, petition, [1, 2, 3]), make.TODAY)
    again = handed_over(session, a_list(session, petition, [2, 3, 4, 5]), make.TODAY + DAY)
    assert (again.signatures, again.new_signatures) == (4, 2)


def test_without_members_the_clock_tells_what_is_new(session: Session) -> None:
    petition = make.petition(session)
    make.signature(session, petition, confirmed_at=make.NOW - DAY)
    handed_over(session, a_list(session, petition, [], rows=1, snapshot_at=make.NOW - timedelta(hours=2)))
    for _ in range(2):
        make.signature(session, petition, confirmed_at=make.NOW - timedelta(hours=1))
    assert handed_over(session, a_list(session, petition, [], rows=3)).new_signatures == 2


def test_each_office_of_a_split_list_has_its_own_part(session: Session) -> None:
    petition = make.petition(session)
    north, south = make.make_post(session, label="North"), make.make_post(session, label="South")
    export = a_list(session, petition, [1, 2, 3])
    for post, ids in ((north, [1, 2]), (south, [3])):
        part = ExportPart(post_id=post.id, rows=len(ids), members=members.Members(ids).pack())
        export.parts.append(part)
    session.flush()
    assert {one.post.label: one.rows for one in handing_over.recipients(session, export)} == {"North": 2, "South": 1}
    assert handed_over(session, export, post_id=south.id).signatures == 1
    [office] = petition.addressees
    with pytest.raises(NotHandedOver, match="that this list was made for"):
        handed_over(session, export, post_id=office.post_id)


def test_one_list_is_handed_to_an_office_once(session: Session) -> None:
    petition = make.petition(session)
    export = a_list(session, petition, [1])
    entry = handed_over(session, export)
    with pytest.raises(NotHandedOver, match="stands in the ledger already"):
        handed_over(session, export)
    handing_over.remove(session, entry, note="Wrong list.", now=make.NOW)
    assert handed_over(session, export).id != entry.id


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (Told(make.TODAY + 3 * DAY), "handed_over_on"),  # to come
        (Told(make.TODAY - 3 * DAY), "handed_over_on"),  # before the list was made
        (Told(make.TODAY, proof_digest="a" * 64), "proof_alt"),  # a picture that nobody describes
        (Told(make.TODAY, next_on=make.TODAY + DAY), "next_step"),  # a day on which nothing happens
        (Told(make.TODAY, next_step="Hearing", next_on=make.TODAY - DAY), "next_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(session: Session, told: Told, field: str) -> None:
    petition = make.petition(session)
    export = a_list(session, petition, [1])
    [office] = petition.addressees
    with pytest.raises(NotHandedOver) as refusal:
        handing_over.record(session, export, post_id=office.post_id, told=told, account_id=None, now=make.NOW)
    assert refusal.value.field == field


def test_a_correction_says_what_stood_there_and_why(session: Session) -> None:
    entry = handed_over(session, a_list(session, make.petition(session), [1]))
    mended = Told(make.TODAY + DAY, next_step="Hearing")
    with pytest.raises(NotHandedOver, match="Say why"):
        handing_over.mend(session, entry, told=mended, note="", now=make.NOW + DAY)
    handing_over.mend(session, entry, told=mended, note="It was Monday.", now=make.NOW + DAY)
    [correction] = entry.corrections
    assert (correction["was"], correction["note"]) == ({"handed_over_on": "2026-11-22"}, "It was Monday.")
    handing_over.mend(session, entry, told=Told(make.TODAY + DAY, next_step="Vote"), note="", now=make.NOW + DAY)
    assert len(entry.corrections) == 1 and entry.next_step == "Vote"


def test_taking_an_entry_out_counts_the_later_ones_anew(session: Session) -> None:
    petition = make.petition(session)
    mistaken = handed_over(session, a_list(session, petition, [1, 2, 3]), make.TODAY)
    later = handed_over(session, a_list(session, petition, [1, 2, 3, 4]), make.TODAY + DAY)
    assert later.new_signatures == 1
    handing_over.remove(session, mistaken, note="Never left the house.", now=make.NOW)
    assert later.new_signatures == 4 and later.corrections[0]["was"] == {"new_signatures": 1}
    with pytest.raises(NotFound):
        handing_over.find(session, petition.campaign, mistaken.id)
    assert [one.note for one in handing_over.of(session, petition.campaign)] == ["", "Never left the house."]


def test_the_ledger_stays_when_signers_and_the_list_are_gone(session: Session) -> None:
    petition = make.petition(session)
    signature = make.signature(session, petition)
    export = a_list(session, petition, [signature.id])
    entry = handed_over(session, export)
    session.delete(signature)
    session.delete(export)
    session.flush()
    session.expire_all()
    assert (entry.export, entry.signatures, entry.office) == (None, 1, "Mayor of Exampleton")


def test_only_finished_lists_to_hand_over_are_handed_over(session: Session) -> None:
    petition = make.petition(session)
    for values in ({"state": "working"}, {"profile": "crm"}):
        export = a_list(session, petition, [1], **values)
        with pytest.raises(NotFound):
            handing_over.finished(session, export.id)
