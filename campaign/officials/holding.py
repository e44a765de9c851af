"""Who holds an office on a day, and how sure we are of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from campaign.officials.models import Membership, Person, Post, RosterImport
from campaign.statements import Statement

# held         one confirmed holder
# acting       somebody stands in for the holder; there may be several
# vacant       a source of that time says that nobody holds it
# unconfirmed  the sources do not reach to that day; who held it last may still do so
# conflict     more holders than the office has places
STATUSES = ("held", "acting", "vacant", "unconfirmed", "conflict")

CONGRESS_SEAT_ROLES = ("senator", "representative", "delegate", "resident_commissioner")
# Those who begin anew with each Congress: its members, and what they elect each other to.
CONGRESS = frozenset({*CONGRESS_SEAT_ROLES, "speaker", "committee_chair", "ranking_member", "committee_member"})
EXECUTIVE = frozenset({"president", "vice_president"})

# The bodies whose whole membership the roster of legislators lists: a seat it leaves out is empty.
CONGRESS_BODIES = ("us-senate", "us-house")


@dataclass(frozen=True)
class Holding:
    """An office on a day. `memberships` names the people concerned, confirmed or not; the status says which."""

    post: Post
    status: str
    memberships: tuple[Membership, ...] = ()

    @property
    def confirmed(self) -> tuple[Membership, ...]:
        """Those whose names may be printed: the holder, or all who stand in. Empty when nobody is certain."""
        return self.memberships if self.status in ("held", "acting") else ()

    @property
    def membership(self) -> Membership | None:
        """The one confirmed holder, or None: then no name may be printed."""
        return self.confirmed[0] if len(self.confirmed) == 1 else None

    @property
    def person(self) -> Person | None:
        """The one confirmed holder, or None."""
        return self.membership.person if self.membership else None


def holder(session: Session, post: Post, *, on: date) -> Holding:
    """Who holds this office on that day."""
    return holders(session, [post], on=on)[post.id]


def holders(session: Session, posts: Iterable[Post], *, on: date) -> dict[str, Holding]:
    """Who holds each of these offices on that day, by post id; one query for all of them."""
    found = list(posts)
    terms: dict[str, list[Membership]] = {post.id: [] for post in found}
    for membership in session.scalars(_BEGUN, {"posts": list(terms), "on": on}):
        terms[membership.post_id].append(membership)
    roster = _roster_span(session) if any(post.organization_id in CONGRESS_BODIES for post in found) else None
    return {post.id: _judge(post, terms[post.id], on, roster) for post in found}


# Most pages ask these two; put together anew, they would take as long again as the database does.
_BEGUN = (
    select(Membership)
    .where(Membership.post_id.in_(bindparam("posts", expanding=True)), Membership.start_date <= bindparam("on"))
    .order_by(Membership.start_date, Membership.id)
    .options(joinedload(Membership.person))
)
_ROSTER_SPAN = Statement(
    lambda _insert: select(
        func.min(RosterImport.as_of).label("first"), func.max(RosterImport.as_of).label("last")
    ).where(RosterImport.kind == "legislators")
)

# A Congress often begins some days after the last one ended; whoever is in both was not out of office.
RECESS = timedelta(days=7)


def held_since(term: Membership) -> date:
    """The first day of the unbroken time in office: a second term begins where the first one ends."""
    start = term.start_date
    for earlier in reversed(term.person.memberships):
        follows = earlier.end_date and earlier.start_date < start <= earlier.end_date + RECESS
        if earlier.post_id == term.post_id and follows:
            start = earlier.start_date
    return start


@dataclass(frozen=True)
class Tenure:
    """An unbroken time of one person in one office, of one term or several. The end is not counted."""

    person: Person
    start: date
    end: date | None
    end_kind: str
    acting: bool


def tenures(post: Post) -> list[Tenure]:
    """Everybody who ever held this office as far as we know, the newest first."""
    found: list[Tenure] = []
    for term in sorted(post.memberships, key=lambda term: (term.start_date, term.id)):
        before = next((one for one in reversed(found) if one.person is term.person), None)
        goes_on = before and before.end and term.start_date <= before.end + RECESS and before.acting == term.acting
        start = term.start_date
        if before and goes_on:
            found.remove(before)
            start = before.start
        found.append(Tenure(term.person, start, term.end_date, term.end_kind, term.acting))
    return found[::-1]


def turnover_between(role: str, seen: date | None, on: date) -> bool:
    """True when holders of this role certainly could have changed after the day a source speaks for.

    Congress begins anew on January 3 of odd years, the presidency on January 20 after each election.
    """
    if seen is None:
        return False
    if role in CONGRESS:
        days = (date(year, 1, 3) for year in range(seen.year, on.year + 1) if year % 2 == 1)
    elif role in EXECUTIVE:
        days = (date(year, 1, 20) for year in range(seen.year, on.year + 1) if year % 4 == 1)
    else:
        return False
    return any(seen < day <= on for day in days)


def _roster_span(session: Session) -> tuple[date, date] | None:
    """The first and the last day the imported rosters of Congress speak for."""
    span = _ROSTER_SPAN.row(session, {})
    return (span.first, span.last) if span.first else None


def _judge(post: Post, begun: Sequence[Membership], on: date, roster: tuple[date, date] | None) -> Holding:
    # Half-open terms: on the day one ends and the next begins, the later one holds.
    current = [term for term in begun if term.end_date is None or on < term.end_date]
    acting = [term for term in current if term.acting]
    regular = [term for term in current if not term.acting]
    if acting:  # Somebody who is on leave still has the office, but others do its work.
        return _unless_stale(Holding(post, "acting", tuple(acting)), on)
    overdue = _overdue(begun, on)
    if overdue:
        return Holding(post, "unconfirmed", tuple(overdue))
    if len(regular) > post.max_holders:
        return Holding(post, "conflict", tuple(regular))
    if regular:
        return _unless_stale(Holding(post, "held", tuple(regular)), on)
    return Holding(post, "vacant" if _is_known_empty(post, begun, on, roster) else "unconfirmed")


def _unless_stale(holding: Holding, on: date) -> Holding:
    """The same, but unconfirmed when our source is from before a change that came in between."""
    for term in holding.memberships:
        lost_sight = term.end_kind == "inferred" and term.last_seen_as_of is not None and term.last_seen_as_of < on
        if lost_sight or turnover_between(holding.post.role, term.last_seen_as_of, on):
            return Holding(holding.post, "unconfirmed", holding.memberships)
    return holding


def _overdue(begun: Sequence[Membership], on: date) -> list[Membership]:
    """Terms whose announced end has passed while nothing newer is known: they may have gone on."""
    latest = [term for term in begun if term.start_date == begun[-1].start_date]
    return [term for term in latest if term.end_kind == "expected" and term.end_date and term.end_date <= on]


def _is_known_empty(post: Post, begun: Sequence[Membership], on: date, roster: tuple[date, date] | None) -> bool:
    """True when a source that speaks for this time leaves the office empty. Silence alone says nothing."""
    if post.organization_id in CONGRESS_BODIES:
        return roster is not None and roster[0] <= on and not turnover_between(post.role, roster[1], on)
    last = begun[-1] if begun else None
    if last is None or last.end_date is None or last.last_seen_as_of is None:
        return False
    return last.end_date <= last.last_seen_as_of and not turnover_between(post.role, last.last_seen_as_of, on)
