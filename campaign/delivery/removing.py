"""Removing lists that hold people who are to be forgotten. The row stays: what was made when remains known."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, undefer

from campaign import leases
from campaign.accounts import auditing
from campaign.delivery import choosing, handed, members, trees
from campaign.delivery.books import comments
from campaign.delivery.exports import Publisher
from campaign.delivery.models import Delivery, Export
from campaign.i18n import gettext
from campaign.petitions import forgetting
from campaign.petitions.models import Batch, Petition, Signature
from campaign.scrubbing import Erasure

# A list may begin just before the transaction that erases somebody is committed.
MARGIN = timedelta(seconds=10)


def remove_ended(session: Session, *, publisher: Publisher, now: datetime, days: int) -> int:
    """Delete the lists of petitions whose signers are forgotten by now; returns how many."""
    ended = select(Petition.campaign_id).where(Petition.id.in_(forgetting.over(now=now, days=days)))
    lists = session.scalars(select(Export).where(Export.campaign_id.in_(ended), Export.filename != "")).all()
    for export in lists:
        # Nobody is left who could ask for a proof.
        trees.place(publisher.folder, export.merkle_root).unlink(missing_ok=True)
        reason = gettext("Removed: the day has come on which names and addresses are deleted.")
        _remove(session, export, publisher, reason=reason, now=now)
    return len(lists)


def oldest_erasure(session: Session) -> datetime | None:
    """Since when the worker has had to clean up; None when there is nothing to do."""
    return session.scalar(select(Erasure.at).order_by(Erasure.at).limit(1))


def remove_erased(session: Session, *, publisher: Publisher, now: datetime) -> list[int]:
    """Delete the lists that hold somebody who was erased; returns the numbers of the erasures that are in no list now.

    While a list of the same campaign is being made it may still turn out to hold them: that erasure waits.
    """
    query = select(Erasure, Petition.campaign_id).join(Petition, Petition.id == Erasure.petition_id)
    listed = session.execute(query.where(Erasure.listed_since.is_not(None)).order_by(Erasure.id)).all()
    busy = {id for id in {campaign_id for _, campaign_id in listed} if _is_being_made(session, id, now=now)}
    for erasure, campaign_id in listed:
        if campaign_id in busy:
            continue
        reason = gettext("Removed: a signer asked to be erased. Make the list again.")
        if _is_of_a_batch(session, erasure):
            reason = gettext("Removed: signatures in it were taken out again with their batch. Make the list again.")
        for export in _lists(session, campaign_id, erasure):
            _remove(session, export, publisher, reason=reason, now=now)
        erasure.listed_since = None
    if listed:
        comments.forget_gone(session)
    session.flush()
    return list(session.scalars(select(Erasure.id).where(Erasure.listed_since.is_(None))))


def lists_with(session: Session, signature: Signature) -> list[dict[str, Any]]:
    """For the signer themselves: which lists that were made here hold them, and which offices got those."""
    if signature.confirmed_at is None:
        return []
    query = select(Export).where(
        Export.campaign_id == signature.petition.campaign_id, Export.snapshot_at >= signature.confirmed_at
    )
    return [
        {
            "format": export.format,
            "made_of": export.snapshot_at.isoformat(),
            "is_here": export.filename != "",
            "handed_over": _handed_over(session, export, signature),
        }
        for export in session.scalars(query.options(undefer(Export.members)).order_by(Export.id)).all()
        if export.snapshot_at and _was_chosen(session, export, signature, snapshot_at=export.snapshot_at)
    ]


def _was_chosen(session: Session, export: Export, signature: Signature, *, snapshot_at: datetime) -> bool:
    """Of a package it is known; else by what the list was chosen by. Rather one list too many than one too few."""
    if export.members:
        return signature.id in members.unpack(export.members)
    if export.profile == "backup":
        return True
    choice = replace(choosing.from_json(export.options or {}), new_only=False)  # the hand-over before it is long past
    chosen = choosing.filters(session, signature.petition, choice, on=snapshot_at.date())
    return session.scalar(select(Signature.id).where(Signature.id == signature.id, *chosen)) is not None


def _handed_over(session: Session, export: Export, signature: Signature) -> list[dict[str, str]]:
    """To whom and when; of a list made by office, only to those in whose part they stand."""
    stands = (Delivery.export_id == export.id) & Delivery.removed_at.is_(None)
    found = session.scalars(select(Delivery).where(stands).order_by(Delivery.handed_over_on, Delivery.id)).all()
    return [
        {"to": one.office, "on": one.handed_over_on.isoformat()}
        for one in found
        if not export.members or signature.id in handed.listed(session, export, one.post_id)
    ]


def forget_erasures(session: Session, numbers: list[int]) -> None:
    """All that was to be done behind them is done."""
    session.execute(delete(Erasure).where(Erasure.id.in_(numbers)))


def _is_being_made(session: Session, campaign_id: int, *, now: datetime) -> bool:
    query = select(Export.id).where(
        Export.campaign_id == campaign_id, Export.state == "working", Export.lease_until >= now
    )
    return session.scalar(query.limit(1)) is not None


def _is_of_a_batch(session: Session, erasure: Erasure) -> bool:
    """True when these people were deleted because their batch was undone, not because one of them asked."""
    undone = select(Batch.id).where(
        Batch.petition_id == erasure.petition_id,
        Batch.applied_at == erasure.listed_since,
        Batch.undone_at <= erasure.at,
    )
    return session.scalar(undone.limit(1)) is not None


def _lists(session: Session, campaign_id: int, erasure: Erasure) -> list[Export]:
    query = select(Export).where(
        Export.campaign_id == campaign_id,
        Export.filename != "",
        Export.snapshot_at >= erasure.listed_since,
        Export.snapshot_at <= erasure.at + MARGIN,
    )
    return list(session.scalars(query))


def _remove(session: Session, export: Export, publisher: Publisher, *, reason: str, now: datetime) -> None:
    (publisher.folder / export.filename).unlink(missing_ok=True)
    export.filename = ""
    leases.drop(export, reason=reason, now=now)
    auditing.record(session, "export.remove", actor=auditing.WORKER, object_kind="export", object_id=export.id, now=now)
