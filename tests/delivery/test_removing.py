"""Lists go when somebody in them is to be forgotten; that they were made stays known."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from campaign.accounts.models import AuditEntry
from campaign.delivery import removing
from campaign.delivery.exports import Publisher
from campaign.delivery.ledger import handing_over
from campaign.delivery.members import Members
from campaign.delivery.models import Export
from campaign.petitions import forgetting
from campaign.petitions.batches import work as batch_work
from campaign.petitions.models import Batch, Petition, Signature
from campaign.scrubbing import Erasure
from tests import make

MINUTE = timedelta(minutes=1)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(folder=tmp_path, organiser="Charlie")


@pytest.fixture
def signature(session: Session) -> Signature:
    return make.signature(session, make.petition(session, closes_at=make.NOW), state="confirmed")


def listed(session: Session, petition: Petition, folder: Path, *, at: datetime | None, state: str = "done") -> Export:
    export = Export(campaign=petition.campaign, format="csv", state=state, due_at=make.NOW, created_at=make.NOW)
    export.snapshot_at = at
    if at:
        export.filename, export.rows, export.sha256 = f"list-{at:%H%M}.csv", 1, "0" * 64
        (folder / export.filename).write_text("Ada,Lovelace", encoding="utf-8")
    session.add(export)
    session.flush()
    return export


def test_lists_go_when_their_signers_are_forgotten(
    session: Session, signature: Signature, publisher: Publisher
) -> None:
    export = listed(session, signature.petition, publisher.folder, at=make.NOW)
    day = make.NOW + timedelta(days=180)

    early = removing.remove_ended(session, publisher=publisher, now=day - MINUTE, days=180)
    on_the_day = removing.remove_ended(session, publisher=publisher, now=day, days=180)

    assert (early, on_the_day) == (0, 1)
    assert list(publisher.folder.iterdir()) == []
    assert (export.state, export.filename, export.rows) == ("dropped", "", 1)


def test_lists_with_somebody_who_was_erased_go(session: Session, signature: Signature, publisher: Publisher) -> None:
    before = listed(session, signature.petition, publisher.folder, at=make.NOW - MINUTE)
    holding = listed(session, signature.petition, publisher.folder, at=make.NOW + MINUTE)
    forgetting.erase(session, signature, now=make.NOW + 2 * MINUTE)
    after = listed(session, signature.petition, publisher.folder, at=make.NOW + 3 * MINUTE)

    through = removing.remove_erased(session, publisher=publisher, now=make.NOW + 4 * MINUTE)
    removing.forget_erasures(session, through)
    session.commit()

    assert [row.state for row in (before, holding, after)] == ["done", "dropped", "done"]
    assert not (publisher.folder / "list-1201.csv").exists() and "Make the list again" in holding.last_error
    assert session.scalars(select(AuditEntry.action)).all() == ["export.remove"]
    assert session.scalars(select(Erasure)).all() == []


def test_of_a_batch_that_was_undone_nobody_is_told_that_a_signer_asked(
    session: Session, engine: Engine, signature: Signature, publisher: Publisher
) -> None:
    batch = Batch(
        petition=signature.petition, source="paper", stage="undoing", state="working", due_at=make.NOW, attempts=1,
        created_at=make.NOW, applied_at=make.NOW, undone_at=make.NOW + 2 * MINUTE,
    )  # fmt: skip
    session.add(batch)
    holding = listed(session, signature.petition, publisher.folder, at=make.NOW + MINUTE)
    id, desk = batch.id, batch_work.Desk(publisher.folder, "secret")
    session.commit()
    batch_work.run(sessionmaker(engine), id, desk=desk, clock=lambda: make.NOW + 3 * MINUTE)

    removing.remove_erased(session, publisher=publisher, now=make.NOW + 4 * MINUTE)

    assert holding.state == "dropped" and "taken out again with their batch" in holding.last_error


def test_who_never_confirmed_is_in_no_list(session: Session, signature: Signature, publisher: Publisher) -> None:
    pending = make.signature(session, signature.petition, state="pending")
    export = listed(session, signature.petition, publisher.folder, at=make.NOW + MINUTE)
    forgetting.erase(session, pending, now=make.NOW + 2 * MINUTE)
    assert len(removing.remove_erased(session, publisher=publisher, now=make.NOW + 3 * MINUTE)) == 1
    assert export.state == "done"


def test_an_erasure_waits_for_a_list_that_is_being_made(
    session: Session, signature: Signature, publisher: Publisher
) -> None:
    export = listed(session, signature.petition, publisher.folder, at=None, state="working")
    export.lease_until = make.NOW + 10 * MINUTE
    forgetting.erase(session, signature, now=make.NOW + MINUTE)
    assert removing.remove_erased(session, publisher=publisher, now=make.NOW + 2 * MINUTE) == []

    export.state, export.filename, export.snapshot_at = "done", "list.csv", make.NOW
    assert len(removing.remove_erased(session, publisher=publisher, now=make.NOW + 3 * MINUTE)) == 1
    assert export.state == "dropped"


def test_a_signer_is_told_which_lists_hold_them(session: Session, signature: Signature, publisher: Publisher) -> None:
    for minutes in (-1, 1):
        export = listed(session, signature.petition, publisher.folder, at=make.NOW + minutes * MINUTE)
    [one] = handing_over.recipients(session, export)
    told = handing_over.Told(make.TODAY)
    handing_over.record(session, export, post_id=one.post.id, told=told, account_id=None, now=make.NOW)
    handed_over = [{"to": one.post.label, "on": "2026-11-22"}]
    assert removing.lists_with(session, signature) == [
        {"format": "csv", "made_of": "2026-11-22T12:01:00+00:00", "is_here": True, "handed_over": handed_over}
    ]


def test_a_list_that_was_chosen_otherwise_does_not_hold_them(
    session: Session, signature: Signature, publisher: Publisher
) -> None:
    signature.country, stranger = "US", make.signature(session, signature.petition)
    at = make.NOW + MINUTE
    for options in ({"areas": ["FR"]}, {"areas": ["US"]}, {"first_on": "2026-11-23"}, {"new_only": True}):
        listed(session, signature.petition, publisher.folder, at=at, state="done").options = options
    packages = [listed(session, signature.petition, publisher.folder, at=at) for _ in range(2)]
    for package, held in zip(packages, (stranger, signature), strict=True):
        package.members, package.format = Members([held.id]).pack(), f"csv,{held.id}"
    session.flush()
    told = removing.lists_with(session, signature)
    assert [one["format"] for one in told] == ["csv", "csv", f"csv,{signature.id}"]
