"""The ledger: which list went to which office on which day, mended and taken back in the open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.campaigns.models import Campaign
from campaign.delivery import choosing, handed, snapshot
from campaign.delivery.members import Members
from campaign.delivery.models import Delivery, Export
from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.officials import holding
from campaign.officials.models import Post
from campaign.petitions import finding

# Where the day begins first it is already tomorrow.
AHEAD = timedelta(hours=14)
LONGEST_ALT, LONGEST_STEP, LONGEST_NOTE = 500, 200, 300


class NotHandedOver(Refused):
    """It cannot have been handed over like that. `field` is what is wrong."""


@dataclass(frozen=True)
class Recipient:
    """An office that a list was made for. rows: its share; had_on: when it got this list, None while it has not."""

    post: Post
    rows: int
    had_on: date | None = None


@dataclass(frozen=True)
class Told:
    """What an organiser says of a hand-over. proof_digest: of a picture that was kept, "" for none."""

    handed_over_on: date
    proof_digest: str = ""
    proof_alt: str = ""
    next_step: str = ""
    next_on: date | None = None


def finished(session: Session, id: int) -> Export:
    """A finished list that is for handing over. Raises NotFound."""
    found = session.get(Export, id)
    if found is None or found.state not in ("done", "dropped") or found.snapshot_at is None:
        raise NotFound(gettext("There is no finished list of this number."))
    if found.profile != "delivery":
        raise NotFound(gettext("Only a list to hand over can be handed over."))
    return found


def recipients(session: Session, export: Export) -> list[Recipient]:
    """The offices that can have got this list: those of its parts, else all whom the petition is addressed to."""
    had = select(Delivery.post_id, Delivery.handed_over_on)
    found = session.execute(had.where(Delivery.export_id == export.id, Delivery.removed_at.is_(None)))
    had_on = dict(found.tuples().all())
    if export.parts:
        posts = {post.id: post for post in session.scalars(select(Post).where(Post.id.in_(_part_ids(export))))}
        return [
            Recipient(posts[part.post_id], part.rows, had_on.get(part.post_id))
            for part in export.parts
            if part.post_id in posts
        ]
    petition = finding.of(session, export.campaign)
    addressed = [addressee.post for addressee in petition.addressees] if petition else []
    return [Recipient(post, export.rows or 0, had_on.get(post.id)) for post in addressed]


def record(
    session: Session, export: Export, *, post_id: str, told: Told, account_id: int | None, now: datetime
) -> Delivery:
    """Put a hand-over into the ledger. Raises NotHandedOver: unknown office, impossible day, or it stands there."""
    recipient = next((one for one in recipients(session, export) if one.post.id == post_id), None)
    if recipient is None:
        raise NotHandedOver(gettext("Choose one of the offices that this list was made for."), field="office")
    _refuse_impossible(export, told, now=now)
    holder = holding.holder(session, recipient.post, on=told.handed_over_on)
    delivery = Delivery(
        campaign_id=export.campaign_id,
        export=export,
        post=recipient.post,
        office=recipient.post.label,
        membership=holder.membership,
        handed_over_on=told.handed_over_on,
        signatures=recipient.rows,
        new_signatures=recipient.rows,
        sha256=export.manifest_sha256 or export.sha256,
        is_package=bool(export.manifest_sha256),
        proof_digest=told.proof_digest,
        proof_alt=told.proof_alt if told.proof_digest else "",
        next_step=told.next_step,
        next_on=told.next_on,
        corrections=[],
        account_id=account_id,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(delivery)
    except IntegrityError as error:
        text = gettext("It stands in the ledger already that this office got this list. Correct that entry instead.")
        raise NotHandedOver(text, field="office") from error
    _count(session, delivery, now=now)
    return delivery


def mend(session: Session, delivery: Delivery, *, told: Told, note: str, now: datetime) -> None:
    """Change an entry. What was public about the past stays readable beside it, with the note that says why.

    Raises NotHandedOver without a note for such a change. The next step may change as it likes.
    """
    if delivery.export:
        _refuse_impossible(delivery.export, told, now=now)
    proof_alt = told.proof_alt if told.proof_digest else ""
    was = {}
    if told.handed_over_on != delivery.handed_over_on:
        was["handed_over_on"] = delivery.handed_over_on.isoformat()
    if (told.proof_digest, proof_alt) != (delivery.proof_digest, delivery.proof_alt):
        was["proof"] = delivery.proof_alt
    if was and not note:
        raise NotHandedOver(gettext("Say why. Readers see what stood here before, and your reason."), field="note")
    if was:
        _correct(delivery, note=note, was=was, now=now)
    if "handed_over_on" in was and delivery.post:
        holder = holding.holder(session, delivery.post, on=told.handed_over_on)
        delivery.membership = holder.membership
    delivery.handed_over_on, delivery.next_step, delivery.next_on = told.handed_over_on, told.next_step, told.next_on
    delivery.proof_digest, delivery.proof_alt = told.proof_digest, proof_alt
    session.flush()
    _count(session, delivery, now=now)


def remove(session: Session, delivery: Delivery, *, note: str, now: datetime) -> None:
    """It never happened. The day and the note stay for readers; numbers that relied on it are counted anew."""
    if not note:
        raise NotHandedOver(gettext("Say why. The reason stands in its place."), field="note")
    delivery.removed_at, delivery.note = now, note
    session.flush()
    _count(session, delivery, now=now)


def of(session: Session, campaign: Campaign) -> Sequence[Delivery]:
    """The campaign's hand-overs, the newest first, removed ones with their notes."""
    query = select(Delivery).where(Delivery.campaign_id == campaign.id)
    return session.scalars(query.order_by(Delivery.handed_over_on.desc(), Delivery.id.desc())).all()


