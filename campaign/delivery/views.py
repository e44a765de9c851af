"""The desk's page of signatures: how many, since when, and the lists made of them."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from campaign import areas, charts, countries
from campaign.access import requires
from campaign.accounts import permissions
from campaign.accounts.signing_in import acting_account, audit
from campaign.campaigns import finding
from campaign.campaigns.models import Campaign
from campaign.db import db, now
from campaign.delivery import exports, timeline
from campaign.delivery.forms import ExportForm
from campaign.errors import Refused
from campaign.i18n import gettext, language, lazy_gettext
from campaign.pagination import paginate
from campaign.petitions import counting
from campaign.petitions import finding as petitions
from campaign.petitions.models import Petition

blueprint = Blueprint("delivery", __name__)

STATE_WORDS = {
    "waiting": lazy_gettext("waiting for its turn"),
    "working": lazy_gettext("being made …"),
    "done": lazy_gettext("ready"),
    "failed": lazy_gettext("could not be made"),
    "dropped": lazy_gettext("removed"),
}
LOOK_AGAIN = 3  # seconds
MOST_PLACES = 10


@blueprint.get("/desk/campaigns/<slug>/signatures")
@requires(permissions.DESK)
def signatures(slug: str) -> Response:
    return _page(finding.by_slug(db.session(), slug), ExportForm())


@blueprint.post("/desk/campaigns/<slug>/export")
@requires(permissions.EXPORT)
def export(slug: str) -> Response:
    campaign, form = finding.by_slug(db.session(), slug), ExportForm()
    if not form.validate_on_submit():
        return _page(campaign, form)
    format, profile = form.format.data, form.profile.data or "delivery"
    try:
        asked = exports.request(
            db.session(), campaign, format=format, profile=profile, account=acting_account(), now=now()
        )
    except Refused as refusal:
        form.refuse(refusal)
        return _page(campaign, form)
    audit("export.request", "export", asked.id, campaign=campaign.slug, format=format, profile=profile)
    db.session.commit()
    flash(gettext("The list is being made. It stands below as soon as it is ready."), "success")
    return redirect(url_for(".signatures", slug=slug), 303)


@blueprint.post("/desk/exports/<int:id>/download")
@requires(permissions.EXPORT)
def download(id: int) -> Response:
    asked, path = exports.find(db.session(), id, publisher=exports.publisher(current_app.config))
    audit("export.download", "export", asked.id, campaign=asked.campaign.slug, rows=asked.rows, sha256=asked.sha256)
    db.session.commit()
    response = send_file(
        path, mimetype=exports.CONTENT_TYPES[path.suffix], as_attachment=True, download_name=path.name, max_age=0
    )
    # Names and postcodes: no browser, proxy or shared computer keeps a copy of the answer.
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(campaign: Campaign, form: ExportForm) -> Response:
    petition = petitions.of(db.session(), campaign)
    days = timeline.days(db.session(), petition, today=now().date()) if petition else []
    made = paginate(db.session(), exports.of(campaign), number=request.args.get("page", 1, type=int), size=10)
    soon = now() + timedelta(minutes=1)
    response = make_response(
        render_template(
            "delivery/signatures.html",
            campaign=campaign,
            petition=petition,
            form=form,
            confirmed=sum(day.confirmed for day in days),
            pending=sum(day.pending for day in days),
            chart=charts.days(days),
            places=_places(petition) if petition else [],
            periods=[(charts.span(period), period) for period in charts.periods(days)],
            exports=made,
            state_words=STATE_WORDS,
        ),
        form.status,
    )
    if any(one.state == "working" or (one.state == "waiting" and one.due_at <= soon) for one in made.rows):
        # Only while something is in work, so nobody who reads here is interrupted without a reason.
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


def _places(petition: Petition) -> list[tuple[str, Markup]]:
    """A picture of the countries and one of the areas with the most signatures, each with its title."""
    by_country = [(countries.name(code, language()), n) for code, n in counting.by_country(db.session(), petition)]
    by_area = [(areas.name(code), n) for code, n in counting.by_area(db.session(), petition)]
    found = [(gettext("Signatures by country"), by_country), (gettext("Signatures by area"), by_area)]
    return [(title, charts.ranking(series[:MOST_PLACES], title)) for title, series in found if series]
