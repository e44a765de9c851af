"""What is unusual about the signatures of the last hour, day or of all time: where fake ones may have come from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from campaign import dialects
from campaign.petitions import counting
from campaign.petitions.models import Petition, Signature
from campaign.petitions.waves.invalidating import STATES

WINDOWS: dict[str, timedelta | None] = {"hour": timedelta(hours=1), "day": timedelta(days=1), "all": None}
EVER = datetime(2000, 1, 1, tzinfo=UTC)
MOST = 10  # of each kind
# Of a domain or a network that few people share, its numbers would tell of single people, and they are no wave.
FEWEST = 3
# Characters of an instant as text: bars of the last hour are minutes, the others hours.
STEPS = {"hour": 16, "day": 13, "all": 13}


@dataclass(frozen=True)
class Share:
    """Signatures that have something in common. key: the domain, or the network's key; began_at: the first of them."""

    key: str
    pending: int
    confirmed: int
    began_at: datetime

    @property
    def number(self) -> int:
        return self.pending + self.confirmed


@dataclass(frozen=True)
class Moment:
    """The signatures given in one minute or hour, which begins at `at` and ends before `until`."""

    at: datetime
    until: datetime
    pending: int
    confirmed: int

    @property
    def number(self) -> int:
        return self.pending + self.confirmed


@dataclass(frozen=True)
class Look:
    """Domains and networks with the most first; moments in order of time, those without signatures left out.

    quick: confirmed so soon after the mail was written that a program may have done it
    """

    total: int
    disposable: int
    quick: int
    domains: list[Share]
    networks: list[Share]
    moments: list[Moment]

    @property
    def busiest(self) -> list[Moment]:
        """The moments with the most signatures."""
        return sorted(self.moments, key=lambda moment: -moment.number)[:MOST]


def look(session: Session, petition: Petition, window: str, *, now: datetime) -> Look:
    """What stands out among the signatures that are pending or confirmed. window: one of WINDOWS."""
    length = WINDOWS[window]
    chosen = and_(
        Signature.petition_id == petition.id,
        Signature.state.in_(STATES),
        Signature.batch_id.is_(None),  # a batch is undone as a whole
        # For all time, too: so the rows are read in the order in which they lie.
        Signature.created_at > (now - length if length else EVER),
    )
    total, disposable = session.execute(
        select(func.count(), _number(Signature.is_disposable.is_(True))).where(chosen)
    ).one()
    return Look(
        total=total,
        disposable=int(disposable or 0),
        quick=counting.quick_confirmations(session, petition, since=now - length if length else EVER),
        domains=_shares(session, chosen, Signature.domain),
        networks=_shares(session, chosen, Signature.network_key),
        moments=_moments(session, chosen, STEPS[window]),
    )


def _shares(session: Session, chosen: ColumnElement[bool], key: InstrumentedAttribute[str]) -> list[Share]:
    number = func.count()
    query = (
        select(key, _number(Signature.state == "pending"), _number(Signature.state == "confirmed"), _first())
        .where(chosen, key != "")
        .group_by(key)
        .having(number >= FEWEST)
        .order_by(number.desc(), key)
        .limit(MOST)
    )
    return [Share(name, int(pending), int(confirmed), at) for name, pending, confirmed, at in session.execute(query)]


def _moments(session: Session, chosen: ColumnElement[bool], characters: int) -> list[Moment]:
    moment = dialects.utc_moment(session, Signature.created_at, characters)
    query = (
        select(moment, _number(Signature.state == "pending"), _number(Signature.state == "confirmed"))
        .where(chosen)
        .group_by(moment)
        .order_by(moment)
    )
    length = timedelta(minutes=1) if characters == STEPS["hour"] else timedelta(hours=1)
    form = "%Y-%m-%d %H:%M" if characters == STEPS["hour"] else "%Y-%m-%d %H"
    found = []
    for text, pending, confirmed in session.execute(query):
        at = datetime.strptime(text, form).replace(tzinfo=UTC)
        found.append(Moment(at, at + length, int(pending), int(confirmed)))
    return found


def _first() -> ColumnElement[datetime]:
    return func.min(Signature.created_at)


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
