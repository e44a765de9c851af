"""What a list is to be: for whom, of which signatures, with which fields, and how names are written in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from campaign import dialects
from campaign.delivery import handed, splitting
from campaign.delivery.members import Members
from campaign.delivery.models import PROFILES, Delivery, Export
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions.models import ConsentWording, Petition, PetitionText, Signature

NAME_FORMS = ("full", "initial", "initials-place")


class NoSuchChoice(Refused):
    """A list cannot be chosen like that. `field` is the attribute of Choice it is about."""


@dataclass(frozen=True)
class Again:
    """Whose signatures a list held that is made again. shares: those that each office got, by its id."""

    listed: Members
    shares: Mapping[str, Members]


@dataclass(frozen=True)
class Choice:
    """Everything that decides what stands in a list. As it stands here: all confirmed signatures, names in full.

    fields: columns about people, None for those of the profile; since: confirmed after that instant; first_on,
    last_on: days of confirmation in UTC; areas: ISO 3166 codes of countries or their parts; consents: "en.1", the
    language and version of what people agreed to, for crm; new_only: what an office was not handed yet; office: which
    one, by the id of its post, "" in lists by office, for each its own; again: of a list that was made before.
    """

    profile: str = "delivery"
    name_form: str = "full"
    fields: tuple[str, ...] | None = None
    by_office: bool = False
    has_mark: bool = True  # the mark at the beginning of a CSV by which Excel knows UTF-8
    new_only: bool = False
    office: str = ""
    since: datetime | None = None
    first_on: date | None = None
    last_on: date | None = None
    areas: tuple[str, ...] = ()
    text_versions: tuple[int, ...] = ()
    consents: tuple[str, ...] = ()
    again: Again | None = None

    def filter(self) -> dict[str, Any]:
        """What the signatures are chosen by, for the manifest and the audit trail; only what was set."""
        names = ("new_only", "office", "since", "first_on", "last_on", "areas", "text_versions", "consents")
        return {name: value for name, value in as_json(self).items() if name in names}


def as_json(choice: Choice) -> dict[str, Any]:
    """Plain values: only what differs from the usual."""
    values = {field.name: getattr(choice, field.name) for field in fields(Choice) if field.name != "again"}
    return {name: _plain(value) for name, value in values.items() if value != getattr(Choice(), name)}


def from_json(values: Mapping[str, Any]) -> Choice:
    """The choice that `as_json` described."""
    found = {name: values[name] for name in (field.name for field in fields(Choice)) if name in values}
    for name in ("fields", "areas", "text_versions", "consents"):
        if found.get(name) is not None:
            found[name] = tuple(found[name])
    if "since" in found:
        found["since"] = datetime.fromisoformat(found["since"])
    for name in ("first_on", "last_on"):
        if name in found:
            found[name] = date.fromisoformat(found[name])
    return Choice(**found)


def settled(session: Session, petition: Petition, choice: Choice) -> Choice:
    """The same choice, checked against the petition. Raises NoSuchChoice."""
    if choice.profile not in PROFILES:
        known = ", ".join(PROFILES)
        message = gettext(
            "There is no list for %(profile)s. Choose one of: %(known)s.", profile=choice.profile, known=known
        )
        raise NoSuchChoice(message, field="profile")
    if choice.name_form not in NAME_FORMS:
        message = gettext("There is no such form of names. Choose one of: %(known)s.", known=", ".join(NAME_FORMS))
        raise NoSuchChoice(message, field="name_form")
    if choice.first_on and choice.last_on and choice.last_on < choice.first_on:
        raise NoSuchChoice(gettext("The last day must not come before the first."), field="last_on")
    if choice.by_office and choice.profile != "delivery":
        raise NoSuchChoice(gettext("Only lists to hand over are made for each office."), field="by_office")
    if choice.consents and choice.profile != "crm":
        raise NoSuchChoice(gettext("What people agreed to decides only lists of contacts."), field="consents")
    _refuse_unknown(choice.text_versions, [text.version for text in petition.texts], field="text_versions")
    _refuse_unknown(choice.consents, list(consents(session)), field="consents")
    return replace(
        choice,
        areas=tuple(code.strip().upper() for code in choice.areas if code.strip()),
        office=_office(session, petition, choice),
    )


def consents(session: Session) -> dict[str, ConsentWording]:
    """What people agreed to when they asked for updates, by language and version: "en.1"."""
    query = select(ConsentWording).order_by(ConsentWording.language, ConsentWording.version)
    return {f"{row.language}.{row.version}": row for row in session.scalars(query) if row.purpose == "updates"}


def last_delivered(session: Session, petition: Petition) -> Export | None:
    """The newest list that stands in the ledger as handed over, to whichever office."""
    stands = select(Delivery.id).where(Delivery.export_id == Export.id, Delivery.removed_at.is_(None))
    query = select(Export).where(Export.campaign_id == petition.campaign_id, stands.exists())
    return session.scalar(query.order_by(Export.snapshot_at.desc(), Export.id.desc()).limit(1))


def condition(session: Session, petition: Petition, choice: Choice, *, snapshot_at: datetime) -> ColumnElement[bool]:
    """Which signatures the list holds, but for those mailboxes that are not to be written to (crm)."""
    chosen = [Signature.petition_id == petition.id]
    if choice.profile == "backup":
        return and_(*chosen, Signature.created_at <= snapshot_at)
    chosen += [Signature.state == "confirmed", Signature.confirmed_at <= snapshot_at]
    if choice.profile == "crm":
        # Withdrawn and erased signatures are not confirmed; who unsubscribed has no tick.
        chosen.append(Signature.subscribe.is_(True))
    return and_(*chosen, *filters(session, petition, choice, on=snapshot_at.date()))


def filters(session: Session, petition: Petition, choice: Choice, *, on: date) -> list[ColumnElement[bool]]:
    """What the organiser chose the signatures by. on: offices are those of that day."""
    chosen: list[ColumnElement[bool]] = []
    if choice.since:
        chosen.append(Signature.confirmed_at > choice.since)
    if choice.first_on:
        chosen.append(Signature.confirmed_at >= datetime.combine(choice.first_on, time(), UTC))
    if choice.last_on:
        chosen.append(Signature.confirmed_at < datetime.combine(choice.last_on + timedelta(days=1), time(), UTC))
    if choice.areas:
        chosen.append(or_(Signature.country.in_(choice.areas), Signature.area.in_(choice.areas)))
    if choice.text_versions:
        texts = select(PetitionText.id).where(
            PetitionText.petition_id == petition.id, PetitionText.version.in_(choice.text_versions)
        )
        chosen.append(Signature.petition_text_id.in_(texts))
    if choice.consents:
        known = consents(session)
        chosen.append(Signature.consent_wording_id.in_([known[name].id for name in choice.consents]))
    if choice.again:
        chosen.append(_is_among(session, choice.again.listed))
    elif choice.new_only and choice.by_office:
        chosen.append(_is_among(session, _new_to_any(session, petition, on=on)))
    elif choice.new_only:
        had = handed.to_each(session, petition).get(choice.office, Members())
        chosen.append(~_is_among(session, had))
    return chosen


def is_for(session: Session, petition: Petition, choice: Choice) -> Callable[[str, int], bool]:
    """In lists by office, whether an office gets somebody who belongs to it, by the number of the signature."""
    if not choice.new_only:
        return lambda post_id, id: True
    if choice.again:
        shares = choice.again.shares
        return lambda post_id, id: post_id == splitting.UNKNOWN or (post_id in shares and id in shares[post_id])
    had = handed.to_each(session, petition)
    return lambda post_id, id: post_id not in had or id not in had[post_id]


def _office(session: Session, petition: Petition, choice: Choice) -> str:
    """For which office the list holds only what is new. Raises NoSuchChoice."""
    if choice.again or not choice.new_only:
        return choice.office if choice.again else ""
    if last_delivered(session, petition) is None:
        message = gettext("No list was marked as handed over yet, so all signatures are new.")
        raise NoSuchChoice(message, field="new_only")
    if choice.by_office:
        return ""
    known = handed.offices(session, petition)
    office = choice.office or (next(iter(known)) if len(known) == 1 else "")
    if office not in known:
        message = gettext("Each office has been handed other lists. Choose one of: %(known)s.", known=", ".join(known))
        raise NoSuchChoice(message, field="office")
    return office


def _is_among(session: Session, whose: Members) -> ColumnElement[bool]:
    return dialects.is_among(session, Signature.id, first=whose.first, bits=whose.bits)


class _Placed(NamedTuple):
    id: int
    country: str
    home: str
    created_at: datetime

    @property
    def signed_on(self) -> date:
        return self.created_at.date()


def _new_to_any(session: Session, petition: Petition, *, on: date) -> Members:
    """Who is new to one of the offices they belong to, or belongs to none for certain."""
    found, had = Members(), handed.to_each(session, petition)
    split = splitting.split(session, petition, on=on)
    columns = (Signature.id, Signature.country, Signature.postcode, Signature.created_at)
    query = select(*columns).where(Signature.petition_id == petition.id, Signature.state == "confirmed")
    with session.execute(query.order_by(Signature.id).execution_options(yield_per=handed.AT_ONCE)) as result:
        for row in map(_Placed._make, result):
            offices = [id for id in split.office_of(row) if id != splitting.UNKNOWN]
            if not offices or any(id not in had or row.id not in had[id] for id in offices):
                found.add(row.id)
    return found


def _refuse_unknown(wanted: tuple[Any, ...], known: list[Any], *, field: str) -> None:
    for one in wanted:
        if one not in known:
            message = gettext(
                "There is no version %(one)s. There are: %(known)s.", one=one, known=", ".join(map(str, known))
            )
            raise NoSuchChoice(message, field=field)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
