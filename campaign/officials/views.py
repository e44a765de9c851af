"""The public directory: search, look-up by postcode, and a page for each office. The desk is in desk.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign import countries, limiting
from campaign.access import public
from campaign.db import db, now, reading
from campaign.errors import NotFound
from campaign.i18n import gettext, language, lazy_gettext
from campaign.keeping import kept
from campaign.officials import addressing, freshness, lookup, reporting, searching, targets
from campaign.officials.forms import LookupForm, ReportForm, StateForm
from campaign.officials.holding import CONGRESS_BODIES, Holding, Tenure, held_since, holder, holders, tenures
from campaign.officials.models import Area, ContactDetail, Membership, Person, Post, RosterImport
from campaign.officials.targets import REPRESENTATIVES
from campaign.pagination import Page, paginate
from campaign.web import csrf

blueprint = Blueprint("officials", __name__)

# What visitors choose from, and the roles that belong to it.
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "executive": (lazy_gettext("Heads of government"), ("president", "vice_president")),
    "senate": (lazy_gettext("Senators"), ("senator",)),
    "house": (lazy_gettext("Representatives and delegates"), REPRESENTATIVES),
    "committees": (
        lazy_gettext("Leaders of chambers and committees"),
        ("speaker", "committee_chair", "ranking_member"),
    ),
}
CHANNEL_WORDS = {
    "web_form": lazy_gettext("Contact form"),
    "url": lazy_gettext("Website"),
    "email": lazy_gettext("E-mail"),
    "postal": lazy_gettext("Post"),
    "phone": lazy_gettext("Telephone"),
    "fax": lazy_gettext("Fax"),
    "social": lazy_gettext("Social media"),
}


@dataclass(frozen=True)
class Entry:
    """An office in a list."""

    post: Post
    holding: Holding


@dataclass(frozen=True)
class Place:
    """The channels of one office building; label "" is the main one."""

    label: str
    note: str
    channels: list[ContactDetail]


@blueprint.get("/officials")
@public
def directory() -> Response:
    """All offices, by name, place and kind."""
    session, today = db.session(), now().date()
    chosen = {name: request.args.get(name, "").strip() for name in ("q", "place", "kind", "country")}
    roles = KINDS[chosen["kind"]][1] if chosen["kind"] in KINDS else ()
    query = searching.directory(
        chosen["q"], place=chosen["place"], roles=roles, country=chosen["country"][:2], on=today
    )
    page = paginate(session, query, number=request.args.get("page", 1, type=int))
    return kept("officials/directory.html", **_around(session, today), **_listed(session, page, today), chosen=chosen)


@blueprint.post("/officials")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
@limiting.limited("LETTER_LIMIT")
def find() -> Response:
    """Who represents a postcode. By POST, and shown at once: the postcode is in no address and in no log."""
    today = now().date()
    form, states = LookupForm(), StateForm()
    with reading():
        session = db.session()
        found = seats = None
        if form.validate_on_submit():
            found = lookup.areas(session, form.country.data or "", form.postcode.data or "", on=today)
            if found.status == "invalid":
                form.postcode.errors = [_not_a_postcode(found.country)]
            areas = _of_one_state(found, states)
            seats = lookup.seats(session, areas, on=today) if areas else None
        values = _around(session, today) | {"lookup_form": form, "state_form": states}
        page = render_template("officials/find.html", found=found, seats=seats, **values)
    return make_response(page, max(form.status, states.status))


@blueprint.route("/officials/<id>/report", methods=["GET", "POST"], endpoint="report")
@public
@csrf.exempt  # type: ignore[untyped-decorator]
def report_error(id: str) -> tuple[str, int]:
    """Somebody tells that an office is wrong here; organisers see it at the desk."""
    session, form = db.session(), ReportForm()
    post, is_kept = _post(session, id), None
    if form.validate_on_submit():
        limiting.count_client_within(session, "REPORT_LIMIT")
        is_kept = reporting.report(session, post, form.text.data or "", now=now())
        session.commit()
    return render_template("officials/report.html", post=post, form=form, is_kept=is_kept), form.status


@blueprint.get("/officials/<id>")
@public
def show(id: str) -> Response:
    """One office: who holds it, how to reach it, who held it before."""
    session, today = db.session(), now().date()
    post = _post(session, id)
    held = holder(session, post, on=today)
    return kept(
        "officials/show.html",
        post=post,
        held=held,
        since={term.id: held_since(term) for term in held.memberships},
        places=_places(addressing.channels(held)),
        channel_words=CHANNEL_WORDS,
        history=[tenure for tenure in tenures(post) if not _is_current(tenure, held)],
        further=_further(session, held, today),
        source=_source(session, held),
        freshness=freshness.of(session, held, on=today, **_days()),
    )


def _post(session: Session, id: str) -> Post:
    post = session.get(Post, id) if len(id) <= searching.LONGEST else None
    if post is None:
        raise NotFound(gettext("There is no such office in our directory. Search for it by name or place."))
    return post


def _of_one_state(found: lookup.Lookup, form: StateForm) -> list[Area]:
    """The districts to show. [] while the postcode lies in two states and the visitor has not said in which one.

    Nobody has senators of two states, so those of two never stand on one page.
    """
    states = found.states
    form.state.choices = [(state.id, state.name) for state in states]
    chosen = states[0] if len(states) == 1 else next((area for area in states if area.id == form.state.data), None)
    if states and chosen is None and "chosen" in request.form:
        form.state.errors = [gettext("Choose one.")]
    return targets.within(found.areas, chosen) if chosen else []


def _not_a_postcode(country: str) -> str:
    if country == "US":
        return gettext("This is not a postcode of that country. A ZIP code has five digits.")
    return gettext("This is not a postcode of that country. Check it for slips.")


def _is_current(tenure: Tenure, held: Holding) -> bool:
    return any(term.person is tenure.person and term.end_date == tenure.end for term in held.confirmed)


def _around(session: Session, today: date) -> dict[str, Any]:
    """What stands around every list: the forms, and how old our knowledge is."""
    return {
        "lookup_form": LookupForm(formdata=None, country="US"),
        "places": searching.places(session, on=today),
        "country_names": dict(countries.choices(language())),
        "kinds": {name: words for name, (words, _) in KINDS.items()},
        "freshness": freshness.of_directory(session, on=today, **_days()),
    }


def _listed(session: Session, page: Page[Post], today: date) -> dict[str, Any]:
    found = holders(session, page.rows, on=today)
    return {"page": page, "entries": [Entry(post, found[post.id]) for post in page.rows]}


def _days() -> dict[str, int]:
    return {
        "warn_days": current_app.config["ROSTER_WARN_DAYS"],
        "block_days": current_app.config["ROSTER_BLOCK_DAYS"],
    }


def _places(channels: Sequence[ContactDetail]) -> list[Place]:
    """Channels by building, in their order; those that do not work any more are left out."""
    places: dict[str, Place] = {}
    for channel in channels:
        if channel.status == "ok":
            label = "" if channel.type == "social" else channel.label
            places.setdefault(label, Place(label, channel.note, [])).channels.append(channel)
    return list(places.values())


def _further(session: Session, held: Holding, today: date) -> list[Membership]:
    """What else the holders are: speaker, chairs, members of committees."""
    people = [term.person_id for term in held.confirmed]
    current = (Membership.end_date.is_(None)) | (Membership.end_date > today)
    query = (
        select(Membership)
        .join(Membership.post)
        .where(Membership.person_id.in_(people), Membership.post_id != held.post.id)
        .where(Membership.start_date <= today, current)
        .options(joinedload(Membership.post), joinedload(Membership.person).load_only(Person.name))
        .order_by(Post.role == "committee_member", Post.label)
    )
    return list(session.scalars(query))


def _source(session: Session, held: Holding) -> RosterImport | None:
    """The file that told us of the holder; of an empty seat of Congress, the roster that leaves it out."""
    ids = [term.import_id for term in held.memberships if term.import_id]
    if ids:
        return session.get(RosterImport, ids[0])
    if held.post.organization_id not in CONGRESS_BODIES:
        return None
    rosters = select(RosterImport).where(RosterImport.kind == "legislators")
    return session.scalars(rosters.order_by(RosterImport.as_of.desc(), RosterImport.id.desc()).limit(1)).first()
