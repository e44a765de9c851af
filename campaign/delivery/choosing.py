"""What a list is to be: for whom, of which signatures, with which fields, and how names are written in it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from campaign.delivery import members
from campaign.delivery.models import PROFILES, Delivery, Export
from campaign.errors import Refused
from campaign.i18n import gettext
from campaign.petitions.models import ConsentWording, Petition, PetitionText, Signature

NAME_FORMS = ("full", "initial", "initials-place")
# Whoever confirmed this long before a list was made may have come into the database only after it.
LATE = timedelta(minutes=10)


class NoSuchChoice(Refused):
    """A list cannot be chosen like that. `field` is the attribute of Choice it is about."""


@dataclass(frozen=True)
class Choice:
    """Everything that decides what stands in a list. As it stands here: all confirmed signatures, names in full.

    fields: columns about people, None for those of the profile; since: confirmed after that instant; first_on,
    last_on: days of confirmation in UTC; areas: ISO 3166 codes of countries or their parts; consents: "en.1", the
    language and version of what people agreed to, for crm; new_only: not in the last list that was handed over.
    """

    profile: str = "delivery"
    name_form: str = "full"
    fields: tuple[str, ...] | None = None
    by_office: bool = False
    has_mark: bool = True  # the mark at the beginning of a CSV by which Excel knows UTF-8
    new_only: bool = False
    since: datetime | None = None
    first_on: date | None = None
    last_on: date | None = None
    areas: tuple[str, ...] = ()
    text_versions: tuple[int, ...] = ()
    consents: tuple[str, ...] = ()

    def filter(self) -> dict[str, Any]:
        """What the signatures are chosen by, for the manifest and the audit trail; only what was set."""
        names = ("new_only", "since", "first_on", "last_on", "areas", "text_versions", "consents")
        return {name: value for name, value in as_json(self).items() if name in names}


def as_json(choice: Choice) -> dict[str, Any]:
    """Plain values: only what differs from the usual."""
    usual = asdict(Choice())
    return {name: _plain(value) for name, value in asdict(choice).items() if value != usual[name]}


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
    if choice.new_only and last_delivered(session, petition) is None:
        message = gettext("No list was marked as handed over yet, so all signatures are new.")
        raise NoSuchChoice(message, field="new_only")
    return replace(choice, areas=tuple(code.strip().upper() for code in choice.areas if code.strip()))


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
    return and_(*chosen, *filters(session, petition, choice))


def filters(session: Session, petition: Petition, choice: Choice) -> list[ColumnElement[bool]]:
    """What the organiser chose the signatures by."""
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
    if choice.new_only:
        chosen.append(_is_new(session, petition))
    return chosen


def _is_new(session: Session, petition: Petition) -> ColumnElement[bool]:
    """Confirmed after the last list, or just before it and yet not in it."""
    last = last_delivered(session, petition)
    if last is None or last.snapshot_at is None:
        return Signature.id.is_not(None)
    session.refresh(last, ["members"])
    listed = members.unpack(last.members)
    window = (Signature.confirmed_at > last.snapshot_at - LATE) & (Signature.confirmed_at <= last.snapshot_at)
    near = session.scalars(select(Signature.id).where(Signature.petition_id == petition.id, window))
    late = [id for id in near if id not in listed] if last.members else []
    return or_(Signature.confirmed_at > last.snapshot_at, Signature.id.in_(late))


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
