"""For a signer: in which lists that were handed over their row stands, with a proof that shows nobody else's."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from campaign.delivery import choosing, handed, members, profiles, proofs, snapshot, trees
from campaign.delivery.models import Delivery, Export
from campaign.delivery.proofs import BadProof
from campaign.errors import NotFound
from campaign.full_names import full_name
from campaign.i18n import gettext
from campaign.petitions.models import Signature

KIND = "campaign-inclusion-proof"


class NotIncluded(NotFound):
    """This signature is in no such list, or there is no proof of it any more."""


@dataclass(frozen=True)
class Inclusion:
    """Row `number` of `rows` in a list that was handed over. is_same: the row is still as it was then.

    offices: which got it, each with the day.
    """

    export_id: int
    number: int
    rows: int
    snapshot_at: datetime
    offices: tuple[tuple[str, date], ...]
    root: str
    is_same: bool


def is_delivered(session: Session, signature: Signature) -> bool:
    """True once a list with this signature stands in the ledger as handed over."""
    if signature.confirmed_at is None or signature.state != "confirmed":
        return False
    return any(_offices(session, export, signature) for export in session.scalars(_delivered(signature)))


def deliveries(session: Session, signature: Signature, *, folder: Path) -> list[Inclusion]:
    """The lists that were handed over with this signature, the newest first. folder: where lists lie."""
    if signature.confirmed_at is None or signature.state != "confirmed":
        return []
    exports = session.scalars(_delivered(signature).order_by(Export.id.desc())).all()
    return [
        _inclusion(session, export, signature, offices, folder)
        for export in exports
        if (offices := _offices(session, export, signature))
    ]


def proof(session: Session, signature: Signature, export_id: int, *, folder: Path) -> dict[str, Any]:
    """A proof as plain values for a file. Raises NotIncluded, also for the numbers of other people's lists."""
    export = session.scalar(_delivered(signature).where(Export.id == export_id))
    number = _number(export, signature) if export and _offices(session, export, signature) else 0
    found = _leaf(export, number, folder) if export and number else None
    row = _row(session, export, signature, number) if export and found else None
    if export is None or found is None or row is None:
        raise NotIncluded(gettext("Your name is in no such list."))
    leaf, path = found
    salt = proofs.salt(bytes.fromhex(export.secret), number)
    if proofs.leaf(row, salt) != leaf:
        raise NotIncluded(
            gettext("Your entry was corrected after this list was made, so it cannot be proven any more.")
        )
    return {
        "kind": KIND,
        "campaign": export.campaign.slug,
        "snapshot_at": export.snapshot_at.isoformat() if export.snapshot_at else "",
        "merkle_root": export.merkle_root,
        "row": row,
        "salt": salt,
        "path": proofs.as_json(path),
    }


def check(found: Mapping[str, Any], *, root: str) -> str:
    """Say what a proof proves, in one sentence, or raise BadProof. root: as printed in the book or the manifest."""
    if not isinstance(found, Mapping) or found.get("kind") != KIND:
        raise BadProof("this file is no proof that a row is in a list")
    wanted = "".join(root.split()).lower()
    if len(wanted) != 64 or not set(wanted) <= set("0123456789abcdef"):
        raise BadProof("the root is no SHA-256: 64 digits from 0 to f, as printed on the last page of the book")
    row, salt = found.get("row"), found.get("salt")
    if not isinstance(row, Mapping) or not isinstance(salt, str):
        raise BadProof("the row or its salt is missing")
    path = proofs.from_json(found.get("path") or {})
    if found.get("merkle_root") not in (wanted, None):
        raise BadProof("this proof is for a list with another root")
    if row.get("number") != path.index + 1:
        raise BadProof(f"the row says it is number {row.get('number')}, its path leads to number {path.index + 1}")
    if not proofs.verify(proofs.leaf(row, salt), path, bytes.fromhex(wanted)):
        raise BadProof("the row is not in the list with this root, or it stood there otherwise")
    name = full_name(*(str(row.get(key) or "") for key in ("given_name", "family_name", "country")))
    return f"In order: row {path.index + 1} of {path.size} is {name}."


def _delivered(signature: Signature) -> Any:
    return (
        select(Export)
        .where(
            Export.campaign_id == signature.petition.campaign_id,
            select(Delivery.id).where(Delivery.export_id == Export.id, Delivery.removed_at.is_(None)).exists(),
            Export.merkle_root != "",
        )
        .options(undefer(Export.members))
    )


def _number(export: Export, signature: Signature) -> int:
    """The number of the row, from 1; 0 when it is not in this list. Rows stand in the order of signatures."""
    listed = members.unpack(export.members)
    return listed.before(signature.id) + 1 if signature.id in listed else 0


def _offices(session: Session, export: Export, signature: Signature) -> tuple[tuple[str, date], ...]:
    """Who got this row of the list: of one by office, those in whose part it stands."""
    query = select(Delivery).where(Delivery.export_id == export.id, Delivery.removed_at.is_(None))
    got = session.scalars(query.order_by(Delivery.handed_over_on, Delivery.id))
    return tuple(
        (delivery.office, delivery.handed_over_on)
        for delivery in got
        if signature.id in handed.listed(session, export, delivery.post_id)
    )


def _inclusion(
    session: Session, export: Export, signature: Signature, offices: tuple[tuple[str, date], ...], folder: Path
) -> Inclusion:
    number = _number(export, signature)
    found = _leaf(export, number, folder)
    row = _row(session, export, signature, number) if found else None
    salt = proofs.salt(bytes.fromhex(export.secret), number)
    return Inclusion(
        export.id,
        number,
        export.rows or 0,
        export.snapshot_at or export.created_at,
        offices,
        export.merkle_root,
        is_same=bool(found and row and proofs.leaf(row, salt) == found[0]),
    )


def _leaf(export: Export, number: int, folder: Path) -> tuple[bytes, proofs.Path] | None:
    try:
        return trees.path_to(trees.place(folder, export.merkle_root), number - 1)
    except (FileNotFoundError, IndexError):
        return None


def _row(session: Session, export: Export, signature: Signature, number: int) -> dict[str, Any] | None:
    """The row as a list of this kind holds it today; None for a signature that counts no more."""
    options = {**(export.options or {}), "profile": export.profile}
    options.pop("is_package", None)
    choice = choosing.from_json(options)
    at = export.snapshot_at or export.created_at
    rows = snapshot.rows(session, signature.petition, snapshot_at=at, choice=choice, only=signature.id)
    found = next(iter(list(rows)), None)
    if found is None:
        return None
    table = profiles.table(signature.petition, choice)
    return dict(zip(table.columns, table.cells(replace(found, number=number)), strict=True))
