"""The desk's page of signatures: how many, since when, and the lists made of them."""

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from campaign import areas, charts, countries
from campaign.access import public, requires
from campaign.accounts import permissions, proving
from campaign.accounts.signing_in import acting_account, audit, may
from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.delivery import choosing, exports, handed, signing_key, snapshot, timeline
from campaign.delivery.forms import ExportForm
from campaign.delivery.ledger import handing_over
from campaign.errors import Refused
from campaign.i18n import gettext, language, lazy_gettext
from campaign.pagination import paginate
from campaign.petitions import counting
from campaign.petitions import finding as petitions
from campaign.petitions.models import Petition
from campaign.petitions.origins import Origins

blueprint = Blueprint("delivery", __name__)

Page = tuple[str, int] | Response

STATE_WORDS = {
    "waiting": lazy_gettext("waiting for its turn"),
    "working": lazy_gettext("being made …"),
    "done": lazy_gettext("ready"),
    "failed": lazy_gettext("could not be made"),
    "dropped": lazy_gettext("removed"),
}
FORMAT_WORDS = {"machine-csv": lazy_gettext("CSV for programs"), "csv,pdf": lazy_gettext("CSV and PDF")}
PROFILE_WORDS = {"crm": lazy_gettext("contacts"), "backup": lazy_gettext("full copy")}
MOST_PLACES = 10


@blueprint.get("/desk/campaigns/<slug>/signatures")
@requires(permissions.DESK)
def signatures(slug: str) -> Page:
    campaign = finding.by_slug(db.session(), slug)
    return _page(campaign, _form(campaign))


@blueprint.post("/desk/campaigns/<slug>/export")
@requires(permissions.EXPORT)
def export(slug: str) -> Page:
    campaign = finding.by_slug(db.session(), slug)
    form = _form(campaign)
    if not form.validate_on_submit():
        return _page(campaign, form)
    format, choice = form.format.data, form.choice()
    if choice.profile == "backup" and may(permissions.BACKUP) and not proving.is_fresh():
        return proving.ask(url_for(".signatures", slug=slug))
    try:
        if "preview" in request.form:
            publisher = exports.publisher(current_app.config)
            rows = exports.preview(db.session(), campaign, choice, format=format, publisher=publisher, now=now())
            return _page(campaign, form, preview=rows)
        asked = exports.request(
            db.session(), campaign, format=format, profile=choice.profile, account=acting_account(), choice=choice,
            is_package=bool(form.is_package.data), now=now(),
        )  # fmt: skip
    except Refused as refusal:
        form.refuse(refusal)
        return _page(campaign, form)
    audit(
        "export.request", "export", asked.id, campaign=campaign.slug, format=format, profile=choice.profile,
        filter=choice.filter(),
    )  # fmt: skip
    db.session.commit()
    flash(gettext("The list is being made. It stands below as soon as it is ready."), "success")
    return redirect(url_for(".signatures", slug=slug), 303)


@blueprint.get("/delivery-key.pem")
@public
def key() -> Response:
    pem = signing_key.public_key(Path(current_app.config["INSTANCE"]))
    return current_app.response_class(pem, mimetype="application/x-pem-file")


def _form(campaign: Campaign) -> ExportForm:
    """With what this petition asks, says, and who may have it."""
    form = ExportForm()
    petition = petitions.of(db.session(), campaign)
    form.offer(
        fields=snapshot.fields(petition) if petition else (),
        texts={one.version: one.demand for one in petition.texts} if petition else {},
        consents={name: row.wording for name, row in choosing.consents(db.session()).items()},
        offices=handed.offices(db.session(), petition) if petition else {},
        is_owner=may(permissions.BACKUP),
    )
    return form


def _page(campaign: Campaign, form: ExportForm, *, preview: int | None = None) -> Page:
    petition = petitions.of(db.session(), campaign)
    days = timeline.days(db.session(), petition, today=now().date()) if petition else []
    made = paginate(db.session(), exports.of(campaign), number=request.args.get("page", 1, type=int), size=10)
    soon = now() + timedelta(minutes=1)
    page = render_template(
        "delivery/signatures.html",
        campaign=campaign,
        petition=petition,
        form=form,
        preview=preview,
        last_delivered=choosing.last_delivered(db.session(), petition) if petition else None,
        is_signing=(Path(current_app.config["INSTANCE"]) / signing_key.PRIVATE).exists(),
        handed_over=snapshot.fields(petition) if petition else (),
        confirmed=sum(day.confirmed for day in days),
        origins=counting.origins(db.session(), [petition.id])[petition.id] if petition else Origins({}),
        pending=sum(day.pending for day in days),
        chart=charts.days(days),
        places=_places(petition) if petition else [],
        periods=[(charts.span(period), period) for period in charts.periods(days)],
        exports=made,
        deliveries=[one for one in handing_over.of(db.session(), campaign) if not one.removed_at],
        state_words=STATE_WORDS,
        format_words=FORMAT_WORDS,
        profile_words=PROFILE_WORDS,
        looks_again=any(one.state == "working" or (one.state == "waiting" and one.due_at <= soon) for one in made.rows),
    )
    return page, form.status


def _places(petition: Petition) -> list[tuple[str, Markup]]:
    """A picture of the countries and one of the areas with the most signatures, each with its title."""
    by_country = [(countries.name(code, language()), n) for code, n in counting.by_country(db.session(), petition)]
    by_area = [(areas.name(code), n) for code, n in counting.by_area(db.session(), petition)]
    found = [(gettext("Signatures by country"), by_country), (gettext("Signatures by area"), by_area)]
    return [(title, charts.ranking(series[:MOST_PLACES], title)) for title, series in found if series]
