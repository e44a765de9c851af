"""What people find out about a term of office that no roster says. Their word wins over imports until released."""

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from campaign.errors import NotFound, Refused
from campaign.i18n import gettext
from campaign.officials.models import Membership, Person, Post

# What a person can say of an end; "inferred" is what only an import says.
CHOICES = ("recorded", "expected", "unknown")


def flagged(*, on: date) -> Select[tuple[Membership]]:
    """Terms somebody should look at: whoever vanished from a roster, and announced ends that have passed."""
    passed = (Membership.end_kind == "expected") & (Membership.end_date <= on) & Membership.edited_at.is_(None)
    return (
        select(Membership)
        .join(Membership.post)
        .join(Membership.person)
        .where(Membership.needs_review | passed)
        .options(contains_eager(Membership.person), contains_eager(Membership.post))
        .order_by(Membership.needs_review.desc(), Post.label, Person.name, Membership.id)
    )


def edited() -> Select[tuple[Membership]]:
    """Terms edited by hand, the newest edit first."""
    return (
        select(Membership)
        .where(Membership.edited_at.is_not(None))
        .options(joinedload(Membership.person), joinedload(Membership.post))
        .order_by(Membership.edited_at.desc(), Membership.id)
    )


def get(session: Session, id: int) -> Membership:
    """Raises NotFound."""
    term = session.get(Membership, id)
    if term is None:
        raise NotFound(gettext("There is no such term of office. Go back to the list of officials."))
    return term


def edit(
    term: Membership,
    *,
    start: date,
    end: date | None,
    end_kind: str,
    acting: bool,
    reason: str,
    by: str,
    now: datetime,
) -> dict[str, str]:
    """Write down what somebody found out, and return what changed for the audit trail.

    end: the first day no longer in office; None while it goes on. Raises Refused for an end that is not after the
    start, and without a reason.
    """
    if not reason.strip():
        raise Refused(gettext("Say how you know: an address of a page, a letter, a call."), field="reason")
    if end is not None and end <= start:
        raise Refused(gettext("The term must end after it began. Mend one of the dates."), field="end")
    if end_kind not in CHOICES:
        raise Refused(gettext("Choose one of the kinds of end."), field="end_kind")
    values = {"start_date": start, "end_date": end, "end_kind": end_kind if end else "unknown", "acting": acting}
    changed = {key: f"{getattr(term, key)} → {value}" for key, value in values.items() if value != getattr(term, key)}
    for key, value in values.items():
        setattr(term, key, value)
    term.needs_review = False
    term.edited_at, term.edited_by, term.edit_reason = now, by[:254], reason[:500]
    # Whoever looks today knows about today: a new Congress after this day unsettles it again.
    term.last_seen_as_of = max(term.last_seen_as_of or now.date(), now.date())
    return changed


def release(term: Membership) -> None:
    """The next import may change this term again."""
    term.edited_at, term.edited_by, term.edit_reason = None, "", ""