def find(session: Session, campaign: Campaign, id: int) -> Delivery:
    """One that stands in this campaign's ledger. Raises NotFound, also for one that was removed."""
    found = session.get(Delivery, id)
    if found is None or found.campaign_id != campaign.id or found.removed_at:
        raise NotFound(gettext("There is no such hand-over of this campaign."))
    return found


def _part_ids(export: Export) -> list[str]:
    return [part.post_id for part in export.parts]


def _refuse_impossible(export: Export, told: Told, *, now: datetime) -> None:
    if told.handed_over_on > (now + AHEAD).date():
        raise NotHandedOver(gettext("This day is still to come."), field="handed_over_on")
    if export.snapshot_at and told.handed_over_on < (export.snapshot_at - AHEAD).date():
        text = gettext(
            "The list was made later, on %(day)s, so it cannot have been handed over before.",
            day=export.snapshot_at.date().isoformat(),
        )
        raise NotHandedOver(text, field="handed_over_on")
    if told.proof_digest and not told.proof_alt:
        text = gettext("Say what is to be seen on the picture; screen readers read it out.")
        raise NotHandedOver(text, field="proof_alt")
    if told.next_on and not told.next_step:
        raise NotHandedOver(gettext("Say what happens on that day."), field="next_step")
    if told.next_on and told.next_on < told.handed_over_on:
        raise NotHandedOver(gettext("The next step comes after the hand-over."), field="next_on")


def _correct(delivery: Delivery, *, note: str, was: Mapping[str, str | int], now: datetime) -> None:
    entry = {"at": now.isoformat(timespec="seconds"), "note": note, "was": dict(was)}
    delivery.corrections = [*delivery.corrections, entry]


def _count(session: Session, changed: Delivery, *, now: datetime) -> None:
    """How many were new each time this office got a list, in the order of the days.

    What another entry changed in the numbers of an older one is a correction of that one, too.
    """
    if changed.post_id is None:
        return
    dialects.take_turns(session, f"ledger/{changed.campaign_id}/{changed.post_id}")
    query = select(Delivery).where(
        Delivery.campaign_id == changed.campaign_id,
        Delivery.post_id == changed.post_id,
        Delivery.removed_at.is_(None),
    )
    had: list[tuple[Export, Members]] = []
    for delivery in session.scalars(query.order_by(Delivery.handed_over_on, Delivery.id)):
        if delivery.export is None:
            continue
        mine = handed.listed(session, delivery.export, delivery.post_id)
        new = _new(session, delivery, mine, had)
        if new != delivery.new_signatures:
            if delivery is not changed:
                _correct(delivery, note="", was={"new_signatures": delivery.new_signatures}, now=now)
            delivery.new_signatures = new
        had.append((delivery.export, mine))
    session.flush()


def _new(session: Session, delivery: Delivery, mine: Members, had: Sequence[tuple[Export, Members]]) -> int:
    if not had:
        return delivery.signatures
    if len(mine) and all(len(theirs) for _, theirs in had):
        return mine.beyond(theirs for _, theirs in had)
    # One of them is a single file, of which nobody noted whose signatures it holds: the clock tells.
    export, petition = delivery.export, finding.of(session, delivery.campaign)
    last = max((one.snapshot_at for one, _ in had if one.snapshot_at), default=None)
    if export is None or export.snapshot_at is None or petition is None or last is None:
        return delivery.signatures
    choice = choosing.Choice(since=last)
    return min(snapshot.count(session, petition, snapshot_at=export.snapshot_at, choice=choice), delivery.signatures)
